"""Token buckets as rows that every worker on every host shares: no leader, one lock of a few rows in a claim."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, select, update

from outreach.loops.rates import Bucket, Rate, full
from outreach.store.tables import bucket
from outreach.store.unit_of_work import UnitOfWork

_ROWS = select(bucket).where(bucket.c.key.in_(bindparam("keys", expanding=True))).order_by(bucket.c.key)
_LOCKED = _ROWS.with_for_update()
_LEFT = (
    update(bucket)
    .where(bucket.c.key == bindparam("of"))
    .values(level=bindparam("new_level"), at=bindparam("new_at", type_=bucket.c.at.type))
)


def look(uow: UnitOfWork, rates: Mapping[str, Rate], now: datetime) -> tuple[Bucket, ...]:
    """Return buckets as they are stored, without locks; one that is not stored is full. `now` is the Timer's."""
    stored = {row.key: row for row in uow.all(_ROWS, {"keys": sorted(rates)})}
    return tuple(_bucket(key, rate, stored.get(key), now) for key, rate in rates.items())


def lock(uow: UnitOfWork, rates: Mapping[str, Rate], now: datetime) -> tuple[Bucket, ...]:
    """Lock buckets by key, after everything else a claim locks; return them as they are now."""
    keys = {"keys": sorted(rates)}
    known = {row.key for row in uow.all(_ROWS, keys)}
    for key in sorted(set(rates) - known):
        new = full(key, rates[key], now)
        uow.insert_new(bucket, {"key": key, "level": new.level, "at": new.at})
    stored = {row.key: row for row in uow.all(_LOCKED, keys)}
    return tuple(_bucket(key, rate, stored[key], now) for key, rate in rates.items())


def store(uow: UnitOfWork, left: Sequence[Bucket]) -> None:
    """Store what is left in locked buckets."""
    uow.execute(_LEFT, [{"of": one.key, "new_level": one.level, "new_at": one.at} for one in left])


def close(uow: UnitOfWork, key: str, rate: Rate, until: datetime, now: datetime) -> None:
    """Let nothing leave by a bucket before `until`, for any worker; a longer wait that was asked for stays."""
    (held,) = lock(uow, {key: rate}, now)
    if held.closed_until is None or held.closed_until < until:
        uow.execute(update(bucket).where(bucket.c.key == key).values(closed_until=until))


def last_turn(uow: UnitOfWork, key: str) -> int | None:
    """Return the program that last sent by a sender's bucket."""
    rows = uow.all(select(bucket.c.turn).where(bucket.c.key == key))
    return rows[0].turn if rows else None


def note_turn(uow: UnitOfWork, key: str, program: int) -> None:
    """The next round of this sender begins after this program."""
    uow.execute(update(bucket).where(bucket.c.key == key).values(turn=program))


PEOPLE = "person:"  # what begins a bucket of searches, which is no carrier's


def every(uow: UnitOfWork) -> Iterable[tuple[str, float, datetime, datetime | None]]:
    """Return (key, segments left, at, closed_until) of every carrier's bucket as stored, for whoever watches them."""
    columns = (bucket.c.key, bucket.c.level, bucket.c.at, bucket.c.closed_until)
    query = select(*columns).where(bucket.c.key.not_like(f"{PEOPLE}%")).order_by(bucket.c.key)
    return [(row.key, row.level, row.at, row.closed_until) for row in uow.all(query)]


def _bucket(key: str, rate: Rate, row: Row[Any] | None, now: datetime) -> Bucket:
    if row is None:
        return full(key, rate, now)
    return Bucket(key, rate, row.level, row.at, row.closed_until)
