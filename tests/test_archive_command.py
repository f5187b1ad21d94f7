"""The archive from the command line: nothing that is young, a month at a time, and what each month holds."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select
from typer.testing import CliRunner, Result
from world import MAP, PROGRAM_FILE, csv_file, member, visit

from outreach.bootstrap import bootstrap
from outreach.cli import app
from outreach.engine.calendars import set_calendar
from outreach.settings import Settings
from outreach.store import tables as t
from outreach.store.actor import OPERATOR

Run = Callable[..., Result]
THEN = datetime(2024, 6, 10, tzinfo=UTC)


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Run a command in a deployment with one visit that was imported as kept in June 2024."""
    url, keys = f"sqlite:///{tmp_path / 'cli.db'}", tmp_path / "keys.json"
    environ = {"DATABASE_URL": url, "OUTREACH_KEY_FILE": str(keys), "OUTREACH_MODE": "demo", "TWILIO_ACCOUNT_SID": None}
    (tmp_path / "map.toml").write_text(MAP)

    def run(*words: object) -> Result:
        return CliRunner().invoke(app, [str(word) for word in words], env=environ)

    assert run("migrate").exit_code == 0
    assert run("configure", PROGRAM_FILE).exit_code == 0
    opened = bootstrap(Settings(database_url=url, key_file=keys, twilio_account_sid="", mode="demo"))
    set_calendar(opened, THEN)
    rows = csv_file(visit(THEN.replace(day=4).date(), outcome="kept"))
    people = csv_file(member(consent_date="2024-05-01"))
    assert run("import", rows, "--members", people, "--map", tmp_path / "map.toml").exit_code == 0
    with opened.write(OPERATOR) as uow:
        loop = uow.all(select(t.loop.c.id))[0].id
        heard = {"id": uow.next_id(), "loop_id": loop, "kind": "Opened", "at": uow.now, "body": {}, "actor": "import"}
        uow.insert(t.loop_event, [heard | {"consumed_at": uow.now}])
        uow.commit()
    set_calendar(opened, datetime(2025, 8, 2, tzinfo=UTC))
    opened.database.engine.dispose()
    return run


def test_a_month_goes_once_and_is_named(run: Run) -> None:
    assert "Nothing is archived. The working tables keep 13 months." in run("archive", "--status").stdout
    assert "Nothing was old enough" in run("archive", "--until", "2024-05").stdout
    moved = run("archive", "--until", "2024-06")
    assert moved.exit_code == 0
    assert moved.stdout.splitlines() == ["2024-06: 1 row", "1 row moved."]
    assert "Nothing was old enough" in run("archive").stdout
    assert run("archive", "--status").stdout.startswith("2024-06: texts 0, tries 0, questions 0, events 1, waits 0\n")
    assert "entries hold" in run("audit", "verify").stdout


def test_a_month_that_is_too_young_is_refused_in_words(run: Run) -> None:
    refused = run("archive", "--until", "2024-07")
    assert refused.exit_code != 0
    assert "The last one that may go is 2024-06." in refused.output
