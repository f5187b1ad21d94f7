"""Calls to us: whoever it is, nothing is told before a check, and nobody who rang in vain is forgotten."""

from __future__ import annotations

import pytest
from voice_world import (
    BIRTHDAY,
    SECRETS,
    SUNDAY,
    TUESDAY,
    VISIT_DAY,
    at,
    held,
    known,
    number_of,
    one,
    rings,
    stage,
    tasks,
)


def test_hip_13_who_calls_us_is_checked_and_then_hears_their_visit(office):
    visit = known(office)
    ringing = rings(office, visit.number)
    hello = ringing.answered("")
    assert not any(secret in hello.words for secret in SECRETS)
    assert ringing.press("1").digits == 4
    assert "March 9" in ringing.press(BIRTHDAY).words
    ringing.press("1")
    assert stage(office, visit) == "confirmed"
    ringing.ends()
    assert one(office, "SELECT member_id, outcome FROM call") == (visit.member, "talked")
    assert tasks(office) == []


def test_a_stranger_hears_nothing_of_anybody_and_can_be_called_back(office):
    known(office)
    ringing = rings(office, "+12025559876")
    heard = ringing.answered("").words
    ringing.press("1")  # English, of the languages that are offered
    words = ringing.press("3").words
    assert not any(secret in heard + words for secret in SECRETS)
    assert tasks(office) == ["call_back"]
    ringing.ends()
    assert tasks(office) == ["call_back"]


def test_whoever_hangs_up_before_any_key_is_called_back(office):
    visit = known(office)
    ringing = rings(office, visit.number)
    ringing.answered("")
    ringing.ends()
    ringing.ends()
    assert tasks(office) == ["missed_call"]
    unheard = rings(office, "+12025559876")
    unheard.ends("no-answer", 1)  # our door never answered
    assert tasks(office) == ["missed_call", "missed_call"]


@pytest.mark.parametrize("number", ["anonymous", "+266696687", "", "sip:x@y", "'; DROP TABLE call; --", "+1" * 40])
def test_whoever_withholds_their_number_is_promised_no_call(office, number):
    ringing = rings(office, number)
    ringing.answered("")
    heard = [ringing.press(key).words for key in ("1", "3")]
    assert not any("will call you" in words for words in heard)
    ringing.ends()
    assert tasks(office) == []


def test_after_hours_the_hours_are_said(office):
    at(office, SUNDAY)
    visit = known(office)
    assert "8 AM - 5 PM" in rings(office, visit.number).answered("").words


def test_nine_stops_a_caller_too(office):
    visit = known(office)
    ringing = rings(office, visit.number)
    ringing.answered("")
    ringing.press("9")
    assert number_of(office, "consent_event WHERE action = 'stop'") == 1
    assert held(office)


def test_a_program_without_a_telephone_calls_back(carried):
    at(carried, TUESDAY)
    visit = carried.visit(day=VISIT_DAY)
    ringing = rings(carried, visit.number)
    assert ringing.answered("").verbs == ["Response", "Hangup"]
    assert tasks(carried) == ["missed_call"]
