"""What a stretch of days came to: by language, by the rule that refused, and by who did the work."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date

from sqlalchemy import case, func, select

from outreach.loops.outcomes import Outcome
from outreach.store.everywhere import anywhere
from outreach.store.tables import anchor, loop, member, task, touch
from outreach.store.unit_of_work import UnitOfWork

_KEPT = tuple(outcome for outcome in Outcome if outcome.completed)


def by_language(uow: UnitOfWork, since: date) -> list[tuple[str, int, int, int]]:
    """Return (language, loops, kept, still open) of the visits from a day on, the most loops first."""
    kept = func.sum(case((loop.c.closed.is_not(None) & loop.c.outcome.in_(_KEPT), 1), else_=0)).label("kept")
    still_open = func.sum(case((loop.c.closed.is_(None), 1), else_=0)).label("still_open")
    query = select(member.c.language, func.count().label("loops"), kept, still_open).select_from(loop)
    query = query.join(anchor, anchor.c.id == loop.c.anchor_id).join(member, member.c.id == loop.c.member_id)
    rows = uow.all(query.where(anchor.c.day >= since).group_by(member.c.language))
    found = [(row.language, int(row.loops), int(row.kept), int(row.still_open)) for row in rows]
    return sorted(found, key=lambda row: (-row[1], row[0]))


def refusals(uow: UnitOfWork) -> list[tuple[str, int]]:
    """Return (rule, texts that it refused), the most first."""
    query = select(touch.c.rule, func.count().label("texts")).where(
        touch.c.state == "refused", touch.c.rule.is_not(None)
    )
    found: Counter[str] = Counter()
    for row in anywhere(uow, query.group_by(touch.c.rule)):
        found[row.rule] += row.texts
    return sorted(found.items(), key=lambda row: (-row[1], row[0]))


def work_done(uow: UnitOfWork) -> list[tuple[str, int, int]]:
    """Return (person, tasks that they finished, texts that they sent), the most first."""
    found: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    columns = (task.c.resolved_by, touch.c.author)
    for place, column in enumerate(columns):
        done = select(column.label("actor"), func.count().label("n")).where(column.like("person:%")).group_by(column)
        for row in anywhere(uow, done):
            found[row.actor.partition(":")[2]][place] += row.n
    return sorted(
        ((name, counts[0], counts[1]) for name, counts in found.items()), key=lambda row: (-row[1] - row[2], row[0])
    )
