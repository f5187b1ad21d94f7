"""Commands that prepare a deployment: its database, its safety, its programs."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from outreach.bootstrap import RealTimer, bootstrap, open_database, unsafe
from outreach.cli import retention
from outreach.cli.opened import deployment, progress
from outreach.engine import audit_chain, words
from outreach.engine.configure import configure, without_state
from outreach.settings import Settings
from outreach.store.actor import OPERATOR
from outreach.store.message_versions import SOURCE
from scheduler.run import prepare_cluster

_STATELESS = (
    "{program} names no state: where neither ZIP nor area code tells where a member lives, the strictest hours of all"
    " states hold (weekdays 10:00 to 18:00, Saturdays 10:00 to 17:00). Add state to its program file."
)


def migrate() -> None:
    """Bring the database to the newest schema, make the key file if there is none, and seed new words."""
    settings, timer = Settings(), RealTimer()
    database = open_database(settings, timer, create=True)
    if database.dialect == "postgresql":
        prepare_cluster(settings)
    opened = bootstrap(settings, database=database, timer=timer)
    added = words.seed_all(opened, OPERATOR)
    audit_chain.begin_codes(opened)
    database.engine.dispose()
    typer.echo("The database is up to date." + (f" {added} texts are new: read and approve them." if added else ""))


def check() -> None:
    """Say what is missing or unsafe, in words; exit code 1 when something is unsafe."""
    settings = Settings()
    problems = unsafe(settings)
    if not settings.key_file.exists():
        problems.append(f"The key file {settings.key_file} does not exist: run `outreach migrate`, or restore yours.")
    notes: list[str] = []
    if not problems:
        problems, notes = _database_problems()
    for sentence in problems:
        typer.echo(f"UNSAFE  {sentence}")
    for sentence in notes:
        typer.echo(f"NOTE    {sentence}")
    if problems:
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
        states, late = words.status(opened, OPERATOR), retention.notes(opened)
        stateless = without_state(opened, OPERATOR)
    notes = [] if states else ["No program is configured: run `outreach configure FILE`."]
    notes += [note for state in states for note in _wording(state)]
    notes += [_STATELESS.format(program=program) for program in stateless]
    return [], notes + late


def _wording(state: words.WordsStatus) -> Iterator[str]:
    language, texts = state.language, f"texts in {state.language}"
    if not state.waiting and not state.stale and not state.approved:
        yield f"{state.program} has no {texts}: its members become tasks for a person."
    if state.waiting:
        reviewed = "" if language == SOURCE else " --reviewed-by NAME"
        yield (
            f"{state.program} has {len(state.waiting)} {texts} that nobody has approved; they are not sent."
            f" Run `outreach words approve --language {language} --by NAME{reviewed}`."
        )
    if state.stale:
        yield (
            f"{state.program} has {len(state.stale)} {texts} whose English has changed since; they are not sent"
            f" (COPY-12): {', '.join(state.stale)}. Have them translated anew."
        )
    if not state.reviewed:
        yield f"{state.program} has {texts} that were approved without a qualified translator (HIP-22)."
