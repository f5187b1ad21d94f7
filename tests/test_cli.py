"""The command line: what an operator does from an empty folder to planned texts, and what mistakes say."""

from __future__ import annotations

import csv
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result
from world import MAP, PROGRAM_FILE, csv_file, member, visit

from outreach.cli import app
from outreach.loops.pauses import What, pause_of
from outreach.store import switches
from outreach.store.actor import OPERATOR
from outreach.store.database import Database
from outreach.store.seal import Keyring

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Run a command in an empty deployment of its own."""
    environ = {
        "DATABASE_URL": f"sqlite:///{tmp_path / 'cli.db'}",
        "OUTREACH_KEY_FILE": str(tmp_path / "keys.json"),
        "OUTREACH_MODE": "demo",
        "TWILIO_ACCOUNT_SID": None,
        "PUBLIC_URL": "http://127.0.0.1:8080",
    }
    return lambda *words: CliRunner().invoke(app, [str(word) for word in words], env=environ)


@pytest.fixture
def ready(run: Run) -> Run:
    """A deployment with a program, its words not yet approved."""
    assert run("migrate").exit_code == 0
    assert run("configure", PROGRAM_FILE).exit_code == 0
    return run


@pytest.fixture
def map_file(tmp_path: Path) -> Path:
    path = tmp_path / "map.toml"
    path.write_text(MAP)
    return path


def test_from_an_empty_folder_to_planned_texts(ready: Run, map_file: Path) -> None:
    approval = ("words", "approve", "--language", "es", "--by", "Ana", "--reviewed-by", "Tomas")
    assert "65 texts in es approved by Ana." in ready(*approval).output
    assert "carelink es: 65 approved" in ready("words", "status").output
    done = ready("import", csv_file(visit(date(2031, 5, 6))), "--members", csv_file(member()), "--map", map_file)
    assert done.exit_code == 0, done.output
    assert "1  new" in done.stdout


def test_check_is_content_with_a_fresh_deployment_and_names_unapproved_words(ready: Run) -> None:
    checked = ready("check")
    assert checked.exit_code == 0
    assert "65 texts in es that nobody has approved" in checked.stdout


def test_twi_53_words_are_read_with_what_each_costs(ready: Run) -> None:
    read = ready("words", "check", "--language", "es")
    assert read.exit_code == 0
    assert "carelink/es/reminder_place: GSM-7, 174 units, 2 parts, grade 3.1" in read.stdout
    assert "WARNING  it takes 2 message parts" in read.stdout
    assert "65 texts read: errors: 0, warnings: 1." in read.stdout


def test_law_32_check_names_a_program_without_a_state(ready: Run, tmp_path: Path) -> None:
    assert "names no state" not in ready("check").stdout
    file = tmp_path / "program.toml"
    lines = PROGRAM_FILE.read_text(encoding="utf-8").splitlines(keepends=True)
    file.write_text("".join(line for line in lines if not line.startswith("state =")))
    ready("configure", file)
    assert "CareLink names no state" in ready("check").stdout


def test_check_says_what_is_unsafe(run: Run) -> None:
    checked = run("check")
    assert checked.exit_code == 1
    assert "key file" in checked.stdout


def test_configuring_twice_changes_nothing(ready: Run) -> None:
    assert "nothing changed" in ready("configure", PROGRAM_FILE).stdout


def test_migrating_twice_is_harmless(ready: Run) -> None:
    assert ready("migrate").stdout == "The database is up to date.\n"


def test_a_dry_run_says_what_would_happen_and_stores_nothing(ready: Run, map_file: Path) -> None:
    path = csv_file(visit(date(2031, 5, 6)))
    tried = ready("import", path, "--map", map_file, "--dry-run")
    assert "nothing stored" in tried.stdout
    assert "1  new" in ready("import", path, "--map", map_file).stdout


def test_a_map_is_proposed_for_a_file_nobody_has_described(run: Run) -> None:
    proposed = run("import", csv_file(visit()), "--guess")
    assert proposed.exit_code == 0
    assert 'member = "' in proposed.stdout


def test_texts_can_be_held_and_released(ready: Run) -> None:
    assert ready("sends", "status").stdout == "sending\n"
    assert ready("sends", "freeze").stdout == "frozen: no text leaves\n"
    assert ready("sends", "status").stdout == "frozen: no text leaves\n"
    assert ready("sends", "unfreeze").stdout == "sending\n"


def test_what_the_carrier_paused_is_named_and_released(ready: Run, tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/cli.db", Keyring.read(tmp_path / "keys.json"), lambda: datetime.now(UTC))
    with database.write(OPERATOR) as uow:
        for what in (What.ACCOUNT, What.SENDER):
            switches.turn(uow, pause_of(what, "+12025550100", 0, "").name, True, 20003)
        uow.commit()
    database.engine.dispose()
    shown = ready("sends", "status").stdout.splitlines()
    assert shown[0] == "sending, but for what is paused"
    assert [line.rpartition(": ")[2] for line in shown[1:]] == ["pause|account||0|", "pause|sender|+12025550100|0|"]
    assert all("by carrier error 20003" in line for line in shown[1:])
    assert len(ready("sends", "unfreeze").stdout.splitlines()) == 3  # a freeze is another matter
    assert len(ready("sends", "release", "pause|account||0|").stdout.splitlines()) == 2
    refused = ready("sends", "release", "pause|account||0|")
    assert (refused.exit_code, "not paused" in refused.stderr) == (2, True)
    assert ready("sends", "release").exit_code == 2
    assert ready("sends", "release", "--all").stdout == "sending\n"


def test_trial_its_guests_are_named_in_a_file_and_it_ends(ready: Run, tmp_path: Path) -> None:
    guests = tmp_path / "guests.txt"
    guests.write_text("202-555-0123\n(202) 555-0124  # the office\n")
    on = "sending\na trial: only its 2 guests can be sent texts\n"
    assert ready("sends", "trial", "--guests", guests).stdout == on
    assert ready("sends", "status").stdout == on
    assert ready("sends", "trial", "--off").stdout == "sending\n"
    guests.write_text("202-555-01\n")
    refused = ready("sends", "trial", "--guests", guests)
    assert (refused.exit_code, "Line 1: " in refused.stderr, "202" in refused.stderr) == (2, True, False)
    assert ready("sends", "trial").exit_code == 2
    assert ready("sends", "status").stdout == "sending\n"


def test_the_audit_trail_is_verified(ready: Run) -> None:
    assert "entries hold" in ready("audit", "verify").stdout


def test_a_sign_in_link_is_printed(ready: Run) -> None:
    printed = ready("links", "sign-in", "--role", "coordinator")
    assert printed.stdout.startswith("http://127.0.0.1:8080/sign-in/")


def test_members_are_invented_for_a_visits_file(run: Run, map_file: Path) -> None:
    path = csv_file(visit(), visit(appointment="v2", member="bo"), visit(appointment="v3"))
    invented = run("demo", "members", path, "--map", map_file, "--seed", "7")
    rows = list(csv.DictReader(invented.stdout.splitlines()))
    assert [row["member_id"] for row in rows] == ["ana", "bo"]
    assert run("demo", "members", path, "--map", map_file, "--seed", "7").stdout == invented.stdout


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("import",), "Give a visits file"),
        (("import", "nowhere.csv", "--guess"), "nowhere.csv: No such file"),
        (("import", "nowhere.csv"), "--map FILE"),
        (("configure", "nowhere.toml"), "nowhere.toml: No such file"),
        (("words", "approve", "--language", "vi", "--by", "Ana"), "There are no words in 'vi'"),
    ],
)
def test_a_mistake_is_said_in_one_sentence(ready: Run, words: tuple[str, ...], sentence: str) -> None:
    refused = ready(*words)
    assert refused.exit_code == 2
    assert sentence in refused.stderr
    assert "Traceback" not in refused.output


def test_without_a_key_file_the_way_out_is_named(run: Run) -> None:
    refused = run("words", "status")
    assert (refused.exit_code, "outreach migrate" in refused.stderr) == (2, True)


def test_an_import_without_a_program_says_what_to_do_first(run: Run, map_file: Path) -> None:
    run("migrate")
    assert "outreach configure" in run("import", csv_file(visit()), "--map", map_file).stderr


def test_the_key_file_is_only_for_its_owner(ready: Run, tmp_path: Path) -> None:
    assert (tmp_path / "keys.json").stat().st_mode & 0o077 == 0
    assert Keyring.read(tmp_path / "keys.json")


def test_holding_every_text_does_not_wait_for_the_console_to_load() -> None:
    code = "import sys; from outreach.cli.main import _loaded; _loaded('sends'); print('admin' in sys.modules)"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "False"
