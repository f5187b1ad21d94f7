"""Commands about what members replied."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from outreach.cli.opened import deployment
from outreach.engine import labelled_replies
from outreach.store.actor import OPERATOR

app = typer.Typer(no_args_is_help=True, help="What members replied, as labelled data.")
app.callback()(lambda: None)


@app.command()
def export(
    file: Annotated[Path, typer.Argument(help="Where to write them, one JSON line each.")],
    since: Annotated[datetime | None, typer.Option(help="Only what was corrected at or after this (UTC).")] = None,
) -> None:
    """Write the replies that people corrected, as labelled data without names and numbers."""
    with deployment() as opened:
        count = labelled_replies.export(opened, OPERATOR, file, since.replace(tzinfo=UTC) if since else None)
    typer.echo(f"{count} labelled replies.")
