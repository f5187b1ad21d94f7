"""Making two transactions meet where a test wants them to, and planting one bug at a time."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Row, select, update

from outreach.engine import folder
from outreach.store import loops, people
from outreach.store import tables as t
from outreach.store.unit_of_work import UnitOfWork


@contextmanager
def replaced(module: Any, name: str, function: Callable[..., Any]) -> Iterator[None]:
    """Let a module's function be another one for a while: a planted bug, or a place to wait at."""
    original = getattr(module, name)
    setattr(module, name, function)
    try:
        yield
    finally:
        setattr(module, name, original)


class Meeting:
    """A thread stops at the place, the test does something else, and lets it go on."""

    def __init__(self) -> None:
        self.reached, self.go_on = threading.Event(), threading.Event()

    def stop_here(self) -> None:
        if not self.reached.is_set():  # the first to come stops; whoever comes later passes
            self.reached.set()
            assert self.go_on.wait(20)

    def before(self, function: Callable[..., Any]) -> Callable[..., Any]:
        def waits_first(*args: Any, **options: Any) -> Any:
            self.stop_here()
            return function(*args, **options)

        return waits_first

    def after(self, function: Callable[..., Any]) -> Callable[..., Any]:
        def waits_then(*args: Any, **options: Any) -> Any:
            found = function(*args, **options)
            self.stop_here()
            return found

        return waits_then


def in_a_thread(work: Callable[[], Any]) -> tuple[threading.Thread, list[Any]]:
    """Start `work`; what it returns or raises is put in the list."""
    done: list[Any] = []

    def run() -> None:
        try:
            done.append(work())
        except Exception as problem:
            done.append(problem)

    thread = threading.Thread(target=run)
    thread.start()
    return thread, done


def lock_nothing(uow: UnitOfWork, contact_point_ids: Iterable[int], skip_locked: bool = False) -> list[int]:
    """Planted bug: the phones are not locked, so nothing orders a claim and a STOP."""
    return sorted(set(contact_point_ids))


class EarlyFacts:
    """Planted bug: what is known about the phones is read before they are locked, and believed afterwards."""

    def __init__(self, meeting: Meeting) -> None:
        self.read, self.lock = folder.load_phones, meeting.before(people.lock_phones)
        self.early: dict[int, Any] = {}

    def lock_phones(self, uow: UnitOfWork, contact_point_ids: Iterable[int], skip_locked: bool = False) -> Any:
        ids = set(contact_point_ids)
        self.early[id(uow)] = self.read(uow, ids, ids)
        return self.lock(uow, ids, skip_locked)

    def phones(self, uow: UnitOfWork, phone_ids: set[int], invited: set[int]) -> Any:
        return self.early[id(uow)]


def save_without_looking(uow: UnitOfWork, decided: Sequence[tuple[Any, Any, Any]]) -> None:
    """Planted bug: the version that was seen is not asked for."""
    for _, state, held in decided:
        row = loops.loop_row(state, held)
        uow.execute(update(t.loop).where(t.loop.c.id == state.id).values(version=t.loop.c.version + 1, **row))


def read_without_locking(uow: UnitOfWork, loop_ids: Iterable[int]) -> list[Any]:
    """Planted bug: loops are read as they are, without waiting for whoever holds them."""
    query = select(*loops._COLUMNS).join(t.anchor, t.anchor.c.id == t.loop.c.anchor_id)
    rows: Sequence[Row[Any]] = uow.all(query.where(t.loop.c.id.in_(sorted(set(loop_ids)))).order_by(t.loop.c.id))
    return [loops._stored(row, ()) for row in rows]
