"""What an operator does when something is wrong, or to know that nothing is: check, backup, restore, workers."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result
from world import PROGRAM_FILE

from outreach.cli import app

US, PUBLIC = "+12025550100", "https://care.example.org"
DOORS = f"{PUBLIC}/twilio/sms"
Run = Callable[..., Result]


class Account:
    """A carrier's account: what it says of itself."""

    status, behind, sms_url, fallback = 200, 0.0, f"{DOORS}#rc=5&rp=all", DOORS


@pytest.fixture
def account() -> Iterator[tuple[type[Account], str]]:
    class Mine(Account):
        pass

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            row = {"phone_number": US, "sms_url": Mine.sms_url, "sms_fallback_url": Mine.fallback}
            lists = {"/Messages": {"messages": []}, "/Calls": {"calls": []}}
            others = {"incoming_phone_numbers": [row]}
            body = next((said for part, said in lists.items() if part in self.path), others)
            self.send_response_only(Mine.status)
            said = datetime.now(UTC) + timedelta(seconds=Mine.behind)
            self.send_header("Date", format_datetime(said, usegmt=True))
            self.end_headers()
            self.wfile.write(json.dumps(body).encode())

        def log_message(self, *_: Any) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Answers)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield Mine, f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def run(tmp_path: Path, account: tuple[type[Account], str]) -> Run:
    """Run a command in a deployment with that carrier."""
    environ = {
        "DATABASE_URL": f"sqlite:///{tmp_path / 'cli.db'}", "OUTREACH_KEY_FILE": str(tmp_path / "keys.json"),
        "TWILIO_ACCOUNT_SID": "AC" + "0" * 32, "TWILIO_AUTH_TOKEN": "t", "TWILIO_FROM": US,
        "TWILIO_BASE_URL": account[1], "PUBLIC_URL": PUBLIC, "OUTREACH_MODE": None,
    }  # fmt: skip
    invoke = lambda *words: CliRunner().invoke(app, [str(word) for word in words], env=environ)  # noqa: E731
    assert invoke("migrate").exit_code == 0
    assert invoke("configure", PROGRAM_FILE).exit_code == 0
    return invoke


def test_check_is_content_with_a_carrier_that_knows_us_and_points_here(run: Run) -> None:
    checked = run("check")
    assert checked.exit_code == 0
    assert "carrier" not in checked.stdout
    assert "inbound URL" not in checked.stdout


@pytest.mark.parametrize(
    ("what", "value", "words"),
    [
        ("status", 401, "UNSAFE  The carrier does not accept TWILIO_ACCOUNT_SID"),
        ("status", 500, "UNSAFE  The carrier answers HTTP 500"),
        ("sms_url", "https://elsewhere.example.org/", "UNSAFE  Our number points at https://elsewhere.example.org/"),
        ("sms_url", "", "UNSAFE  Our number points nowhere: no STOP reaches us."),
        ("behind", -90.0, "UNSAFE  Our clock and the carrier's differ by"),
        ("behind", 10.0, "NOTE    Our clock and the carrier's differ by"),
        ("sms_url", DOORS, "NOTE    A webhook that fails is not tried again"),
        ("fallback", "", "NOTE    There is no fallback URL"),
    ],
)
def test_check_says_what_is_wrong_with_the_carrier(
    run: Run, account: tuple[type[Account], str], what: str, value: object, words: str
) -> None:
    setattr(account[0], what, value)
    checked = run("check")
    assert words in checked.stdout
    assert checked.exit_code == (1 if words.startswith("UNSAFE") else 0)


def test_check_says_that_the_carrier_is_away(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("outreach.cli.checks.look_at_setup", _nobody)
    assert "UNSAFE  The carrier cannot be reached" in run("check").stdout


def _nobody(account: Any, *args: Any, **kw: Any) -> Any:
    from dataclasses import replace

    from outreach.channels.look.setup import look_at_setup

    return look_at_setup(replace(account, base_url="http://127.0.0.1:9"), *args, **kw)


def test_a_database_is_lost_and_comes_back_with_sends_frozen_until_all_is_known(run: Run, tmp_path: Path) -> None:
    saved = tmp_path / "friday.backup"
    made = run("backup", saved)
    assert (made.exit_code, "The keys are not in it" in made.stdout) == (0, True)
    for part in tmp_path.glob("cli.db*"):
        part.unlink()
    assert "Restore mode: no text leaves." in run("restore", saved).stdout
    assert run("sends", "unfreeze").exit_code == 2
    assert "restore mode" in run("sends", "status").stdout
    assert "NOTE    Restore mode" in run("check").stdout
    finished = run("restore", "finish")
    assert finished.exit_code == 0, finished.output
    assert "sends are still frozen" in finished.stdout
    assert run("sends", "unfreeze").stdout.startswith("sending")


def test_a_restore_never_takes_a_databases_place_unasked(run: Run, tmp_path: Path) -> None:
    saved = tmp_path / "friday.backup"
    run("backup", saved)
    refused = run("restore", saved)
    assert (refused.exit_code, "--overwrite" in refused.stderr) == (2, True)
    assert run("restore", tmp_path / "none.backup").exit_code == 2


def test_nobody_at_work_is_said(run: Run) -> None:
    assert "No worker has said anything" in run("workers").stdout
