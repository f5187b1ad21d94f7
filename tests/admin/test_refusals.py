"""What the engine refuses is said in the reader's language, with its names and numbers in place."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from console_texts import ROOT, texts

from admin import language, refusals
from outreach.engine.refusals import NotAsked


class Spanish:
    """A catalogue of one sentence."""

    def gettext(self, text: str) -> str:
        return {"Look again within %(days)s business days.": "Mire antes de %(days)s días hábiles."}.get(text, text)


def test_a_refusal_is_said_in_the_reader_s_language_and_recorded_in_english(monkeypatch):
    monkeypatch.setattr(language, "_catalogue", lambda _speaks: Spanish())
    refused = NotAsked("Look again within %(days)s business days.", days=10)
    assert refusals.said(refused) == "Mire antes de 10 días hábiles."
    assert str(refused) == "Look again within 10 business days."


def test_a_refusal_that_nobody_translated_is_said_in_english():
    assert refusals.said(NotAsked("Nobody wrote this: 100% of it.")) == "Nobody wrote this: 100% of it."
    assert refusals.said(NotAsked()) in refusals.MARKED


def test_every_sentence_by_which_the_engine_refuses_can_be_translated():
    written = {text for path in (ROOT / "outreach" / "engine").glob("*.py") for text in _refusals(path)}
    assert written
    assert written - texts() == set()


def test_what_is_marked_is_still_said():
    said = {text for path in (ROOT / "outreach").rglob("*.py") for text in _strings(path)}
    assert {sentence for sentence in refusals.MARKED if sentence not in said} == set()


def _refusals(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "NotAsked":
            assert not any(isinstance(one, ast.JoinedStr | ast.IfExp) for one in node.args), (
                f"{path.name}: {ast.unparse(node)}"
            )
            yield from (one.value for one in node.args if isinstance(one, ast.Constant) and isinstance(one.value, str))


def _strings(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
