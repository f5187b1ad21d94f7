"""What people know about a member beside the visit, as rows: what changed, what stands in the way, who is near."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Table, select, update

from conversations.meaning import Reason
from outreach.loops.around_member import Fact, Relation, Teller
from outreach.loops.sharing import Information
from outreach.store.tables import barrier, member, member_change, proxy
from outreach.store.unit_of_work import UnitOfWork

NAME = "proxy:name"


@dataclass(frozen=True, slots=True)
class Change:
    """One fact about a member as it became, what it was before, and who said so."""

    fact: Fact
    before: str | None
    after: str
    source: Teller
    at: datetime
    actor: str


@dataclass(frozen=True, slots=True)
class Barrier:
    """What somebody told a person stands in the way of visits; over once `ended_at` is there."""

    id: int
    reason: Reason
    source: Teller
    at: datetime
    actor: str
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class Proxy:
    """Who speaks for a member or stands beside them, and what a person may tell them."""

    id: int
    name: str = field(repr=False)
    relation: Relation
    may_hear: tuple[Information, ...]
    evidence: str
    at: datetime
    actor: str


def changes(uow: UnitOfWork, member_id: int) -> list[Change]:
    """Return what changed about a member, the newest first."""
    query = select(member_change).where(member_change.c.member_id == member_id).order_by(member_change.c.id.desc())
    return [
        Change(Fact(row.fact), row.before, row.after, Teller(row.source), row.at, row.actor) for row in uow.all(query)
    ]


def note_change(uow: UnitOfWork, member_id: int, fact: Fact, before: str | None, after: str, source: Teller) -> None:
    """Append what a fact became; the trail says to what."""
    row = {"id": uow.next_id(), "member_id": member_id, "fact": fact, "before": before, "after": after}
    uow.insert(member_change, [row | {"source": source, "at": uow.now, "actor": str(uow.actor)}])
    uow.audit(f"member.{fact}.noted", f"member:{member_id}")


def set_zone(uow: UnitOfWork, member_id: int, zone: str, source: str) -> None:
    """Let a member live by one clock alone; `source` says how it is known (TIM-02)."""
    values = {"zones": [zone], "zone_source": source}
    uow.execute(update(member).where(member.c.id == member_id).values(**values))
    uow.audit("member.zone", f"member:{member_id}", "TIM-02")


def barriers(uow: UnitOfWork, member_id: int) -> list[Barrier]:
    """Return what was told to people, the newest first."""
    query = select(barrier).where(barrier.c.member_id == member_id).order_by(barrier.c.id.desc())
    return [
        Barrier(row.id, Reason(row.reason), Teller(row.source), row.at, row.actor, row.ended_at)
        for row in uow.all(query)
    ]


def add_barrier(uow: UnitOfWork, member_id: int, reason: Reason, source: Teller) -> None:
    """Store what stands in the way."""
    row = {"id": uow.next_id(), "member_id": member_id, "reason": reason, "source": source, "at": uow.now}
    uow.insert(barrier, [row | {"actor": str(uow.actor)}])
    uow.audit(f"barrier.noted.{reason}", f"member:{member_id}", "OUT-04")


def end_barrier(uow: UnitOfWork, member_id: int, barrier_id: int) -> bool:
    """It stands in the way no more; False when it is none of theirs, or over already."""
    return _end(uow, barrier, member_id, barrier_id, "barrier.ended")


def proxies(uow: UnitOfWork, member_id: int) -> list[Proxy]:
    """Return who stands beside a member now, in the order they were noted; the caller audits the view."""
    theirs = select(proxy).where(proxy.c.member_id == member_id, proxy.c.ended_at.is_(None))
    return [
        Proxy(
            row.id, uow.keyring.open(NAME, row.id, row.name), Relation(row.relation),
            tuple(Information(code) for code in row.may_hear), row.evidence, row.at, row.actor,
        )
        for row in uow.all(theirs.order_by(proxy.c.id))
    ]  # fmt: skip


def add_proxy(
    uow: UnitOfWork, member_id: int, name: str, relation: Relation, may_hear: Collection[Information], evidence: str
) -> None:
    """Store who stands beside a member; their name is sealed, and in no trail."""
    new = uow.next_id()
    row: dict[str, Any] = {"id": new, "member_id": member_id, "name": uow.keyring.seal(NAME, new, name)}
    row |= {"relation": relation, "may_hear": sorted(may_hear), "evidence": evidence, "at": uow.now}
    uow.insert(proxy, [row | {"actor": str(uow.actor)}])
    uow.audit(f"proxy.noted.{relation}", f"member:{member_id}", "HIP-11")


def end_proxy(uow: UnitOfWork, member_id: int, proxy_id: int) -> bool:
    """They stand beside the member no more; False when they never did, or no longer do."""
    return _end(uow, proxy, member_id, proxy_id, "proxy.ended")


def _end(uow: UnitOfWork, table: Table, member_id: int, row_id: int, action: str) -> bool:
    one = (table.c.id == row_id) & (table.c.member_id == member_id) & table.c.ended_at.is_(None)
    ended = uow.execute(update(table).where(one).values(ended_at=uow.now, ended_by=str(uow.actor))).rowcount == 1
    if ended:
        uow.audit(action, f"member:{member_id}")
    return ended
