"""Where people are signed in: a session is a row, so that it can be listed and ended. All instants are the Timer's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import delete, select, update

from outreach.store.tables import account, session
from outreach.store.tables.accounts import GOES_ON
from outreach.store.unit_of_work import UnitOfWork

IDLE = timedelta(minutes=15)  # HIP-15
LIFETIME = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Session:
    """One browser in which somebody is signed in; `proved` when by their second factor too.

    `account` is None where a link signed somebody in for a training. `address` is a network, `browser` a family of
    browsers. Until `open_until` members may be seen without the right: a glass was broken.
    """

    id: int
    account: int | None
    name: str
    role: str
    proved: bool
    created_at: datetime
    seen_at: datetime
    address: str
    browser: str
    open_until: datetime | None
    language: str | None = None

    def over(self, real_now: datetime) -> bool:
        """Whether nobody was there for too long, or it went on for too long."""
        return real_now >= self.created_at + LIFETIME or real_now >= self.seen_at + IDLE


_COLUMNS = [
    session.c.account_id.label("account"),
    *(session.c[name] for name in Session.__dataclass_fields__ if name in session.c),
]
_OPEN = select(*_COLUMNS, account.c.language).outerjoin(account, account.c.id == session.c.account_id).where(GOES_ON)


def begin(
    uow: UnitOfWork,
    token: str,
    *,
    account_id: int | None,
    name: str,
    role: str,
    proved: bool,
    address: str,
    browser: str,
    real_now: datetime,
) -> int:
    """Store a new session by the hash of its token; return its id."""
    new = uow.next_id()
    row: dict[str, Any] = {"id": new, "token_hash": _hash(token), "account_id": account_id, "name": name, "role": role}
    row |= {"proved": proved, "created_at": real_now, "seen_at": real_now, "ended_at": None}
    uow.insert(session, [row | {"address": address, "browser": browser, "open_until": None}])
    uow.audit("session.began", f"account:{account_id}" if account_id else f"session:{new}")
    return new


def of_token(uow: UnitOfWork, token: str) -> Session | None:
    """Return the session that a browser carries the token of, unless it was ended."""
    rows = uow.all(_OPEN.where(session.c.token_hash == _hash(token)))
    return _session(rows[0]) if rows else None


def of_account(uow: UnitOfWork, account_id: int, real_now: datetime) -> list[Session]:
    """Return where somebody is signed in now, newest first."""
    mine = session.c.account_id == account_id
    found = [_session(row) for row in uow.all(_OPEN.where(mine).order_by(session.c.id.desc()))]
    return [each for each in found if not each.over(real_now)]


def seen(uow: UnitOfWork, session_id: int, real_now: datetime) -> None:
    """Note that somebody is there."""
    uow.execute(update(session).where(session.c.id == session_id, GOES_ON).values(seen_at=real_now))


def prove(uow: UnitOfWork, session_id: int) -> None:
    """Note that somebody in a session has a second factor, and just used it."""
    uow.execute(update(session).where(session.c.id == session_id, GOES_ON).values(proved=True))


def end(uow: UnitOfWork, session_id: int, real_now: datetime) -> None:
    """End one session."""
    uow.execute(update(session).where(session.c.id == session_id, GOES_ON).values(ended_at=real_now))
    uow.audit("session.ended", f"session:{session_id}")


def end_of_account(uow: UnitOfWork, account_id: int, real_now: datetime, but: int | None = None) -> int:
    """End all sessions of an account but one, or none; return how many."""
    mine = update(session).where(session.c.account_id == account_id, GOES_ON, session.c.id != (but or 0))
    ended = uow.execute(mine.values(ended_at=real_now)).rowcount
    if ended:
        uow.audit("session.all_ended", f"account:{account_id}")
    return ended


def forget(uow: UnitOfWork, real_before: datetime) -> int:
    """Delete the sessions in which nobody was seen since an instant; return how many. The trail has them still."""
    return uow.execute(delete(session).where(session.c.seen_at < real_before)).rowcount


def open_glass(uow: UnitOfWork, session_id: int, until: datetime | None) -> None:
    """Let members be seen in a session until an instant, or no longer."""
    uow.execute(update(session).where(session.c.id == session_id, GOES_ON).values(open_until=until))


def carried_over(old: UnitOfWork, new: UnitOfWork) -> None:
    """Let those who are signed in without an account stay so in another database, which has just been made."""
    rows = [row._asdict() for row in old.all(select(session).where(GOES_ON, session.c.account_id.is_(None)))]
    new.insert(session, [row | {"id": new.next_id()} for row in rows])


def _session(row: Any) -> Session:
    return Session(**row._mapping)


def _hash(token: str) -> bytes:
    return sha256(token.encode()).digest()
