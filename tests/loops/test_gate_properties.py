"""The gate under whatever facts there may be: it always decides, and never lets out what must stay (I1..I4)."""

from __future__ import annotations

import datetime as dt

from counts import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from loop_builders import US_ZONES, a_consent, a_touch, local, the_facts

from outreach.loops.cadence import Queue
from outreach.loops.caps import Caps
from outreach.loops.consent import Action, Category, ConsentClass
from outreach.loops.facts import Exempt, Facts, GateTouch, OpenPrompt
from outreach.loops.gate import decide
from outreach.loops.hours import GUARD, Hours, openings
from outreach.loops.instants import local_date
from outreach.loops.numbers import NumberState
from outreach.loops.verdict import Allowed, HeldUntil, Refused

A_MINUTE = dt.timedelta(minutes=1)

instants = st.integers(0, 7 * 24 * 60).map(lambda minutes: local("2027-03-11 00:00") + minutes * A_MINUTE)
prompts = st.none() | st.builds(OpenPrompt, st.sampled_from([None, 1, 2]), instants, instants)
ledgers = st.lists(
    st.builds(a_consent, st.sampled_from(Action), instants, consent_class=st.sampled_from(ConsentClass)), max_size=4
).map(tuple)
few = st.lists(instants, max_size=4).map(tuple)
mostly = st.sampled_from([True, True, True, False])
facts_of_all_kinds = st.builds(
    the_facts,
    frozen=mostly.map(lambda yes: not yes),
    loop_open=mostly,
    anchor_version=st.sampled_from([1, 1, 1, 2, None]),
    silent=mostly.map(lambda yes: not yes),
    number=st.sampled_from([NumberState.ACTIVE, NumberState.ACTIVE, *NumberState]),
    consent_events=ledgers,
    words_approved=mostly,
    crisis_open=mostly.map(lambda yes: not yes),
    unread_reply=mostly.map(lambda yes: not yes),
    zones=st.lists(st.sampled_from(US_ZONES), max_size=3).map(tuple),
    welcomed_at=st.none() | instants,
    open_prompt=prompts,
    sent_at=few,
    answered_at=few,
)
touches_of_all_kinds = st.builds(
    a_touch,
    instants,
    member=st.sampled_from([None, 1, 1, 2]),
    category=st.sampled_from(Category),
    queue=st.sampled_from(Queue),
    asks=st.booleans(),
    is_welcome=st.booleans(),
    answers_at=st.none() | instants,
    exempt=st.none() | st.sampled_from(Exempt),
)


@given(touches_of_all_kinds, facts_of_all_kinds, instants)
@settings(max_examples=examples(300))
def test_the_gate_always_decides_and_what_it_decides_can_be_done(
    touch: GateTouch, facts: Facts, now: dt.datetime
) -> None:
    match decide(touch, facts, now):
        case Allowed(until):
            assert now + A_MINUTE <= until <= touch.useful_until
        case HeldUntil(when, rule):
            assert now < when <= touch.useful_until
            assert rule
        case Refused(rule):
            assert rule


@given(touches_of_all_kinds, facts_of_all_kinds, instants)
@settings(max_examples=examples(300))
def test_i1_after_a_stop_only_the_closed_set_may_leave(touch: GateTouch, facts: Facts, now: dt.datetime) -> None:
    ledger = (*facts.consent_events, a_consent(Action.STOP, local("2028-01-01 00:00")))
    stopped = the_facts(**{name: getattr(facts, name) for name in facts.__slots__} | {"consent_events": ledger})
    if isinstance(decide(touch, stopped, now), Allowed):
        assert touch.exempt is not None


@given(
    st.lists(st.sampled_from(US_ZONES), min_size=1, max_size=3, unique=True),
    st.integers(0, 5 * 365 * 24 * 60).map(lambda minutes: local("2026-11-01 00:00") + minutes * A_MINUTE),
)
@settings(max_examples=examples(300))
def test_i3_an_allowed_reminder_is_inside_the_window_of_every_zone(zones: list[str], now: dt.datetime) -> None:
    decision = decide(a_touch(now + dt.timedelta(days=3)), the_facts(zones=tuple(zones)), now)
    if isinstance(decision, Allowed):
        for zone in zones:
            around = openings(Hours(), now, [zone], range(-1, 2))
            assert any(each.starts <= now < each.ends - GUARD and decision.until <= each.ends for each in around)


@given(
    st.lists(st.integers(1, 14 * 60), min_size=10, max_size=60),
    st.lists(st.sampled_from(US_ZONES), min_size=1, max_size=3, unique=True),
    st.builds(Caps, st.integers(1, 3), st.integers(2, 7)),
)
def test_i4_whenever_we_try_no_phone_rings_more_often_than_its_caps(
    gaps: list[int], zones: list[str], caps: Caps
) -> None:
    now, sent = local("2027-03-01 00:00"), []
    for gap in gaps:
        now += gap * A_MINUTE
        facts = the_facts(caps=caps, zones=tuple(zones), sent_at=tuple(sent))
        if isinstance(decide(a_touch(now + dt.timedelta(days=30)), facts, now), Allowed):
            sent.append(now)
    for zone in zones:
        days = [local_date(instant, zone) for instant in sent]
        for day in days:
            week = [other for other in days if day <= other < day + dt.timedelta(days=7)]
            assert days.count(day) <= caps.per_day
            assert len(week) <= caps.per_week
