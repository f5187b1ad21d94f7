"""Commands that prove what was done, and say who looked at whom."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from outreach.cli.opened import deployment
from outreach.engine import audit_chain
from outreach.engine.deployment import Deployment
from outreach.store.actor import OPERATOR
from outreach.store.reads.access_report import Access, accesses

app = typer.Typer(no_args_is_help=True, help="Prove that the audit trail is whole.")
_Since = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"], help="From then on, UTC.")]


@app.command()
def verify(
    against: Annotated[
        Path | None, typer.Option(help="Checkpoints that were kept elsewhere.", exists=True, dir_okay=False)
    ] = None,
) -> None:
    """Recompute the whole audit trail; exit code 1 when somebody has changed it."""
    with deployment() as opened:
        try:
            lines = against.read_text(encoding="utf-8").splitlines() if against else []
            verdict = audit_chain.verify(opened, audit_chain.read_checkpoints(lines, opened.database.keyring))
        except (audit_chain.NotACheckpoint, UnicodeDecodeError) as problem:
            typer.echo(str(problem))
            raise typer.Exit(1) from problem
    typer.echo(f"{verdict.entries:,} entries hold." if verdict.problem is None else verdict.problem)
    if verdict.note:
        typer.echo(f"NOTE  {verdict.note}")
    if verdict.problem is not None:
        raise typer.Exit(1)


@app.command()
def checkpoint(
    out: Annotated[Path | None, typer.Option(help="The file to append it to, on another machine if you can.")] = None,
) -> None:
    """Give the newest signed checkpoint, to be kept where who has the database cannot reach it."""
    with deployment() as opened:
        line = audit_chain.checkpoint_line(opened)
    if line is None:
        typer.echo("Nothing is on record yet.", err=True)
        raise typer.Exit(1)
    if out is None:
        typer.echo(line)
        return
    with out.open("a", encoding="utf-8") as file:
        file.write(line + "\n")
    typer.echo(f"Appended to {out}.")


@app.command()
def access(
    member: Annotated[int | None, typer.Option(help="The member's id, as in the console.")] = None,
    person: Annotated[str | None, typer.Option(help="The name that somebody signs in with.")] = None,
    since: _Since = None,
    until: _Since = None,
) -> None:
    """Say who looked at a member's record, or whose records somebody looked at: newest first, by ids alone."""
    if member is None and person is None:
        raise typer.BadParameter("Give --member ID, --person NAME, or both.")
    with deployment() as opened:
        found = _found(opened, member, person, since and since.replace(tzinfo=UTC), until and until.replace(tzinfo=UTC))
    for it in found:
        typer.echo(_line(it))
    typer.echo(f"{len(found):,} looks." if found else "Nobody looked.", err=True)


def _found(
    opened: Deployment, member: int | None, person: str | None, since: datetime | None, until: datetime | None
) -> list[Access]:
    """Read every page of the report; that it was read is on record too (HIP-14)."""
    found: list[Access] = []
    with opened.write(OPERATOR) as uow:
        before = None
        while page := accesses(uow, member, person, since=since, until=until, before=before):
            found.extend(page)
            before = page[-1].place
        uow.audit("accesses.viewed", f"member:{member}" if member else "audit")
        uow.commit()
    return found


def _line(it: Access) -> str:
    members = ",".join(f"member:{row_id}" for row_id in it.members) or "-"
    return f"{it.at.isoformat()}  {it.who}  {it.action}  {it.object}  {members}  {it.reason or '-'}"


@app.callback()
def _audit() -> None:
    """The audit trail."""
