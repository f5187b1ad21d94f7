"""How a visit ended: whose word counts, what the clinic hears, and what is still to do (OUT-02, OUT-03)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from conversations.meaning import Reason
from outreach.loops.effects import CloseTasks, Effect, StopAwaiting, Tell
from outreach.loops.events import OutcomeReported
from outreach.loops.lanes import appointment_ride
from outreach.loops.lanes.appointment_wishes import mitigation
from outreach.loops.loop import Closed, Loop, Stage, Step, close, stay, task
from outreach.loops.outcomes import Outcome, Source
from outreach.loops.tasks import TaskKind

AWAITED_OUTCOME = "outcome"
# What only the day itself can show: before it, nobody can know.
_SEEN_ON_THE_DAY = frozenset({Outcome.KEPT, Outcome.KEPT_LATE, Outcome.LEFT_WITHOUT_BEING_SEEN, Outcome.NO_SHOW})
_OF_A_VISIT_TO_COME = (TaskKind.RESCHEDULE, TaskKind.CALL_MEMBER, TaskKind.POSSIBLE_VISIT_CANCEL, TaskKind.FIND_OUTCOME)
_MISSED = frozenset({Outcome.NO_SHOW, Outcome.LEFT_WITHOUT_BEING_SEEN})


def outcome_reported(loop: Loop, event: OutcomeReported) -> Step:
    """OUT-03: the stronger word stands; where a weaker one says otherwise, before or after, a person looks."""
    outcome, source, at = event.outcome, event.source, event.at
    if outcome is Outcome.UNKNOWN:
        return stay(loop)
    look = task(loop, TaskKind.OUTCOME_CONFLICT, at)
    if outcome in _SEEN_ON_THE_DAY and loop.before_its_day(at):
        return stay(loop, look) if loop.open else stay(loop)
    went = loop.outcome is not None and loop.outcome.completed
    if loop.source is not None and not source.outranks(loop.source):
        return stay(loop) if outcome.completed == went else stay(loop, look)
    step = ended(loop, at, outcome, source, event.reason)
    overruled = went and not outcome.completed and source is not loop.source
    return Step(step.loop, (*step.effects, look)) if overruled and step.loop.open else step


def ended(loop: Loop, at: datetime, outcome: Outcome, source: Source, reason: Reason | None) -> Step:
    """Return what a word that stands does."""
    if outcome.completed:
        return completed(loop, at, outcome, source)
    return cancelled_for(loop, at, outcome, source, reason)


def completed(loop: Loop, at: datetime, outcome: Outcome, source: Source, *answers: Effect) -> Step:
    """The visit took place: the clinic hears so, once, and the promise is kept, when the member is home."""
    if loop.outcome is not None and loop.outcome.completed:
        return stay(replace(loop, outcome=outcome, source=source))
    seen = replace(loop, outcome=outcome, source=source, reason=None, tried=0, called=False)
    told = Tell("visit-completed")
    if loop.open and appointment_ride.waits_for_home(loop, at):
        home = appointment_ride.await_home(loop)
        done = CloseTasks(_OF_A_VISIT_TO_COME, "visit_completed")
        return Step(replace(seen, stage=Stage.GOING_HOME), (StopAwaiting(AWAITED_OUTCOME), done, home, told, *answers))
    return close(seen, Closed.VISIT_COMPLETED, None, told, *answers)


def cancelled_for(loop: Loop, at: datetime, outcome: Outcome, source: Source, reason: Reason | None) -> Step:
    """The visit did not take place, for whatever reason: a scheduler has it, and the loop stays open."""
    why = reason or loop.reason or Reason.NOT_STATED
    if loop.settled:
        return stay(replace(loop, outcome=outcome, source=source, reason=why))
    if loop.stage is Stage.NOT_KEPT and loop.outcome is outcome and loop.reason is why:
        return stay(replace(loop, source=source))
    missed = replace(loop, stage=Stage.NOT_KEPT, outcome=outcome, source=source, reason=why, closed=None)
    missed = replace(missed, tried=0, called=False)  # what follows is tried anew
    without_ride, effects = appointment_ride.call_off(missed, at) if _still_to_come(loop, at) else (missed, ())
    return Step(
        without_ride,
        (
            StopAwaiting(AWAITED_OUTCOME),
            CloseTasks((TaskKind.FIND_OUTCOME,), "outcome_known"),
            task(loop, TaskKind.RESCHEDULE, at),
            *effects,
            *mitigation(missed, at, reason),
            *after_a_miss(missed, at),
            Tell("visit-not-completed", why, "reschedule"),
        ),
    )


def _still_to_come(loop: Loop, at: datetime) -> bool:
    return at < loop.anchor.starts_at and loop.stage not in appointment_ride.THERE


def after_a_miss(loop: Loop, at: datetime) -> tuple[Effect, ...]:
    """CARE-09: a person calls members at high risk, and asks whoever missed two visits in a row what stands between.

    Who came and left unseen is called by a nurse (FHIR-02).
    """
    if loop.outcome not in _MISSED:
        return ()
    unseen = loop.outcome is Outcome.LEFT_WITHOUT_BEING_SEEN
    nurse = (task(loop, TaskKind.NURSE_TRIAGE, at),) if unseen else ()
    call = (task(loop, TaskKind.CALL_MEMBER, at),) if loop.setting.high_risk else ()
    interview = (task(loop, TaskKind.BARRIER_INTERVIEW, at),) if loop.setting.misses else ()
    return (*nurse, *call, *interview)
