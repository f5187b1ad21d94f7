"""Commands that hold every text, or release them, and the trial that reaches its guests alone."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from outreach.cli.errors import refuse
from outreach.cli.opened import deployment
from outreach.engine import pauses
from outreach.engine.deployment import Deployment
from outreach.engine.handlers import frozen, set_freeze
from outreach.engine.refusals import NotAsked
from outreach.engine.restoring import restoring
from outreach.engine.trials import begin_trial, end_trial, trial_guests
from outreach.store import buckets
from outreach.store.actor import OPERATOR

app = typer.Typer(no_args_is_help=True, help="Hold every text, or release them.")


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
def release(
    pause: Annotated[str | None, typer.Argument(help="A pause, by the name that `status` shows.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Release all of them.")] = False,
) -> None:
    """Send again what the carrier's answers had paused, once what was wrong has been put right."""
    if (pause is None) is not everything:
        raise refuse("Give the pause to release, as `outreach sends status` names it, or --all.")
    with deployment() as opened:
        names = [found.pause.name for found in pauses.stand(opened, OPERATOR)] if pause is None else [pause]
        for name in names:
            try:
                pauses.release(opened, OPERATOR, name)
            except NotAsked as problem:
                raise refuse(str(problem)) from None
        _say(opened)


@app.command()
def status() -> None:
    """Say whether texts are held, what the carrier's answers have paused, and whether a trial is on."""
    with deployment() as opened:
        _say(opened)


def _turn(on: bool) -> None:
    with deployment() as opened:
        set_freeze(opened, OPERATOR, on)
        _say(opened)


def _say(opened: Deployment) -> None:
    invited = trial_guests(opened, OPERATOR)
    held, standing = frozen(opened, OPERATOR), pauses.stand(opened, OPERATOR)
    typer.echo("frozen: no text leaves" if held else "sending, but for what is paused" if standing else "sending")
    if invited is not None:
        typer.echo(f"a trial: only its {invited:,} guest{'s' if invited != 1 else ''} can be sent texts")
    for found in standing:
        since, code = f"{found.since:%Y-%m-%d %H:%M} UTC", found.code or "unknown"
        typer.echo(f"paused since {since} by carrier error {code}: {found.pause.name}")
    with opened.read(OPERATOR) as uow:
        in_restore_mode, limits = restoring(uow), list(buckets.every(uow))
    if in_restore_mode:
        typer.echo("restore mode: `outreach restore finish` ends it once everything is in order")
    now = opened.timer.now()
    for key, level, at, until in limits:
        waits = (
            f"; the carrier asked us to wait until {until:%H:%M:%S} UTC" if until is not None and until > now else ""
        )
        typer.echo(f"limit {key}: {level:,.0f} segments left at {at:%Y-%m-%d %H:%M:%S} UTC{waits}")
