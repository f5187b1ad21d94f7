"""What members said about sharing, as rows: read whole for each member, and only ever added to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Row, select

from outreach.loops.sharing import (
    DEFAULTS,
    RULE,
    Information,
    Recipient,
    SharingAction,
    SharingEvent,
    Workflow,
    may_share,
)
from outreach.store.batches import rows_in
from outreach.store.tables import loop, sharing_event
from outreach.store.unit_of_work import UnitOfWork


def sharing(uow: UnitOfWork, member_ids: Iterable[int]) -> dict[int, tuple[SharingEvent, ...]]:
    """Return each member's words on sharing; a member who never said anything is left out."""
    return _by_member(rows_in(uow, select(sharing_event), sharing_event.c.member_id, set(member_ids)))


def withheld_from(uow: UnitOfWork, recipient: Recipient, workflow: Workflow) -> dict[int, frozenset[Information]]:
    """Return, for each member who limited anything towards a recipient's work, what they do not want told."""
    theirs = (sharing_event.c.recipient == recipient) & (sharing_event.c.workflow == workflow)
    found = _by_member(uow.all(select(sharing_event).where(theirs)))
    usual = [kind for kind in Information if (kind, recipient, workflow) in DEFAULTS]
    limited = {
        member: frozenset(kind for kind in usual if not may_share(events, kind, recipient, workflow))
        for member, events in found.items()
    }
    return {member: kinds for member, kinds in limited.items() if kinds}


def clinic_may_hear(uow: UnitOfWork, loop_id: int) -> frozenset[Information]:
    """Return what a loop's member lets the clinic of the visit hear, as it stands now."""
    query = select(sharing_event).join(loop, loop.c.member_id == sharing_event.c.member_id)
    said = next(iter(_by_member(uow.all(query.where(loop.c.id == loop_id))).values()), ())
    way = (Recipient.CLINIC, Workflow.CLINIC_SIGNAL)
    return frozenset(kind for kind in Information if may_share(said, kind, *way))


def note(uow: UnitOfWork, member: int, event: SharingEvent, source: str, evidence: str) -> int:
    """Append a member's word, with who took it and where the proof lies; return the entry."""
    new = uow.next_id()
    row = {
        "id": new, "member_id": member, "information": event.information, "recipient": event.recipient,
        "workflow": event.workflow, "action": event.action, "at": event.at, "source": source,
        "collector": str(uow.actor), "rule": RULE, "evidence": evidence,
    }  # fmt: skip
    uow.insert(sharing_event, [row])
    uow.audit(f"sharing.{event.action}.{event.information}.{event.recipient}", f"member:{member}", RULE)
    return new


def _by_member(rows: Iterable[Row[Any]]) -> dict[int, tuple[SharingEvent, ...]]:
    found: dict[int, list[SharingEvent]] = defaultdict(list)
    for row in rows:
        found[row.member_id].append(
            SharingEvent(
                action=SharingAction(row.action),
                at=row.at,
                information=Information(row.information),
                recipient=Recipient(row.recipient),
                workflow=Workflow(row.workflow),
                id=row.id,
            )
        )
    return {member: tuple(events) for member, events in found.items()}
