"""All commands, under one name."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any

import typer
from typer.main import get_command

from outreach.cli.errors import Spoken
from outreach.logs import configure_logs

# Where each is: the module, and in it one command, or an app with several.
COMMANDS: Mapping[str, str] = {
    "migrate": "setup:migrate",
    "check": "checks:check",
    "configure": "setup:configure_program",
    "show-program": "setup:show_program",
    "import": "imports:import_files",
    "web": "running:web",
    "worker": "workers:worker",
    "workers": "workers:workers",
    "archive": "archive:archive",
    "backup": "backups:backup",
    "restore": "backups:restore",
    "simulate": "running:simulate",
    "understand": "understand:understand",
    "words": "words:app",
    "recordings": "recordings:app",
    "sends": "sends:app",
    "inbound": "inbound:app",
    "audit": "audit:app",
    "reports": "reports:app",
    "retention": "retention:app",
    "replies": "replies:app",
    "admin": "admin:app",
    "links": "links:app",
    "evidence": "evidence:app",
    "demo": "demo_run:app",
}


class Rooms(Spoken):
    """Loads a command's module when it is named: who holds all texts does not wait for the console and its charts."""

    def list_commands(self, _ctx: Any) -> list[str]:
        """Return the names, in the order of the help."""
        return list(COMMANDS)

    def get_command(self, _ctx: Any, cmd_name: str) -> Any:
        """Return a command, or None."""
        return _loaded(cmd_name) if cmd_name in COMMANDS else None


def _loaded(name: str) -> Any:
    module, _, place = COMMANDS[name].partition(":")
    found, around = getattr(import_module(f"outreach.cli.{module}"), place), _group()
    if isinstance(found, typer.Typer):
        around.add_typer(found, name=name)
    else:
        around.command(name)(found)
    made: Any = get_command(around)
    return made.commands[name]


def _group(**how: Any) -> typer.Typer:
    group = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, **how)
    group.callback()(lambda: None)
    return group


app = _group(cls=Rooms, help="Outreach.")


def main() -> None:
    """Run the command line."""
    configure_logs()
    app()
