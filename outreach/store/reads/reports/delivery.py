"""Texts about visits of a report: what became of them, and which approved words left how often."""

from __future__ import annotations

from collections import Counter

from sqlalchemy import select

from outreach.loops.reports.fates import arrived
from outreach.store.batches import rows_in
from outreach.store.everywhere import anywhere
from outreach.store.reads.reports.scope import BOTH, SPEAKABLE, Both, By, Scope, counted, tallied, visits
from outreach.store.tables import attempt, loop, message_version, touch
from outreach.store.unit_of_work import UnitOfWork

SMS = "sms"


def deliveries(uow: UnitOfWork, scope: Scope, by: By) -> Both:
    """Count texts that left, by what the carrier says became of them."""
    query = visits(scope, by, touch.c.carrier_status).join(touch, touch.c.loop_id == loop.c.id)
    query = query.where(SPEAKABLE, touch.c.state == "sent", touch.c.channel == SMS)
    rows = anywhere(uow, counted(query, *BOTH, "carrier_status"))
    return tallied((row.grouped, row.day, arrived(row.carrier_status), row.n) for row in rows)


def words_sent(uow: UnitOfWork, scope: Scope, by: By) -> dict[str, Counter[int]]:
    """Return how often each version of words left in a text, by group; each try that reached the carrier counts."""
    query = visits(scope, by, attempt.c.message_version_id.label("words"))
    query = query.join(touch, touch.c.loop_id == loop.c.id).join(attempt, attempt.c.touch_id == touch.c.id)
    query = query.where(SPEAKABLE, touch.c.state == "sent", touch.c.channel == SMS, attempt.c.outcome != "rejected")
    found: dict[str, Counter[int]] = {}
    for row in anywhere(uow, counted(query, "grouped", "words")):
        found.setdefault(str(row.grouped), Counter())[row.words] += row.n
    return found


def bodies(uow: UnitOfWork, versions: set[int]) -> dict[int, tuple[str, str, int]]:
    """Return the words of versions: language, body and program."""
    query = select(*(message_version.c[name] for name in ("id", "language", "body", "program_id")))
    rows = rows_in(uow, query, message_version.c.id, sorted(versions))
    return {row.id: (row.language, row.body, row.program_id) for row in rows}
