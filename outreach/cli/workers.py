"""The worker, and who works."""

from __future__ import annotations

from datetime import datetime

import typer
from rich.console import Console
from rich.table import Table

from outreach.cli.opened import deployment
from outreach.settings import Settings
from outreach.store import workers as store
from outreach.store.actor import OPERATOR
from outreach.store.workers import Worker
from scheduler.run import run_worker


def worker() -> None:
    """Plan, send, record and tell until SIGTERM; finishes what is under way."""
    run_worker(Settings())


def workers() -> None:
    """List the worker processes: since when, how busy in the last minute, and whether they are still there."""
    with deployment() as opened:
        now = opened.timer.now()
        with opened.read(OPERATOR) as uow:
            found = store.every(uow)
    if not found:
        typer.echo("No worker has said anything in the last day: run `outreach worker`.")
        return
    table = Table("worker", "version", "since (UTC)", "last heard", "decided/min", "sent/min", "lag s", box=None)
    for each in found:
        table.add_row(*_row(each, now))
    Console(width=140).print(table)


def _row(each: Worker, now: datetime) -> tuple[str, ...]:
    seconds = (now - each.seen_at).total_seconds()
    heard = f"gone for {seconds:,.0f} s" if each.gone(now) else f"{seconds:.0f} s ago"
    return (
        each.name, each.version, f"{each.started_at:%m-%d %H:%M:%S}", heard, f"{each.decided:,}", f"{each.sent:,}",
        f"{each.lag:,.1f}",
    )  # fmt: skip
