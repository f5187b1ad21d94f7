"""The audit trail on the command line: verify, a checkpoint to keep elsewhere, and who looked."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from outreach.cli import app

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Run a command in a migrated deployment of its own."""
    environ = {
        "DATABASE_URL": f"sqlite:///{tmp_path / 'cli.db'}",
        "OUTREACH_KEY_FILE": str(tmp_path / "keys.json"),
        "OUTREACH_MODE": "demo",
        "TWILIO_ACCOUNT_SID": None,
        "PUBLIC_URL": "http://127.0.0.1:8080",
    }

    def command(*words: object) -> Result:
        return CliRunner().invoke(app, [str(word) for word in words], env=environ)

    assert command("migrate").exit_code == 0
    return command


def damage(tmp_path: Path, *statements: str) -> None:
    with sqlite3.connect(tmp_path / "cli.db") as connection:
        for statement in statements:
            connection.execute(statement)


def test_a_fresh_deployment_begins_its_trail_with_an_entry_that_has_a_code(run: Run, tmp_path: Path) -> None:
    damage(tmp_path, "INSERT INTO audit (id, at, actor, action, object) VALUES (1, 0, 'person:X', 'viewed', 'loop:1')")
    verified = run("audit", "verify")
    assert verified.exit_code == 1
    assert "The entry with id 1, not sealed yet, was changed or added without the key." in verified.stdout


def test_a_checkpoint_is_appended_to_a_file_and_verified_against(run: Run, tmp_path: Path) -> None:
    kept = tmp_path / "elsewhere.jsonl"
    assert run("audit", "checkpoint", "--out", kept).exit_code == 0
    assert run("sends", "freeze").exit_code == 0
    assert run("audit", "checkpoint", "--out", kept).exit_code == 0
    first, second = (json.loads(line) for line in kept.read_text().splitlines())
    assert set(first) == {"seq", "after", "at", "hash", "signature", "key"}
    assert second["seq"] == first["seq"] + 1
    assert json.loads(run("audit", "checkpoint").stdout) == second
    assert run("audit", "verify", "--against", kept).stdout == f"{second['seq']} entries hold.\n"


def test_a_trail_cut_together_with_its_checkpoints_is_found_against_the_file(run: Run, tmp_path: Path) -> None:
    kept = tmp_path / "elsewhere.jsonl"
    run("sends", "freeze")
    run("audit", "checkpoint", "--out", kept)
    last = json.loads(kept.read_text())["seq"]
    damage(tmp_path, f"DELETE FROM audit WHERE seq = {last}", f"DELETE FROM checkpoint WHERE seq = {last}")
    assert run("audit", "verify").exit_code == 0
    found = run("audit", "verify", "--against", kept)
    assert found.exit_code == 1
    assert found.stdout == f"The trail ends at entry {last - 1}, but a checkpoint was signed at {last}.\n"


def test_a_file_that_is_no_checkpoint_file_is_refused(run: Run, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.jsonl"
    wrong.write_text("no checkpoint\n")
    refused = run("audit", "verify", "--against", wrong)
    assert (refused.exit_code, refused.stdout) == (1, "Line 1 of the checkpoint file is no checkpoint.\n")


def test_who_looked_is_printed_and_that_somebody_asked_is_on_record(run: Run) -> None:
    assert run("audit", "access", "--member", "5").stdout == ""
    again = run("audit", "access", "--member", "5").stdout
    assert "  operator:command-line  accesses.viewed  member:5  " in again
    assert run("audit", "access", "--person", "Maya Ortiz", "--since", "2026-01-01").stdout == ""
    assert run("audit", "access").exit_code == 2
