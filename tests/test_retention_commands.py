"""Retention from the command line: what is past its date, purging it once, holding it, and what `check` says."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool
from typer.testing import CliRunner, Result
from world import MAP, PROGRAM_FILE, csv_file, member, visit

from outreach.bootstrap import bootstrap
from outreach.cli import app
from outreach.engine.calendars import set_calendar
from outreach.settings import Settings

LONG_AGO = datetime(2010, 6, 1, tzinfo=UTC)
Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Run a command in a deployment with one member, who was last heard of in 2010."""
    url, keys = f"sqlite:///{tmp_path / 'cli.db'}", tmp_path / "keys.json"
    environ = {"DATABASE_URL": url, "OUTREACH_KEY_FILE": str(keys), "OUTREACH_MODE": "demo", "TWILIO_ACCOUNT_SID": None}
    (tmp_path / "map.toml").write_text(MAP)

    def run(*words: object, **more: str) -> Result:
        return CliRunner().invoke(app, [str(word) for word in words], env=environ | more)

    assert run("migrate").exit_code == 0
    assert run("configure", PROGRAM_FILE).exit_code == 0
    opened = bootstrap(Settings(database_url=url, key_file=keys, twilio_account_sid="", mode="demo"))
    set_calendar(opened, LONG_AGO)
    rows = csv_file(visit(date(2010, 5, 6), outcome="kept"))
    people = csv_file(member(consent_date="2010-05-01"))
    done = run("import", rows, "--members", people, "--map", tmp_path / "map.toml")
    assert done.exit_code == 0, done.output
    set_calendar(opened, None)
    opened.database.engine.dispose()
    return run


def row_id(tmp_path: Path) -> int:
    engine = create_engine(f"sqlite:///{tmp_path / 'cli.db'}", poolclass=NullPool)
    with engine.connect() as connection:
        return int(connection.execute(text("SELECT id FROM member")).scalar_one())


def test_status_and_check_name_who_is_past_their_date_and_a_purge_takes_them_once(run: Run) -> None:
    assert "Past 10 years: 1 member (last heard of in 2010: 1) and 0 phones." in run("retention", "status").stdout
    assert "Run `outreach retention purge` (LAW-30)." in run("check").stdout
    assert "2010: 1" in run("retention", "purge", "--dry-run").stdout
    assert run("retention", "purge").stdout == "1 member and 1 phone purged.\n"
    assert run("retention", "purge").stdout == "0 members and 0 phones purged.\n"
    assert "retention purge" not in run("check").stdout
    assert "entries hold" in run("audit", "verify").stdout


def test_a_hold_is_set_and_released_with_a_reason_from_a_closed_list(run: Run, tmp_path: Path) -> None:
    who = row_id(tmp_path)
    assert run("retention", "hold", who, "--reason", "because").exit_code == 2
    assert run("retention", "hold", who, "--reason", "legal_request").stdout == f"Member {who} is on hold.\n"
    assert "1 on legal hold" in run("retention", "status").stdout
    assert run("retention", "purge").stdout == "0 members and 0 phones purged.\n"
    refused = run("retention", "hold", who, "--reason", "complaint")
    assert (refused.exit_code, refused.stderr) == (2, f"Member {who} is on hold already.\n")
    assert run("retention", "release", who, "--reason", "legal_request").exit_code == 0
    assert run("retention", "purge").stdout == "1 member and 1 phone purged.\n"


def test_law_30_less_than_six_years_is_refused_and_less_than_ten_is_mentioned(run: Run) -> None:
    refused = run("retention", "status", OUTREACH_RETENTION_YEARS="5")
    assert refused.exit_code == 2
    assert "45 CFR 164.316(b)(2)" in refused.stderr
    assert "42 CFR 438.3(u)" in run("check", OUTREACH_RETENTION_YEARS="7").stdout
    assert "42 CFR 438.3(u)" not in run("check").stdout


def test_a_file_that_is_being_read_says_that_traces_may_be_left(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("outreach.store.database._BUSY_SECONDS", 0)
    engine = create_engine(f"sqlite:///{tmp_path / 'cli.db'}", poolclass=NullPool)
    with engine.connect() as reader:
        reader.execute(text("SELECT count(*) FROM member")).scalar_one()
        reader.execute(text("BEGIN"))
        reader.execute(text("SELECT count(*) FROM member")).scalar_one()
        purged = run("retention", "purge")
    assert purged.exit_code == 1
    assert "1 member and 1 phone purged." in purged.stdout
    assert "may still hold" in purged.stderr
    assert run("retention", "purge").exit_code == 0
