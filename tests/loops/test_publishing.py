"""LAW-35: a cadence is published only when the texts of one visit fit the caps, however late the visit is known."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from counts import examples
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from loop_builders import CHICAGO, LOS_ANGELES, NEW_YORK, factory_cadence

from outreach.loops.business_days import BusinessCalendar
from outreach.loops.cadence import Cadence, CadenceStep, read_cadence
from outreach.loops.caps import Caps
from outreach.loops.hours import Hours, next_open
from outreach.loops.instants import local_date
from outreach.loops.loop import Loop, Stage
from outreach.loops.outcomes import Outcome, Source
from outreach.loops.plan import Situation, Wanted, plan
from outreach.loops.publishing import RIDE_CAPS, check
from outreach.loops.rides import RideNotice
from outreach.loops.sample_visits import DAYS, LEADS, TIMES, Sample, begin, lives

OFFICE = BusinessCalendar(NEW_YORK)
NOTICE = RideNotice(OFFICE)
WELCOME: dict[str, Any] = {
    "key": "welcome",
    "words": "optin_confirm",
    "when": "enrolment",
    "conditions": ["not_welcomed"],
    "late": True,
}


def advice(*steps: dict[str, Any], caps: Caps = Caps(), hours: Hours = Hours()) -> list[str]:  # noqa: B008 - frozen
    return check(read_cadence(1, [WELCOME, *steps]), caps, hours, NOTICE, [OFFICE])


def a_step(key: str, **changes: Any) -> dict[str, Any]:
    plain = {"key": key, "words": "reminder", "when": "days_before", "amount": 3, "conditions": ["still_on"]}
    return plain | changes


@pytest.mark.parametrize("zone", [NEW_YORK, CHICAGO, LOS_ANGELES, "Pacific/Honolulu"])
@pytest.mark.parametrize("notice", [0, 2, 3, 5])
def test_the_standard_cadence_fits_the_caps(zone: str, notice: int) -> None:
    office = BusinessCalendar(zone)
    assert check(factory_cadence(), Caps(), Hours(), RideNotice(office, notice), [office]) == []


@pytest.mark.parametrize(
    "hours",
    [
        Hours(sunday=None),
        Hours(saturday=None, sunday=None),
        Hours(holidays=True),
        Hours((dt.time(10), dt.time(15))),
        Hours((dt.time(8), dt.time(21)), (dt.time(8), dt.time(21)), (dt.time(8), dt.time(21))),
    ],
)
def test_the_standard_cadence_fits_whatever_hours_a_program_keeps(hours: Hours) -> None:
    assert check(factory_cadence(), Caps(), hours, NOTICE, [OFFICE]) == []


def test_three_texts_on_one_day_are_named_with_the_day_and_the_rule() -> None:
    (said, *_) = advice(a_step("a"), a_step("b", at="12:00"), a_step("c", at="14:00"))
    assert said.startswith("3 texts (a, b, c) on Friday, May 7, and caps allow 2 (LAW-35): a member who never answers")
    assert said.endswith("Move one of them to another day, or let it end earlier with useful_hours.")


def test_seven_texts_in_one_week_are_too_many() -> None:
    steps = [a_step(f"on_day_{day}", amount=day) for day in range(1, 8)]
    assert "in the week to" in advice(*steps)[0]
    assert advice(steps[0], steps[2]) == []


def test_what_a_closed_day_pushes_together_counts_on_the_day_it_leaves() -> None:
    apart = [a_step("a", amount=1), a_step("b", amount=1, at="12:00"), a_step("c", when="hours_before", amount=4)]
    assert any("on Tuesday, June 1" in said for said in advice(*apart))


def test_texts_about_a_booked_ride_have_a_cap_of_their_own() -> None:
    ride = {"conditions": ["ride_booked"], "category": "transport"}
    three = [a_step("a"), a_step("b", at="12:00", **ride), a_step("c", at="14:00", **ride)]
    assert advice(*three) == []
    assert "texts about a booked ride" in advice(*three, a_step("d", at="15:00", **ride))[0]


def test_steps_for_different_tiers_are_counted_apart() -> None:
    steps = [a_step(f"tier_{tier}", tiers=[tier]) for tier in (1, 2, 3, 4)]
    assert advice(*steps) == []
    assert advice(*steps, a_step("a"), a_step("b")) != []


def test_law_26_a_step_about_a_ride_needs_the_consent_for_rides() -> None:
    (said,) = advice(a_step("ride", conditions=["still_on", "ride_unknown"]))
    assert said == "Step 'ride' is about a ride: give it category = \"transport\", which has a consent of its own."


def test_a_clinics_own_business_days_count() -> None:
    eve, early = a_step("a", when="business_days_before", amount=1), {"amount": 5, "at": "09:30"}
    cadence = read_cadence(1, [WELCOME, eve, a_step("b", **early), a_step("c", **early)])
    away = frozenset(dt.date(2027, 5, day) for day in (11, 12, 13, 14))
    assert check(cadence, Caps(), Hours(), NOTICE, [OFFICE]) == []
    (said,) = check(cadence, Caps(), Hours(), NOTICE, [OFFICE, replace(OFFICE, closed=away)])
    assert "on Monday, May 10" in said


# From here on, visits are lived through without any shortcut: planned anew after every single text.


@dataclass
class Diary:
    """A sample visit as the engine would see it."""

    loop: Loop
    cadence: Cadence
    now: dt.datetime
    zones: tuple[str, ...]
    news: dt.datetime | None
    texts: list[tuple[dt.datetime, Wanted]] = field(default_factory=list)
    started: set[tuple[str, int]] = field(default_factory=set)
    planned: dict[tuple[str, int], dt.datetime] = field(default_factory=dict)

    def plan(self) -> list[Wanted]:
        left = {touch.step for _, touch in self.texts}
        wanted = plan(
            self.loop,
            self.cadence,
            Situation(
                now=self.now,
                hours=Hours(),
                zones=self.zones,
                welcomed="welcome" in left,
                told_version=1 if left - {"welcome"} else None,
                started=frozenset(self.started),
                ever=frozenset(step for step, _ in self.started),
                planned=dict(self.planned),
            ),
        )
        ahead = [touch for touch in wanted if (touch.step, touch.nth) not in self.started]
        self.planned = {(touch.step, touch.nth): touch.due_at for touch in ahead}
        assert len(ahead) == len(self.planned)
        return ahead

    def go_on(self) -> bool:
        """Let one thing happen: the next text, or the news of a miss; False when nothing is left."""
        ahead = self.plan()
        first = min(ahead, key=lambda touch: touch.due_at, default=None)
        if self.news is not None and (first is None or first.due_at > self.news):
            self.now, self.news = max(self.now, self.news), None
            self.loop = replace(self.loop, stage=Stage.NOT_KEPT, outcome=Outcome.NO_SHOW, source=Source.CLINIC_STAFF)
            return True
        if first is None:
            return False
        self.now = max(self.now, first.due_at)
        self.started.add((first.step, first.nth))
        opening = next_open(Hours(), self.now, self.zones)
        if opening and opening.starts <= self.now < first.useful_until:
            self.texts.append((self.now, first))
        return True


def diaries(sample: Sample, cadence: Cadence) -> Iterator[Diary]:
    start = begin(sample, cadence, Hours(), NOTICE)
    end = start.loop.anchor.ends_at
    for news in [None] if sample.ride else [None, end, end + dt.timedelta(days=1)]:
        yield Diary(start.loop, cadence, sample.enrolled, start.zones, news)


def most(texts: list[tuple[dt.datetime, Wanted]], of_a_booked_ride: bool) -> tuple[int, int]:
    days = Counter(local_date(at, NEW_YORK) for at, touch in texts if touch.of_a_booked_ride is of_a_booked_ride)
    weeks = [sum(days[day - dt.timedelta(days=back)] for back in range(7)) for day in list(days)]
    return max(days.values(), default=0), max(weeks, default=0)


_BEFORE = st.one_of(
    st.tuples(st.just("days_before"), st.integers(0, 9)),
    st.tuples(st.just("business_days_before"), st.integers(1, 5)),
    st.tuples(st.just("notice_before"), st.integers(0, 3)),
    st.tuples(st.just("hours_before"), st.integers(1, 50)),
    st.tuples(st.just("hours_after"), st.integers(0, 50)),
)
_CONDITIONS = st.sampled_from(["unanswered", "confirmed", "still_on", "ride_unknown", "ride_booked", "outcome_unknown"])


@st.composite
def steps(draw: st.DrawFn) -> dict[str, Any]:
    when, amount = draw(_BEFORE)
    condition = "missed" if when == "hours_after" and draw(st.booleans()) else draw(_CONDITIONS)
    return {
        "words": "reminder",
        "when": when,
        "amount": amount,
        "at": draw(st.sampled_from(["00:00", "09:30", "13:00", "18:00", "22:00"])),
        "conditions": [condition],
        "category": "transport" if condition.startswith("ride") else "appointment",
        "late": draw(st.booleans()),
        "pull_back": draw(st.booleans()),
        "useful_hours": draw(st.sampled_from([-48, -20, -4, -1, 48])),
        "group": draw(st.sampled_from([None, None, "a", "b"])),
    }


cadences = st.lists(steps(), min_size=1, max_size=5).map(
    lambda rows: read_cadence(1, [WELCOME] + [row | {"key": f"step_{nth}"} for nth, row in enumerate(rows)])
)
some_samples = st.builds(
    Sample,
    st.just(OFFICE),
    st.sampled_from(DAYS),
    st.sampled_from(TIMES),
    st.sampled_from(LEADS),
    st.just(1),
    st.booleans(),
)


@given(cadences, st.lists(some_samples, min_size=5, max_size=20))
@settings(max_examples=examples(30), deadline=None)
def test_law_35_a_cadence_that_is_published_never_plans_more_than_the_caps(
    cadence: Cadence, visits: list[Sample]
) -> None:
    caps = Caps(per_day=2, per_week=5)
    assume(check(cadence, caps, Hours(), NOTICE, [OFFICE]) == [])
    for sample in visits:
        if Hours().window(local_date(sample.enrolled, NEW_YORK)) is None:
            continue
        for diary in diaries(sample, cadence):
            while diary.go_on():
                pass
            for ride, limit in ((False, caps), (True, RIDE_CAPS)):
                day, week = most(diary.texts, ride)
                assert (day <= limit.per_day, week <= limit.per_week) == (True, True)


@given(some_samples)
@settings(max_examples=examples(60), deadline=None)
def test_a_sample_of_the_standard_cadence_is_lived_as_the_engine_would(sample: Sample) -> None:
    cadence = factory_cadence()
    lived = [[(at, touch.step) for at, touch in life.texts] for life in lives(sample, cadence, Hours(), NOTICE)]
    for diary in diaries(sample, cadence):
        while diary.go_on():
            pass
        assert sorted((at, touch.step) for at, touch in diary.texts) in [sorted(texts) for texts in lived]


@st.composite
def republished(draw: st.DrawFn, cadence: Cadence) -> Cadence:
    """Some steps kept, some re-timed, some removed, one perhaps added."""
    kept: list[CadenceStep] = [cadence.steps[0]]
    for step in cadence.steps[1:]:
        match draw(st.sampled_from(["keep", "keep", "re-time", "remove"])):
            case "keep":
                kept.append(step)
            case "re-time":
                when = {"amount": float(draw(st.integers(0, 6))), "late": draw(st.booleans()), "group": None}
                kept.append(replace(step, at=dt.time(draw(st.integers(0, 23))), **when))  # type: ignore[arg-type]
    added = read_cadence(1, [WELCOME, draw(steps()) | {"key": "added", "group": None}]).steps[1:]
    return Cadence(2, tuple(kept) + (added if draw(st.booleans()) else ()))


def _days(diary: Any) -> dict[str, dt.date]:
    """The day each step leaves; within a full day the pressing ones go first."""
    return {touch.step: local_date(touch.due_at, NEW_YORK) for touch in diary.plan()}


@given(cadences | st.just(factory_cadence()), some_samples, st.integers(0, 6), st.data())
@settings(max_examples=examples(150), deadline=None)
def test_republishing_sends_nothing_twice_and_keeps_the_promises_that_did_not_change(
    cadence: Cadence, sample: Sample, happened: int, data: st.DataObject
) -> None:
    diary = data.draw(st.sampled_from(list(diaries(sample, cadence))))
    for _ in range(happened):
        diary.go_on()
    promised = _days(diary)
    second = data.draw(republished(cadence))
    unchanged = {step.key for step in second.steps if step in cadence.steps and step.group is None}
    diary.cadence = second
    wanted = _days(diary)
    assert {key: day for key, day in promised.items() if key in unchanged}.items() <= wanted.items()
    assert not {step for step, _ in diary.started} & wanted.keys()
    while diary.go_on():
        pass
    turns = Counter((touch.step, touch.nth) for _, touch in diary.texts)
    assert max(turns.values(), default=1) == 1


CAPPED = ("FL", "MD", "NJ", "OK")  # three texts in any 24 hours


@pytest.mark.parametrize("state", ["AL", "CA", "KY", "LA", "MS", "NY", "RI", "TX", *CAPPED])
def test_law_32_the_standard_cadence_fits_every_states_hours_and_hard_cap(state: str) -> None:
    assert check(factory_cadence(), Caps(), Hours(states=(state,)), NOTICE, [OFFICE]) == []


@pytest.mark.parametrize("state", CAPPED)
def test_law_35_all_categories_together_never_exceed_a_states_hard_cap(state: str) -> None:
    day_of = {"when": "hours_before", "queue": "day-of", "useful_hours": -1}
    steps = [a_step(f"call_{hours}", **day_of, amount=hours) for hours in (2, 3, 4, 5)]
    many = Caps(per_day=9, per_week=99)
    assert advice(*steps, caps=many) == []
    told = advice(*steps, caps=many, hours=Hours(states=(state,)))
    assert told
    assert f"{state} allows 3 texts in 24 hours, those about rides among them (LAW-32)" in told[0]


def test_law_32_what_a_hard_cap_holds_and_is_still_of_use_is_no_mistake() -> None:
    later = {"when": "hours_after", "conditions": ["outcome_unknown"], "useful_hours": 72}
    steps = [a_step(f"after_{hours}", **later, amount=hours) for hours in (1, 2, 3, 4)]
    assert advice(*steps, caps=Caps(per_day=9, per_week=99), hours=Hours(states=("FL",))) == []
