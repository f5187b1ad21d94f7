"""Texts on the command line: out to a translator as a file, and back as drafts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import polib
import pytest
from typer.testing import CliRunner, Result
from word_world import REMINDER_ES, history, sign, the_program
from world import PROGRAM_FILE, program

from outreach.cli import app
from outreach.cli.checks import _wording
from outreach.engine.deployment import Deployment
from outreach.engine.word_places import Place
from outreach.engine.word_status import status
from outreach.store.actor import OPERATOR
from outreach.store.message_versions import WITHDRAWN

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Run a command in a deployment whose texts nobody has approved yet."""
    environ = {
        "DATABASE_URL": f"sqlite:///{tmp_path / 'cli.db'}",
        "OUTREACH_KEY_FILE": str(tmp_path / "keys.json"),
        "OUTREACH_MODE": "demo",
        "TWILIO_ACCOUNT_SID": None,
    }

    def run(*words: object) -> Result:
        return CliRunner().invoke(app, [str(word) for word in words], env=environ)

    assert run("migrate").exit_code == 0
    assert run("configure", PROGRAM_FILE).exit_code == 0
    return run


def test_a_file_goes_out_and_comes_back(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "es.po"
    assert run("words", "export", path, "--language", "es").output == f"Written to {path}.\n"
    file = polib.pofile(str(path))
    for entry in file:
        changed = {"reminder": REMINDER_ES, "help": "{program", "stop": "{program}: Su diabetes. STOP"}
        entry.msgstr = changed.get(entry.msgctxt, entry.msgstr)
    file.save()
    taken = run("words", "import", path, "--language", "es", "--by", "Nadia Pierre")
    assert taken.exit_code == 1  # one was not taken
    assert f"2 taken, {len(file) - 3} unchanged, 0 empty, 1 refused." in taken.output
    assert "help: refused. A brace is left over." in taken.output
    assert "stop: taken." in taken.output
    assert "(HIP-03)" in taken.output
    assert "es.po:" in taken.output
    again = run("words", "import", path, "--language", "es", "--by", "Nadia Pierre")
    assert f"0 taken, {len(file) - 1} unchanged" in again.output
    assert "waiting" in run("words", "status").output, "nothing is approved by a file"


def test_what_is_no_file_of_the_language_is_said_in_one_sentence(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "es.po"
    path.write_text("nonsense", encoding="utf-8")
    refused = run("words", "import", path, "--language", "es", "--by", "Nadia Pierre")
    assert refused.exit_code == 2
    assert "no PO file" in refused.output
    assert run("words", "export", path, "--language", "vi").exit_code == 2
    assert run("words", "import", path, "--language", "es", "--by", " ").exit_code == 2


def test_check_names_what_was_withdrawn(deployment: Deployment) -> None:
    program(deployment)
    place = Place(the_program(deployment).id, "es", "reminder")
    sign(deployment, history(deployment, place)[-1].id, WITHDRAWN)
    _, spanish = status(deployment, OPERATOR)
    assert list(_wording(spanish)) == [
        "carelink has 1 texts in es that were sent back or withdrawn: have them written anew."
    ]
