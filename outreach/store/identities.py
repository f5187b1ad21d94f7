"""Whose account somebody of the organisation's own sign-in has. All instants are the Timer's, never the calendar's."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import delete, select, update

from outreach.store.tables import identity
from outreach.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Identity:
    """An account's other side: a subject of one issuer, which stays theirs whatever their address becomes."""

    id: int
    account: int
    issuer: str
    subject: str = field(repr=False)
    linked_at: datetime
    used_at: datetime | None


def of_subject(uow: UnitOfWork, issuer: str, subject: str) -> Identity | None:
    """Return who somebody is here."""
    return _one(uow, (identity.c.issuer == issuer) & (identity.c.subject == subject))


def of_account(uow: UnitOfWork, account_id: int) -> Identity | None:
    """Return who an account's owner is there."""
    return _one(uow, identity.c.account_id == account_id)


def link(uow: UnitOfWork, account_id: int, issuer: str, subject: str, real_now: datetime) -> bool:
    """Link an account with a subject; False where either is linked already."""
    row = {"id": uow.next_id(), "account_id": account_id, "issuer": issuer, "subject": subject}
    linked = uow.insert_new(identity, row | {"linked_at": real_now, "used_at": None})
    if linked:
        uow.audit("account.linked", f"account:{account_id}")
    return linked


def used(uow: UnitOfWork, identity_id: int, real_now: datetime) -> None:
    """Note that somebody came in by it."""
    uow.execute(update(identity).where(identity.c.id == identity_id).values(used_at=real_now))


def unlink(uow: UnitOfWork, account_id: int) -> bool:
    """End the link of an account; False where there is none."""
    gone = uow.execute(delete(identity).where(identity.c.account_id == account_id)).rowcount == 1
    if gone:
        uow.audit("account.unlinked", f"account:{account_id}")
    return gone


def _one(uow: UnitOfWork, which: object) -> Identity | None:
    rows = uow.all(select(identity).where(which))  # type: ignore[arg-type] # a condition, as `select` takes them
    if not rows:
        return None
    row = rows[0]
    return Identity(row.id, row.account_id, row.issuer, row.subject, row.linked_at, row.used_at)
