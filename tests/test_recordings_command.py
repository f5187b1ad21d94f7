"""Recordings on the command line: a script for the studio, and what it delivers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from recorded import ARMENIAN, tone, wav
from typer.testing import CliRunner, Result

from locales.recorded import recordings_needed
from outreach.cli import app

Run = Callable[..., Result]
ALL = len(recordings_needed("hy"))


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Run a command in a deployment whose program speaks Armenian."""
    environ = {
        "DATABASE_URL": f"sqlite:///{tmp_path / 'cli.db'}",
        "OUTREACH_KEY_FILE": str(tmp_path / "keys.json"),
        "OUTREACH_MODE": "demo",
        "TWILIO_ACCOUNT_SID": None,
    }

    def run(*words: object) -> Result:
        return CliRunner().invoke(app, [str(word) for word in words], env=environ)

    (tmp_path / "program.toml").write_text(ARMENIAN, encoding="utf-8")
    assert run("migrate").exit_code == 0
    assert run("configure", tmp_path / "program.toml").exit_code == 0
    return run


@pytest.fixture
def studio(tmp_path: Path) -> Path:
    """What a studio delivers: two sentences, and a weekday in a folder of its own."""
    folder = tmp_path / "studio"
    (folder / "weekday").mkdir(parents=True)
    for name in ("voice_menu.wav", "month-6.WAV", "weekday/2.wav"):
        (folder / name).write_bytes(wav())
    (folder / "notes.txt").write_text("take two was better")
    return folder


def test_the_list_is_a_script_for_the_studio(run: Run) -> None:
    listed = run("recordings", "list", "hy")
    rows = [line.split("\t") for line in listed.stdout.splitlines()]
    assert len(rows) == ALL
    assert {len(row) for row in rows} == {3}
    assert {state for _, state, _ in rows} == {"missing"}
    assert {"voice_menu.wav", "weekday-2.wav"} <= {name for name, _, _ in rows}
    assert "{" not in listed.stdout
    assert f"0 of {ALL} approved; no call is held in it yet." in listed.stderr


def test_a_folder_is_brought_in_approved_by_another_person_and_listed(run: Run, studio: Path) -> None:
    brought = run("recordings", "import", studio, "--language", "hy", "--by", "Ani")
    assert (brought.exit_code, brought.stdout) == (0, "3 files: 3 new, 0 there already, 0 not taken.\n")
    assert "\tone to approve\t" in run("recordings", "list", "hy").stdout
    same = run("recordings", "approve", "--language", "hy", "--by", "ani")
    assert (same.exit_code, "HIP-16" in same.stderr) == (2, True)
    assert run("recordings", "approve", "--language", "hy", "--by", "Davit").stdout == (
        "3 recordings in hy approved by Davit.\n"
    )
    listed = run("recordings", "list", "hy")
    assert listed.stdout.count("\tapproved\t") == 3
    assert f"3 of {ALL} approved" in listed.stderr
    again = run("recordings", "import", studio, "--language", "hy", "--by", "Ani")
    assert again.stdout == "3 files: 0 new, 3 there already, 0 not taken.\n"
    (studio / "voice_menu.wav").write_bytes(wav(tone(300)))
    assert "1 new, 2 there already" in run("recordings", "import", studio, "--language", "hy", "--by", "Ani").stdout
    assert "voice_menu.wav\tapproved, one to approve\t" in run("recordings", "list", "hy").stdout


def test_what_cannot_be_taken_is_named_and_the_rest_is_taken(run: Run, studio: Path) -> None:
    (studio / "voice_hello.wav").write_bytes(b"ID3 no wav at all")
    (studio / "voice_nothing.wav").write_bytes(wav())
    brought = run("recordings", "import", studio, "--language", "hy", "--by", "Ani")
    assert brought.exit_code == 1
    assert "voice_hello.wav: This is an MP3 file." in brought.stderr
    assert "voice_nothing.wav: There is no sentence 'voice_nothing'" in brought.stderr
    assert brought.stdout == "5 files: 3 new, 0 there already, 2 not taken.\n"


@pytest.mark.parametrize(
    "words",
    [
        ("list", "es"),
        ("list", "xx"),
        ("list", "hy", "--program", "other"),
        ("import", ".", "--language", "km", "--by", "Ani"),
        ("approve", "--language", "es", "--by", "Ani"),
    ],
)
def test_a_language_that_is_not_recorded_is_refused_in_a_sentence(run: Run, words: tuple[str, ...]) -> None:
    refused = run("recordings", *words)
    assert refused.exit_code == 2
    assert "Nothing is recorded in" in refused.stderr


def test_an_empty_folder_is_no_success(run: Run, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    brought = run("recordings", "import", tmp_path / "empty", "--language", "hy", "--by", "Ani")
    assert (brought.exit_code, brought.stdout) == (1, "0 files: 0 new, 0 there already, 0 not taken.\n")
