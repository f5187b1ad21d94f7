"""The ledger of consent: read whole for each phone, and only ever added to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import String, cast, exists, literal, select

from outreach.loops.consent import Action, ConsentClass, ConsentEvent, Ledger, Organisation, in_order
from outreach.store.batches import rows_in
from outreach.store.tables import audit, consent_event
from outreach.store.unit_of_work import UnitOfWork

_ENTRY, _EXPIRING = "consent_event:", "consent.expiring"
_FOLDED = [
    consent_event.c[name]
    for name in (
        "id", "contact_point_id", "action", "at", "received_at", "member_id", "channel", "category", "consent_class",
        "organisation", "expires_at",
    )
]  # fmt: skip
_PHONE = 1  # its place in a row
_LEDGERS = select(*_FOLDED)


def consents(uow: UnitOfWork, contact_point_ids: Iterable[int]) -> dict[int, Ledger]:
    """Return each phone's ledger, in order."""
    found: dict[int, list[ConsentEvent]] = defaultdict(list)
    for row in rows_in(uow, _LEDGERS, consent_event.c.contact_point_id, set(contact_point_ids)):
        found[row[_PHONE]].append(_event(row))
    return {phone: in_order(events) for phone, events in found.items()}


def note(
    uow: UnitOfWork,
    phone: int,
    event: ConsentEvent,
    source: str,
    rule: str,
    evidence: str,
    *,
    text_version: str | None = None,
    language: str | None = None,
    party: str | None = None,
    prior: int | None = None,
    collector: str | None = None,
) -> int:
    """Append one entry to a phone's ledger with its whole provenance; return it (LAW-24, LAW-26, LAW-27).

    `collector` is who took it, the actor of this transaction when nobody else is named.
    """
    new = uow.next_id()
    row = {
        "id": new, "contact_point_id": phone, "member_id": event.member, "action": event.action,
        "channel": event.channel, "category": event.category, "consent_class": event.consent_class, "at": event.at,
        "received_at": event.received_at, "source": source, "text_version": text_version, "language": language,
        "rule": rule, "evidence": evidence, "collector": collector or str(uow.actor),
        "organisation": event.organisation, "party": party, "expires_at": event.expires_at, "prior_id": prior,
    }  # fmt: skip
    uow.insert(consent_event, [row])
    uow.audit(f"consent.{event.action}", f"contact_point:{phone}", rule)
    return new


def with_requests(uow: UnitOfWork, contact_point_ids: Iterable[int]) -> set[int]:
    """Return the phones on which a consent was ever asked to be confirmed (LAW-28): few, so that few are read whole."""
    query = select(consent_event.c.contact_point_id).where(consent_event.c.action == Action.REQUEST).distinct()
    return {
        row.contact_point_id for row in rows_in(uow, query, consent_event.c.contact_point_id, set(contact_point_ids))
    }


def expiring(uow: UnitOfWork, before: datetime, limit: int) -> list[tuple[int, ConsentEvent]]:
    """Return (phone, entry) of consents that end before an instant and were not noticed yet, soonest first.

    What has ended already is left out. That an entry was noticed is in the trail alone: the ledger does not change.
    """
    ends = consent_event.c.expires_at
    noticed = exists().where(
        audit.c.object == literal(_ENTRY) + cast(consent_event.c.id, String), audit.c.action == _EXPIRING
    )
    query = select(*_FOLDED).where(ends > uow.now, ends <= before, consent_event.c.action == Action.GRANT, ~noticed)
    return [(row[_PHONE], _event(row)) for row in uow.all(query.order_by(ends).limit(limit))]


def notice_expiring(uow: UnitOfWork, entry: int) -> None:
    """Note that a consent comes to its end; `expiring` does not return it again."""
    uow.audit(_EXPIRING, f"{_ENTRY}{entry}", "LAW-26")


# Ledgers are read whole for every text: rows are taken apart at once and words looked up, which is much the cheapest.
_ACTIONS = {action.value: action for action in Action}
_CLASSES: dict[str | None, ConsentClass | None] = {None: None, **{kind.value: kind for kind in ConsentClass}}
_ORGANISATIONS: dict[str | None, Organisation | None] = {None: None, **{who.value: who for who in Organisation}}


def _event(row: Any) -> ConsentEvent:
    row_id, _, action, at, received_at, member, channel, category, kind, organisation, expires_at = row
    given, by = _CLASSES[kind], _ORGANISATIONS[organisation]
    return ConsentEvent(_ACTIONS[action], at, received_at, member, channel, category, given, by, expires_at, row_id)
