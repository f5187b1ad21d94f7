"""Texts about visits of a report: what became of them, in whose language, and which approved words left how often."""

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
    """Texts that left, by what the carrier says became of them, and by whether they were in the member's language.

    And how often each version of words left, by group.
    """

    delivered: Both
    spoken: Both
    words: dict[str, Counter[int]]


def sent(uow: UnitOfWork, scope: Scope, by: By) -> Sent:
    """Count texts that left. Of words, each try that reached the carrier counts; a text counts once, in its last."""
    here = visits_once(scope, by)
    arms = [_tries(here, *tables) for tables in zip(places(touch), places(attempt), strict=True)]
    keys = ("grouped", "week", "carrier_status", "words", "spoken")
    rows = uow.all(union_all(*(_counted(arm, keys) for arm in arms)))
    words: dict[str, Counter[int]] = {}
    for row in rows:
        if row.words is not None:
            words.setdefault(str(row.grouped), Counter())[row.words] += row.tries
    texts = [row for row in rows if row.texts]
    ended = tallied((row.grouped, row.week, arrived(row.carrier_status), row.texts) for row in texts)
    return Sent(ended, tallied((row.grouped, row.week, row.spoken, row.texts) for row in texts), words)


def _tries(here: CTE, text: Any, tried: Any) -> Select[Any]:
    """Return a row for each try of each text that left, and one for a text that has none; `last` marks one of each."""
    after = tried.alias()
    later = exists().where(after.c.touch_id == text.c.id, after.c.fencing > tried.c.fencing)
    newest = or_(tried.c.fencing.is_(None), tried.c.fencing == text.c.attempts, ~later)
    last = case((newest, 1), else_=0).label("last")
    theirs = case(
        (tried.c.language.is_(None), "untold"), (tried.c.language == here.c.language, "in_theirs"), else_="in_another"
    ).label("spoken")
    words = case((tried.c.outcome != "rejected", tried.c.message_version_id)).label("words")
    left = here.join(text, text.c.loop_id == here.c.loop_id).outerjoin(tried, tried.c.touch_id == text.c.id)
    query = select(here.c.grouped, here.c.week, text.c.carrier_status, words, last, theirs).select_from(left)
    return query.where(text.c.state == "sent", text.c.channel == SMS)


def _counted(tries: Select[Any], keys: Sequence[str]) -> Select[Any]:
    rows = tries.subquery()
    named = [rows.c[name] for name in keys]
    counts = (func.sum(rows.c.last).label("texts"), func.count(rows.c.words).label("tries"))
    return select(*named, *counts).group_by(*named)


def bodies(uow: UnitOfWork, versions: set[int]) -> dict[int, tuple[str, str, int]]:
    """Return the words of versions: language, body and program."""
    query = select(*(message_version.c[name] for name in ("id", "language", "body", "program_id")))
    rows = rows_in(uow, query, message_version.c.id, sorted(versions))
    return {row.id: (row.language, row.body, row.program_id) for row in rows}
