"""The reports from the command line: the file says what the console shows, and the trail who took it."""

from __future__ import annotations

from pathlib import Path

import pytest
from console_world import World
from report_rows import NOW, furnish
from typer.testing import CliRunner, Result

from outreach.cli import app
from outreach.store.actor import OPERATOR


@pytest.fixture
def filled(world: World) -> World:
    world.at(NOW)
    with world.deployment.write(OPERATOR) as uow:
        furnish(uow, 900)
        uow.commit()
    return world


def run(world: World, *arguments: str) -> Result:
    settings = world.settings
    environ = {
        "DATABASE_URL": settings.database_url, "OUTREACH_KEY_FILE": str(settings.key_file), "OUTREACH_MODE": "demo",
        "TWILIO_ACCOUNT_SID": None,
    }  # fmt: skip
    return CliRunner().invoke(app, ["reports", "export", *arguments], env=environ)


def test_every_report_of_a_quarter_is_written_to_one_file(filled: World, tmp_path: Path) -> None:
    file = tmp_path / "report.csv"
    done = run(filled, str(file), "--from", "2026-08-24", "--to", "2026-11-22")
    assert done.exit_code == 0, done.output
    written = file.read_text(encoding="utf-8")
    assert "kept,language,all,408,653,82,Unknown,0.6248" in written
    for title in ("Visits", "Outreach", "Rides", "Delivery and cost", "Tasks"):
        assert f"{title}: 2026-08-24 to 2026-11-22" in written
    entry = filled.row("SELECT action, actor FROM audit ORDER BY id DESC LIMIT 1")
    assert tuple(entry) == ("report.all.exported", "operator:command-line")


@pytest.mark.parametrize("more", [("--from", "2026-11-22", "--to", "2026-08-24"), ("--by", "week")])
def test_what_makes_no_report_is_refused_in_a_sentence(filled: World, tmp_path: Path, more: tuple[str, ...]) -> None:
    file = tmp_path / "report.csv"
    done = run(filled, str(file), "--from", "2026-08-24", "--to", "2026-11-22", *more)
    assert done.exit_code == 2
    assert "--from comes before --to" in done.output
    assert not file.exists()
