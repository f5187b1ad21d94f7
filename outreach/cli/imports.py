"""The command that brings a clinic's files in."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from outreach.bootstrap import calm_collector
from outreach.cli.errors import refuse
from outreach.cli.import_words import COUNTED, NOTED
from outreach.cli.opened import deployment, progress
from outreach.clinics.column_map import load_map
from outreach.clinics.guess import guess_map, read_sample
from outreach.engine.imported import Imported
from outreach.engine.importing import Request, import_appointments, import_members
from outreach.store.actor import OPERATOR


def import_files(
    appointments: Annotated[Path | None, typer.Argument(help="The visits file.")] = None,
    members: Annotated[Path | None, typer.Option(help="The members file; it is read first.")] = None,
    column_map: Annotated[Path | None, typer.Option("--map", help="What the columns mean.")] = None,
    program: Annotated[str | None, typer.Option(help="Whose files these are; needed if there are several.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Do everything, and store nothing.")] = False,
    guess: Annotated[bool, typer.Option("--guess", help="Print a proposed map for the file instead.")] = False,
) -> None:
    """Bring in visits, members, or both. The same file again changes nothing."""
    first = appointments or members
    if first is None:
        raise refuse("Give a visits file, a members file with --members, or both.")
    if guess:
        typer.echo(_proposed(first), nl=False)
        return
    if column_map is None:
        raise refuse("Say what the columns mean with --map FILE; `outreach import FILE --guess` proposes one.")
    meaning = load_map(column_map.read_text(encoding="utf-8"))
    with deployment() as opened:
        calm_collector()
        request = Request(opened, OPERATOR, program, dry_run)
        for path, bring_in in ((members, import_members), (appointments, import_appointments)):
            if path is not None:
                with progress(path.name) as show:
                    done = bring_in(replace(request, progress=show), path, meaning)
                _tell(path, done, dry_run)


def _proposed(path: Path) -> str:
    with path.open("rb") as source:
        sample = read_sample(source)
    return guess_map(sample.header, sample.rows, sample.formats)


def _tell(path: Path, done: Imported, dry_run: bool) -> None:
    for warning in done.warnings:
        typer.echo(f"WARNING {warning}", err=True)
    typer.echo(f"{path.name}: {done.rows:,} rows{' (tried out, nothing stored)' if dry_run else ''}")
    for names, counts in ((COUNTED, done.counts), (NOTED, done.notes)):
        for name, words in names.items():
            if counts[name]:
                typer.echo(f"{counts[name]:>9,}  {words}")
    if done.rejects is not None:
        typer.echo(f"           rows that were not taken, and why: {done.rejects}")
