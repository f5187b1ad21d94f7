"""Commands that prepare a deployment: its database, its safety, its programs."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from outreach.bootstrap import RealTimer, bootstrap, open_database
from outreach.cli.opened import deployment, progress
from outreach.engine import words
from outreach.engine.configure import configure
from outreach.settings import Settings
from outreach.store.actor import OPERATOR
from scheduler.run import prepare_cluster


def migrate() -> None:
    """Bring the database to the newest schema, make the key file if there is none, and seed new words."""
    settings, timer = Settings(), RealTimer()
    database = open_database(settings, timer, create=True)
    if database.dialect == "postgresql":
        prepare_cluster(settings)
    added = words.seed_all(bootstrap(settings, database=database, timer=timer), OPERATOR)
    database.engine.dispose()
    typer.echo("The database is up to date." + (f" {added} texts are new: read and approve them." if added else ""))


def check() -> None:
    """Say what is missing or unsafe, in words; exit code 1 when something is unsafe."""
    settings = Settings()
    unsafe = settings.problems()
    if not settings.key_file.exists():
        unsafe.append(f"The key file {settings.key_file} does not exist: run `outreach migrate`, or restore yours.")
    notes: list[str] = []
    if not unsafe:
        unsafe, notes = _database_problems()
    for sentence in unsafe:
        typer.echo(f"UNSAFE  {sentence}")
    for sentence in notes:
        typer.echo(f"NOTE    {sentence}")
    if unsafe:
        raise typer.Exit(1)
    typer.echo("OK      Nothing unsafe was found.")


def configure_program(
    file: Annotated[Path, typer.Argument(help="The program file, as examples/program.toml.")],
    replan: Annotated[bool, typer.Option(help="Plan every open visit again, after an interrupted run.")] = False,
) -> None:
    """Make programs, clinics and cadence those of a file; a second run changes nothing."""
    with deployment() as opened, progress("Planning") as show:
        done = configure(opened, OPERATOR, file, environ=os.environ, replan=replan, progress=show)
    typer.echo(done.summary)


def _database_problems() -> tuple[list[str], list[str]]:
    with deployment() as opened:
        if not opened.database.ready():
            return ["The database cannot be written: run `outreach migrate`, and look at its disk."], []
        states = words.status(opened, OPERATOR)
    notes = [] if states else ["No program is configured: run `outreach configure FILE`."]
    notes += [_waiting(state) for state in states if not state.ready]
    return [], notes


def _waiting(state: words.WordsStatus) -> str:
    if not state.waiting and not state.approved:
        return f"{state.program} has no texts in {state.language}: its members become tasks for a person."
    return (
        f"{state.program} has {len(state.waiting)} texts in {state.language} that nobody has approved;"
        f" they are not sent. Run `outreach words approve --language {state.language} --by NAME`."
    )
