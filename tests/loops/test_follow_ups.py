"""What follows a call or a text in vain: another daypart and day, one voicemail, the other channel (TWI-34, TWI-43)."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from loop_builders import a_loop, a_situation, local

from outreach.loops.cadence import BadCadence, Cadence, read_cadence, write_step
from outreach.loops.call_outcomes import CallOutcome
from outreach.loops.consent import Category
from outreach.loops.follow_ups import with_follow_ups
from outreach.loops.plan import Tried, Wanted, plan

WELCOME = {"key": "welcome", "words": "optin_confirm", "when": "enrolment", "conditions": ["not_welcomed"]}
STEP = {"key": "reminder", "words": "reminder", "words_without_time": "reminder_no_time", "when": "days_before",
        "amount": 5, "conditions": ["unanswered"], "useful_hours": -20}  # fmt: skip
TEN = local("2027-03-11 10:00")
MAY = frozenset({Category.APPOINTMENT})


def cadence(**step: Any) -> Cadence:
    return read_cadence(1, [WELCOME, STEP | step])


BY_CALL, BY_TEXT = cadence(channel="voice"), cadence()
CALL_THEN_TEXT, TEXT_THEN_CALL = cadence(channel="voice", fallback="sms"), cadence(fallback="voice")


def wanted(steps: Cadence, now: dt.datetime, *tried: Tried, **around: Any) -> list[Wanted]:
    """What is wanted beside what began already, once that has been tried."""
    started = frozenset((each.step, each.nth) for each in tried if each.channel == steps.steps[-1].channel)
    situation = a_situation(now, tried=tried, started=started, member=1, **({"may_call": MAY} | around))
    found = with_follow_ups(plan(a_loop(), steps, situation), steps, situation)
    begun = {(each.step, each.channel, each.nth) for each in tried}
    return [touch for touch in found if (touch.step, touch.channel, touch.nth) not in begun]


def a_call(nth: int, at: dt.datetime, outcome: CallOutcome | None, **more: Any) -> Tried:
    return Tried("reminder", nth, "voice", at, **({"over": outcome is not None, "outcome": outcome} | more))


def a_text(code: int | None = 30003, **more: Any) -> Tried:
    return Tried("reminder", 1, "sms", TEN, **({"over": True, "failed": True, "code": code} | more))


def test_a_step_by_voice_is_planned_as_a_call() -> None:
    (call,) = wanted(BY_CALL, local("2027-03-09 12:00"))
    assert (call.channel, call.nth, call.words, call.due_at) == ("voice", 1, "reminder", TEN)


@pytest.mark.parametrize("outcome", [CallOutcome.NO_ANSWER, CallOutcome.VOICEMAIL, CallOutcome.HUNG_UP])
def test_twi_43_the_next_call_is_another_day_at_another_part_of_it(outcome: CallOutcome) -> None:
    (again,) = wanted(BY_CALL, TEN + dt.timedelta(minutes=1), a_call(1, TEN, outcome))
    assert (again.channel, again.nth) == ("voice", 2)
    assert local("2027-03-12 17:00") <= again.due_at < local("2027-03-12 20:00")


def test_twi_43_three_calls_are_all() -> None:
    tried = [
        a_call(1, TEN, CallOutcome.NO_ANSWER),
        a_call(2, local("2027-03-12 18:00"), CallOutcome.NO_ANSWER),
        a_call(3, local("2027-03-13 13:00"), CallOutcome.NO_ANSWER),
    ]
    assert wanted(BY_CALL, local("2027-03-13 13:05"), *tried) == []


def test_busy_is_tried_again_after_a_quarter_of_an_hour() -> None:
    (again,) = wanted(BY_CALL, TEN, a_call(1, TEN, CallOutcome.BUSY))
    assert again.due_at == TEN + dt.timedelta(minutes=15)


@pytest.mark.parametrize(
    "outcome",
    [CallOutcome.REACHED, CallOutcome.DECLINED, CallOutcome.INVALID, CallOutcome.FAX, CallOutcome.UNKNOWN],
)
def test_nothing_follows_a_call_that_settled_it_or_that_nobody_can_account_for(outcome: CallOutcome) -> None:
    assert wanted(CALL_THEN_TEXT, TEN, a_call(1, TEN, outcome)) == []


def test_nothing_follows_a_call_that_goes_on_or_that_the_gate_refused() -> None:
    assert wanted(BY_CALL, TEN, a_call(1, TEN, None)) == []
    assert wanted(CALL_THEN_TEXT, TEN, a_call(1, TEN, None, over=True)) == []


def test_who_confirmed_meanwhile_is_not_called_again() -> None:
    situation = a_situation(TEN, tried=(a_call(1, TEN, CallOutcome.NO_ANSWER),), started=frozenset({("reminder", 1)}))
    from_then_on = plan(a_loop(stage="confirmed"), BY_CALL, situation)
    assert with_follow_ups(from_then_on, BY_CALL, situation) == []


def test_a_text_follows_calls_in_vain_where_the_step_says_so() -> None:
    tried = [
        a_call(1, TEN, CallOutcome.NO_ANSWER),
        a_call(2, local("2027-03-12 18:00"), CallOutcome.VOICEMAIL),
        a_call(3, local("2027-03-13 13:00"), CallOutcome.NO_ANSWER),
    ]
    (text,) = wanted(CALL_THEN_TEXT, local("2027-03-13 13:05"), *tried)
    assert (text.channel, text.nth, text.words, text.due_at) == ("sms", 1, "reminder", local("2027-03-13 13:05"))


def test_twi_34_a_call_takes_the_place_of_a_text_that_failed_and_is_made_again_in_vain() -> None:
    (call,) = wanted(TEXT_THEN_CALL, TEN, a_text())
    assert (call.channel, call.nth, call.due_at) == ("voice", 1, TEN)
    (again,) = wanted(TEXT_THEN_CALL, TEN, a_text(), a_call(1, TEN, CallOutcome.NO_ANSWER))
    assert (again.channel, again.nth) == ("voice", 2)


@pytest.mark.parametrize("code", [30004, 21610, 30640, 30007])
def test_twi_34_no_call_goes_round_a_possible_refusal(code: int) -> None:
    assert wanted(TEXT_THEN_CALL, TEN, a_text(code)) == []


def test_twi_34_no_call_without_a_consent_to_calls_or_while_the_text_may_arrive() -> None:
    assert wanted(TEXT_THEN_CALL, TEN, a_text(), may_call=frozenset()) == []
    assert wanted(TEXT_THEN_CALL, TEN, a_text(over=False)) == []
    assert wanted(TEXT_THEN_CALL, TEN, a_text(failed=False)) == []
    assert wanted(BY_TEXT, TEN, a_text()) == []


def test_a_landline_that_takes_no_texts_is_called() -> None:
    (call,) = wanted(TEXT_THEN_CALL, TEN, a_text(None))
    assert call.channel == "voice"


def test_what_is_planned_already_keeps_its_time() -> None:
    due = local("2027-03-12 17:42")
    (again,) = wanted(BY_CALL, TEN, a_call(1, TEN, CallOutcome.NO_ANSWER), waiting={("reminder", "voice", 2): due})
    assert again.due_at == due


def test_a_change_is_told_on_the_channel_on_which_they_heard_of_the_visit() -> None:
    moved = a_loop(a_loop().anchor.__class__(1, 2, dt.date(2027, 3, 16), dt.time(9), "America/New_York"))
    situation = a_situation(TEN, told_version=1, told_by="voice")
    notice = next(touch for touch in plan(moved, BY_CALL, situation) if touch.step == "moved")
    assert notice.channel == "voice"


def test_agreed_to_calls_is_a_condition_of_its_own() -> None:
    careful = cadence(channel="voice", conditions=["unanswered", "agreed_to_calls"])
    early = local("2027-03-09 12:00")
    assert [touch.channel for touch in wanted(careful, early)] == ["voice"]
    assert wanted(careful, early, may_call=frozenset()) == []


@pytest.mark.parametrize(
    ("step", "advice"),
    [
        ({"channel": "pigeon"}, "channel 'pigeon' is not one we reach members on"),
        ({"channel": "voice", "fallback": "voice"}, "fallback 'voice' is not the other channel"),
        ({"fallback": "fax"}, "fallback 'fax' is not the other channel"),
        ({"channel": "voice", "words": "stop"}, "no call says 'stop'"),
        ({"fallback": "voice", "words_pulled_back": "help"}, "no call says 'help'"),
    ],
)
def test_a_step_that_nobody_can_say_is_refused_with_advice(step: dict[str, Any], advice: str) -> None:
    with pytest.raises(BadCadence, match=advice.replace("'", ".")):
        cadence(**step)


def test_a_step_by_voice_is_written_as_it_is_read() -> None:
    (_, step) = CALL_THEN_TEXT.steps
    (_, again) = read_cadence(1, [WELCOME, write_step(step)]).steps
    assert again == step
    assert CALL_THEN_TEXT.calls
    assert not BY_TEXT.calls
