"""The words on the screen for work: kinds, resolutions, what blocks it, how far up it went, who did what."""

from __future__ import annotations

from outreach.loops.task_clock import Escalation
from outreach.loops.tasks import Blocker, TaskKind

KINDS = {
    TaskKind.CRISIS: "Crisis",
    TaskKind.SAFETY_REVIEW: "Review for safety",
    TaskKind.DECEASED_REPORT: "Report of a death",
    TaskKind.MEDICATION_QUESTION: "Medicine question",
    TaskKind.NURSE_TRIAGE: "Call by a nurse",
    TaskKind.CLINICIAN_REVIEW: "Review by a clinician",
    TaskKind.RESCHEDULE: "Reschedule",
    TaskKind.DOUBLE_BOOKED: "Double booked",
    TaskKind.ARRANGE_RIDE: "Arrange a ride",
    TaskKind.RIDE_URGENT: "Arrange a ride at short notice",
    TaskKind.RIDE_PROBLEM: "Ride problem today",
    TaskKind.CANCEL_RIDE: "Cancel the ride",
    TaskKind.STRANDED: "Bring the member home",
    TaskKind.CALL_MEMBER: "Call the member",
    TaskKind.ANSWER_MEMBER: "Answer the member",
    TaskKind.BARRIER_INTERVIEW: "Ask what stands in the way",
    TaskKind.REVIEW_PAUSE: "Review the pause",
    TaskKind.POSSIBLE_VISIT_CANCEL: "Visit perhaps cancelled",
    TaskKind.VERIFY_PHONE: "Find a working phone",
    TaskKind.GET_CONSENT: "Ask for consent",
    TaskKind.RENEW_CONSENT: "Renew the consent",
    TaskKind.LANGUAGE_GAP: "No approved words in this language",
    TaskKind.BENEFITS_HELP: "Help with cost or coverage",
    TaskKind.EVENING_SLOT: "Find another time of day",
    TaskKind.CARE_AT_HOME: "Find care at home",
    TaskKind.BOOK_INTERPRETER: "Book an interpreter",
    TaskKind.UPDATE_ADDRESS: "Take the new address",
    TaskKind.HOUSING_HELP: "Help with housing",
    TaskKind.PHONE_HELP: "Help with phone or internet",
    TaskKind.FIND_OUTCOME: "Find the outcome",
    TaskKind.OUTCOME_CONFLICT: "Outcome does not fit",
    TaskKind.PHONE_CLINIC: "Phone the clinic",
    TaskKind.SEND_UNKNOWN: "Text may have left",
    TaskKind.MISSING_OUTCOMES: "Outcomes missing from a file",
    TaskKind.CLINIC_UNREACHABLE: "Clinic cannot be reached",
    TaskKind.UNMATCHED_TEXT: "Text from an unknown number",
    TaskKind.SAFE_CONTACT_CHECK: "Was it the member who wrote?",
    TaskKind.UNKNOWN_BLOCK_REASON: "Number blocked by the carrier",
    TaskKind.PRIVACY_INCIDENT: "Text to a wrong number",
    TaskKind.POSSIBLE_REFUSAL: "Texts blocked on the way",
    TaskKind.SENDING_PAUSED: "Sending is paused",
    TaskKind.TEXT_HELD: "A text is filtered as spam",
    TaskKind.CALL_BACK: "Asked for a person on the phone",
    TaskKind.MISSED_CALL: "Missed call",
    TaskKind.VOICE_MESSAGE: "Left a message",
}
RESOLUTIONS = {
    "done": "Done",
    "not_possible": "Could not be done",
    "cleared": "Cleared by a person",
    "escalated": "Passed on, it is serious",
    "member_died": "The member died",
    "not_the_member": "It was not the member",
    "new_visit": "New visit booked",
    "no_new_visit": "No new visit",
    "both_stand": "Both visits stand",
    "this_one_is_off": "This visit is off",
    "ride_booked": "Ride booked",
    "has_ride": "The member has a ride",
    "no_ride": "No ride found",
    "ride_on_its_way": "The ride is on its way",
    "other_ride": "Another way was found",
    "cancelled": "Ride cancelled",
    "too_late": "Too late to cancel",
    "confirmed": "Reached, the member will come",
    "wants_change": "Reached, wants another time",
    "cannot_come": "Reached, cannot come",
    "reached": "Reached, nothing changes",
    "no_answer": "No answer",
    "back": "The member is back",
    "still_away": "Still away",
    "visit_stands": "The visit stands",
    "visit_cancelled": "The visit is off",
    "kept": "Kept",
    "no_show": "Did not come",
    "cancelled_by_clinic": "Cancelled by the clinic",
    "left_without_being_seen": "Left without being seen",
    "cannot_be_known": "Cannot be known",
    "was_sent": "The text left",
    "was_not_sent": "The text did not leave",
    "was_the_member": "It was the member",
    "was_somebody_else": "It was somebody else",
    "opted_out": "The member opted out",
    "has_new_owner": "The number has a new owner",
    "low_probability": "Low probability that anything became known",
    "breach": "A breach: notices go out",
    "wants_no_texts": "They want no texts",
    "wants_texts": "They do want texts: the block is the carrier's",
    "released": "Put right: release the texts",
}
BLOCKERS = {
    Blocker.UNREACHABLE: "The member cannot be reached",
    Blocker.DOCUMENTS: "Documents are missing",
    Blocker.AUTHORISATION: "An authorisation is missing",
    Blocker.ELIGIBILITY: "Coverage is not confirmed",
    Blocker.SCHEDULING_CAPACITY: "The clinic has no free time",
    Blocker.TRANSPORT: "No ride can be had yet",
    Blocker.LANGUAGE: "Nobody speaks the language yet",
    Blocker.EXTERNAL_PROVIDER: "Another provider has to act",
    Blocker.CLINICAL_REVIEW: "A clinician has to look",
    Blocker.INTERNAL_QUEUE: "Another team of ours has to act",
}
ICONS = {
    TaskKind.CRISIS: "alert-circle",
    TaskKind.SAFETY_REVIEW: "eye",
    TaskKind.DECEASED_REPORT: "heart-handshake",
    TaskKind.MEDICATION_QUESTION: "pill",
    TaskKind.NURSE_TRIAGE: "first-aid-kit",
    TaskKind.CLINICIAN_REVIEW: "first-aid-kit",
    TaskKind.RESCHEDULE: "calendar-time",
    TaskKind.DOUBLE_BOOKED: "calendar-event",
    TaskKind.ARRANGE_RIDE: "car",
    TaskKind.RIDE_URGENT: "car",
    TaskKind.RIDE_PROBLEM: "car-off",
    TaskKind.CANCEL_RIDE: "car-off",
    TaskKind.STRANDED: "home",
    TaskKind.CALL_MEMBER: "phone",
    TaskKind.ANSWER_MEMBER: "message-2",
    TaskKind.BARRIER_INTERVIEW: "message-dots",
    TaskKind.REVIEW_PAUSE: "clock-pause",
    TaskKind.POSSIBLE_VISIT_CANCEL: "hand-stop",
    TaskKind.VERIFY_PHONE: "phone-off",
    TaskKind.GET_CONSENT: "clipboard-check",
    TaskKind.RENEW_CONSENT: "clipboard-check",
    TaskKind.LANGUAGE_GAP: "language",
    TaskKind.BENEFITS_HELP: "file-text",
    TaskKind.EVENING_SLOT: "calendar-time",
    TaskKind.CARE_AT_HOME: "home",
    TaskKind.BOOK_INTERPRETER: "headphones",
    TaskKind.UPDATE_ADDRESS: "map-pin",
    TaskKind.HOUSING_HELP: "home",
    TaskKind.PHONE_HELP: "device-mobile",
    TaskKind.FIND_OUTCOME: "help-circle",
    TaskKind.OUTCOME_CONFLICT: "help-circle",
    TaskKind.PHONE_CLINIC: "building-hospital",
    TaskKind.SEND_UNKNOWN: "send",
    TaskKind.MISSING_OUTCOMES: "file-text",
    TaskKind.CLINIC_UNREACHABLE: "plug-off",
    TaskKind.UNMATCHED_TEXT: "inbox",
    TaskKind.SAFE_CONTACT_CHECK: "user",
    TaskKind.UNKNOWN_BLOCK_REASON: "ban",
    TaskKind.PRIVACY_INCIDENT: "shield-check",
    TaskKind.POSSIBLE_REFUSAL: "ban",
    TaskKind.SENDING_PAUSED: "plug-off",
    TaskKind.TEXT_HELD: "hand-stop",
    TaskKind.CALL_BACK: "phone",
    TaskKind.MISSED_CALL: "phone",
    TaskKind.VOICE_MESSAGE: "phone",
}
_LEVELS = {
    Escalation.WARNED: "warned",
    Escalation.SUPERVISOR: "with the supervisor",
    Escalation.MANAGER: "with the manager",
}
_DONE = {
    "claimed": "took it",
    "released": "gave it back",
    "snoozed": "put it off",
    "unblocked": "said that nothing blocks it any more",
    "handed_over": "handed it over",
    "covered": "went away: somebody else has it",
    "finished": "finished it",
    "undone": "took that back",
    "escalated.warned": "Not taken in time: warned",
    "escalated.supervisor": "Not finished in time: to the supervisors",
    "escalated.manager": "Still not finished: to the managers",
}


def _plain(code: str) -> str:
    return code.replace("_", " ")


def kind(code: str) -> str:
    """Return a kind of task in words."""
    return KINDS[TaskKind(code)]


def icon(code: str) -> str:
    """Return the picture of a kind of task."""
    return ICONS[TaskKind(code)]


def resolution(code: str | None) -> str:
    """Return how a task ended in words; a task that the rules ended has words of its own."""
    return RESOLUTIONS.get(code or "", _plain(code or "").capitalize())


def blocker(code: str | None) -> str:
    """Return what blocks a task in words."""
    return BLOCKERS[Blocker(code)] if code else ""


def level(escalation: int) -> str:
    """Return how far up a task has gone: "warned", "with the supervisor", "with the manager", or nothing."""
    return _LEVELS.get(Escalation(escalation), "")


def queue(code: str | None) -> str:
    """Return a queue's name."""
    return _plain(code or "").capitalize()


def did(actor: str, what: str) -> str:
    """Say who did what with a task, without their note."""
    if what.startswith("escalated."):
        return _DONE.get(what, _plain(what))
    name = actor.partition(":")[2]
    if what.startswith("blocked."):
        said = blocker(what.partition(".")[2])
        return f"{name} said what blocks it: {said[0].lower()}{said[1:]}"
    return f"{name} {_DONE.get(what, _plain(what))}"
