"""Everything that can happen to a loop: a closed union, each consumed once and in order by Decide."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from conversations.meaning import Meaning, Reason
from outreach.loops.call_outcomes import CallOutcome
from outreach.loops.outcomes import Outcome, Source
from outreach.loops.rides import Leg, Trip, TripStatus
from outreach.loops.standing import Standing
from outreach.loops.task_clock import Escalation


@dataclass(frozen=True, slots=True)
class Opened:
    """The loop was opened around its anchor."""

    at: datetime


@dataclass(frozen=True, slots=True)
class VisitMoved:
    """The clinic moved the visit; `materially` when the date changed or by more than 30 minutes (TIM-13)."""

    at: datetime
    materially: bool


@dataclass(frozen=True, slots=True)
class VisitCancelled:
    """The clinic cancelled the visit."""

    at: datetime


@dataclass(frozen=True, slots=True)
class Heard:
    """A member's reply was understood. `prompt` is the key of the question it answers, if one was open here.

    `corrects` when it was answered already, and this is what the member meant.
    """

    at: datetime
    reply: int
    meaning: Meaning = field(repr=False)
    prompt: str | None
    repeats: int = 0  # how many unclear replies to this question came before
    corrects: bool = False


@dataclass(frozen=True, slots=True)
class TouchDelivered:
    """The carrier says that a text reached the handset or its carrier (TWI-15: no proof that it was read)."""

    at: datetime
    step: str


@dataclass(frozen=True, slots=True)
class TouchRefused:
    """The gate said no, for good.

    `answers` when the text would have answered a reply, `of_a_ride` when it was about a booked ride.
    """

    at: datetime
    step: str
    rule: str
    answers: bool = False
    of_a_ride: bool = False


@dataclass(frozen=True, slots=True)
class TouchFailed:
    """The carrier refused a text or a call, or could not deliver it (rulebook 3.5).

    `instead` when the other channel is tried in its place, so that nobody has to call yet (TWI-34).
    """

    at: datetime
    step: str
    code: int
    instead: bool = False


@dataclass(frozen=True, slots=True)
class TouchUnresolved:
    """Neither callback nor list could say whether the carrier has this text (TWI-06)."""

    at: datetime
    step: str


@dataclass(frozen=True, slots=True)
class CallEnded:
    """A call is over, and what became of it; `again` when its step goes on: another call, or a text (TWI-43)."""

    at: datetime
    step: str
    outcome: CallOutcome
    again: bool = False


@dataclass(frozen=True, slots=True)
class DeadlinePassed:
    """An awaited signal did not come in time; a question that gave way to another one counts too (LAW-36)."""

    at: datetime
    awaited: str


@dataclass(frozen=True, slots=True)
class OutcomeReported:
    """Somebody who may know says how the visit ended."""

    at: datetime
    outcome: Outcome
    source: Source
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class ArrivalReported:
    """The clinic says that the member is there: the visit goes on, how it ends comes later."""

    at: datetime


@dataclass(frozen=True, slots=True)
class RideBooked:
    """A ride was booked with the broker: one trip for each leg, in place of any earlier ones (NEMT-04)."""

    at: datetime
    trips: tuple[Trip, ...]


@dataclass(frozen=True, slots=True)
class TripReported:
    """The broker says how a leg goes; with `pickup_from` when the car comes at another time (NEMT-10)."""

    at: datetime
    leg: Leg
    status: TripStatus
    pickup_from: datetime | None = None


@dataclass(frozen=True, slots=True)
class TaskResolved:
    """A person finished a task with one of its resolutions; `reason` where the resolution asks for one."""

    at: datetime
    kind: str
    resolution: str
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class NewVisitLinked:
    """A new visit's loop took over the promise."""

    at: datetime


@dataclass(frozen=True, slots=True)
class FollowsOn:
    """This visit keeps the promise of an earlier one that was not kept; `needs_ride` when a ride was missing there."""

    at: datetime
    needs_ride: bool


@dataclass(frozen=True, slots=True)
class Suppressed:
    """The phone can no longer be texted: opted out, wrong number, or a report of death (`rule` says which)."""

    at: datetime
    rule: str


@dataclass(frozen=True, slots=True)
class StaffClosed:
    """A person ended the loop, with a reason."""

    at: datetime
    reason: Reason


@dataclass(frozen=True, slots=True)
class StandingChanged:
    """The member cannot come for a while, died, or is back; somebody looks again at `review_at` (CARE-10, CARE-11)."""

    at: datetime
    standing: Standing
    review_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Reachable:
    """There is a new way to the member: a phone, a consent, a START (CARE-01)."""

    at: datetime


@dataclass(frozen=True, slots=True)
class TaskEscalated:
    """Nobody finished a task of this loop in time, and it changed hands (CARE-07)."""

    at: datetime
    kind: str
    level: Escalation


LaneFree = (
    TouchDelivered
    | TouchRefused
    | TouchFailed
    | TouchUnresolved
    | Suppressed
    | StaffClosed
    | StandingChanged
    | TaskEscalated
)
OfTheLane = (
    Opened
    | VisitMoved
    | VisitCancelled
    | Heard
    | CallEnded
    | DeadlinePassed
    | OutcomeReported
    | ArrivalReported
    | RideBooked
    | TripReported
    | TaskResolved
    | NewVisitLinked
    | FollowsOn
    | Reachable
)
Event = LaneFree | OfTheLane
