"""The command that moves finished contact out of the working tables, and says what the archive holds."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer

from outreach.cli.errors import refuse
from outreach.cli.opened import deployment, progress
from outreach.engine import archive as engine
from outreach.engine.deployment import Deployment
from outreach.engine.refusals import NotAsked
from outreach.store.actor import OPERATOR
from outreach.store.reads.archived import months

_COUNTED = {"touch": "texts", "attempt": "tries", "prompt": "questions", "loop_event": "events", "awaited": "waits"}


def archive(
    until: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m"], help="The last month to go; not later ones.")
    ] = None,
    status: Annotated[bool, typer.Option("--status", help="Only say what is archived, by month.")] = False,
) -> None:
    """Move finished contact of past months out of the working tables; the worker does so by itself, at night."""
    with deployment() as opened:
        if status:
            _say(opened)
            return
        before = None if until is None else engine.first_of_month(until.replace(tzinfo=UTC), -1)
        try:
            with progress("Archiving") as show:
                moved = engine.archive(opened, OPERATOR, before, lambda rows: show(rows, rows))
        except NotAsked as problem:
            raise refuse(str(problem)) from None
    for month, rows in sorted(moved.items()):
        typer.echo(f"{month}: {_rows(rows)}")
    total = f"{_rows(moved.total())} moved." if moved else "Nothing was old enough that is not archived yet."
    typer.echo(total)


def _rows(number: int) -> str:
    return f"{number:,} row{'' if number == 1 else 's'}"


def _say(opened: Deployment) -> None:
    with opened.read(OPERATOR) as uow:
        found = months(uow)
    for month, rows in found.items():
        counted = ", ".join(f"{name} {rows.get(table, 0):,}" for table, name in _COUNTED.items())
        typer.echo(f"{month}: {counted}")
    kept = opened.settings.archive_months
    typer.echo(f"{'' if found else 'Nothing is archived. '}The working tables keep {kept} months.")
