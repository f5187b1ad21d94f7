"""Commands that hold every text, or release them, and the trial that reaches its guests alone."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from outreach.cli.errors import refuse
from outreach.cli.opened import deployment
from outreach.engine.deployment import Deployment
from outreach.engine.handlers import frozen, set_freeze
from outreach.engine.refusals import NotAsked
from outreach.engine.trials import begin_trial, end_trial, trial_guests
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
def trial(
    guests: Annotated[Path | None, typer.Option(help="A file of phone numbers, one a line.")] = None,
    off: Annotated[bool, typer.Option("--off", help="End the trial: everybody may be reached again.")] = False,
) -> None:
    """Reach the guests in a file and nobody else; what is due to others is refused, and theirs is a person's."""
    if (guests is None) is not off:
        raise refuse("Give --guests FILE to begin a trial, or --off to end it.")
    with deployment() as opened:
        if guests is None:
            end_trial(opened, OPERATOR)
        else:
            try:
                begin_trial(opened, OPERATOR, guests.read_text(encoding="utf-8").splitlines())
            except NotAsked as problem:
                raise refuse(str(problem)) from None
        _say(opened)


@app.command()
def status() -> None:
    """Say whether texts are held, and whether a trial is on."""
    with deployment() as opened:
        _say(opened)


def _turn(on: bool) -> None:
    with deployment() as opened:
        set_freeze(opened, OPERATOR, on)
        _say(opened)


def _say(opened: Deployment) -> None:
    invited = trial_guests(opened, OPERATOR)
    typer.echo("frozen: no text leaves" if frozen(opened, OPERATOR) else "sending")
    if invited is not None:
        typer.echo(f"a trial: only its {invited:,} guest{'s' if invited != 1 else ''} can be sent texts")
