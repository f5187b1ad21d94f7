"""Which texts are read as one, when, and what the screens hear in them together."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from conversations.meaning import Because, Intent, Meaning, Reason, Safety
from conversations.pieces import (
    LONGEST,
    TOGETHER,
    Piece,
    by_digit,
    joined,
    just_before,
    read_at_the_latest,
    run_with,
    screened_with,
    whole,
)

NOON = datetime(2027, 3, 6, 17, 0, tzinfo=UTC)


def _piece(number: int, seconds: float, text: str = "and", **given: bool) -> Piece:
    return Piece(number, NOON + timedelta(seconds=seconds), text, **given)


def _ids(pieces: tuple[Piece, ...]) -> list[int]:
    return [piece.id for piece in pieces]


def test_neighbours_within_seconds_are_one_text_oldest_first() -> None:
    pieces = [_piece(3, 39, "kids sick"), _piece(1, 0, "I cant"), _piece(2, 20, "come tomorrow")]
    assert joined(run_with(pieces, 2)) == "I cant\ncome tomorrow\nkids sick"


@pytest.mark.parametrize(
    ("pieces", "run"),
    [
        ([_piece(1, 0), _piece(2, 21)], [2]),
        ([_piece(1, 0), _piece(2, 5, alone=True), _piece(3, 10)], [2]),
        ([_piece(2, 0), _piece(1, 5, alone=True), _piece(3, 10)], [2]),
        ([_piece(2, 0), _piece(3, 20), _piece(4, 40), _piece(5, 60), _piece(6, 61)], [2, 3, 4, 5]),
    ],
    ids=["too late", "whole itself", "before a whole one", "a minute at most"],
)
def test_what_is_not_joined(pieces: list[Piece], run: list[int]) -> None:
    assert _ids(run_with(pieces, 2)) == run


def test_what_a_text_may_go_on_from() -> None:
    pieces = [_piece(1, 0), _piece(2, 10, alone=True), _piece(3, 25), _piece(4, 40)]
    assert _ids(just_before(pieces, NOON + timedelta(seconds=60))) == [3, 4]
    assert just_before(pieces, NOON + timedelta(seconds=61)) == ()


def test_each_piece_waits_anew_and_nobody_longer_than_a_minute() -> None:
    assert read_at_the_latest((), NOON) == NOON + TOGETHER
    assert read_at_the_latest((_piece(1, 0),), NOON + timedelta(seconds=15)) == NOON + timedelta(seconds=35)
    assert read_at_the_latest((_piece(1, 0),), NOON + timedelta(seconds=55)) == NOON + LONGEST
    assert read_at_the_latest((_piece(1, 0, read=True),), NOON + timedelta(seconds=55)) == NOON + timedelta(seconds=75)


def test_danger_is_heard_across_pieces_and_a_stop_across_unread_ones() -> None:
    assert screened_with([_piece(1, 0, "I want to")], "die")[0].safety == {Safety.EMERGENCY}
    assert screened_with([_piece(1, 0, "I want to", read=True)], "die")[0].safety == {Safety.EMERGENCY}
    screening, together = screened_with([_piece(1, 0, "take me off of")], "the list please")
    assert (screening.safety, together) == ({Safety.OPT_OUT}, True)
    assert screened_with([_piece(1, 0, "no", read=True)], "more time please") == (screened_with([], "x")[0], False)


def test_what_one_text_says_alone_needs_no_other() -> None:
    screening, together = screened_with([_piece(1, 0, "well")], "STOP")
    assert (screening.safety, together) == ({Safety.OPT_OUT}, False)


@pytest.mark.parametrize(
    ("intents", "rule", "confidence", "expected"),
    [
        ({Intent.CONFIRM}, "COPY-02/reminder", 1.0, True),
        ({Intent.DECLINE}, "COPY-02/reminder", 1.0, True),
        ({Intent.UNCLEAR}, "COPY-02/no-such-option", 0.3, True),
        ({Intent.UNCLEAR}, "COPY-02/says-more", 0.6, False),
        ({Intent.CONFIRM}, "7.1/11/yes", 1.0, True),
        ({Intent.CONFIRM}, "7.1/11/yes", 0.6, False),
        ({Intent.DECLINE}, "7.1/11/cannot", 1.0, False),
        ({Intent.UNCLEAR}, "7.1/15", 0.3, False),
    ],
)
def test_what_is_complete_is_read_at_once(intents: set[Intent], rule: str, confidence: float, expected: bool) -> None:
    meaning = Meaning(frozenset(intents), Reason.NOT_STATED, confidence=confidence, because=(Because(rule, "x"),))
    assert whole(meaning) is expected


def test_what_a_screen_found_never_waits() -> None:
    assert whole(Meaning(frozenset({Intent.UNCLEAR}), safety=frozenset({Safety.REVIEW}), confidence=0.3))


@pytest.mark.parametrize(
    ("text", "expected"), [("1", True), (" 2. ", True), ("٢", True), ("1 please", False), ("", False)]
)
def test_a_digit_never_waits(text: str, expected: bool) -> None:
    assert by_digit(text) is expected
