"""Commands about what members sent."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer

from outreach.channels.carrier import CannotLook
from outreach.cli.errors import refuse
from outreach.cli.opened import deployment
from outreach.engine import missed
from outreach.store.actor import OPERATOR

app = typer.Typer(no_args_is_help=True, help="What members sent, and never reached us.")


@app.command()
def reconcile(
    since: Annotated[datetime, typer.Option(formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"], help="From then on, UTC.")],
) -> None:
    """Look in the carrier's list for texts that no webhook brought; what is stored already changes nothing."""
    with deployment() as opened:
        try:
            looked = missed.reconcile(opened, OPERATOR, since.replace(tzinfo=UTC))
        except CannotLook as problem:
            raise refuse(f"The carrier's list cannot be read now ({problem}). Try again in a minute.") from None
    typer.echo(f"{looked.found:,} texts were new." if looked.found else "Nothing was missed.")
    if not looked.whole:
        raise refuse("Some of them could not be stored; the log names them.")


@app.callback()
def _inbound() -> None:
    """What members sent."""
