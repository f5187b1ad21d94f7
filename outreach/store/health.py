"""The view `loop_health`: one row for every open loop whose promise is not held, recomputed from the rows alone."""

from __future__ import annotations

from sqlalchemy import column, select, table

from outreach.store.types import Id
from outreach.store.unit_of_work import UnitOfWork

_BROKEN = select(table("loop_health", column("loop_id", Id), column("reason")))

# One sweep: what the worker has not looked at yet is late, not lost.
_SWEEP_SECONDS = 60
_OVERDUE_SECONDS = 15 * 60  # I6

_CLOCK = {
    "sqlite": (
        "CAST(ROUND((julianday('now') - 2440587.5) * 86400000.0) AS INTEGER) * 1000",
        f"{_SWEEP_SECONDS} * 1000000",
        f"{_OVERDUE_SECONDS} * 1000000",
    ),
    "postgresql": (
        "clock_timestamp()",
        f"interval '{_SWEEP_SECONDS} seconds'",
        f"interval '{_OVERDUE_SECONDS} seconds'",
    ),
}

# Nothing here shares a line with the function that names holds: the two must agree by themselves.
# Whole sets are joined once: looked up loop by loop, ten thousand open loops took PostgreSQL forty seconds.
# A reason begins with its rank: a loop that breaks the promise in several ways tells the first of them.
_VIEW = """
CREATE VIEW loop_health AS
WITH clock AS (
  SELECT COALESCE((SELECT at FROM calendar WHERE id = 1), {real_now}) AS domain_now, {real_now} AS timer_now
), held AS (
  SELECT loop_id, due_at AS at, 'touch:' || id AS name FROM touch
   WHERE state = 'planned' OR (state IN ('claimed', 'unknown', 'sent') AND lease_until IS NOT NULL)
      OR (state IN ('refused', 'expired') AND NOT heard)
  UNION ALL
  SELECT loop_id, due_at, 'task:' || id FROM task
   WHERE state = 'open' AND due_at IS NOT NULL AND (owner_queue IS NOT NULL OR owner_person IS NOT NULL)
  UNION ALL
  SELECT loop_id, deadline, 'signal:' || id FROM awaited WHERE state = 'waiting' AND deadline IS NOT NULL
), broken AS (
  SELECT loop_id, '1a task has no owner' AS reason FROM task
   WHERE state = 'open' AND owner_queue IS NULL AND owner_person IS NULL
  UNION ALL
  SELECT loop_id, '2a task has no due date' FROM task WHERE state = 'open' AND due_at IS NULL
  UNION ALL
  SELECT loop_id, '3a task is late and nobody else got it' FROM task, clock
   WHERE state = 'open' AND escalate_at + {sweep} < domain_now
  UNION ALL
  SELECT loop_id, '4an awaited signal has no deadline' FROM awaited WHERE state = 'waiting' AND deadline IS NULL
  UNION ALL
  SELECT loop_id, '5an awaited signal is past its deadline' FROM awaited, clock
   WHERE state = 'waiting' AND deadline + {sweep} < domain_now
  UNION ALL
  SELECT loop_id, '6a touch is in flight past its lease' FROM touch, clock
   WHERE state IN ('claimed', 'unknown')
     AND (lease_until + {sweep} < timer_now OR (state = 'claimed' AND lease_until IS NULL))
  UNION ALL
  SELECT loop_id, '7nobody asked how a call ended' FROM touch, clock
   WHERE state = 'sent' AND lease_until IS NOT NULL AND lease_until + {overdue} < timer_now
  UNION ALL
  SELECT loop_id, '8a touch is overdue' FROM touch, clock
   WHERE due_at + {overdue} < domain_now
     AND (state = 'planned' OR (state IN ('refused', 'expired') AND NOT heard))
     AND NOT EXISTS (SELECT 1 FROM switch WHERE name = 'freeze' AND switch."on")
     AND NOT (state = 'planned' AND EXISTS (SELECT 1 FROM rate_wait WHERE rate_wait.queue = touch.queue
       AND rate_wait.sender = touch.sender AND rate_wait.until + {overdue} > timer_now))
  UNION ALL
  SELECT loop.id, CASE WHEN COUNT(held.name) = 0 THEN '9nothing holds it'
    ELSE '9the hold it names is not the earliest of its rows' END
   FROM loop LEFT JOIN held ON held.loop_id = loop.id WHERE loop.closed IS NULL
   GROUP BY loop.id
   HAVING COUNT(CASE WHEN held.at = loop.next_at AND held.name = loop.held_by THEN 1 END) = 0
     OR COUNT(CASE WHEN held.at < loop.next_at OR (held.at = loop.next_at AND {name} < loop.held_by) THEN 1 END) > 0
)
SELECT broken.loop_id, SUBSTR(MIN(broken.reason), 2) AS reason
FROM broken JOIN loop ON loop.id = broken.loop_id WHERE loop.closed IS NULL GROUP BY broken.loop_id
"""


def view_sql(dialect: str) -> str:
    """Return the CREATE VIEW statement for `sqlite` or `postgresql`."""
    _, sweep, overdue = _CLOCK[dialect]
    name = 'held.name COLLATE "C"' if dialect == "postgresql" else "held.name"
    return _VIEW.format(real_now=real_now(dialect), sweep=sweep, overdue=overdue, name=name)


def real_now(dialect: str) -> str:
    """Return how the view asks a database for real time: the Timer's, unless a test tells the seconds."""
    return _CLOCK[dialect][0]


def unheld(uow: UnitOfWork) -> dict[int, str]:
    """Return every loop that breaks the promise, with the reason; empty is healthy."""
    return {row.loop_id: row.reason for row in uow.all(_BROKEN)}
