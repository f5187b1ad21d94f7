"""Commands that hold every text, or release them."""

from __future__ import annotations

import typer

from outreach.cli.opened import deployment
from outreach.engine.handlers import frozen, set_freeze
from outreach.store.actor import OPERATOR

app = typer.Typer(no_args_is_help=True)


@app.command()
def freeze() -> None:
    """Hold every text, at once."""
    _turn(True)


@app.command()
def unfreeze() -> None:
    """Release them; what is of no use any more does not leave."""
    _turn(False)


@app.command()
def status() -> None:
    """Say whether texts are held."""
    with deployment() as opened:
        typer.echo("frozen: no text leaves" if frozen(opened, OPERATOR) else "sending")


def _turn(on: bool) -> None:
    with deployment() as opened:
        set_freeze(opened, OPERATOR, on)
    typer.echo("frozen: no text leaves" if on else "sending")
