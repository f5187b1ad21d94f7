"""`outreach understand` on the command line: files of replies, and one that a person wonders about."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner, Result

from conversations.labelled import CONTEXTS
from conversations.meaning import Intent, Reason
from outreach.cli import app

FIELDS = {"id", "intents", "reason", "prefs", "safety", "confidence", "because"}


def understand(*words: str, typed: str = "") -> Result:
    return CliRunner().invoke(app, ["understand", *words], input=typed)


def test_each_line_is_answered_by_a_line_in_the_words_of_the_guide() -> None:
    asked = [
        {"id": "a", "text": "si pero necesito ride", "lang": "es", "context": "confirm_appointment"},
        {"id": "b", "text": "can't breathe", "lang": "en", "context": "none"},
        {"id": "c", "text": "martes por la tarde", "lang": "es", "context": "reschedule_preference"},
        {"id": "d", "text": "", "lang": "en", "context": "none"},
    ]
    done = understand(typed="\n".join(json.dumps(row) for row in asked) + "\n\n")
    assert done.exit_code == 0
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert [row["id"] for row in rows] == ["a", "b", "c", "d"]
    assert all(set(row) == FIELDS for row in rows)
    assert rows[0]["intents"] == ["confirm", "need_transport"]
    assert (rows[1]["intents"], rows[1]["safety"]) == (["emergency"], ["emergency"])
    assert rows[2]["prefs"] == {"days": ["TUE"], "part_of_day": "afternoon"}
    assert rows[3]["intents"] == ["unclear"]


@pytest.mark.parametrize("context", CONTEXTS)
@pytest.mark.parametrize("text", ["yes", "no", "1", "stop", "🙏", "¿?", "\x00", "明天"])
def test_every_answer_is_in_the_closed_lists(context: str, text: str) -> None:
    done = understand(typed=json.dumps({"id": 1, "text": text, "lang": "en", "context": context}))
    row = json.loads(done.stdout)
    assert row["intents"]
    assert set(row["intents"]) <= {intent.value for intent in Intent}
    assert row["reason"] is None or row["reason"] in {reason.value for reason in Reason}
    assert 0 <= row["confidence"] <= 1


@pytest.mark.parametrize(
    "line",
    ["nothing", "[1]", "{}", '{"text": "hi", "context": "elsewhere"}', '"text"'],
    ids=["word", "list", "empty", "context", "string"],
)
def test_a_line_that_is_no_reply_ends_with_its_number_and_what_to_write(line: str) -> None:
    done = understand(typed='{"text": "ok"}\n' + line)
    assert done.exit_code == 2
    assert "Line 2" in done.output


def test_one_reply_is_explained_to_a_person_with_the_words_it_rests_on() -> None:
    done = understand(
        "--explain", "no puedo, me cambiaron el turno", "--lang", "es", "--context", "confirm_appointment"
    )
    assert done.exit_code == 0
    assert "decline" in done.stdout
    assert "no puedo" in done.stdout


def test_an_unknown_context_is_named() -> None:
    done = understand("--explain", "hi", "--context", "elsewhere")
    assert done.exit_code == 2
