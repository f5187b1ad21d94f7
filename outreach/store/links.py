"""Capability links: single-purpose and expiring; only a hash of the token is kept."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import Select, delete, select, update

from outreach.store.tables import link
from outreach.store.unit_of_work import UnitOfWork


def issue(
    uow: UnitOfWork, token: str, purpose: str, subject: Mapping[str, object], real_now: datetime, hours: float
) -> None:
    """Store a link; it expires by the Timer, since a warped calendar must not make a link immortal."""
    expires_at = real_now + timedelta(hours=hours)
    row = {"id": uow.next_id(), "token_hash": _hash(token), "purpose": purpose, "subject": dict(subject)}
    uow.insert(link, [row | {"expires_at": expires_at}])


def redeem(uow: UnitOfWork, token: str, purpose: str, real_now: datetime, once: bool) -> dict[str, object] | None:
    """Return the subject of a valid link and mark it used; None for any other token."""
    row = _valid(uow, _query(token, purpose).with_for_update(), real_now, once)
    if row is None:
        return None
    uow.execute(update(link).where(link.c.id == row.id).values(used_at=real_now))
    subject: dict[str, object] = row.subject
    return subject


def valid(uow: UnitOfWork, token: str, purpose: str, real_now: datetime, once: bool) -> dict[str, object] | None:
    """Return the subject of a valid link, which stays as it is."""
    row = _valid(uow, _query(token, purpose), real_now, once)
    return None if row is None else row.subject


def spend(uow: UnitOfWork, token: str, purpose: str, real_now: datetime, hours: float) -> bool:
    """Note that what we gave out without storing it was used; False where it was before. After `hours` it is forgotten.

    Whoever calls refuses by then what is older.
    """
    uow.execute(delete(link).where(link.c.purpose == purpose, link.c.expires_at < real_now))
    row = {"id": uow.next_id(), "token_hash": _hash(token), "purpose": purpose, "subject": {}, "used_at": real_now}
    return uow.insert_new(link, row | {"expires_at": real_now + timedelta(hours=hours)})


def withdraw(uow: UnitOfWork, purposes: Collection[str], subject: Mapping[str, object]) -> None:
    """Let every link about a subject that was not used yet open nothing any more."""
    unused = select(link.c.id, link.c.subject).where(link.c.purpose.in_(purposes), link.c.used_at.is_(None))
    about = [row.id for row in uow.all(unused) if row.subject == dict(subject)]
    uow.execute(delete(link).where(link.c.id.in_(about)))


def _query(token: str, purpose: str) -> Select[Any]:
    return select(link).where(link.c.token_hash == _hash(token), link.c.purpose == purpose)


def _valid(uow: UnitOfWork, query: Select[Any], real_now: datetime, once: bool) -> Any:
    rows = uow.all(query)
    if not rows or rows[0].expires_at < real_now or (once and rows[0].used_at is not None):
        return None
    return rows[0]


def _hash(token: str) -> bytes:
    return sha256(token.encode()).digest()
