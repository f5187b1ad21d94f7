"""Replies that neither patterns nor second reader were made from: what is understood of them must not get worse.

The floors lie a little under what was measured (docs/understanding.md); they are no targets.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import pytest

from benchmarks.understanding import Scored, score
from conversations.labelled import CONTEXTS
from conversations.meaning import Intent, Reason
from locales.languages import languages

HERE = Path(__file__).parent
FOLDERS = ("development", "held_back")
EXACT, WRONG = 0.80, 0.01
LEAST = {"emergency": (0.86, 0.68), "opt_out": (0.83, 0.92)}  # recall, precision


@cache
def scored(folder: str) -> tuple[Scored, ...]:
    lines = [line for path in sorted((HERE / folder).glob("*.jsonl")) for line in path.read_text().splitlines()]
    return tuple(score(json.loads(line)) for line in lines if line.strip())


def rate(hits: int, of: int) -> float:
    return hits / of


def found(each: Scored, label: str) -> bool:
    return label in each.got["safety"] or label in each.got["intents"]


def recall(rows: tuple[Scored, ...], label: str) -> float:
    wanted = [each for each in rows if label in each.row["intents"]]
    return rate(sum(found(each, label) for each in wanted), len(wanted))


def precision(rows: tuple[Scored, ...], label: str) -> float:
    raised = [each for each in rows if found(each, label)]
    return rate(
        sum(any(label in labels for labels in (each.row["intents"], *each.row["alt"])) for each in raised), len(raised)
    )


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_language_has_replies_in_the_closed_lists(folder: str) -> None:
    rows = [each.row for each in scored(folder)]
    assert {row["lang"] for row in rows} == set(languages())
    assert len({row["id"] for row in rows}) == len(rows)
    assert {row["context"] for row in rows} <= set(CONTEXTS)
    labels = {label for row in rows for labels in (row["intents"], *row["alt"]) for label in labels}
    assert labels <= {intent.value for intent in Intent}
    assert {row["reason"] for row in rows} - {None} <= {reason.value for reason in Reason}


def test_most_unseen_replies_are_read_as_they_were_meant() -> None:
    rows = scored("held_back")
    assert rate(sum(each.exact for each in rows), len(rows)) >= EXACT


def test_hardly_any_unseen_reply_is_acted_on_wrongly() -> None:
    rows = scored("held_back")
    assert rate(sum(each.wrong_action for each in rows), len(rows)) <= WRONG


def test_what_is_acted_on_without_a_person_is_right() -> None:
    """Only a meaning of full confidence moves a visit; of those, hardly any may be wrong."""
    acted = [each for each in scored("held_back") if each.got["confidence"] >= 1.0]
    assert rate(sum(each.wrong_action for each in acted), len(acted)) <= WRONG


@pytest.mark.parametrize("label", sorted(LEAST))
def test_the_screens_hear_unseen_danger_and_unseen_stops(label: str) -> None:
    rows = scored("held_back")
    least_recall, least_precision = LEAST[label]
    assert recall(rows, label) >= least_recall
    assert precision(rows, label) >= least_precision


@pytest.mark.parametrize("label", ["emergency", "opt_out"])
def test_known_danger_and_known_stops_are_heard(label: str) -> None:
    assert recall(scored("development"), label) >= 0.95
