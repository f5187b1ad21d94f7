"""Work for a person: which queue owns each kind, how soon, and how it may end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from outreach.loops.business_days import close_of_business


class TaskKind(StrEnum):
    """Every kind of work the appointment lane and the connections around it can open."""

    CRISIS = "crisis"
    SAFETY_REVIEW = "safety_review"
    DECEASED_REPORT = "deceased_report"
    MEDICATION_QUESTION = "medication_question"
    RESCHEDULE = "reschedule"
    ARRANGE_RIDE = "arrange_ride"
    CALL_MEMBER = "call_member"
    ANSWER_MEMBER = "answer_member"
    POSSIBLE_VISIT_CANCEL = "possible_visit_cancel"
    VERIFY_PHONE = "verify_phone"
    GET_CONSENT = "get_consent"
    LANGUAGE_GAP = "language_gap"
    FIND_OUTCOME = "find_outcome"
    OUTCOME_CONFLICT = "outcome_conflict"
    SEND_UNKNOWN = "send_unknown"
    MISSING_OUTCOMES = "missing_outcomes"
    CLINIC_UNREACHABLE = "clinic_unreachable"
    UNMATCHED_TEXT = "unmatched_text"


class Priority(StrEnum):
    """CARE-07, most urgent first."""

    STAT = "stat"
    ASAP = "asap"
    URGENT = "urgent"
    ROUTINE = "routine"


@dataclass(frozen=True, slots=True)
class TaskRule:
    """Who owns a kind, how urgent it is, what to do next, and the resolutions that end it."""

    queue: str
    priority: Priority
    next_action: str
    resolutions: tuple[str, ...]


_OUTCOMES = ("kept", "no_show", "cancelled_by_clinic", "left_without_being_seen", "cannot_be_known")
_DONE = ("done", "not_possible")

RULES: dict[TaskKind, TaskRule] = {
    TaskKind.CRISIS: TaskRule("on_call", Priority.STAT, "Call the member now; a person must clear this", ("cleared",)),
    TaskKind.SAFETY_REVIEW: TaskRule("on_call", Priority.ASAP, "Read the text and decide", ("cleared", "escalated")),
    TaskKind.DECEASED_REPORT: TaskRule(
        "coordinators", Priority.URGENT, "Find out, gently and by phone, who died", ("member_died", "not_the_member")
    ),
    TaskKind.MEDICATION_QUESTION: TaskRule("nurses", Priority.URGENT, "Answer the medicine question by phone", _DONE),
    TaskKind.RESCHEDULE: TaskRule(
        "schedulers", Priority.ROUTINE, "Book a new visit and ease what stood in the way", ("new_visit", "no_new_visit")
    ),
    TaskKind.ARRANGE_RIDE: TaskRule(
        "rides", Priority.URGENT, "Book a ride with the broker", ("ride_booked", "no_ride")
    ),
    TaskKind.CALL_MEMBER: TaskRule("coordinators", Priority.ROUTINE, "Call the member about the visit", _DONE),
    TaskKind.ANSWER_MEMBER: TaskRule("coordinators", Priority.URGENT, "Read the text and answer the member", _DONE),
    TaskKind.POSSIBLE_VISIT_CANCEL: TaskRule(
        "coordinators",
        Priority.URGENT,
        "Call: did they mean the visit or the texts?",
        ("visit_stands", "visit_cancelled"),
    ),
    TaskKind.VERIFY_PHONE: TaskRule("coordinators", Priority.ROUTINE, "Find a working number", _DONE),
    TaskKind.GET_CONSENT: TaskRule(
        "coordinators", Priority.ROUTINE, "Ask for consent to texts, or call instead", _DONE
    ),
    TaskKind.LANGUAGE_GAP: TaskRule(
        "coordinators", Priority.ROUTINE, "Call with an interpreter; get the words approved", _DONE
    ),
    TaskKind.FIND_OUTCOME: TaskRule(
        "clinic_liaison", Priority.ROUTINE, "Ask the clinic how the visit ended", _OUTCOMES
    ),
    TaskKind.OUTCOME_CONFLICT: TaskRule(
        "clinic_liaison", Priority.ROUTINE, "Two sources disagree: find out", _OUTCOMES
    ),
    TaskKind.SEND_UNKNOWN: TaskRule(
        "operations", Priority.URGENT, "Ask the carrier whether the text left", ("was_sent", "was_not_sent")
    ),
    TaskKind.MISSING_OUTCOMES: TaskRule(
        "clinic_liaison", Priority.ROUTINE, "Ask the clinic for this file's missing outcomes", _DONE
    ),
    TaskKind.CLINIC_UNREACHABLE: TaskRule(
        "operations", Priority.URGENT, "The clinic's webhook does not answer: repair it or phone the clinic", _DONE
    ),
    TaskKind.UNMATCHED_TEXT: TaskRule("coordinators", Priority.URGENT, "Find out who wrote from this number", _DONE),
}


def due(kind: TaskKind, at: datetime, zone: str) -> datetime:
    """Return when a task opened at `at` is due (CARE-07): stat 15 min, asap 1 h, urgent 4 h, else 2 business days."""
    match RULES[kind].priority:
        case Priority.STAT:
            return at + timedelta(minutes=15)
        case Priority.ASAP:
            return at + timedelta(hours=1)
        case Priority.URGENT:
            return at + timedelta(hours=4)
        case Priority.ROUTINE:
            return close_of_business(at, zone, 2)
