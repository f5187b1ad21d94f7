"""What a reply can mean: the closed vocabularies, and the value that carries them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum


class Intent(StrEnum):
    """What the member wants or reports."""

    CONFIRM = "confirm"
    DECLINE = "decline"
    RESCHEDULE_REQUEST = "reschedule_request"
    NEED_TRANSPORT = "need_transport"
    TRANSPORT_OK = "transport_ok"
    ON_MY_WAY = "on_my_way"
    RUNNING_LATE = "running_late"
    ARRIVED = "arrived"
    VISIT_COMPLETED = "visit_completed"
    VISIT_NOT_COMPLETED = "visit_not_completed"
    OPT_OUT = "opt_out"
    OPT_IN = "opt_in"
    HELP = "help"
    WRONG_NUMBER = "wrong_number"
    DECEASED_REPORT = "deceased_report"
    LANGUAGE_SWITCH = "language_switch"
    MEDICATION_QUESTION = "medication_question"
    EMERGENCY = "emergency"
    REQUEST_HUMAN = "request_human"
    QUESTION_OTHER = "question_other"
    ACKNOWLEDGEMENT = "acknowledgement"
    UNCLEAR = "unclear"


class Reason(StrEnum):
    """Why a visit was not kept: one closed list for members, staff and clinics."""

    TRANSPORT_FAILURE = "transport_failure"
    WORK_CONFLICT = "work_conflict"
    CHILDCARE = "childcare"
    CAREGIVER_UNAVAILABLE = "caregiver_unavailable"
    ILLNESS = "illness"
    HOSPITALIZED = "hospitalized"
    COST_INSURANCE = "cost_insurance"
    FORGOT = "forgot"
    FELT_BETTER = "felt_better"
    FEAR_DISTRUST = "fear_distrust"
    LANGUAGE_BARRIER = "language_barrier"
    TECHNOLOGY = "technology"
    HOUSING_INSTABILITY = "housing_instability"
    MOVED = "moved"
    CLINIC_CANCELED = "clinic_canceled"
    MEMBER_DECLINED = "member_declined"
    UNABLE_TO_REACH = "unable_to_reach"
    OTHER = "other"
    NOT_STATED = "not_stated"


class PartOfDay(StrEnum):
    """When on a day a member would rather come."""

    MORNING = "morning"
    AFTERNOON = "afternoon"
    EVENING = "evening"
    ANY = "any"  # asked, and all of them are fine


class Safety(StrEnum):
    """What the screens found; additive to any intent (CRI-01)."""

    EMERGENCY = "emergency"  # C1, C2, C4, C6, C7: the fixed emergency text, then a person
    ABUSE = "abuse"  # C3, C5: neutral text only (CRI-07), then a trained person
    REVIEW = "review"  # a person looks at it, nothing is sent
    OPT_OUT = "opt_out"
    OPT_IN = "opt_in"
    HELP = "help"
    WRONG_NUMBER = "wrong_number"
    DECEASED_REPORT = "deceased_report"
    MEDICATION_QUESTION = "medication_question"
    KEEP_RIDES = "keep_rides"  # LAW-17: after a STOP, an answer to the scope question; otherwise it says nothing
    POSSIBLE_VISIT_CANCEL = "possible_visit_cancel"  # LAW-21: CANCEL is an opt-out and perhaps a cancelled visit


@dataclass(frozen=True, slots=True)
class Preferences:
    """When a member would rather come: a proposal for a person, never a booking.

    `days` are MON..SUN, `today`, `tomorrow` or `+2` in the order said; `time` and `callback_time` HH:MM, the latter
    also a part of the day; `date` MM-DD or a bare day of the month.
    """

    days: tuple[str, ...] = ()
    part_of_day: PartOfDay | None = None
    time: str | None = None
    date: str | None = None
    callback_time: str | None = None

    def __bool__(self) -> bool:
        """Whether anything was preferred, "any time" included."""
        return bool(self.days or self.part_of_day or self.time or self.date or self.callback_time)


@dataclass(frozen=True, slots=True)
class Because:
    """One step of the trail: the rule that spoke, and the words of the member it rests on."""

    rule: str
    quote: str = field(repr=False)  # the member's own words are personal data


@dataclass(frozen=True, slots=True)
class Screening:
    """What must be known before anything else is: safety flags and why."""

    safety: frozenset[Safety]
    because: tuple[Because, ...] = ()


# These close or move a visit, let nobody look after a ride, or are a consent: no doubt may stand beside them.
WEIGHTY = frozenset(
    {
        Intent.CONFIRM, Intent.DECLINE, Intent.VISIT_COMPLETED, Intent.VISIT_NOT_COMPLETED, Intent.TRANSPORT_OK,
        Intent.OPT_IN, Intent.OPT_OUT,
    }
)  # fmt: skip


# These close or move a visit, let nobody look after a ride, or are a consent: no doubt may stand beside them.
WEIGHTY = frozenset(
    {
        Intent.CONFIRM, Intent.DECLINE, Intent.VISIT_COMPLETED, Intent.VISIT_NOT_COMPLETED, Intent.TRANSPORT_OK,
        Intent.OPT_IN, Intent.OPT_OUT,
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Meaning:
    """What one reply says. `confidence` is 0..1; below 1 nothing harmful is done on it alone."""

    intents: frozenset[Intent]
    reason: Reason | None = None
    language: str | None = None  # for LANGUAGE_SWITCH: the code asked for
    safety: frozenset[Safety] = frozenset()
    confidence: float = 1.0
    because: tuple[Because, ...] = ()
    preferences: Preferences = Preferences()

    @property
    def acted_on(self) -> Meaning:
        """What may be done on it without a person: a weighty intent that is in doubt is asked back (COPY-09)."""
        screened = self.intents == {Intent.OPT_OUT} and Safety.OPT_OUT in self.safety
        if self.confidence >= 1.0 or not self.intents & WEIGHTY or screened:
            return self
        return replace(self, intents=frozenset({Intent.UNCLEAR}), reason=None)
