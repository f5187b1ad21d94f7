"""The first account is made on the machine; an operator lets somebody in again, or out, by no chosen password."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from outreach.cli import app

EMAIL, NAME = "ada@plan.example", "Ada Lee"
CARRIER = {
    "TWILIO_ACCOUNT_SID": "AC" + "0" * 32, "TWILIO_AUTH_TOKEN": "t", "TWILIO_FROM": "+12025550100",
    "PUBLIC_URL": "https://care.example.org",
}  # fmt: skip


class Machine:
    """Where Outreach is installed, beside a real carrier."""

    def __init__(self, folder: Path) -> None:
        keys = {"DATABASE_URL": f"sqlite:///{folder / 'cli.db'}", "OUTREACH_KEY_FILE": str(folder / "keys.json")}
        self.environ = CARRIER | keys

    def __call__(self, *words: str) -> Result:
        return CliRunner().invoke(app, list(words), env=self.environ)


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    made = Machine(tmp_path)
    assert made("migrate").exit_code == 0
    return made


def test_the_first_administrator_is_made_by_a_link_that_is_printed(machine: Machine) -> None:
    assert machine("admin", "list").stdout == ""
    made = machine("admin", "create", "--email", EMAIL, "--name", NAME)
    assert re.fullmatch(r"https://care\.example\.org/invited/[\w-]{43}\n", made.stdout), made.output
    listed = "\t".join((EMAIL, NAME, "administrator", "invited", "no second factor"))
    assert machine("admin", "list").stdout == f"{listed}\n"


def test_an_address_is_used_once_and_what_is_none_is_refused_in_words(machine: Machine) -> None:
    assert machine("admin", "create", "--email", EMAIL, "--name", NAME).exit_code == 0
    again = machine("admin", "create", "--email", EMAIL.upper(), "--name", "Another")
    assert (again.exit_code, "already" in again.stderr) == (2, True)
    unusable = machine("admin", "create", "--email", "ada", "--name", "Another")
    assert (unusable.exit_code, "email address" in unusable.stderr) == (2, True)


def test_a_reset_prints_a_link_and_a_disabled_account_gets_none(machine: Machine) -> None:
    machine("admin", "create", "--email", EMAIL, "--name", NAME)
    assert "/invited/" in machine("admin", "reset", "--email", EMAIL, "--second-factor").stdout
    assert machine("admin", "disable", "--email", EMAIL).exit_code == 0
    assert "\tdisabled\t" in machine("admin", "list").stdout
    refused = machine("admin", "reset", "--email", EMAIL)
    assert (refused.exit_code, "disabled" in refused.stderr) == (2, True)
    unknown = machine("admin", "reset", "--email", "nobody@plan.example")
    assert (unknown.exit_code, "outreach admin list" in unknown.stderr) == (2, True)


def test_beside_a_real_carrier_no_link_signs_anybody_in(machine: Machine) -> None:
    refused = machine("links", "sign-in", "--role", "coordinator")
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert "outreach admin create" in refused.stderr
