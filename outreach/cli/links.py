"""Commands that print single-purpose links."""

from __future__ import annotations

from typing import Annotated

import typer

from admin.roles import Role
from outreach.cli.opened import deployment
from outreach.engine.handlers import issue_link
from outreach.engine.refusals import NotAsked
from outreach.store.actor import OPERATOR

HOURS = 1.0

app = typer.Typer(no_args_is_help=True, help="Single-purpose links.")


@app.command("sign-in")
def sign_in(
    role: Annotated[Role, typer.Option(help="What the person may do.")],
    name: Annotated[str, typer.Option(help="Who it is for, as the audit trail will name them.")] = "",
) -> None:
    """Print a link that signs one person in, once, within the hour: in a demo or a training, never beside a carrier."""
    with deployment() as opened:
        if opened.settings.carrier_configured:
            raise NotAsked(
                "Beside a real carrier people have accounts: `outreach admin create --email ... --name ...`."
            )
        subject: dict[str, object] = {"name": name or str(role), "role": str(role)}
        token = issue_link(opened, OPERATOR, "sign_in", subject, HOURS)
        typer.echo(f"{opened.settings.public_url.rstrip('/')}/sign-in/{token}")


@app.callback()
def _links() -> None:
    """Single-purpose links."""
