"""An operator lets the carrier's list be read again, and is told what was new."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from carrier_stub import run_in_thread
from typer.testing import CliRunner

from outreach.cli import app

US = "+12025550100"


def test_missed_texts_are_found_once_and_a_list_that_is_away_is_said_in_words(tmp_path: Path) -> None:
    with run_in_thread() as stub:
        environ = {
            "DATABASE_URL": f"sqlite:///{tmp_path / 'cli.db'}", "OUTREACH_KEY_FILE": str(tmp_path / "keys.json"),
            "TWILIO_ACCOUNT_SID": "AC" + "0" * 32, "TWILIO_AUTH_TOKEN": "t", "TWILIO_FROM": US,
            "TWILIO_BASE_URL": stub.url, "PUBLIC_URL": "https://care.example.org",
        }  # fmt: skip

        def reconcile() -> tuple[int, str]:
            since = (datetime.now(UTC) - timedelta(hours=2)).strftime("%Y-%m-%dT%H:%M:%S")
            said = CliRunner().invoke(app, ["inbound", "reconcile", "--since", since], env=environ)
            return said.exit_code, said.output

        assert CliRunner().invoke(app, ["migrate"], env=environ).exit_code == 0
        stub.plant(
            to=US, body="STOP", direction="inbound", status="received", date_sent=datetime.now(UTC).isoformat(),
            num_media="0", **{"from": "+12025550123"},
        )  # fmt: skip
        assert reconcile() == (0, "1 texts were new.\n")
        assert reconcile() == (0, "Nothing was missed.\n")
        stub.fault("500", times=-1, on="GET")
        code, words = reconcile()
    assert code == 2
    assert words.startswith("The carrier's list cannot be read now (HTTP 500).")
