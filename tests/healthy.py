"""The promise as a test's own timer sees it: the view asks the database for real time, which no test can move."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import text

from outreach.engine.deployment import Deployment
from outreach.store import health


def unheld(deployment: Deployment, at: datetime | None = None) -> dict[int, str]:
    """Return what the view would say if its database's clock showed an instant, by default the timer's."""
    dialect, now = deployment.database.dialect, at or deployment.timer.now()
    instant = str(round(now.timestamp() * 1_000_000)) if dialect == "sqlite" else f"TIMESTAMPTZ '{now.isoformat()}'"
    view = health.view_sql(dialect).replace(health.real_now(dialect), instant)
    with deployment.database.engine.connect() as connection:
        connection.exec_driver_sql("DROP VIEW loop_health")
        connection.exec_driver_sql(view)
        found = {row.loop_id: row.reason for row in connection.execute(text("SELECT loop_id, reason FROM loop_health"))}
        connection.rollback()
    return found
