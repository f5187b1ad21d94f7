"""Commands that prove what was done."""

from __future__ import annotations

import typer

from outreach.cli.opened import deployment
from outreach.engine.audit_chain import verify as verify_chain

app = typer.Typer(no_args_is_help=True)


@app.command()
def verify() -> None:
    """Recompute the whole audit trail; exit code 1 when somebody has changed it."""
    with deployment() as opened:
        verdict = verify_chain(opened)
    typer.echo(f"{verdict.entries:,} entries hold." if verdict.problem is None else verdict.problem)
    if verdict.problem is not None:
        raise typer.Exit(1)


@app.callback()
def _audit() -> None:
    """The audit trail."""
