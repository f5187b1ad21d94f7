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
), first AS (
  SELECT loop_id, at, name FROM (
    SELECT loop_id, at, name, ROW_NUMBER() OVER (PARTITION BY loop_id ORDER BY at, {name}) AS nth FROM held
  ) AS in_order WHERE nth = 1
), broken AS (
  SELECT loop_id, 1 AS place, 'a task has no owner' AS reason FROM task
   WHERE state = 'open' AND owner_queue IS NULL AND owner_person IS NULL
  UNION ALL
  SELECT loop_id, 2, 'a task has no due date' FROM task WHERE state = 'open' AND due_at IS NULL
  UNION ALL
  SELECT loop_id, 3, 'a task is late and nobody else got it' FROM task, clock
   WHERE state = 'open' AND escalate_at + {sweep} < domain_now
  UNION ALL
  SELECT loop_id, 4, 'an awaited signal has no deadline' FROM awaited WHERE state = 'waiting' AND deadline IS NULL
  UNION ALL
  SELECT loop_id, 5, 'an awaited signal is past its deadline' FROM awaited, clock
   WHERE state = 'waiting' AND deadline + {sweep} < domain_now
  UNION ALL
  SELECT loop_id, 6, 'a touch is in flight past its lease' FROM touch, clock
   WHERE state IN ('claimed', 'unknown')
     AND (lease_until + {sweep} < timer_now OR (state = 'claimed' AND lease_until IS NULL))
  UNION ALL
  SELECT loop_id, 7, 'nobody asked how a call ended' FROM touch, clock
   WHERE state = 'sent' AND lease_until + {overdue} < timer_now
  UNION ALL
  SELECT loop_id, 8, 'a touch is overdue' FROM touch, clock
   WHERE due_at + {overdue} < domain_now
     AND (state = 'planned' OR (state IN ('refused', 'expired') AND NOT heard))
     AND NOT EXISTS (SELECT 1 FROM switch WHERE name = 'freeze' AND switch."on")
     AND NOT (state = 'planned' AND EXISTS (SELECT 1 FROM rate_wait WHERE rate_wait.queue = touch.queue
       AND rate_wait.sender = touch.sender AND rate_wait.until + {overdue} > timer_now))
  UNION ALL
  SELECT loop.id, 9, CASE WHEN first.loop_id IS NULL THEN 'nothing holds it'
    ELSE 'the hold it names is not the earliest of its rows' END
   FROM loop LEFT JOIN first ON first.loop_id = loop.id
   WHERE loop.closed IS NULL AND (first.loop_id IS NULL OR loop.held_by IS NULL OR loop.next_at IS NULL
     OR loop.held_by <> first.name OR loop.next_at <> first.at)
)
SELECT loop_id, reason FROM (
  SELECT broken.loop_id, broken.reason, ROW_NUMBER() OVER (PARTITION BY broken.loop_id ORDER BY broken.place) AS nth
  FROM broken JOIN loop ON loop.id = broken.loop_id WHERE loop.closed IS NULL
) AS of_loops WHERE nth = 1
"""


def view_sql(dialect: str) -> str:
    """Return the CREATE VIEW statement for `sqlite` or `postgresql`."""
    real_now, sweep, overdue = _CLOCK[dialect]
    name = 'name COLLATE "C"' if dialect == "postgresql" else "name"
    return _VIEW.format(real_now=real_now, sweep=sweep, overdue=overdue, name=name)


def unheld(uow: UnitOfWork) -> dict[int, str]:
    """Return every loop that breaks the promise, with the reason; empty is healthy."""
    return {row.loop_id: row.reason for row in uow.all(_BROKEN)}
