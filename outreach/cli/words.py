"""Commands about the words members are sent."""

from __future__ import annotations

from typing import Annotated

import typer

from outreach.cli.opened import deployment
from outreach.engine import words
from outreach.store.actor import OPERATOR

app = typer.Typer(no_args_is_help=True)


@app.command()
def approve(
    language: Annotated[str, typer.Option(help="Which language was read, as es.")],
    by: Annotated[str, typer.Option(help="Who read it.")],
    program: Annotated[str | None, typer.Option(help="Which program; all of them without it.")] = None,
) -> None:
    """Let every draft of a language be sent, in the name of the person who read them."""
    with deployment() as opened:
        count = words.approve(opened, OPERATOR, language, by, program)
    typer.echo(f"{count} texts in {language} approved by {by}.")


@app.command()
def status() -> None:
    """Say which texts wait for approval."""
    with deployment() as opened:
        states = words.status(opened, OPERATOR)
    for state in states:
        waiting = f", waiting: {', '.join(state.waiting)}" if state.waiting else ""
        typer.echo(f"{state.program} {state.language}: {state.approved} approved{waiting}")
