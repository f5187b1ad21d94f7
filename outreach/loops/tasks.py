"""Work for a person: which queue owns each kind, how soon, how it may end, and who gets it when nobody moves."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

SUPERVISORS, MANAGERS = "supervisors", "managers"


class TaskKind(StrEnum):
    """Every kind of work the appointment lane and the connections around it can open."""

    CRISIS = "crisis"
    SAFETY_REVIEW = "safety_review"
    DECEASED_REPORT = "deceased_report"
    MEDICATION_QUESTION = "medication_question"
    NURSE_TRIAGE = "nurse_triage"
    CLINICIAN_REVIEW = "clinician_review"
    RESCHEDULE = "reschedule"
    DOUBLE_BOOKED = "double_booked"
    ARRANGE_RIDE = "arrange_ride"
    RIDE_URGENT = "ride_urgent"
    RIDE_PROBLEM = "ride_problem"
    CANCEL_RIDE = "cancel_ride"
    STRANDED = "stranded"
    CALL_MEMBER = "call_member"
    ANSWER_MEMBER = "answer_member"
    BARRIER_INTERVIEW = "barrier_interview"
    REVIEW_PAUSE = "review_pause"
    POSSIBLE_VISIT_CANCEL = "possible_visit_cancel"
    VERIFY_PHONE = "verify_phone"
    GET_CONSENT = "get_consent"
    RENEW_CONSENT = "renew_consent"
    LANGUAGE_GAP = "language_gap"
    BENEFITS_HELP = "benefits_help"
    EVENING_SLOT = "evening_slot"
    CARE_AT_HOME = "care_at_home"
    BOOK_INTERPRETER = "book_interpreter"
    UPDATE_ADDRESS = "update_address"
    HOUSING_HELP = "housing_help"
    PHONE_HELP = "phone_help"
    FIND_OUTCOME = "find_outcome"
    OUTCOME_CONFLICT = "outcome_conflict"
    PHONE_CLINIC = "phone_clinic"
    SEND_UNKNOWN = "send_unknown"
    MISSING_OUTCOMES = "missing_outcomes"
    CLINIC_UNREACHABLE = "clinic_unreachable"
    UNMATCHED_TEXT = "unmatched_text"
    SAFE_CONTACT_CHECK = "safe_contact_check"
    UNKNOWN_BLOCK_REASON = "unknown_block_reason"
    PRIVACY_INCIDENT = "privacy_incident"
    POSSIBLE_REFUSAL = "possible_refusal"
    SENDING_PAUSED = "sending_paused"
    TEXT_HELD = "text_held"
    CALL_BACK = "call_back"
    MISSED_CALL = "missed_call"
    VOICE_MESSAGE = "voice_message"


class Priority(StrEnum):
    """CARE-07, most urgent first."""

    STAT = "stat"
    ASAP = "asap"
    URGENT = "urgent"
    ROUTINE = "routine"


class Blocker(StrEnum):
    """What keeps a person from finishing a task: a closed set, so that it can be counted."""

    UNREACHABLE = "unreachable"
    DOCUMENTS = "documents"
    AUTHORISATION = "authorisation"
    ELIGIBILITY = "eligibility"
    SCHEDULING_CAPACITY = "scheduling_capacity"
    TRANSPORT = "transport"
    LANGUAGE = "language"
    EXTERNAL_PROVIDER = "external_provider"
    CLINICAL_REVIEW = "clinical_review"
    INTERNAL_QUEUE = "internal_queue"


@dataclass(frozen=True, slots=True)
class TaskRule:
    """Who owns a kind, how urgent it is, what to do next, the resolutions that end it, and whether a loop's end does.

    Work about the visit ends with the loop; work about the person does not.
    """

    queue: str
    priority: Priority
    next_action: str
    resolutions: tuple[str, ...]
    ends_with_loop: bool = False


_OUTCOMES = ("kept", "no_show", "cancelled_by_clinic", "left_without_being_seen", "cannot_be_known")
_DONE = ("done", "not_possible")
_CALLED = ("confirmed", "wants_change", "cannot_come", "reached", "no_answer", "not_possible")
_STAT, _ASAP, _URGENT, _ROUTINE = Priority

RULES: dict[TaskKind, TaskRule] = {
    TaskKind.CRISIS: TaskRule("on_call", _STAT, "Call the member now; a person must clear this", ("cleared",)),
    TaskKind.SAFETY_REVIEW: TaskRule("on_call", _ASAP, "Read the text and decide", ("cleared", "escalated")),
    TaskKind.DECEASED_REPORT: TaskRule(
        "coordinators", _URGENT, "Find out, gently and by phone, who died", ("member_died", "not_the_member")
    ),
    TaskKind.MEDICATION_QUESTION: TaskRule("nurses", _URGENT, "Answer the medicine question by phone", _DONE),
    TaskKind.NURSE_TRIAGE: TaskRule("nurses", _URGENT, "Call: how sick are they, and what do they need?", _DONE),
    TaskKind.CLINICIAN_REVIEW: TaskRule("nurses", _ROUTINE, "Feels better and does not come: is that safe?", _DONE),
    TaskKind.RESCHEDULE: TaskRule(
        "schedulers",
        _ROUTINE,
        "Book a new visit and ease what stood in the way",
        ("new_visit", "no_new_visit"),
        ends_with_loop=True,
    ),
    TaskKind.DOUBLE_BOOKED: TaskRule(
        "schedulers",
        _URGENT,
        "Two visits at one time: ask the clinics which one stands",
        ("both_stand", "this_one_is_off"),
        ends_with_loop=True,
    ),
    TaskKind.ARRANGE_RIDE: TaskRule(
        "rides", _URGENT, "Book a ride with the broker", ("ride_booked", "has_ride", "no_ride"), ends_with_loop=True
    ),
    TaskKind.RIDE_URGENT: TaskRule(
        "rides",
        _ASAP,
        "Too late for an ordinary booking: urgent statement, taxi, mileage, telehealth, or move the visit",
        ("ride_booked", "has_ride", "no_ride"),
        ends_with_loop=True,
    ),
    TaskKind.RIDE_PROBLEM: TaskRule(
        "rides",
        _STAT,
        "Call the broker: where is the ride? Then the member and the clinic",
        ("ride_on_its_way", "other_ride", "no_ride"),
        ends_with_loop=True,
    ),
    TaskKind.CANCEL_RIDE: TaskRule("rides", _ASAP, "Cancel the booked ride with the broker", ("cancelled", "too_late")),
    TaskKind.STRANDED: TaskRule("rides", _ASAP, "Get the member home: call the broker, then the member", _DONE),
    TaskKind.CALL_MEMBER: TaskRule(
        "coordinators", _ROUTINE, "Call the member about the visit", _CALLED, ends_with_loop=True
    ),
    TaskKind.ANSWER_MEMBER: TaskRule("coordinators", _URGENT, "Read the text and answer the member", _DONE),
    TaskKind.BARRIER_INTERVIEW: TaskRule(
        "coordinators", _ROUTINE, "Two visits missed in a row: ask what stands in the way", _DONE
    ),
    TaskKind.REVIEW_PAUSE: TaskRule(
        "coordinators", _ROUTINE, "Is the member back?", ("back", "still_away"), ends_with_loop=True
    ),
    TaskKind.POSSIBLE_VISIT_CANCEL: TaskRule(
        "coordinators",
        _URGENT,
        "Call: did they mean the visit or the texts?",
        ("visit_stands", "visit_cancelled"),
        ends_with_loop=True,
    ),
    TaskKind.VERIFY_PHONE: TaskRule("coordinators", _ROUTINE, "Find a working number", _DONE, ends_with_loop=True),
    TaskKind.GET_CONSENT: TaskRule(
        "coordinators", _ROUTINE, "Ask for consent to texts, or call instead", _DONE, ends_with_loop=True
    ),
    TaskKind.RENEW_CONSENT: TaskRule("coordinators", _ROUTINE, "Ask for consent anew before it lapses", _DONE),
    TaskKind.LANGUAGE_GAP: TaskRule(
        "coordinators", _ROUTINE, "Call with an interpreter; get the words approved", _DONE, ends_with_loop=True
    ),
    TaskKind.BENEFITS_HELP: TaskRule("navigators", _ROUTINE, "Help with cost or coverage", _DONE),
    TaskKind.EVENING_SLOT: TaskRule("schedulers", _ROUTINE, "Find a time outside work or school", _DONE),
    TaskKind.CARE_AT_HOME: TaskRule("navigators", _ROUTINE, "Find care for whom the member cares for", _DONE),
    TaskKind.BOOK_INTERPRETER: TaskRule("coordinators", _ROUTINE, "Book an interpreter for the visit", _DONE),
    TaskKind.UPDATE_ADDRESS: TaskRule("navigators", _ROUTINE, "Take the new address; find a clinic near it", _DONE),
    TaskKind.HOUSING_HELP: TaskRule("navigators", _ROUTINE, "Offer help with housing", _DONE),
    TaskKind.PHONE_HELP: TaskRule("navigators", _ROUTINE, "Offer help with phone or internet", _DONE),
    TaskKind.FIND_OUTCOME: TaskRule(
        "clinic_liaison", _ROUTINE, "Ask the clinic how the visit ended", _OUTCOMES, ends_with_loop=True
    ),
    TaskKind.OUTCOME_CONFLICT: TaskRule(
        "clinic_liaison",
        _ROUTINE,
        "What we were told of this visit does not fit together: find out",
        _OUTCOMES,
        ends_with_loop=True,
    ),
    TaskKind.PHONE_CLINIC: TaskRule("clinic_liaison", _ASAP, "This clinic has no system: tell them by phone", _DONE),
    TaskKind.SEND_UNKNOWN: TaskRule(
        "operations", _URGENT, "Ask the carrier whether the text or call left", ("was_sent", "was_not_sent")
    ),
    TaskKind.MISSING_OUTCOMES: TaskRule(
        "clinic_liaison", _ROUTINE, "Ask the clinic for this file's missing outcomes", _DONE
    ),
    TaskKind.CLINIC_UNREACHABLE: TaskRule(
        "operations", _URGENT, "The clinic's webhook does not answer: repair it or phone the clinic", _DONE
    ),
    TaskKind.UNMATCHED_TEXT: TaskRule("coordinators", _URGENT, "Find out who wrote from this number", _DONE),
    TaskKind.SAFE_CONTACT_CHECK: TaskRule(
        "on_call",
        _ASAP,
        "Ask by the safe way, never on this phone: was it the member who wrote? What they asked for stands meanwhile",
        ("was_the_member", "was_somebody_else", "not_possible"),
    ),
    TaskKind.UNKNOWN_BLOCK_REASON: TaskRule(
        "operations",
        _URGENT,
        "The carrier blocks this number and we know of no STOP: an opt-out, or a new owner? Nothing is sent to it",
        ("opted_out", "has_new_owner", "cannot_be_known"),
    ),
    TaskKind.PRIVACY_INCIDENT: TaskRule(
        "privacy",
        _URGENT,
        "A text with a day or place may have reached a stranger: four-factor risk assessment, notices within 60 days",
        ("low_probability", "breach"),
    ),
    TaskKind.POSSIBLE_REFUSAL: TaskRule(
        "coordinators",
        _URGENT,
        "Texts or calls to this phone are blocked or declined: find out, in another way, whether they want none",
        ("wants_no_texts", "wants_texts", "not_possible"),
    ),
    TaskKind.SENDING_PAUSED: TaskRule(
        "operations", _STAT, "The carrier refuses what we send: put the account, sender or text right", ("released",)
    ),
    TaskKind.TEXT_HELD: TaskRule(
        "program_staff", _ASAP, "The carrier filters this text: change its words or its sender", ("released",)
    ),
    TaskKind.CALL_BACK: TaskRule("on_call", _STAT, "They asked for a person and nobody was there: call back", _DONE),
    TaskKind.MISSED_CALL: TaskRule("coordinators", _URGENT, "They rang us and hung up: call back", _DONE),
    TaskKind.VOICE_MESSAGE: TaskRule("on_call", _STAT, "Listen to the message at the carrier, and call back", _DONE),
}
