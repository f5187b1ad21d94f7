"""A person answers a member: approved words in the member's language, past the same gate and by the same protocol."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

from locales.segments import segments
from outreach.engine.deployment import Deployment
from outreach.engine.folder import Folder, gate_touch, load_folder
from outreach.engine.holds import name_holds
from outreach.engine.pump import pump
from outreach.engine.refusals import NotAsked
from outreach.engine.wording import body_of
from outreach.loops.anchor import Sensitivity
from outreach.loops.cadence import Queue
from outreach.loops.consent import Category
from outreach.loops.gate import decide
from outreach.loops.verdict import Decision, Refused
from outreach.store import conversation, loops, people, touches
from outreach.store.actor import Actor
from outreach.store.conversation import UnknownVersion, Version
from outreach.store.loops import StoredLoop
from outreach.store.programs import Words
from outreach.store.touches import ON_THE_VISIT
from outreach.store.unit_of_work import UnitOfWork, by_all_there_is

# What a person may answer with, in the order it is offered.
REPLIES = (
    "reply_thanks", "reply_call", "reply_visit", "reply_place", "reply_companion", "reply_ride", "reply_bring",
    "reply_interpreter",
)  # fmt: skip
ANSWERS = timedelta(hours=72)  # after a member wrote, a person's text still answers them (LAW-34)
HELD_BACK = timedelta(seconds=10)  # so long what is sent from a page may be taken back
LATEST = timedelta(days=7)  # what is to be said later than that is for a step of the cadence
USEFUL = timedelta(hours=48)  # an answer given on a Saturday evening may wait for Monday


@dataclass(frozen=True, slots=True)
class Offer:
    """One approved text, filled in. `english` is the approved English, "" where there is none; `units` as billed."""

    key: str
    body: str = field(repr=False)
    english: str = field(repr=False)
    units: int
    parts: int
    encoding: str


@dataclass(frozen=True, slots=True)
class Composer:
    """What may be answered now, what the gate says to it, and the version of the conversation that was read."""

    loop: int
    language: str
    offers: tuple[Offer, ...]
    verdict: Decision
    seen: str


@by_all_there_is
def composer(uow: UnitOfWork, loop_id: int) -> Composer | None:
    """Return what the actor may answer the member of a loop with; None for no loop, or a member without a phone."""
    talk = _talk(uow, loop_id, lock=False)
    if talk is None:
        return None
    offers = tuple(talk.offers())
    touch = talk.touch(offers[0].key if offers else REPLIES[0])
    verdict = decide(gate_touch(touch), talk.folder.facts(touch), uow.now)
    seen = conversation.version(uow, touch.contact_point_id)
    return Composer(loop_id, talk.folder.language(touch), offers, verdict, str(seen))


def say(
    deployment: Deployment,
    actor: Actor,
    loop_id: int,
    key: str,
    seen: str,
    held_back: timedelta = timedelta(),
    later: datetime | None = None,
) -> int:
    """Plan a person's answer and let it leave as soon as it may; return its touch.

    It waits for as long as it is `held_back`, so that its author may take it back, and until `later` if that is given.

    The same answer asked for twice at one `seen` is one text. Raises NotAsked, with a sentence to show, when anybody
    wrote after `seen`, when the text is not offered, and when the gate refuses it now; one that is held waits.
    """
    with deployment.write(actor) as uow:
        due = _leaves(uow, held_back, later)
        touch_id, waits = _plan(uow, loop_id, key, seen, due), due > uow.now
        uow.commit()
    if not waits:
        pump(deployment, Queue.REPLY)
    return touch_id


def withdraw(deployment: Deployment, actor: Actor, phone: int, touch_id: int) -> None:
    """Take a person's text on a phone back before it left. Raises NotAsked when it is too late, and for any other."""
    with deployment.write(actor) as uow:
        people.lock_phones(uow, [phone])
        found = touches.by_a_person(uow, touch_id)
        if found is None or found.contact_point_id != phone:
            raise NotAsked("This text is no part of this conversation.")
        loops.lock(uow, [found.loop_id])
        found = touches.by_a_person(uow, touch_id)  # behind the locks: it may have left meanwhile
        if found is None or found.state != "planned":
            raise NotAsked("This text is not waiting any more. It cannot be taken back.")
        touches.cancel(uow, [touch_id])
        name_holds(uow, [found.loop_id])
        uow.audit("text.withdrawn", f"touch:{touch_id}")
        uow.commit()


def _leaves(uow: UnitOfWork, held_back: timedelta, later: datetime | None) -> datetime:
    soonest = uow.now + held_back
    if later is None:
        return soonest
    if not uow.now < later <= uow.now + LATEST:
        raise NotAsked("Give a time within the next seven days. Your text was not sent.")
    return max(later, soonest)


def _plan(uow: UnitOfWork, loop_id: int, key: str, seen: str, due: datetime) -> int:
    talk = _talk(uow, loop_id, lock=True)
    if talk is None:
        raise NotAsked("There is no phone to answer on. Call the member, or find a number first.")
    if key not in REPLIES:
        raise NotAsked("This text is not offered here. Choose one from the list.")
    touch = talk.touch(key)
    if (twice := _asked_already(uow, touch, seen)) is not None:
        return twice
    verdict = decide(gate_touch(touch), talk.folder.facts(touch), uow.now)
    if isinstance(verdict, Refused):
        raise NotAsked(f"This text may not leave now: {verdict.rule}. It was not sent.")
    if key not in {offer.key for offer in talk.offers()}:
        raise NotAsked("This text cannot be said about this visit. Choose another one.")
    new = touches.new_row(uow, **talk.values(key, due))
    touches.insert(uow, [new | {"nth": new["id"]}])  # one more of the same words is another text
    name_holds(uow, [talk.stored.loop.id])
    uow.audit("text.said", f"touch:{new['id']}", "COPY-12")
    return int(new["id"])


def _asked_already(uow: UnitOfWork, touch: Any, seen: str) -> int | None:
    """Return the touch of the very same request; None when nobody wrote after `seen`. Raises NotAsked otherwise."""
    now = conversation.version(uow, touch.contact_point_id)
    try:
        before = Version.parse(seen)
    except UnknownVersion as problem:
        raise NotAsked("Open the conversation again. Your text was not sent.") from problem
    last = conversation.last_by_a_person(uow, touch.contact_point_id)
    mine = last is not None and (last.author, last.words) == (touch.author, touch.words)
    if last is not None and mine and (now.heard, now.by_people) == (before.heard, before.by_people + 1):
        return int(last.id)
    if now.heard != before.heard:
        raise NotAsked("The member wrote meanwhile. Your text was not sent.")
    if now.by_people != before.by_people and last is not None:
        who = "You" if last.author == touch.author else last.author.partition(":")[2]
        raise NotAsked(f"{who} answered {_ago(uow.now - last.planned_for)}. Your text was not sent.")
    if now != before:
        raise NotAsked("An automatic text left meanwhile. Your text was not sent.")
    return None


def _ago(span: timedelta) -> str:
    seconds = int(span.total_seconds())
    for unit, size in (("d", 86_400), ("h", 3_600), ("min", 60), ("s", 1)):
        if seconds >= size:
            return f"{seconds // size} {unit} ago"
    return "just now"


@dataclass(frozen=True, slots=True)
class _Talk:
    """A loop with its member's phone, and everything the gate and the words need to know about a text to it."""

    actor: str
    stored: StoredLoop
    phone: int
    folder: Folder
    answers: datetime | None  # when the member's reply that is answered came

    def values(self, key: str, due: datetime | None = None) -> dict[str, Any]:
        """Return what is particular about a touch with these words that leaves at `due`, or now."""
        loop, now = self.stored.loop, self.folder.now
        until = (due or now) + USEFUL
        return {
            "loop_id": loop.id,
            "member_id": self.stored.member,
            "program_id": self.stored.program,
            "contact_point_id": self.phone,
            "anchor_version": loop.anchor.version,
            "step": f"staff:{key}",
            "words": key,
            "category": Category.APPOINTMENT,
            "queue": Queue.REPLY,
            "sender": self.folder.programs[self.stored.program].sender,
            "planned_for": now,  # when the person spoke: from then on nothing automatic does
            "due_at": due or now,
            "useful_until": min(until, loop.anchor.starts_at) if key in ON_THE_VISIT else until,
            "answers_at": self.answers,
            "author": self.actor,
        }

    def touch(self, key: str) -> SimpleNamespace:
        """Return the touch as it would be stored, to be judged and rendered."""
        return SimpleNamespace(**touches.unsaved_row(0, **self.values(key)))

    def offers(self) -> Iterator[Offer]:
        """Yield what has approved words and can be said about this visit as it is now (HIP-25, HIP-02)."""
        for key in REPLIES:
            if key not in ON_THE_VISIT or self._visit_to_come():
                touch = self.touch(key)
                words = self.folder.words_for(touch)
                body = self._body(touch, words, self.folder.language(touch))
                if body is not None:
                    english = self._body(touch, self.folder.words.get((touch.program_id, key, "en")), "en")
                    counted = segments(body)
                    yield Offer(key, body, english or "", counted.units, counted.parts, counted.encoding)

    def _body(self, touch: Any, words: Words | None, language: str) -> str | None:
        return body_of(self.folder, touch, words, language) if words else None

    def _visit_to_come(self) -> bool:
        loop = self.stored.loop
        stands = loop.open and not loop.anchor.cancelled and loop.anchor.sensitivity is not Sensitivity.SILENT
        return stands and self.folder.now < loop.anchor.starts_at


def _talk(uow: UnitOfWork, loop_id: int, *, lock: bool) -> _Talk | None:
    """Load a loop's conversation; with `lock`, behind its phone and then its loop, so that nobody else adds to it."""
    found = loops.get(uow, [loop_id])
    if not found:
        return None
    member = people.members(uow, [found[0].member])[found[0].member]
    phone = member.phone
    if phone is None:
        return None
    if lock:
        people.lock_phones(uow, [phone])
        found = loops.lock(uow, [loop_id])
    about = SimpleNamespace(contact_point_id=phone, program_id=found[0].program, member_id=member.id, channel="sms")
    answers = conversation.last_heard(uow, phone, member.id, uow.now - ANSWERS)
    return _Talk(str(uow.actor), found[0], phone, load_folder(uow, [about], found), answers)
