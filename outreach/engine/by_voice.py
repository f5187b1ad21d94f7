"""Which phone of a member rings, and what they agreed to be called about: a consent of its own (LAW-01, LAW-03)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from outreach.loops.consent import Category, Channel, ConsentEvent, granted
from outreach.loops.voice_fallback import objection_to_call
from outreach.store import consents, people, programs
from outreach.store.people import StoredMember
from outreach.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class ByVoice:
    """The phone to call, if there is any, and the categories that a call to it may be about."""

    phone: int | None
    categories: frozenset[Category]


NOT_CALLED = ByVoice(None, frozenset())


def by_voice(uow: UnitOfWork, members: Iterable[StoredMember]) -> dict[int, ByVoice]:
    """Return, by member, how they are called: on the first phone that they agreed to, landlines too.

    Without a consent it is the first that can ring, so that the gate says what is missing. Nobody who cannot hear a
    call has agreed to any (HIP-30).
    """
    able = {member.id: member for member in members}
    phones = {phone for member in able.values() for phone in member.callable_points}
    ledgers = consents.consents(uow, phones)
    return {who: _of(member, ledgers) for who, member in able.items()}


def called_instead(uow: UnitOfWork, touch: Any, code: int) -> bool:
    """Whether a call takes the place of a text that failed for good: as its step says, and TWI-34 allows."""
    if touch.loop_id is None or touch.channel != Channel.SMS or touch.answers_at is not None:
        return False
    cadence = programs.programs(uow, [touch.program_id])[touch.program_id].cadence
    step = next((each for each in cadence.steps if each.key == touch.step), None)
    if step is None or step.fallback != Channel.VOICE or touch.useful_until <= uow.now:
        return False
    members = people.members(uow, [touch.member_id]).values()
    agreed = any(touch.category in called.categories for called in by_voice(uow, members).values())
    return objection_to_call(code, over=True, consents=agreed, hears=agreed) is None


def _of(member: StoredMember, ledgers: Mapping[int, tuple[ConsentEvent, ...]]) -> ByVoice:
    wishes = member.contact_rule
    allowed = [phone for phone in member.callable_points if not wishes.phones or phone in wishes.phones]
    agreed = {phone: _agreed(ledgers.get(phone, ()), member.id) for phone in allowed}
    phone = next((phone for phone in allowed if agreed[phone]), next(iter(allowed), member.phone))
    categories = agreed.get(phone, frozenset()) if phone is not None else frozenset[Category]()
    return ByVoice(phone, frozenset() if wishes.hearing_access else categories)


def _agreed(ledger: tuple[ConsentEvent, ...], member: int) -> frozenset[Category]:
    return frozenset(about for about in Category if granted(ledger, member, Channel.VOICE, about) is not None)
