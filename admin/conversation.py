"""Whom a task is about and what was said with them, and whether and how they may be answered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from admin import consent_words, rule_words
from admin.composing import Composing, composing, near
from admin.language import N_, gettext
from admin.thread import Drawn, drawn
from admin.writing import Typed, Writing, writing
from locales.languages import Language, languages
from outreach.engine.forecast import OPEN_ENDED, forecast
from outreach.engine.refusals import NotAsked
from outreach.engine.staff_texts import HELD_BACK, composer
from outreach.loops.verdict import HeldUntil
from outreach.store import consents, presence
from outreach.store.conversation import with_people
from outreach.store.reads import loops
from outreach.store.reads.loops import LoopRow, Person
from outreach.store.reads.task_about import About
from outreach.store.reads.tasks import TaskRow
from outreach.store.reads.thread import Message, Planned, Sent, thread
from outreach.store.unit_of_work import UnitOfWork

LONGEST = 200  # messages that are shown of one number

_NOBODY = N_("Nobody we know has this number. Find out who wrote; then they can be answered.")
_SHARED = N_("Several people share this number. Find out who is meant; then they can be answered.")
_NO_PHONE = N_("No number is known. Find a working phone; then texts can be sent.")
_NO_VISIT = N_("The member has no open visit, so there is nothing to text about. Call the member.")
_OTHER_PHONE = N_("They wrote from another number than the one we text. Call the member.")
_NOT_A_MEMBER = N_("This task is about no member, so there is nobody to text.")
_CLOSED = N_("This loop is closed: only an answer to what the member wrote may still leave.")


@dataclass(frozen=True, slots=True)
class Quiet:
    """Automatic texts wait until then for a person who talks; `following` is the next of them, "" where none is."""

    until: str
    following: str


@dataclass(frozen=True, slots=True)
class Talk:
    """A conversation with the loop that it is about. `composing` is None where nobody can be answered: `advice` why.

    `silent` when the phone is opted out of everything; `others` have it open too.
    """

    loop: LoopRow | None
    phone: int | None
    silent: bool
    language: Language | None
    messages: Sequence[Drawn] = field(repr=False)
    composing: Composing | None = field(repr=False)
    writing: Writing | None = field(repr=False)
    advice: str
    others: tuple[str, ...] = ()
    quiet: Quiet | None = None


def talk(
    uow: UnitOfWork, task: TaskRow, about: About, zone: str, me: str, here: datetime, typed: Typed | None = None
) -> Talk:
    """Return the conversation around a task, on the clocks of `zone`; the caller audits the view.

    `me` reads it at `here`, on the Timer, and `typed` what the page shows how it would arrive.
    """
    loop, member, phone = _answerable(uow, task, about)
    advice = _advice(about, loop, member, phone)
    found = composer(uow, loop.id) if loop and not advice else None
    if loop and loop.closed:
        advice = gettext(_CLOSED)
    messages = thread(uow, phone, LONGEST) if phone else []
    code = found.language if found else member.language if member else ""
    return Talk(
        loop=loop,
        phone=phone,
        silent=phone is not None and consent_words.silent(consents.consents(uow, [phone]).get(phone, ())),
        language=languages().get(code),
        messages=drawn(messages, zone),
        composing=composing(found, uow.now, zone) if found else None,
        writing=writing(uow, found, typed, zone) if found else None,
        advice=advice,
        others=tuple(presence.others(uow, phone, me, here)) if phone else (),
        quiet=_quiet(uow, phone, messages, zone) if phone else None,
    )


def _quiet(uow: UnitOfWork, phone: int, messages: Sequence[Message], zone: str) -> Quiet | None:
    until = with_people(uow, [phone]).get(phone)
    if until is None:
        return None
    following = next((one for one in messages if isinstance(one, Planned) and one.author is None), None)
    return Quiet(near(until, uow.now, zone), near(following.at, uow.now, zone) if following else "")


def answered_loop(uow: UnitOfWork, task: TaskRow, about: About) -> int:
    """Return the loop that an answer is about; raises NotAsked with the advice where nobody can be answered."""
    loop, member, phone = _answerable(uow, task, about)
    advice = _advice(about, loop, member, phone)
    if loop is None or advice:
        raise NotAsked(advice)
    return loop.id


def phone_of(uow: UnitOfWork, task: TaskRow, about: About) -> int | None:
    """Return the phone whose conversation a task shows, or None."""
    return _answerable(uow, task, about)[2]


def leaves(uow: UnitOfWork, loop_id: int, touch_id: int) -> str:
    """Say when a text that a person just asked for leaves, as the gate has it now."""
    loop = loops.one(uow, loop_id)
    phone = loops.person(uow, loop.member_id).phone_id if loop else None
    match _found(thread(uow, phone, LONGEST) if phone else [], touch_id):
        case Planned(at=at) if loop:
            match forecast(uow, [loop_id]).get(touch_id):
                case HeldUntil(_, rule) if rule in OPEN_ENDED:
                    return f"{rule_words.why(rule)} {rule_words.instead(rule)}".strip()
                case HeldUntil(when, _) if when > at:
                    return gettext("It leaves %(when)s.", when=near(when, uow.now, loop.zone))
            if at - uow.now <= HELD_BACK:
                return gettext("It leaves in 10 seconds.")
            return gettext("It leaves %(when)s.", when=near(at, uow.now, loop.zone))
        case Sent(state="refused" | "expired", rule=rule):
            return gettext("It was refused. %(why)s It was not sent.", why=rule_words.why(rule))
        case _:
            return gettext("It is on its way.")


def _found(messages: Sequence[Message], touch_id: int) -> Message | None:
    return next((one for one in messages if isinstance(one, Sent | Planned) and one.id == touch_id), None)


def _answerable(uow: UnitOfWork, task: TaskRow, about: About) -> tuple[LoopRow | None, Person | None, int | None]:
    """Return the task's own loop, else the next visit of the only person it concerns; its member; and the phone."""
    alone = about.people[0].id if len(about.people) == 1 else None
    loop_id = task.loop_id or (about.loops[0] if alone and about.loops else None)
    loop = loops.one(uow, loop_id) if loop_id else None
    member_id = loop.member_id if loop else alone
    member = loops.person(uow, member_id) if member_id else None
    return loop, member, task.contact_point_id or (member.phone_id if member else None)


def _advice(about: About, loop: LoopRow | None, member: Person | None, phone: int | None) -> str:
    if phone is None:
        return gettext(_NO_PHONE if about.people else _NOT_A_MEMBER)
    if member is None:
        return gettext(_SHARED if about.people else _NOBODY)
    if loop is None:
        return gettext(_NO_VISIT)
    return gettext(_OTHER_PHONE) if phone != member.phone_id else ""
