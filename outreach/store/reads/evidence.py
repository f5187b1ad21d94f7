"""Evidence as rows: what was received, sent, consented, promised and done, numbers in clear for who holds the key."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, select

from outreach.loops.sharing import Information
from outreach.store.everywhere import anywhere
from outreach.store.people import NUMBER
from outreach.store.tables import attempt, audit, consent_event, contact_point, loop, program, reply, task, touch
from outreach.store.unit_of_work import UnitOfWork

_BATCH = 1000
Numbers = dict[int, str]


@dataclass(slots=True)
class Limited:
    """What members do not want told to whom the evidence is for, and how many values were withheld because of it."""

    by_member: Mapping[int, frozenset[Information]]
    withheld: int = 0

    def of(self, member: int | None, information: Information, value: str | None) -> str | None:
        """Return a value, or None where its member limits it."""
        if member is None or value is None or information not in self.by_member.get(member, frozenset()):
            return value
        self.withheld += 1
        return None


def exports(
    uow: UnitOfWork, since: datetime | None, limited: Limited
) -> Mapping[str, Callable[[], Iterator[dict[str, Any]]]]:
    """Return, for each file, a function that yields its rows in order; `since` bounds what is dated."""
    return {
        "inbound": lambda: _inbound(uow, since, limited),
        "touch": lambda: _touches(uow, since, limited),
        "attempt": lambda: _attempts(uow, since),
        "consent": lambda: _consents(uow, since, limited),
        "loop": lambda: _loops(uow, limited),
        "task": lambda: _tasks(uow, since),
        "audit": lambda: _audit(uow, since),
    }


def _pages(uow: UnitOfWork, query: Select[Any], key: Any) -> Iterator[Row[Any]]:
    """Yield rows page by page along an ascending key, so that memory stays flat."""
    last = -1
    while rows := anywhere(uow, query.where(key > last).order_by(key).limit(_BATCH)):
        page = sorted(rows, key=lambda row: int(getattr(row, key.name)))[:_BATCH]
        yield from page
        last = getattr(page[-1], key.name)


def _dated(query: Select[Any], column: Any, since: datetime | None) -> Select[Any]:
    return query if since is None else query.where(column >= since)


def _number(uow: UnitOfWork, row: Any) -> str:
    return uow.keyring.open(NUMBER, row.phone, row.number)


_PHONE = (contact_point.c.id.label("phone"), contact_point.c.number)


def _inbound(uow: UnitOfWork, since: datetime | None, limited: Limited) -> Iterator[dict[str, Any]]:
    query = select(reply.c.id, reply.c.sid, reply.c.received_at, reply.c.member_id, *_PHONE)
    query = query.join(contact_point, contact_point.c.id == reply.c.contact_point_id)
    for row in _pages(uow, _dated(query, reply.c.received_at, since), reply.c.id):
        number = limited.of(row.member_id, Information.CONTACT, _number(uow, row))
        yield {"sid": row.sid, "from": number, "received_at": row.received_at}


def _touches(uow: UnitOfWork, since: datetime | None, limited: Limited) -> Iterator[dict[str, Any]]:
    last_attempt = (attempt.c.touch_id == touch.c.id) & (attempt.c.fencing == touch.c.attempts)
    query = select(touch, attempt.c.body_sha256, *_PHONE).join(
        contact_point, contact_point.c.id == touch.c.contact_point_id
    )
    query = query.outerjoin(attempt, last_attempt)
    for row in _pages(uow, _dated(query, touch.c.due_at, since), touch.c.id):
        yield {
            "id": row.id, "member": row.member_id,
            "to": limited.of(row.member_id, Information.CONTACT, _number(uow, row)), "channel": row.channel,
            "category": row.category, "due_at": row.due_at, "state": row.state, "provider_sid": row.sid,
            "body_sha256": row.body_sha256, "rule": row.rule,
        }  # fmt: skip


def _attempts(uow: UnitOfWork, since: datetime | None) -> Iterator[dict[str, Any]]:
    of_touches = select(touch.c.id).where(touch.c.attempts > 0)
    for touched in _pages(uow, of_touches, touch.c.id):
        query = _dated(select(attempt).where(attempt.c.touch_id == touched.id), attempt.c.started_at, since)
        for row in sorted(anywhere(uow, query), key=lambda row: int(row.fencing)):
            yield {
                "touch": row.touch_id, "started_at": row.started_at, "fencing": row.fencing, "outcome": row.outcome,
            }  # fmt: skip


def _consents(uow: UnitOfWork, since: datetime | None, limited: Limited) -> Iterator[dict[str, Any]]:
    query = select(consent_event, *_PHONE).join(contact_point, contact_point.c.id == consent_event.c.contact_point_id)
    for row in _pages(uow, _dated(query, consent_event.c.received_at, since), consent_event.c.id):
        yield {
            "phone": limited.of(row.member_id, Information.CONTACT, _number(uow, row)), "member": row.member_id,
            "channel": row.channel, "category": row.category,
            "action": row.action, "at": row.at or row.received_at, "source": row.source,
        }  # fmt: skip


def _loops(uow: UnitOfWork, limited: Limited) -> Iterator[dict[str, Any]]:
    query = select(loop, program.c.key).join(program, program.c.id == loop.c.program_id)
    for row in _pages(uow, query, loop.c.id):
        yield {
            "id": row.id, "program": row.key, "lane": row.lane, "state": row.stage, "held_by": row.held_by,
            "next_at": row.next_at, "owner": "outreach" if row.closed is None else None,
            "outcome": limited.of(row.member_id, Information.OUTCOME, row.outcome),
            "reason": limited.of(row.member_id, Information.REASON, row.reason or row.closed),
        }  # fmt: skip


def _tasks(uow: UnitOfWork, since: datetime | None) -> Iterator[dict[str, Any]]:
    for row in _pages(uow, _dated(select(task), task.c.opened_at, since), task.c.id):
        owner = row.owner_person or row.owner_queue
        yield {"id": row.id, "kind": row.kind, "owner": owner, "due_at": row.due_at, "state": row.state}


def _audit(uow: UnitOfWork, since: datetime | None) -> Iterator[dict[str, Any]]:
    for row in _pages(uow, _dated(select(audit), audit.c.at, since).where(audit.c.seq.isnot(None)), audit.c.seq):
        yield {
            "seq": row.seq, "at": row.at, "actor": row.actor, "action": row.action, "object": row.object,
            "hash": row.hash, "prev": row.prev,
        }  # fmt: skip
