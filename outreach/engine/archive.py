"""Finished contact leaves the working tables month by month, at night, a few loops in a transaction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from outreach.engine.deployment import Deployment
from outreach.engine.refusals import NotAsked
from outreach.loops.instants import local_time
from outreach.store import archiving, rounds
from outreach.store.actor import WORKER, Actor
from outreach.store.archiving import Moved
from outreach.store.reads.metrics import office_zone
from outreach.store.unit_of_work import UnitOfWork

_ROUND = "archive"
_BATCH = 50  # loops a transaction: a text that comes meanwhile on SQLite waits for no more
_NIGHT = range(1, 5)  # hours on the office's clock
_END = 2**62


@dataclass(frozen=True, slots=True)
class _Walk:
    """One way through everything by its ids: find the next ones, and archive what is finished of them."""

    name: str
    find: Callable[[UnitOfWork, datetime, int, int], list[int]]
    move: Callable[[UnitOfWork, Sequence[int], datetime], Moved]


_WALKS = (
    _Walk("archive:loops", archiving.old_loops, archiving.move_loops),
    _Walk("archive:phones", archiving.old_phones, archiving.move_texts_to),
)


def archive_old(deployment: Deployment) -> int:
    """Archive one batch of what is old enough, at night; return how many loops or phones were looked at.

    Nothing becomes old enough within a month: once everything was looked at, the next walk begins with the next one.
    """
    with deployment.read(WORKER) as uow:
        if not rounds.is_due(uow, _ROUND) or local_time(uow.now, office_zone(uow)).hour not in _NIGHT:
            return 0
        before = first_of_month(uow.now, deployment.settings.archive_months)
        places = {walk: rounds.walked(uow, walk.name) for walk in _WALKS}
        walk = next((walk for walk in _WALKS if places[walk] < _END), None)
        found = walk.find(uow, before, places[walk], _BATCH) if walk else []
    with deployment.write(WORKER) as uow:
        if walk is None:
            if all(rounds.walk(uow, each.name, _END, 0) for each in _WALKS):
                rounds.made(uow, _ROUND, first_of_month(uow.now, -1))
        elif rounds.walk(uow, walk.name, places[walk], found[-1] if found else _END) and found:
            _move(uow, walk, found, before)
        uow.commit()
    return len(found)


def archive(
    deployment: Deployment,
    actor: Actor,
    until: datetime | None = None,
    progress: Callable[[int], None] = lambda _: None,
) -> Moved:
    """Archive everything that is old enough, or only what was over before `until`; return the rows of each month.

    Each batch is one transaction; what was interrupted is finished by whoever comes next. Raises NotAsked for a month
    that is not old enough yet.
    """
    with deployment.read(actor) as uow:
        before = first_of_month(uow.now, deployment.settings.archive_months)
    if until is not None and until > before:
        kept = deployment.settings.archive_months
        raise NotAsked(
            "The working tables keep %(kept)s months. The last one that may go is %(last)s.",
            kept=kept,
            last=last_month(before),
        )
    total: Moved = Counter()
    for walk in _WALKS:
        after = 0
        while found := _found(deployment, actor, walk, until or before, after):
            with deployment.write(actor) as uow:
                total += _move(uow, walk, found, until or before)
                uow.commit()
            after = found[-1]
            progress(total.total())
    return total


def first_of_month(now: datetime, months_ago: int = 0) -> datetime:
    """Return the first instant of a month, in UTC, so many months before that of `now`."""
    year, month = divmod(now.astimezone(UTC).year * 12 + now.astimezone(UTC).month - 1 - months_ago, 12)
    return datetime(year, month + 1, 1, tzinfo=UTC)


def last_month(before: datetime) -> str:
    """Return the month that ends at an instant, as `2026-02`."""
    return f"{first_of_month(before, 1):%Y-%m}"


def _found(deployment: Deployment, actor: Actor, walk: _Walk, before: datetime, after: int) -> list[int]:
    with deployment.read(actor) as uow:
        return walk.find(uow, before, after, _BATCH)


def _move(uow: UnitOfWork, walk: _Walk, found: Sequence[int], before: datetime) -> Moved:
    moved = walk.move(uow, found, before)
    for month, rows in sorted(moved.items()):
        uow.audit(f"archive.moved.{month}", f"rows:{rows}", "LAW-30")
    return moved
