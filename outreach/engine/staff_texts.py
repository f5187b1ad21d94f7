"""A person answers a member: approved words in the member's language, past the same gate and by the same protocol."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from locales.segments import segments
from outreach.engine.deployment import Deployment
from outreach.engine.holds import name_holds
from outreach.engine.own_words import Desk, desk
from outreach.engine.person_texts import PersonText, asked_already, leaves_at, open_text
from outreach.engine.pump import pump
from outreach.engine.refusals import NotAsked
from outreach.engine.wording import body_of
from outreach.loops.anchor import Sensitivity
from outreach.loops.cadence import Queue
from outreach.loops.verdict import Decision, Refused
from outreach.store import conversation, loops, people, touches
from outreach.store.actor import Actor
from outreach.store.programs import Words
from outreach.store.touches import ON_THE_VISIT
from outreach.store.unit_of_work import UnitOfWork, by_all_there_is

# What a person may answer with, in the order it is offered.
REPLIES = (
    "reply_thanks", "reply_call", "reply_visit", "reply_place", "reply_companion", "reply_ride", "reply_bring",
    "reply_interpreter",
)  # fmt: skip
HELD_BACK = timedelta(seconds=10)  # so long what is sent from a page may be taken back


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
    """What may be answered now, what the gate says to it, and the version of the conversation that was read.

    `own` says the same of a person's own words.
    """

    loop: int
    language: str
    offers: tuple[Offer, ...]
    verdict: Decision
    seen: str
    own: Desk


@by_all_there_is
def composer(uow: UnitOfWork, loop_id: int) -> Composer | None:
    """Return what the actor may answer the member of a loop with; None for no loop, or a member without a phone."""
    text = open_text(uow, loop_id, lock=False)
    if text is None:
        return None
    offers = tuple(_offers(text))
    touch = text.touch(offers[0].key if offers else REPLIES[0])
    verdict, seen = text.decide(touch.words), conversation.version(uow, text.phone)
    return Composer(loop_id, text.folder.language(touch), offers, verdict, str(seen), desk(text))


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
        due = leaves_at(uow, held_back, later)
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


def _plan(uow: UnitOfWork, loop_id: int, key: str, seen: str, due: datetime) -> int:
    text = open_text(uow, loop_id, lock=True)
    if text is None:
        raise NotAsked("There is no phone to answer on. Call the member, or find a number first.")
    if key not in REPLIES:
        raise NotAsked("This text is not offered here. Choose one from the list.")
    if (twice := asked_already(uow, text.touch(key), seen)) is not None:
        return twice
    if isinstance(verdict := text.decide(key), Refused):
        raise NotAsked("This text may not leave now: %(rule)s. It was not sent.", rule=verdict.rule)
    if key not in {offer.key for offer in _offers(text)}:
        raise NotAsked("This text cannot be said about this visit. Choose another one.")
    new = text.plan(uow, key, due)
    name_holds(uow, [text.stored.loop.id])
    uow.audit("text.said", f"touch:{new}", "COPY-12")
    return new


def _offers(text: PersonText) -> Iterator[Offer]:
    """Yield what has approved words and can be said about this visit as it is now (HIP-25, HIP-02)."""
    for key in REPLIES:
        if key not in ON_THE_VISIT or _visit_to_come(text):
            touch = text.touch(key)
            body = _body(text, touch, text.folder.words_for(touch), text.folder.language(touch))
            if body is not None:
                english = _body(text, touch, text.folder.words.get((touch.program_id, key, "en")), "en")
                counted = segments(body)
                yield Offer(key, body, english or "", counted.units, counted.parts, counted.encoding)


def _body(text: PersonText, touch: Any, words: Words | None, language: str) -> str | None:
    return body_of(text.folder, touch, words, language) if words else None


def _visit_to_come(text: PersonText) -> bool:
    loop = text.stored.loop
    stands = loop.open and not loop.anchor.cancelled and loop.anchor.sensitivity is not Sensitivity.SILENT
    return stands and text.folder.now < loop.anchor.starts_at
