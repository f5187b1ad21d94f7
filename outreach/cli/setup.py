"""Commands that prepare a deployment: its database, its safety, its programs."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from outreach.bootstrap import RealTimer, bootstrap, open_database
from outreach.cli.opened import deployment, progress
from outreach.engine import audit_chain, finding, words
from outreach.engine.configure import configure
from outreach.engine.program_written import toml, written
from outreach.settings import Settings
from outreach.store.actor import OPERATOR
from outreach.store.configuration import program_ids
from scheduler.run import prepare_cluster


def migrate() -> None:
    """Bring the database to the newest schema, make the key file if there is none, and seed new words."""
    settings, timer = Settings(), RealTimer()
    database = open_database(settings, timer, create=True)
    if database.dialect == "postgresql":
        prepare_cluster(settings)
    opened = bootstrap(settings, database=database, timer=timer)
    added = words.seed_all(opened, OPERATOR)
    audit_chain.begin_codes(opened)
    finding.index_names(opened, OPERATOR)
    database.engine.dispose()
    typer.echo("The database is up to date." + (f" {added} texts are new: read and approve them." if added else ""))


def configure_program(
    file: Annotated[Path, typer.Argument(help="The program file, as examples/program.toml.")],
    replan: Annotated[bool, typer.Option(help="Plan every open visit again, after an interrupted run.")] = False,
    cadence: Annotated[
        bool, typer.Option("--cadence", help="Publish the file's cadence in place of the console's.")
    ] = False,
) -> None:
    """Make programs, clinics and cadence those of a file; a second run changes nothing."""
    with deployment() as opened, progress("Planning") as show:
        done = configure(opened, OPERATOR, file, environ=os.environ, replan=replan, cadence=cadence, progress=show)
    typer.echo(done.summary)


def show_program(
    key: Annotated[str, typer.Argument(help="The program's key; not needed where there is one program.")] = "",
) -> None:
    """Print a stored program as a file: applied again, it changes nothing."""
    with deployment() as opened, opened.read(OPERATOR) as uow:
        known = program_ids(uow)
        if not known:
            raise typer.BadParameter("No program is configured: run `outreach configure FILE`.")
        if (not key and len(known) > 1) or (key and key not in known):
            raise typer.BadParameter(f"Which program? There are: {', '.join(known)}.")
        found = written(uow, known[key or next(iter(known))])
    typer.echo(toml(found or {}), nl=False)
