"""What the open question stores about its digits (COPY-02, COPY-09)."""

from __future__ import annotations

import pytest

from conversations.meaning import Intent, PartOfDay, Reason
from conversations.prompt import ASKED_ONCE, OPTIONS, UNCLEAR_WORDS, Option, prompt_for

CODES = sorted({code for options in OPTIONS.values() for code in options.values()})
# The engine keeps the options of the open question when it asks again, so one re-prompt serves both lists of reasons.
SHARED = {"why_cannot"}


@pytest.mark.parametrize("code", CODES)
def test_an_option_is_stored_and_read_back_unchanged(code: str) -> None:
    assert Option.parse(code).code() == code


@pytest.mark.parametrize("part", PartOfDay)
@pytest.mark.parametrize("reason", [None, Reason.WORK_CONFLICT])
def test_a_part_of_the_day_survives_storage(part: PartOfDay, reason: Reason | None) -> None:
    option = Option(Intent.RESCHEDULE_REQUEST, reason, part)
    assert Option.parse(option.code()) == option


@pytest.mark.parametrize(
    "code",
    [
        "reschedule_request@",
        "reschedule_request@noon",
        "reschedule_request@Morning",
        "reschedule_request@morning@evening",
        "reschedule_request@morning:illness",
        "reschedule_request:@morning",
        "decline:",
        "decline:bored",
        "perhaps",
        "@morning",
        "",
    ],
)
def test_a_word_outside_the_closed_lists_is_no_option(code: str) -> None:
    with pytest.raises(ValueError, match="is not a valid"):
        Option.parse(code)


@pytest.mark.parametrize(("question", "again"), sorted(UNCLEAR_WORDS.items()))
def test_a_question_asked_again_reads_its_digits_the_same_way(question: str, again: str) -> None:
    assert question in SHARED or OPTIONS[again] == OPTIONS[question]


def test_every_question_can_be_asked_again_except_the_asking_again() -> None:
    again = set(UNCLEAR_WORDS.values())
    assert set(UNCLEAR_WORDS) == set(OPTIONS) - again - ASKED_ONCE
    assert again <= set(OPTIONS)


def test_a_message_that_asks_nothing_opens_no_question() -> None:
    assert prompt_for("will_call") is None
