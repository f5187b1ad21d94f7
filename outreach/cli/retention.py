"""Commands about how long records are kept: what is past its date, purging it, and legal holds."""

from __future__ import annotations

from typing import Annotated

import typer

from outreach.cli.opened import deployment, progress
from outreach.engine import retention
from outreach.engine.deployment import Deployment
from outreach.engine.retention import Due
from outreach.store.actor import OPERATOR
from outreach.store.entry import Purpose

app = typer.Typer(no_args_is_help=True, help="How long records are kept, and legal holds.")
_Member = Annotated[int, typer.Argument(help="The member's number in the audit trail, as 5 in member:5.")]
_Reason = Annotated[Purpose, typer.Option(help="For which matter, as the trail will say.")]
_MEDICAID_YEARS = 10


@app.command()
def status() -> None:
    """Say who is past their date, and who is on hold."""
    with deployment() as opened:
        typer.echo(_in_words(retention.due(opened, OPERATOR), opened.settings.retention_years))
        kept = retention.kept(opened, OPERATOR)
    typer.echo(f"Kept: {kept.held} on legal hold, {kept.undated} with nothing on record to count from.")


@app.command()
def purge(dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say how many, by year.")] = False) -> None:
    """Take out for good what was personal about everybody past their date; exit code 1 when traces may be left."""
    with deployment() as opened:
        if dry_run:
            typer.echo(_in_words(retention.due(opened, OPERATOR), opened.settings.retention_years))
            return
        with progress("Purging") as show:
            done = retention.purge(opened, OPERATOR, show)
    typer.echo(f"{_count(done.members, 'member')} and {_count(done.phones, 'phone')} purged.")
    if not done.clean:
        typer.echo(
            "The file may still hold what its rows do not: stop web and worker, make room for a copy of it, and run"
            " this again.",
            err=True,
        )
        raise typer.Exit(1)


@app.command()
def hold(member: _Member, reason: _Reason) -> None:
    """Keep everything about a member, however old it is."""
    with deployment() as opened:
        retention.hold(opened, OPERATOR, member, reason)
    typer.echo(f"Member {member} is on hold.")


@app.command()
def release(member: _Member, reason: _Reason) -> None:
    """End a member's hold."""
    with deployment() as opened:
        retention.release(opened, OPERATOR, member, reason)
    typer.echo(f"Member {member} is no longer on hold.")


def notes(opened: Deployment) -> list[str]:
    """Return what `outreach check` should mention."""
    found, years = retention.due(opened, OPERATOR), opened.settings.retention_years
    said = []
    if found.members or found.phones:
        said.append(f"{_in_words(found, years)} Run `outreach retention purge` (LAW-30).")
    if years < _MEDICAID_YEARS:
        said.append(f"Records are kept {years} years: Medicaid plans must keep theirs 10 (42 CFR 438.3(u)).")
    return said


def _in_words(found: Due, years: int) -> str:
    by_year = f" (last heard of in {', '.join(f'{year}: {n}' for year, n in found.by_year.items())})"
    whom = f"{_count(found.members, 'member')}{by_year if found.by_year else ''} and {_count(found.phones, 'phone')}"
    return f"Past {years} years: {whom}."


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
