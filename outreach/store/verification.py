"""Proving that nobody changed the audit trail: each entry's code, each link, each signed checkpoint (I22)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy import Column, ColumnElement, Row, select
from sqlalchemy.exc import DataError

from outreach.store import checkpoints, entry
from outreach.store.chain import CONTENT
from outreach.store.checkpoints import Checkpoint
from outreach.store.entry import GENESIS
from outreach.store.tables import audit
from outreach.store.unit_of_work import UnitOfWork, by_all_there_is

_BATCH = 2000
_UNREADABLE = (DataError, ArithmeticError, AttributeError, TypeError, ValueError)  # values that no column of ours gives
_LATE = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What verification found: how many entries hold, and the first thing that does not, in words.

    `forged` are sealed entries that were written without the key: each stands where it was added, and what stands
    after it is still proved. `note` says what is no damage but wants looking at. `after` is the signed entry behind
    which the recomputing began, 0 for the start of the trail.
    """

    entries: int
    problem: str | None = None
    forged: tuple[int, ...] = ()
    note: str | None = None
    after: int = 0

    @property
    def recomputed(self) -> int:
        """How many entries were recomputed."""
        return max(self.entries - self.after, 0)


class _Broken(Exception):
    """The trail does not hold from here on; the text says where."""


@dataclass(slots=True)
class _Walk:
    """How far a verification went, and the checkpoints kept outside that it is held against."""

    key: bytes
    outside: dict[int, list[Checkpoint]]
    entries: int = 0
    prev: str = GENESIS
    signed: int = 0
    coded: bool = False
    forged: list[int] = field(default_factory=list)

    def step(self, row: Sequence[Any]) -> None:
        """Go on by one entry; raises _Broken."""
        seq, prev, link, mac = row[:4]
        values = row[4:]
        if seq != self.entries + 1:
            there = isinstance(seq, int) and seq <= self.entries
            raise _Broken(f"Entry {seq} was added." if there else f"Entry {self.entries + 1} is missing.")
        try:
            written = entry.content(values)
            kept = prev == self.prev and link == entry.link(prev, seq, written, mac, values)
        except _UNREADABLE:
            kept = False
        if not kept:
            raise _Broken(f"Entry {seq} was changed after it was sealed.")
        if not self._ours(mac, written):
            self.forged.append(seq)
        self.entries, self.prev = seq, link
        if seq in self.outside:
            self._compare(seq)

    def waiting(self, row: Sequence[Any]) -> None:
        """Check an entry that is not sealed yet; raises _Broken."""
        _, prev, link, mac = row[:4]
        values = row[4:]
        try:
            ours = prev is link is None and self._ours(mac, entry.content(values))
        except _UNREADABLE:
            ours = False
        if not ours:
            raise _Broken(f"The entry with id {values[0]}, not sealed yet, was changed or added without the key.")

    def _ours(self, mac: str | None, written: bytes) -> bool:
        if mac is None:
            return not self.coded  # from before there were codes
        ours = mac == entry.code(self.key, written)
        self.coded = self.coded or ours
        return ours

    def _compare(self, seq: int) -> None:
        for stamp in self.outside[seq]:
            if stamp.hash != self.prev:
                raise _Broken(
                    f"Entry {seq} is not the one that was signed at {stamp.at.isoformat()}: "
                    "the trail was written anew, from there or from before."
                )


@by_all_there_is
def verified(
    uow: UnitOfWork, until: int | None = None, outside: Sequence[Checkpoint] = (), since: int | None = None
) -> Verdict:
    """Recompute the chain, and check codes and signatures (I22).

    From its start; or, where `since` names an entry, from the last signed checkpoint before that one: what lies before
    is then taken on the word of the signature, which nobody gives without the key. All of it, or as far as the first
    signed checkpoint at or behind entry `until`. `outside` are checkpoints that were kept elsewhere: only they show
    that the end was cut off with its checkpoints, or who had the key wrote it all anew.
    """
    kept: dict[int, list[Checkpoint]] = {}
    for stamp in outside:
        kept.setdefault(stamp.seq, []).append(stamp)
    walk = _Walk(entry.key(uow.keyring), kept)
    problem = note = None
    after = 0
    try:
        after = _begin(uow, walk, since) if since is not None else 0
        _sealed(uow, walk, until)
        note = _unsealed(uow, walk) if until is None else None
    except _Broken as broken:
        problem = str(broken)
    if problem is None and walk.forged:
        others = f" It is the first of {len(walk.forged)}." if len(walk.forged) > 1 else ""
        problem = f"Entry {walk.forged[0]} was added without the key.{others}"
    return Verdict(walk.entries, problem, tuple(walk.forged), note, after)


def _begin(uow: UnitOfWork, walk: _Walk, since: int) -> int:
    """Begin behind the last checkpoint before an entry, if there is one and it is ours; raises _Broken."""
    stamp = checkpoints.last_before(uow, since)
    if stamp is None:
        return 0
    if not stamp.holds(uow.keyring):
        raise _Broken(f"The checkpoint at entry {stamp.seq} was not signed with this key.")
    walk.entries = walk.signed = stamp.seq
    walk.prev = stamp.hash
    earlier = select(audit.c.id).where(audit.c.seq <= stamp.seq, audit.c.mac.is_not(None))
    walk.coded = bool(uow.all(earlier.order_by(audit.c.seq.desc()).limit(1)))
    return stamp.seq


def _sealed(uow: UnitOfWork, walk: _Walk, until: int | None) -> None:
    # A sealer may be at work. Entries and their checkpoint are committed together, so how far the trail must go is
    # read before the entries, and the checkpoints among them after.
    last = None if until is None else checkpoints.first_from(uow, until)
    top = max([checkpoints.top(uow), *walk.outside]) if last is None else last
    some = audit.c.seq > walk.entries if last is None else audit.c.seq.between(walk.entries + 1, last)
    if not walk.entries:
        some = audit.c.seq.is_not(None) if last is None else audit.c.seq <= last
    for page in _pages(uow, audit.c.seq, some):
        links = {}
        for row in page:
            walk.step(row)
            links[walk.entries] = walk.prev
        for stamp in checkpoints.between(uow, walk.signed, walk.entries):
            if stamp.hash != links.get(stamp.seq) or not stamp.holds(uow.keyring):
                raise _Broken(f"The checkpoint at entry {stamp.seq} does not match the trail.")
            walk.signed = stamp.seq
    if walk.entries < top:
        raise _Broken(f"The trail ends at entry {walk.entries}, but a checkpoint was signed at {top}.")
    if walk.entries > walk.signed:
        raise _Broken(f"Entries after {walk.signed} were added without a signed checkpoint.")


def _unsealed(uow: UnitOfWork, walk: _Walk) -> str | None:
    count, oldest = 0, uow.now
    for page in _pages(uow, audit.c.id, audit.c.seq.is_(None)):
        for row in page:
            walk.waiting(row)
        count, oldest = count + len(page), min(oldest, *(row.at for row in page))
    if uow.now - oldest <= _LATE:
        return None
    return f"{count:,} entries wait to be sealed, the oldest since {oldest.isoformat()}: is a worker running?"


def _pages(uow: UnitOfWork, key: Column[Any], some: ColumnElement[bool]) -> Iterator[Sequence[Row[Any]]]:
    """Yield rows along an ascending key; raises _Broken where one cannot be read."""
    query = select(audit.c.seq, audit.c.prev, audit.c.hash, audit.c.mac, *CONTENT).where(some).order_by(key)
    last, size = None, _BATCH
    while True:
        try:
            rows = uow.all((query if last is None else query.where(key > last)).limit(size))
        except _UNREADABLE as problem:
            if size == 1:
                raise _Broken(f"What follows {key.name} {last or 0} cannot be read: it was changed.") from problem
            size = 1  # one at a time, to say where
            continue
        if not rows:
            return
        yield rows
        last = rows[-1]._mapping[key]
