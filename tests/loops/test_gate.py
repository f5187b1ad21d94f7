"""The gate: allowed, held until, or refused, and because of which rule."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise
from typing import Any

import pytest
from loop_builders import LOS_ANGELES, NEW_YORK, a_consent, a_touch, local, the_facts

from outreach.loops import gate
from outreach.loops.cadence import Queue
from outreach.loops.consent import Action, Category, ConsentClass
from outreach.loops.facts import Exempt, OpenPrompt
from outreach.loops.gate import Allowed, Decision, HeldUntil, Refused, decide
from outreach.loops.hours import Hours
from outreach.loops.standing import Standing

NOW = local("2027-03-16 12:00")
NIGHT, MORNING = local("2027-03-16 23:00"), local("2027-03-17 09:00")
LONG_AGO = local("2026-01-05 12:00")
IN_A_DAY = NOW + dt.timedelta(days=1)


def _minutes(number: float) -> dt.timedelta:
    return dt.timedelta(minutes=number)


def _decide(facts: dict[str, Any], touch: dict[str, Any] | None = None, now: dt.datetime = NOW) -> Decision:
    given = {"useful_until": IN_A_DAY} | (touch or {})
    return decide(a_touch(**given), the_facts(**facts), now)


def _answer(minutes_ago: float, now: dt.datetime = NOW, **touch: Any) -> dict[str, Any]:
    return {"answers_at": now - _minutes(minutes_ago), "queue": Queue.REPLY, "asks": False} | touch


STOPPED = (a_consent(Action.GRANT, LONG_AGO), a_consent(Action.STOP, NOW - _minutes(1)))
WRONG = (a_consent(Action.GRANT, LONG_AGO), a_consent(Action.WRONG_NUMBER, NOW - _minutes(1)))
PROVIDED = (a_consent(Action.GRANT, LONG_AGO, consent_class=ConsentClass.PEC_PROVIDED),)
ALONE = OpenPrompt(2, NOW + _minutes(60), NOW + dt.timedelta(hours=20))
AGED = OpenPrompt(2, NOW - _minutes(1), NOW + dt.timedelta(hours=20))

# What is so, about the facts and the touch; the time; what the gate says. One row for each way each rule can speak.
TABLE: dict[str, tuple[dict[str, Any], dict[str, Any], dt.datetime, Decision]] = {
    "nothing stands in the way: allowed until the window ends": ({}, {}, NOW, Allowed(local("2027-03-16 20:00"))),
    "allowed, but only while it is of use": (
        {}, {"useful_until": NOW + _minutes(90)}, NOW, Allowed(NOW + _minutes(90)),
    ),
    "TWI-08 less than a minute of use left": ({}, {"useful_until": NOW + _minutes(0.9)}, NOW, Refused("TIM-09")),
    "TWI-08 a minute of use left": ({}, {"useful_until": NOW + _minutes(1)}, NOW, Allowed(NOW + _minutes(1))),
    "TIM-13 the visit has changed": ({"anchor_version": 2}, {}, NOW, Refused("TIM-13")),
    "TIM-13 the loop is closed": ({"loop_open": False}, {}, NOW, Refused("TIM-13")),
    "an answer outlives the loop it is about": (
        {"loop_open": False, "anchor_version": 2}, _answer(1), NOW, Allowed(IN_A_DAY),
    ),
    "LAW-19 the phone is opted out": ({"consent_events": STOPPED}, {}, NOW, Refused("LAW-19")),
    "LAW-19 an answer too": ({"consent_events": STOPPED}, _answer(1), NOW, Refused("LAW-19")),
    "LAW-39 not this member's phone": ({"consent_events": WRONG}, {}, NOW, Refused("LAW-39")),
    "LAW-39 but perhaps another's": (
        {"consent_events": (*WRONG, a_consent(Action.GRANT, LONG_AGO, member=2))}, {"member": 2}, NOW,
        Allowed(local("2027-03-16 20:00")),
    ),
    "LAW-17 one confirmation within five minutes": (
        {"consent_events": STOPPED}, _answer(5, exempt=Exempt.STOP_CONFIRMATION), NOW, Allowed(IN_A_DAY),
    ),
    "LAW-17 none after five minutes": (
        {"consent_events": STOPPED}, _answer(5.1, exempt=Exempt.STOP_CONFIRMATION), NOW, Refused("LAW-17"),
    ),
    "LAW-17 and none to a STOP nobody said": (
        {"consent_events": STOPPED}, {"exempt": Exempt.STOP_CONFIRMATION}, NOW, Refused("LAW-17"),
    ),
    "CRI-04 the safety reply may follow a STOP": (
        {"consent_events": STOPPED}, _answer(1, exempt=Exempt.SAFETY_REPLY, queue=Queue.SAFETY), NOW, Allowed(IN_A_DAY),
    ),
    "LAW-41 HELP is answered after a STOP": (
        {"consent_events": STOPPED}, _answer(1, exempt=Exempt.HELP), NOW, Allowed(IN_A_DAY),
    ),
    "LAW-25 START is confirmed": (
        {"consent_events": STOPPED}, _answer(1, exempt=Exempt.START_CONFIRMATION), NOW, Allowed(IN_A_DAY),
    ),
    "LAW-39 a number that cannot be texted": ({"number_usable": False}, {}, NOW, Refused("LAW-39")),
    "CARE-10 nothing to the phones of somebody who died": (
        {"standing": Standing.DECEASED}, {}, NOW, Refused("CARE-10"),
    ),
    "CARE-10 no answer either": ({"standing": Standing.DECEASED}, _answer(1), NOW, Refused("CARE-10")),
    "CARE-11 nothing unasked to who is in hospital": (
        {"standing": Standing.HOSPITALISED}, {}, NOW, Refused("CARE-11"),
    ),
    "CARE-11 but who writes is answered": ({"standing": Standing.FACILITY}, _answer(1), NOW, Allowed(IN_A_DAY)),
    "CARE-10 a STOP is confirmed whoever sent it": (
        {"standing": Standing.DECEASED}, _answer(1, exempt=Exempt.STOP_CONFIRMATION), NOW, Allowed(IN_A_DAY),
    ),
    "HIP-05 a visit nobody may text about": ({"silent": True}, {}, NOW, Refused("HIP-05")),
    "HIP-05 a member who writes about it is answered": ({"silent": True}, _answer(1), NOW, Allowed(IN_A_DAY)),
    "LAW-01 no consent": ({"consent_events": ()}, {}, NOW, Refused("LAW-01")),
    "LAW-01 consent for something else": ({}, {"channel": "voice"}, NOW, Refused("LAW-01")),
    "LAW-01 an answer is asked for": ({"consent_events": ()}, _answer(1), NOW, Allowed(IN_A_DAY)),
    "LAW-05 a number given to the plan is no consent to texts about visits": (
        {"consent_events": PROVIDED}, {}, NOW, Refused("LAW-05"),
    ),
    "LAW-05 unless the provider collected it": (
        {"consent_events": PROVIDED, "provider_collected": True}, {}, NOW, Allowed(local("2027-03-16 20:00")),
    ),
    "LAW-05 but it is one to texts about coverage": (
        {"consent_events": PROVIDED}, {"category": Category.COVERAGE}, NOW, Allowed(local("2027-03-16 20:00")),
    ),
    "HIP-25 no approved words in this language": ({"words_approved": False}, {}, NOW, Refused("HIP-25")),
    "TWI-26 the fourth answer in ten minutes": (
        {"answered_at": tuple(NOW - _minutes(n) for n in (1, 2, 9))}, _answer(0), NOW, Refused("TWI-26"),
    ),
    "TWI-26 the third is given": (
        {"answered_at": tuple(NOW - _minutes(n) for n in (1, 2, 10))}, _answer(0), NOW, Allowed(IN_A_DAY),
    ),
    "TWI-26 the eleventh in a day": (
        {"answered_at": tuple(NOW - _minutes(60 * n) for n in range(1, 11))}, _answer(0), NOW, Refused("TWI-26"),
    ),
    "TWI-26 never keeps back what a STOP or a crisis is owed": (
        {"answered_at": tuple(NOW - _minutes(n) for n in (1, 2, 3))}, _answer(0, exempt=Exempt.HELP), NOW,
        Allowed(IN_A_DAY),
    ),
    "TWI-26 has nothing to do with reminders": (
        {"answered_at": tuple(NOW - _minutes(n) for n in (1, 2, 3))}, {}, NOW, Allowed(local("2027-03-16 20:00")),
    ),
    "a freeze holds everything": ({"frozen": True}, {}, NOW, HeldUntil(NOW + _minutes(5), "FREEZE")),
    "a freeze holds answers too": ({"frozen": True}, _answer(1), NOW, HeldUntil(NOW + _minutes(5), "FREEZE")),
    "CRI-11 nobody in a crisis is reminded of a visit": (
        {"crisis_open": True}, {}, NOW, HeldUntil(NOW + _minutes(60), "CRI-11"),
    ),
    "CRI-11 but is answered": ({"crisis_open": True}, _answer(1), NOW, Allowed(IN_A_DAY)),
    "no reminder overtakes a reply nobody has read": (
        {"unread_reply": True}, {}, NOW, HeldUntil(NOW + _minutes(1), "UNREAD-REPLY"),
    ),
    "an answer does": ({"unread_reply": True}, _answer(1), NOW, Allowed(IN_A_DAY)),
    "LAW-33 the night waits for the morning": ({}, {"useful_until": MORNING}, NIGHT, HeldUntil(MORNING, "LAW-33")),
    "TIM-09 unless the morning is too late": (
        {}, {"useful_until": MORNING - _minutes(1)}, NIGHT, Refused("TIM-09"),
    ),
    "TIM-10 the last ten minutes are the morning's": (
        {}, {"useful_until": MORNING}, local("2027-03-16 19:50"), HeldUntil(MORNING, "LAW-33"),
    ),
    "TIM-03 open in New York, not yet in Los Angeles": (
        {"zones": (NEW_YORK, LOS_ANGELES)}, {}, local("2027-03-16 11:00"),
        HeldUntil(local("2027-03-16 12:00"), "LAW-33"),
    ),
    "TIM-03 no hour in common": (
        {"zones": (NEW_YORK, LOS_ANGELES), "hours": Hours((dt.time(9), dt.time(11)), None, None)}, {}, NOW,
        Refused("TIM-03"),
    ),
    "TIM-03 no zone at all": ({"zones": ()}, {}, NOW, Refused("TIM-03")),
    "LAW-34 an answer within five minutes at any hour": (
        {}, _answer(5, NIGHT), NIGHT, Allowed(IN_A_DAY),
    ),
    "LAW-34 a later one obeys the hours": (
        {}, _answer(6, NIGHT, useful_until=NIGHT + _minutes(720)), NIGHT, HeldUntil(MORNING, "LAW-33"),
    ),
    "LAW-34 and is not delivered after them": ({}, _answer(6), NOW, Allowed(local("2027-03-16 20:00"))),
    "CRI-04 a safety reply at any hour, however late": (
        {}, _answer(50, NIGHT, queue=Queue.SAFETY), NIGHT, Allowed(IN_A_DAY),
    ),
    "LAW-28 nothing before the opt-in confirmation": (
        {"welcomed_at": None}, {}, NOW, HeldUntil(NOW + _minutes(10), "LAW-28"),
    ),
    "LAW-28 which is sent once": ({}, {"is_welcome": True}, NOW, Refused("LAW-28")),
    "LAW-28 and first": (
        {"welcomed_at": None}, {"is_welcome": True}, NOW, Allowed(local("2027-03-16 20:00")),
    ),
    "LAW-28 an answer does not wait for it": ({"welcomed_at": None}, _answer(1), NOW, Allowed(IN_A_DAY)),
    "TWI-10 a text may overtake one sent just before": (
        {"welcomed_at": NOW - _minutes(9)}, {}, NOW, HeldUntil(NOW + _minutes(1), "TWI-10"),
    ),
    "TIM-15 one question at a time": ({"open_prompt": ALONE}, {}, NOW, HeldUntil(ALONE.alone_until, "TIM-15")),
    "TIM-15 a day-of text waits for the first hours as well": (
        {"open_prompt": ALONE}, {"queue": Queue.DAY_OF}, NOW, HeldUntil(ALONE.alone_until, "TIM-15"),
    ),
    "TIM-15 then it supersedes": (
        {"open_prompt": AGED}, {"queue": Queue.DAY_OF}, NOW, Allowed(local("2027-03-16 20:00")),
    ),
    "TIM-15 a reminder waits to the end": ({"open_prompt": AGED}, {}, NOW, HeldUntil(AGED.expires_at, "TIM-15")),
    "TIM-15 a question that has run out but was not swept yet is in nobody's way": (
        {"open_prompt": OpenPrompt(2, NOW - _minutes(60), NOW)}, {}, NOW, Allowed(local("2027-03-16 20:00")),
    ),
    "TIM-15 a question that runs out early holds no longer": (
        {"open_prompt": OpenPrompt(2, NOW + _minutes(60), NOW + _minutes(5))}, {}, NOW,
        HeldUntil(NOW + _minutes(5), "TIM-15"),
    ),
    "TIM-15 of one visit too, a question waits while the last one is fresh": (
        {"open_prompt": ALONE}, {"loop": 2}, NOW, HeldUntil(ALONE.alone_until, "TIM-15"),
    ),
    "TIM-15 then the same visit may ask again": (
        {"open_prompt": AGED}, {"loop": 2}, NOW, Allowed(local("2027-03-16 20:00")),
    ),
    "TIM-15 a question of the same visit that cannot wait does not": (
        {"open_prompt": ALONE}, {"loop": 2, "queue": Queue.DAY_OF}, NOW, Allowed(local("2027-03-16 20:00")),
    ),
    "TIM-15 what asks nothing is in nobody's way": (
        {"open_prompt": ALONE}, {"asks": False}, NOW, Allowed(local("2027-03-16 20:00")),
    ),
    "LAW-35 the third in a day waits for the next": (
        {"sent_at": (NOW - _minutes(60), NOW - _minutes(30))}, {}, NOW,
        HeldUntil(local("2027-03-17 00:00"), "LAW-35"),
    ),
    "LAW-35 and is refused under that rule when tomorrow is too late": (
        {"sent_at": (NOW - _minutes(60), NOW - _minutes(30))}, {"useful_until": NOW + _minutes(60)}, NOW,
        Refused("LAW-35"),
    ),
    "LAW-35 texts about a booked ride have a cap of their own": (
        {"sent_at": (NOW - _minutes(60), NOW - _minutes(30))}, {"of_a_booked_ride": True}, NOW,
        Allowed(local("2027-03-16 20:00")),
    ),
    "LAW-35 of two a day": (
        {"ride_sent_at": (NOW - _minutes(60), NOW - _minutes(30))}, {"of_a_booked_ride": True}, NOW,
        HeldUntil(local("2027-03-17 00:00"), "LAW-35"),
    ),
    "LAW-35 and they keep back no reminder": (
        {"ride_sent_at": (NOW - _minutes(60), NOW - _minutes(30))}, {}, NOW, Allowed(local("2027-03-16 20:00")),
    ),
    "LAW-35 answers are not counted": (
        {"sent_at": (NOW - _minutes(60), NOW - _minutes(30))}, _answer(1), NOW, Allowed(IN_A_DAY),
    ),
}  # fmt: skip


@pytest.mark.parametrize(("facts", "touch", "now", "decision"), TABLE.values(), ids=TABLE.keys())
def test_the_gate_says(facts: dict[str, Any], touch: dict[str, Any], now: dt.datetime, decision: Decision) -> None:
    assert _decide(facts, touch, now) == decision


# Every rule, in the order in which it must speak when all of them could.
IN_ORDER: list[tuple[str, dict[str, Any]]] = [
    ("TIM-13", {"loop_open": False}),
    ("LAW-19", {"consent_events": (a_consent(Action.STOP, LONG_AGO),)}),
    ("LAW-39", {"number_usable": False}),
    ("CARE-11", {"standing": Standing.HOSPITALISED}),
    ("HIP-05", {"silent": True}),
    ("LAW-01", {"consent_events": ()}),
    ("HIP-25", {"words_approved": False}),
    ("FREEZE", {"frozen": True}),
    ("CRI-11", {"crisis_open": True}),
    ("UNREAD-REPLY", {"unread_reply": True}),
    ("LAW-33", {"hours": Hours(weekday=(dt.time(13), dt.time(20)))}),
    ("LAW-28", {"welcomed_at": None}),
    ("TIM-15", {"open_prompt": ALONE}),
    ("LAW-35", {"sent_at": (NOW, NOW)}),
]


@pytest.mark.parametrize(("first", "second"), list(pairwise(IN_ORDER)), ids=lambda rule: rule[0])
def test_what_ends_a_touch_speaks_before_what_delays_it(
    first: tuple[str, dict[str, Any]], second: tuple[str, dict[str, Any]]
) -> None:
    decision = _decide(second[1] | first[1])
    assert isinstance(decision, HeldUntil | Refused)
    assert decision.rule == first[0]


def test_every_check_of_the_gate_has_a_row_that_it_decides() -> None:
    spoke = set()
    for facts, touch, now, decision in TABLE.values():
        given = a_touch(**({"useful_until": IN_A_DAY} | touch))
        for check in gate._CHECKS:
            if check(given, the_facts(**facts), now) is not None:
                assert not isinstance(decision, Allowed)
                spoke.add(check.__name__)
                break
    assert spoke == {check.__name__ for check in gate._CHECKS}
