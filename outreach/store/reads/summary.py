"""The story of a world in numbers: how loops ended, what holds the others, what was refused and by which rule."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, ColumnElement, func, select, true

from outreach.store.everywhere import anywhere
from outreach.store.health import unheld
from outreach.store.tables import loop, task, touch
from outreach.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Summary:
    """Counts, each sorted by its words, so that two equal worlds give equal summaries."""

    closed: tuple[tuple[str, int], ...]
    open: tuple[tuple[str, int], ...]
    tasks: tuple[tuple[str, int], ...]
    touches: tuple[tuple[str, int], ...]
    refusals: tuple[tuple[str, int], ...]
    unheld: int
    owned: int
    waiting: int


def summary(uow: UnitOfWork) -> Summary:
    """Count everything once."""
    is_open = loop.c.closed.is_(None)
    open_loops = _count(uow, [loop.c.stage], is_open)
    owned = uow.execute(
        select(func.count(loop.c.id.distinct()))
        .join(task, task.c.loop_id == loop.c.id)
        .where(is_open, task.c.state == "open")
    ).scalar_one()
    total_open = sum(count for _, count in open_loops)
    return Summary(
        closed=_count(uow, [loop.c.closed, loop.c.outcome, loop.c.reason], ~is_open),
        open=open_loops,
        tasks=_count(uow, [task.c.kind], task.c.state == "open"),
        touches=_count(uow, [touch.c.state], true()),
        refusals=_count(uow, [touch.c.rule], touch.c.state == "refused"),
        unheld=len(unheld(uow)),
        owned=owned,
        waiting=total_open - owned,
    )


def _count(uow: UnitOfWork, keys: Sequence[Column[Any]], where: ColumnElement[bool]) -> tuple[tuple[str, int], ...]:
    counted: Counter[str] = Counter()
    for row in anywhere(uow, select(*keys, func.count()).where(where).group_by(*keys)):
        *words, count = list(row)
        counted[" · ".join(str(word or "-") for word in words)] += count
    return tuple(sorted(counted.items()))
