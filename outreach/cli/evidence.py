"""The command that shows what happened."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from outreach.cli.opened import deployment
from outreach.engine import evidence
from outreach.store.actor import OPERATOR

app = typer.Typer(no_args_is_help=True, help="Show what happened.")
app.callback()(lambda: None)


@app.command()
def export(
    folder: Annotated[Path, typer.Argument(help="A folder for the JSONL files; numbers are in clear.")],
    since: Annotated[datetime | None, typer.Option(help="Only what is dated at or after this (UTC).")] = None,
) -> None:
    """Write what was received, sent, consented, promised and done, one JSONL file each."""
    with deployment() as opened:
        # A date on the command line has no zone: it means UTC.
        done = evidence.export(opened, OPERATOR, folder, since.replace(tzinfo=UTC) if since else None)
    typer.echo(", ".join(f"{name} {count}" for name, count in done.rows.items()))
    if done.withheld:
        typer.echo(f"{done.withheld:,} values are left empty: members limit what may be shared.")
