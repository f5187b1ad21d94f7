"""Everything that can happen to a loop: a closed union, each consumed once and in order by Decide."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from conversations.meaning import Meaning, Reason
from outreach.loops.outcomes import Outcome, Source


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
    """A member's reply was understood. `prompt` is the key of the question it answers, if one was open here."""

    at: datetime
    reply: int
    meaning: Meaning = field(repr=False)
    prompt: str | None
    repeats: int = 0  # how many unclear replies to this question came before


@dataclass(frozen=True, slots=True)
class TouchDelivered:
    """The carrier says that a text reached the handset or its carrier (TWI-15: no proof that it was read)."""

    at: datetime
    step: str


@dataclass(frozen=True, slots=True)
class TouchRefused:
    """The gate said no, for good. `answers` when the text would have answered a reply."""

    at: datetime
    step: str
    rule: str
    answers: bool = False


@dataclass(frozen=True, slots=True)
class TouchFailed:
    """The carrier refused a text or could not deliver it (rulebook 3.5)."""

    at: datetime
    step: str
    code: int


@dataclass(frozen=True, slots=True)
class TouchUnresolved:
    """Neither callback nor list could say whether the carrier has this text (TWI-06)."""

    at: datetime
    step: str


@dataclass(frozen=True, slots=True)
class DeadlinePassed:
    """An awaited signal did not come in time. `unanswered` counts this visit's questions without an answer."""

    at: datetime
    awaited: str
    unanswered: int = 0


@dataclass(frozen=True, slots=True)
class OutcomeReported:
    """Somebody who may know says how the visit ended."""

    at: datetime
    outcome: Outcome
    source: Source
    reason: Reason | None = None


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
class Suppressed:
    """The phone can no longer be texted: opted out, wrong number, or a report of death (`rule` says which)."""

    at: datetime
    rule: str


@dataclass(frozen=True, slots=True)
class StaffClosed:
    """A person ended the loop, with a reason."""

    at: datetime
    reason: Reason


LaneFree = TouchDelivered | TouchRefused | TouchFailed | TouchUnresolved | Suppressed | StaffClosed
OfTheLane = (
    Opened | VisitMoved | VisitCancelled | Heard | DeadlinePassed | OutcomeReported | TaskResolved | NewVisitLinked
)
Event = LaneFree | OfTheLane
