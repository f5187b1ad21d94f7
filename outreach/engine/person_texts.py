"""One person's text to a member, before it is one: about which visit, what the gate knows, and who else wrote."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

from outreach.engine.folder import Folder, gate_touch, load_folder
from outreach.engine.refusals import NotAsked
from outreach.loops.cadence import Queue
from outreach.loops.consent import Category
from outreach.loops.gate import decide
from outreach.loops.verdict import Decision
from outreach.store import conversation, loops, own_words, people, touches
from outreach.store.conversation import UnknownVersion, Version
from outreach.store.loops import StoredLoop
from outreach.store.own_words import OwnWords
from outreach.store.touches import ON_THE_VISIT
from outreach.store.unit_of_work import UnitOfWork

ANSWERS = timedelta(hours=72)  # after a member wrote, a person's text still answers them (LAW-34)
LATEST = timedelta(days=7)  # what is to be said later than that is for a step of the cadence
USEFUL = timedelta(hours=48)  # an answer given on a Saturday evening may wait for Monday


def leaves_at(uow: UnitOfWork, held_back: timedelta, later: datetime | None) -> datetime:
    """Return when a text is due that is held back so long, or until `later`. Raises NotAsked beyond seven days."""
    soonest = uow.now + held_back
    if later is None:
        return soonest
    if not uow.now < later <= uow.now + LATEST:
        raise NotAsked("Give a time within the next seven days. Your text was not sent.")
    return max(later, soonest)


def asked_already(uow: UnitOfWork, touch: Any, seen: str, written: OwnWords | None = None) -> int | None:
    """Return the touch of the very same request; None when nobody wrote after `seen`. Raises NotAsked otherwise.

    `written` is what a person wrote for it in their own words: another wording is another request.
    """
    now = conversation.version(uow, touch.contact_point_id)
    try:
        before = Version.parse(seen)
    except UnknownVersion as problem:
        raise NotAsked("Open the conversation again. Your text was not sent.") from problem
    last = conversation.last_by_a_person(uow, touch.contact_point_id)
    mine = last is not None and (last.author, last.words) == (touch.author, touch.words)
    if mine and written is not None and last is not None:
        mine = own_words.of_touches(uow, [last.id]).get(last.id) == written
    if last is not None and mine and (now.heard, now.by_people) == (before.heard, before.by_people + 1):
        return int(last.id)
    if now.heard != before.heard:
        raise NotAsked("The member wrote meanwhile. Your text was not sent.")
    if now.by_people != before.by_people and last is not None:
        ago = _ago(uow.now - last.planned_for)
        if last.author == touch.author:
            raise NotAsked("You answered %(ago)s. Your text was not sent.", ago=ago)
        who = last.author.partition(":")[2]
        raise NotAsked("%(who)s answered %(ago)s. Your text was not sent.", who=who, ago=ago)
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
class PersonText:
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

    def decide(self, key: str) -> Decision:
        """Return what the gate says to these words now."""
        touch = self.touch(key)
        return decide(gate_touch(touch), self.folder.facts(touch), self.folder.now)

    def plan(self, uow: UnitOfWork, key: str, due: datetime) -> int:
        """Store a touch with these words that leaves at `due`, and return it; it holds its loop until it left."""
        new = touches.new_row(uow, **self.values(key, due))
        touches.insert(uow, [new | {"nth": new["id"]}])  # one more of the same words is another text
        return int(new["id"])

    def touch(self, key: str) -> SimpleNamespace:
        """Return the touch as it would be stored, to be judged and rendered."""
        return SimpleNamespace(**touches.unsaved_row(0, **self.values(key)))


def open_text(uow: UnitOfWork, loop_id: int, *, lock: bool) -> PersonText | None:
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
    about = SimpleNamespace(
        contact_point_id=phone, program_id=found[0].program, member_id=member.id, channel="sms", words=""
    )
    answers = conversation.last_heard(uow, phone, member.id, uow.now - ANSWERS)
    return PersonText(str(uow.actor), found[0], phone, load_folder(uow, [about], found), answers)
