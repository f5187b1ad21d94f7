"""Every way of opting out, and the one way back: whoever says it, the same entry is written (LAW-14..25, LAW-39).

An entry takes effect when its transaction commits. Nobody but the member can lift an opt-out: there is no other START.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from outreach.engine.decide import decide
from outreach.engine.deployment import Deployment
from outreach.engine.line import Line, line_of, open_tasks
from outreach.engine.reached import reached
from outreach.engine.refusals import NotAsked
from outreach.loops.consent import EVERY_CATEGORY, Action, Category, Channel, ConsentEvent
from outreach.loops.events import Suppressed
from outreach.loops.numbers import NumberState
from outreach.loops.tasks import TaskKind
from outreach.store import consents, events, loops, people, texted
from outreach.store.actor import Actor
from outreach.store.unit_of_work import UnitOfWork


class StopHow(StrEnum):
    """How a person's wish for no more texts came to us, when it was not a text (LAW-15)."""

    STAFF_VERBAL = "staff_verbal"
    VOICEMAIL = "voicemail"
    EMAIL = "email"
    MAIL = "mail"
    CLINIC = "clinic"
    DRIVER = "driver"
    VOICE_KEY = "voice_key"


@dataclass(frozen=True, slots=True)
class Word:
    """Where an entry comes from: its source, the rule that recognised it, and where the words lie (LAW-24).

    `at` is the provider's time, where it has one.
    """

    source: str
    rule: str
    evidence: str
    at: datetime | None = None


BY_REPLY = "member_reply"


def stop(deployment: Deployment, actor: Actor, phone: int, how: StopHow) -> None:
    """Record that somebody wants no more texts on a phone; a second time changes nothing. Raises NotAsked."""
    rule = "LAW-14" if how is StopHow.VOICE_KEY else "LAW-15"
    with deployment.write(actor) as uow:
        if not people.lock_phones(uow, [phone]):
            raise NotAsked("There is no such number. Open the member again, and choose one of their phones.")
        _silence(uow, [phone], Word(how, rule, how))
        uow.commit()


def stop_for_visit(deployment: Deployment, actor: Actor, loop_id: int) -> None:
    """A clinic was asked to stop the texts: every phone of that visit's member is silent, and no other.

    Raises NotAsked for another clinic's visit.
    """
    with deployment.write(actor) as uow:
        found = loops.get(uow, [loop_id])
        if not found or found[0].clinic != actor.clinic:
            raise NotAsked(NotAsked.__doc__)
        phones = people.members(uow, [found[0].member])[found[0].member].contact_points
        people.lock_phones(uow, phones)
        _silence(uow, phones, Word(StopHow.CLINIC, "LAW-15", f"loop:{loop_id}"))
        uow.commit()


def _silence(uow: UnitOfWork, phones: Iterable[int], word: Word) -> None:
    """Stop locked phones that are not silent yet, and let their loops decide at once."""
    lines = [line for line in (line_of(uow, phone) for phone in phones) if not line.silent]
    concerned = {loop_id for line in lines for _, loop_id in line.open_loops}
    loops.lock(uow, concerned)
    for line in lines:
        stopped(uow, line, word)
    decide(uow, concerned)


def wrong_number(deployment: Deployment, actor: Actor, phone: int, member: int) -> None:
    """Record that a phone is not this member's (LAW-39). Raises NotAsked when it never was one of theirs."""
    with deployment.write(actor) as uow:
        people.lock_phones(uow, [phone])
        line = line_of(uow, phone)
        if member not in line.members:
            raise NotAsked("This is not one of the member's numbers. Open the member again.")
        concerned = [loop_id for who, loop_id in line.open_loops if who == member]
        loops.lock(uow, concerned)
        not_theirs(uow, line, Word("staff", "LAW-39", "staff"), member)
        decide(uow, concerned)
        uow.commit()


def stopped(uow: UnitOfWork, line: Line, word: Word) -> None:
    """Write a STOP on a locked phone; the open loops of everybody on it hear of the first (LAW-19)."""
    _note(uow, line.phone, Action.STOP, word)
    if not line.silent:
        _tell(uow, line, Suppressed(uow.now, "LAW-19"))


def kept_rides(uow: UnitOfWork, line: Line, word: Word) -> None:
    """Except rides from a STOP, as the member answered the one question that it allows; lock its loops (LAW-17)."""
    _note(uow, line.phone, Action.KEEP, word, category=Category.TRANSPORT)
    reached(uow, line.members)


def started(uow: UnitOfWork, line: Line, word: Word) -> None:
    """Lift the block of a number, as only its member can; lock its loops. It creates no consent (LAW-25)."""
    _note(uow, line.phone, Action.START, word)
    reached(uow, line.members)


def not_theirs(uow: UnitOfWork, line: Line, word: Word, member: int | None = None) -> None:
    """Write that a locked phone is not this member's, or nobody's we know (None): a new number must be found (LAW-39).

    The member is not opted out. Nothing rings there any more once it is nobody's.
    """
    _note(uow, line.phone, Action.WRONG_NUMBER, word, member=member)
    gone = [member] if member is not None else list(line.members)
    if set(gone) >= set(line.members):
        people.set_state(uow, line.phone, NumberState.REASSIGNED_HOLD)
    _tell(uow, line, Suppressed(uow.now, "LAW-39"), gone)
    reply = _reply(word)
    held = {who for who, _ in line.open_loops}
    for who in gone:
        if who not in held:  # an open loop opens its own
            open_tasks(uow, line, [TaskKind.VERIFY_PHONE], reply=reply, member=who)
    told, looked_into = texted.told_of_a_visit(uow, line.phone), texted.last_task(uow, line.phone, _INCIDENT)
    if told is not None and (looked_into is None or told > looked_into):
        open_tasks(uow, line, [_INCIDENT], reply=reply, member=member)  # HIP-18


_INCIDENT = TaskKind.PRIVACY_INCIDENT


def died(uow: UnitOfWork, line: Line, word: Word) -> None:
    """After a report of a death nothing more goes to any number of that member, until a person found out (CARE-10).

    The phone that wrote is silent for everybody on it. Where several share it nobody is guessed; where one person has
    it, their consent ends on their other phones too, and whoever shares those keeps their texts.
    """
    _note(uow, line.phone, Action.STOP, word)
    _tell(uow, line, Suppressed(uow.now, "CARE-10"))
    if line.only_member is None:
        return
    others = [phone for phone in line.members[line.only_member].contact_points if phone != line.phone]
    # A phone that a claim holds right now is not waited for: we hold another one, and phones are locked in order.
    people.lock_phones(uow, others, skip_locked=True)
    for phone in others:
        for channel in Channel:
            _note(uow, phone, Action.REVOKE, word, member=line.only_member, channel=channel)


def _note(
    uow: UnitOfWork,
    phone: int,
    action: Action,
    word: Word,
    *,
    member: int | None = None,
    channel: str = Channel.SMS,
    category: str = EVERY_CATEGORY,
) -> None:
    """Append an entry. A provider's clock that runs ahead of ours must not outlive what the member says next."""
    at = min(word.at, uow.now) if word.at else None
    entry = ConsentEvent(action, at, uow.now, member, channel, category)
    consents.note(uow, phone, entry, word.source, word.rule, word.evidence)


def _tell(uow: UnitOfWork, line: Line, event: Suppressed, members: Iterable[int] | None = None) -> None:
    whose = set(line.members if members is None else members)
    events.append(uow, [(loop_id, event) for who, loop_id in line.open_loops if who in whose])


def _reply(word: Word) -> int | None:
    kind, _, row = word.evidence.partition(":")
    return int(row) if kind == "reply" else None
