"""No silent failure: whatever happens, in whatever order, an open loop is held and a closed one says why (I14)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, replace

import pytest
from counts import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from loop_builders import a_loop, a_visit, local

from conversations.meaning import Intent, Meaning, PartOfDay, Preferences, Reason, Safety
from conversations.prompt import OPTIONS
from outreach.loops import events as e
from outreach.loops.advance import advance
from outreach.loops.anchor import Anchor
from outreach.loops.effects import Await, CloseTasks, Effect, OpenTask, StopAwaiting
from outreach.loops.loop import Closed, Loop, Stage
from outreach.loops.outcomes import Outcome, Source
from outreach.loops.rides import Leg, Ride, RideNeed, Trip, TripStatus
from outreach.loops.setting import Setting
from outreach.loops.standing import Standing
from outreach.loops.task_clock import Escalation
from outreach.loops.tasks import RULES, TaskKind

START = local("2027-03-01 09:00")
reasons = st.none() | st.sampled_from(Reason)
preferences = st.builds(
    Preferences,
    st.lists(st.sampled_from(["MON", "FRI"]), unique=True).map(tuple),
    st.none() | st.sampled_from(PartOfDay),
)
meanings = st.builds(
    Meaning,
    st.frozensets(st.sampled_from(Intent), min_size=1, max_size=3),
    reasons,
    safety=st.frozensets(st.sampled_from(Safety), max_size=1),
    preferences=preferences,
)
prompts = st.sampled_from([None, *OPTIONS, "something_else"])
rules = st.sampled_from(
    [
        "LAW-01",
        "LAW-19",
        "LAW-39",
        "CARE-10",
        "CARE-11",
        "HIP-05",
        "HIP-25",
        "TIM-03",
        "TIM-09",
        "TIM-15",
        "TWI-26",
        "?",
    ]
)
steps = st.sampled_from(["reminder", "moved", "visit_cancelled"])
times = st.integers(0, 40 * 24 * 60).map(lambda minutes: START + dt.timedelta(minutes=minutes))
resolutions = st.sampled_from([(str(kind), word) for kind, rule in RULES.items() for word in rule.resolutions])
kinds = st.sampled_from([str(kind) for kind in TaskKind])


@st.composite
def trips(draw: st.DrawFn) -> tuple[Trip, ...]:
    there = draw(times)
    half_an_hour = dt.timedelta(minutes=30)
    outbound = Trip(Leg.OUTBOUND, "A", draw(st.sampled_from(TripStatus)), there, there + half_an_hour)
    on_call = Trip(Leg.RETURN, "B", draw(st.sampled_from(TripStatus)), will_call=True)
    return draw(st.sampled_from([(outbound,), (outbound, on_call)]))


happenings: dict[type, st.SearchStrategy[e.Event]] = {
    e.Opened: st.builds(e.Opened, times),
    e.VisitMoved: st.builds(e.VisitMoved, times, st.booleans()),
    e.VisitCancelled: st.builds(e.VisitCancelled, times),
    e.Heard: st.builds(e.Heard, times, st.just(7), meanings, prompts, st.integers(0, 3)),
    e.TouchDelivered: st.builds(e.TouchDelivered, times, st.just("reminder")),
    e.TouchRefused: st.builds(e.TouchRefused, times, steps, rules, st.booleans()),
    e.TouchFailed: st.builds(e.TouchFailed, times, st.just("reminder"), st.sampled_from([21610, 30003, 30005, 30034])),
    e.TouchUnresolved: st.builds(e.TouchUnresolved, times, st.just("reminder")),
    e.DeadlinePassed: st.builds(e.DeadlinePassed, times, st.sampled_from(["outcome", "reply", "home"])),
    e.OutcomeReported: st.builds(e.OutcomeReported, times, st.sampled_from(Outcome), st.sampled_from(Source), reasons),
    e.ArrivalReported: st.builds(e.ArrivalReported, times),
    e.RideBooked: st.builds(e.RideBooked, times, trips()),
    e.TripReported: st.builds(
        e.TripReported, times, st.sampled_from(Leg), st.sampled_from(TripStatus), st.none() | times
    ),
    e.TaskResolved: st.builds(
        lambda at, ended, reason: e.TaskResolved(at, *ended, reason), times, resolutions, reasons
    ),
    e.NewVisitLinked: st.builds(e.NewVisitLinked, times),
    e.Suppressed: st.builds(e.Suppressed, times, rules),
    e.StaffClosed: st.builds(e.StaffClosed, times, st.sampled_from(Reason)),
    e.StandingChanged: st.builds(e.StandingChanged, times, st.sampled_from(Standing), st.none() | times),
    e.Reachable: st.builds(e.Reachable, times),
    e.TaskEscalated: st.builds(e.TaskEscalated, times, kinds, st.sampled_from(Escalation)),
}
histories = st.lists(st.one_of(*happenings.values()), max_size=30)
visits = st.builds(
    a_visit, wall_time=st.none() | st.times().map(lambda time: time.replace(tzinfo=None)), cancelled=st.booleans()
)
settings_of = st.builds(
    Setting, tier=st.integers(1, 4), escalate_after=st.integers(1, 2), misses=st.integers(0, 2), clashes=st.booleans()
)
rides = st.sampled_from(RideNeed).flatmap(
    lambda need: trips().map(lambda made: Ride(need, made if need is RideNeed.BOOKED else (), 1))
)


@dataclass
class Rows:
    """What holds a loop, as the engine keeps it: open tasks and awaited signals, by kind."""

    tasks: set[str] = field(default_factory=set)
    awaited: set[str] = field(default_factory=set)

    def concerns(self, event: e.Event) -> bool:
        """Whether the engine would tell the loop: only of open tasks and of what is awaited."""
        match event:
            case e.TaskResolved(_, TaskKind.REVIEW_PAUSE):
                return False  # a person says where the member is: the standing changes instead
            case e.TaskResolved(_, kind):
                return kind in self.tasks
            case e.DeadlinePassed(_, awaited):
                return awaited == "reply" or awaited in self.awaited
            case e.NewVisitLinked():
                return TaskKind.RESCHEDULE in self.tasks
            case _:
                return True

    def happened(self, event: e.Event) -> None:
        match event:
            case e.TaskResolved(_, kind):
                self.tasks.discard(kind)
            case e.DeadlinePassed(_, awaited):
                self.awaited.discard(awaited)

    def apply(self, effect: Effect) -> None:
        match effect:
            case OpenTask(kind):
                self.tasks.add(kind)
            case CloseTasks(kinds):
                self.tasks -= set(kinds or self.tasks)
            case Await(kind):
                self.awaited.add(kind)
            case StopAwaiting(kind):
                self.awaited.discard(kind)

    def let_go(self) -> None:
        """With the loop the engine lets go of what it waits for, and of the work that ends with it."""
        self.awaited.clear()
        self.tasks = {kind for kind in self.tasks if not RULES[TaskKind(kind)].ends_with_loop}


def _consistent(loop: Loop) -> bool:
    return (loop.stage is Stage.CLOSED) == (loop.closed is not None)


def _standing_as_stored(loop: Loop, event: e.Event) -> Loop:
    """The engine stores a standing before its event is decided, and reads the setting anew."""
    if not isinstance(event, e.StandingChanged):
        return loop
    return replace(loop, setting=replace(loop.setting, standing=event.standing))


def _decided(loop: Loop, rows: Rows, event: e.Event) -> Loop:
    rows.happened(event)
    step = advance(_standing_as_stored(loop, event), event)
    for effect in step.effects:
        rows.apply(effect)
    if loop.open and not step.loop.open:
        rows.let_go()
    return step.loop


@settings(deadline=None)  # the first holidays of a year take a while
@given(visits, settings_of, histories)
def test_i14_an_open_loop_is_held_by_a_task_or_an_awaited_signal_whatever_happens(
    visit: Anchor, setting: Setting, history: list[e.Event]
) -> None:
    loop, rows = a_loop(visit, setting=setting), Rows()
    for event in [e.Opened(START), *history]:
        if not rows.concerns(event):
            continue
        loop = _decided(loop, rows, event)
        assert _consistent(loop), event
        assert rows.tasks or rows.awaited or not loop.open, event
        assert loop.open or not rows.awaited, event
        if loop.stage is Stage.GOING_HOME:
            assert rows.tasks or "home" in rows.awaited, event


@settings(deadline=None)  # the first holidays of a year take a while
@given(visits, settings_of, histories)
def test_care_11_somebody_looks_again_at_every_open_loop_of_a_member_who_is_away(
    visit: Anchor, setting: Setting, history: list[e.Event]
) -> None:
    loop, rows = a_loop(visit, setting=setting), Rows()
    for event in [e.Opened(START), *history]:
        if not rows.concerns(event):
            continue
        loop = _decided(loop, rows, event)
        if loop.open and loop.setting.standing.paused:
            assert TaskKind.REVIEW_PAUSE in rows.tasks, event


@settings(deadline=None)  # the first holidays of a year take a while
@given(visits, settings_of, histories)
def test_nemt_09_no_booked_ride_is_forgotten(visit: Anchor, setting: Setting, history: list[e.Event]) -> None:
    """Whatever gives up a booked ride of a visit to come leaves a person who calls it off, or who looks for another."""
    loop = a_loop(visit, setting=setting)
    for event in history:
        before = loop
        step = advance(_standing_as_stored(loop, event), event)
        loop = step.loop
        if before.ride.booked and not loop.ride.booked and event.at < loop.anchor.starts_at:
            opened = {effect.kind for effect in step.effects if isinstance(effect, OpenTask)}
            ride_work = {TaskKind.CANCEL_RIDE, TaskKind.ARRANGE_RIDE, TaskKind.RIDE_URGENT, TaskKind.RIDE_PROBLEM}
            assert opened & (ride_work | {TaskKind.CALL_MEMBER}), event


@settings(deadline=None)  # the first holidays of a year take a while
@given(visits, settings_of, histories)
def test_a_ride_has_trips_while_it_is_booked_and_none_otherwise(
    visit: Anchor, setting: Setting, history: list[e.Event]
) -> None:
    loop = a_loop(visit, setting=setting)
    for event in history:
        loop = advance(loop, event).loop
        assert loop.ride.booked == bool(loop.ride.trips), event


@settings(deadline=None)  # the first holidays of a year take a while
@given(visits, histories)
def test_a_loop_takes_any_event_at_any_time_without_raising(visit: Anchor, history: list[e.Event]) -> None:
    loop = a_loop(visit)
    for event in history:
        loop = advance(loop, event).loop
        assert _consistent(loop), event


@pytest.mark.parametrize("kind", happenings, ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("stage", Stage)
@settings(max_examples=examples(15), deadline=None)
@given(data=st.data())
def test_every_event_has_an_answer_in_every_stage(kind: type, stage: Stage, data: st.DataObject) -> None:
    closed = data.draw(st.sampled_from(Closed)) if stage is Stage.CLOSED else None
    outcome, source = data.draw(st.sampled_from([(None, None), *((o, s) for o in Outcome for s in Source)]))
    setting = replace(data.draw(settings_of), standing=data.draw(st.sampled_from(Standing)))
    loop = a_loop(stage=stage, closed=closed, outcome=outcome, source=source, setting=setting, ride=data.draw(rides))
    step = advance(loop, data.draw(happenings[kind]))
    assert _consistent(step.loop)
    assert step.loop.open or not any(isinstance(effect, Await) for effect in step.effects)


@pytest.mark.parametrize("intent", Intent)
def test_whatever_a_member_writes_after_the_end_only_how_the_visit_went_changes_a_loop(intent: Intent) -> None:
    heard = e.Heard(START, 7, Meaning(frozenset({intent}), Reason.CHILDCARE), None)
    for closed in Closed:
        loop = a_loop(stage=Stage.CLOSED, closed=closed)
        after = advance(loop, heard).loop
        assert _consistent(after)
        if intent not in (Intent.VISIT_COMPLETED, Intent.VISIT_NOT_COMPLETED):
            assert (after.stage, after.closed, after.outcome) == (loop.stage, loop.closed, loop.outcome)


@settings(deadline=None)  # the first holidays of a year take a while
@given(visits, histories)
def test_out_02_unknown_is_never_a_no_show(visit: Anchor, history: list[e.Event]) -> None:
    said = {e.Heard, e.OutcomeReported, e.TaskResolved}
    loop = a_loop(visit)
    for event in history:
        before, loop = loop, advance(loop, event).loop
        if loop.outcome is Outcome.NO_SHOW and before.outcome is not Outcome.NO_SHOW:
            assert type(event) in said, "silence made a no-show"


@settings(deadline=None)  # the first holidays of a year take a while
@given(visits, histories)
def test_out_04_a_barrier_is_only_ever_what_the_member_said(visit: Anchor, history: list[e.Event]) -> None:
    loop = a_loop(visit)
    for event in history:
        before, loop = loop, advance(loop, event).loop
        if loop.barriers != before.barriers:
            assert isinstance(event, e.Heard)
            assert loop.barriers - before.barriers <= {event.meaning.reason, Reason.TRANSPORT_FAILURE}


@settings(deadline=None)  # the first holidays of a year take a while
@given(visits, histories, st.sampled_from([s for s in Source if s is not Source.EHR]), st.sampled_from(Outcome))
def test_out_03_a_weaker_word_never_replaces_the_records(
    visit: Anchor, history: list[e.Event], source: Source, outcome: Outcome
) -> None:
    loop = a_loop(visit)
    for event in history:
        loop = advance(loop, event).loop
    if loop.source is Source.EHR:
        after = advance(loop, e.OutcomeReported(START, outcome, source)).loop
        assert (after.outcome, after.source) == (loop.outcome, loop.source)


def test_the_same_event_twice_tells_the_clinic_once() -> None:
    for event in (
        e.VisitCancelled(START),
        e.OutcomeReported(local("2027-03-17 02:00"), Outcome.KEPT, Source.EHR),
        e.OutcomeReported(local("2027-03-17 02:00"), Outcome.NO_SHOW, Source.EHR, Reason.FORGOT),
    ):
        once = advance(a_loop(), event)
        twice = advance(once.loop, event)
        assert once.effects
        assert (twice.loop, twice.effects) == (once.loop, ())
