"""Commands that keep the database from being lost, and bring it back without a text sent twice or a STOP forgotten."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from outreach.channels.carrier import CannotLook
from outreach.cli.errors import refuse
from outreach.cli.opened import deployment
from outreach.engine import backups, restoring
from outreach.engine.deployment import Deployment
from outreach.store.actor import OPERATOR

_KEYS = "The keys are not in it: keep a copy of {file} in another place, or nothing in the backup can be read."


def backup(file: Annotated[Path, typer.Argument(help="A file that does not exist yet.")]) -> None:
    """Write a backup while everything runs; the key file is kept apart from it."""
    with deployment() as opened:
        made = backups.back_up(opened, OPERATOR, file)
        rows = sum(made.rows.values())
        typer.echo(f"{rows:,} rows of {made.taken_at:%Y-%m-%d %H:%M:%S} UTC are in {file} (schema {made.schema}).")
        typer.echo(f"SHA-256 of its dump: {made.sha256}")
        typer.echo(_KEYS.format(file=opened.settings.key_file))


def restore(
    file: Annotated[str, typer.Argument(help="A backup's file; or `finish`, once the doors are open again.")],
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Take the place of the database that is there.")
    ] = False,
    hand_over: Annotated[
        bool, typer.Option("--hand-over", help="With finish: what left and fits nothing is a person's.")
    ] = False,
) -> None:
    """Bring a backup back in restore mode, in which no text leaves; `restore finish` ends that mode."""
    with deployment() as opened:
        if file == "finish":
            _finish(opened, hand_over)
            return
        made = backups.restore(opened, OPERATOR, Path(file), overwrite)
    typer.echo(f"Restored as of {made.taken_at:%Y-%m-%d %H:%M:%S} UTC: {sum(made.rows.values()):,} rows.")
    typer.echo("Restore mode: no text leaves. Start `outreach web`, so that members are heard, and import again what")
    typer.echo("was imported since. Then run `outreach restore finish`.")


def _finish(opened: Deployment, hand_over: bool) -> None:
    try:
        found = restoring.finish(opened, OPERATOR, hand_over)
    except CannotLook as problem:
        raise refuse(f"The carrier's list cannot be read now ({problem}). Try again in a minute.") from None
    did = found.replayed
    typer.echo(
        f"Since {found.since:%Y-%m-%d %H:%M:%S} UTC the carrier has {did.inbound:,} texts from members that were"
    )
    typer.echo(
        f"new, {did.adopted:,} of ours that are marked as sent now, and {did.unmatched:,} that fit nothing known."
    )
    if found.problems:
        for sentence in found.problems:
            typer.echo(f"NOT YET  {sentence}")
        raise typer.Exit(1)
    if found.handed:
        typer.echo(f"{found.handed:,} texts are tasks now: a person finds out what each of them said.")
    typer.echo("Restore mode is over, and sends are still frozen. Look at the console, then `outreach sends unfreeze`.")
