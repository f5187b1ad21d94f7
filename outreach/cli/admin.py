"""`outreach admin`: the first account, and what an operator does when no administrator can come in."""

from __future__ import annotations

from typing import Annotated

import typer

from admin.roles import Role
from outreach.cli.opened import deployment
from outreach.engine import accounts
from outreach.engine.accounts import Lost
from outreach.engine.deployment import Deployment
from outreach.engine.refusals import NotAsked
from outreach.store import accounts as stored
from outreach.store.actor import OPERATOR

app = typer.Typer(no_args_is_help=True, help="Who may come in.")
_Email = Annotated[str, typer.Option("--email", help="The address the person signs in with.")]


@app.command()
def create(
    email: _Email,
    name: Annotated[str, typer.Option(help="The name colleagues know them by; the audit trail has it.")],
    role: Annotated[Role, typer.Option(help="What the person may do.")] = Role.ADMINISTRATOR,
) -> None:
    """Make an account, and print the link by which its owner chooses a password: once, within three days."""
    with deployment() as opened:
        typer.echo(_link(opened, accounts.invite(opened, OPERATOR, email, name, role)))


@app.command("list")
def list_accounts() -> None:
    """List who may come in."""
    with deployment() as opened, opened.read(OPERATOR) as uow:
        for each in stored.every(uow):
            factor = "second factor" if each.second_factor else "no second factor"
            typer.echo(f"{each.sign_in}\t{each.name}\t{each.role}\t{each.state}\t{factor}")


@app.command()
def reset(
    email: _Email,
    second_factor: Annotated[bool, typer.Option("--second-factor", help="Take away the second factor too.")] = False,
) -> None:
    """Print a link to a new password for somebody who cannot come in; the old one works until it is chosen."""
    with deployment() as opened:
        account = _known(opened, email)
        if second_factor:
            accounts.reset_second_factor(opened, OPERATOR, account, Lost.BROKEN)
        typer.echo(_link(opened, accounts.new_link(opened, OPERATOR, account)))


@app.command()
def disable(email: _Email) -> None:
    """Let somebody in no longer; they are signed out everywhere at once."""
    with deployment() as opened:
        accounts.disable(opened, OPERATOR, _known(opened, email))


def _known(opened: Deployment, email: str) -> int:
    with opened.read(OPERATOR) as uow:
        found = stored.of_sign_in(uow, email)
    if found is None:
        raise NotAsked("Nobody signs in with this address; `outreach admin list` shows who may come in.")
    return found.id


def _link(opened: Deployment, token: str) -> str:
    return f"{opened.settings.public_url.rstrip('/')}/invited/{token}"
