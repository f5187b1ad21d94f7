"""Double opt-in: a consent that somebody took down is asked for by text, once, before anything else leaves (LAW-28)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from outreach.loops.consent import Action, Category, Channel, ConsentEvent, requested
from outreach.loops.plan import Wanted
from outreach.store import consents, texted
from outreach.store.people import StoredMember
from outreach.store.touches import ASKS_CONSENT, WELCOME
from outreach.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Unconfirmed:
    """A consent that waits for the member's own yes, and whether they were asked already."""

    category: Category
    asked: bool


def unconfirmed(uow: UnitOfWork, members: Mapping[int, StoredMember]) -> dict[int, Unconfirmed]:
    """Return, by member, what they still have to confirm on the phone we write to; most have nothing."""
    phones = {member.id: member.phone for member in members.values() if member.phone is not None}
    ledgers = consents.consents(uow, consents.with_requests(uow, phones.values()))
    asked = asked_since(uow, ledgers)
    found = {}
    for member, phone in phones.items():
        if waiting := requests(ledgers.get(phone, ()), member):
            found[member] = Unconfirmed(next(iter(waiting)), member in asked.get(phone, ()))
    return found


def requests(ledger: Sequence[ConsentEvent], member: int) -> dict[Category, ConsentEvent]:
    """Return, by category, the entries that wait for a member's yes to texts."""
    waiting = {category: requested(ledger, member, Channel.SMS, category) for category in Category}
    return {category: entry for category, entry in waiting.items() if entry is not None}


def asked_since(uow: UnitOfWork, ledgers: Mapping[int, Sequence[ConsentEvent]]) -> dict[int, set[int]]:
    """Return, by phone, the members who were asked for their yes since it was last waited for."""
    waited: dict[tuple[int, int], datetime] = {}
    for phone, ledger in ledgers.items():
        for event in ledger:
            if event.action is Action.REQUEST and event.member is not None:
                key = (phone, event.member)
                waited[key] = max(event.received_at, waited.get(key, event.received_at))
    found: dict[int, set[int]] = defaultdict(set)
    for key, at in texted.asked_consent(uow, {phone for phone, _ in waited}).items():
        if key in waited and at >= waited[key]:
            found[key[0]].add(key[1])
    return found


def as_question(wanted: Wanted, waiting: Unconfirmed | None) -> Wanted:
    """Return a touch as it should be planned: the welcome of an unconfirmed consent asks for it instead."""
    if waiting is None or wanted.words != WELCOME:
        return wanted
    return replace(wanted, words=ASKS_CONSENT, category=waiting.category)
