"""Texts about visits of a report: what became of them, and which approved words left how often."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import CTE, Select, case, exists, func, or_, select, union_all

from outreach.loops.reports.fates import arrived
from outreach.store.batches import rows_in
from outreach.store.everywhere import places
from outreach.store.reads.reports.scope import Both, By, Scope, tallied, visits_once
from outreach.store.tables import attempt, message_version, touch
from outreach.store.unit_of_work import UnitOfWork

SMS = "sms"


@dataclass(frozen=True, slots=True)
class Sent:
    """Texts that left, by what the carrier says became of them; and how often each version of words left, by group."""

    delivered: Both
    words: dict[str, Counter[int]]


def sent(uow: UnitOfWork, scope: Scope, by: By) -> Sent:
    """Count texts that left. Of words, each try that reached the carrier counts; a text counts once, in its first."""
    here = visits_once(scope, by)
    arms = [_tries(here, *tables) for tables in zip(places(touch), places(attempt), strict=True)]
    keys = ("grouped", "week", "carrier_status", "words")
    rows = uow.all(union_all(*(_counted(arm, keys) for arm in arms)))
    words: dict[str, Counter[int]] = {}
    for row in rows:
        if row.words is not None:
            words.setdefault(str(row.grouped), Counter())[row.words] += row.tries
    ended = tallied((row.grouped, row.week, arrived(row.carrier_status), row.texts) for row in rows if row.texts)
    return Sent(ended, words)


def _tries(here: CTE, text: Any, tried: Any) -> Select[Any]:
    """Return a row for each try of each text that left, and one for a text that has none; `first` marks one of each."""
    before = tried.alias()
    earlier = exists().where(before.c.touch_id == text.c.id, before.c.fencing < tried.c.fencing)
    first = case((or_(tried.c.fencing.is_(None), tried.c.fencing == 1, ~earlier), 1), else_=0).label("first")
    words = case((tried.c.outcome != "rejected", tried.c.message_version_id)).label("words")
    left = here.join(text, text.c.loop_id == here.c.loop_id).outerjoin(tried, tried.c.touch_id == text.c.id)
    query = select(here.c.grouped, here.c.week, text.c.carrier_status, words, first).select_from(left)
    return query.where(text.c.state == "sent", text.c.channel == SMS)


def _counted(tries: Select[Any], keys: Sequence[str]) -> Select[Any]:
    rows = tries.subquery()
    named = [rows.c[name] for name in keys]
    counts = (func.sum(rows.c.first).label("texts"), func.count(rows.c.words).label("tries"))
    return select(*named, *counts).group_by(*named)


def bodies(uow: UnitOfWork, versions: set[int]) -> dict[int, tuple[str, str, int]]:
    """Return the words of versions: language, body and program."""
    query = select(*(message_version.c[name] for name in ("id", "language", "body", "program_id")))
    rows = rows_in(uow, query, message_version.c.id, sorted(versions))
    return {row.id: (row.language, row.body, row.program_id) for row in rows}
