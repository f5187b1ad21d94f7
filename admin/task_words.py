"""The words on the screen for work: kinds, resolutions, what blocks it, how far up it went, who did what."""

from __future__ import annotations

from admin.language import N_, Sayings
from admin.language import gettext as _
from outreach.loops.task_clock import Escalation
from outreach.loops.tasks import Blocker, TaskKind

KINDS = Sayings(
    {
        TaskKind.CRISIS: N_("Crisis"),
        TaskKind.SAFETY_REVIEW: N_("Review for safety"),
        TaskKind.DECEASED_REPORT: N_("Report of a death"),
        TaskKind.MEDICATION_QUESTION: N_("Medicine question"),
        TaskKind.NURSE_TRIAGE: N_("Call by a nurse"),
        TaskKind.CLINICIAN_REVIEW: N_("Review by a clinician"),
        TaskKind.RESCHEDULE: N_("Reschedule"),
        TaskKind.DOUBLE_BOOKED: N_("Double booked"),
        TaskKind.ARRANGE_RIDE: N_("Arrange a ride"),
        TaskKind.RIDE_URGENT: N_("Arrange a ride at short notice"),
        TaskKind.RIDE_PROBLEM: N_("Ride problem today"),
        TaskKind.CANCEL_RIDE: N_("Cancel the ride"),
        TaskKind.STRANDED: N_("Bring the member home"),
        TaskKind.CALL_MEMBER: N_("Call the member"),
        TaskKind.ANSWER_MEMBER: N_("Answer the member"),
        TaskKind.BARRIER_INTERVIEW: N_("Ask what stands in the way"),
        TaskKind.REVIEW_PAUSE: N_("Review the pause"),
        TaskKind.POSSIBLE_VISIT_CANCEL: N_("Visit perhaps cancelled"),
        TaskKind.VERIFY_PHONE: N_("Find a working phone"),
        TaskKind.GET_CONSENT: N_("Ask for consent"),
        TaskKind.RENEW_CONSENT: N_("Renew the consent"),
        TaskKind.LANGUAGE_GAP: N_("No approved words in this language"),
        TaskKind.BENEFITS_HELP: N_("Help with cost or coverage"),
        TaskKind.EVENING_SLOT: N_("Find another time of day"),
        TaskKind.CARE_AT_HOME: N_("Find care at home"),
        TaskKind.BOOK_INTERPRETER: N_("Book an interpreter"),
        TaskKind.UPDATE_ADDRESS: N_("Take the new address"),
        TaskKind.HOUSING_HELP: N_("Help with housing"),
        TaskKind.PHONE_HELP: N_("Help with phone or internet"),
        TaskKind.FIND_OUTCOME: N_("Find the outcome"),
        TaskKind.OUTCOME_CONFLICT: N_("Outcome does not fit"),
        TaskKind.PHONE_CLINIC: N_("Phone the clinic"),
        TaskKind.SEND_UNKNOWN: N_("Text may have left"),
        TaskKind.MISSING_OUTCOMES: N_("Outcomes missing from a file"),
        TaskKind.CLINIC_UNREACHABLE: N_("Clinic cannot be reached"),
        TaskKind.UNMATCHED_TEXT: N_("Text from an unknown number"),
        TaskKind.SAFE_CONTACT_CHECK: N_("Was it the member who wrote?"),
        TaskKind.UNKNOWN_BLOCK_REASON: N_("Number blocked by the carrier"),
        TaskKind.PRIVACY_INCIDENT: N_("Text to a wrong number"),
        TaskKind.POSSIBLE_REFUSAL: N_("Texts blocked on the way"),
        TaskKind.SENDING_PAUSED: N_("Sending is paused"),
        TaskKind.TEXT_HELD: N_("A text is filtered as spam"),
        TaskKind.CALL_BACK: N_("Asked for a person on the phone"),
        TaskKind.MISSED_CALL: N_("Missed call"),
        TaskKind.VOICE_MESSAGE: N_("Left a message"),
    }
)
RESOLUTIONS = Sayings(
    {
        "done": N_("Done"),
        "not_possible": N_("Could not be done"),
        "wrong_number": N_("They do not know us"),
        "not_for_us": N_("It is not for us"),
        "nobody_answers": N_("Nobody says who they are"),
        "cleared": N_("Cleared by a person"),
        "escalated": N_("Passed on, it is serious"),
        "member_died": N_("The member died"),
        "not_the_member": N_("It was not the member"),
        "new_visit": N_("New visit booked"),
        "no_new_visit": N_("No new visit"),
        "both_stand": N_("Both visits stand"),
        "this_one_is_off": N_("This visit is off"),
        "ride_booked": N_("Ride booked"),
        "has_ride": N_("The member has a ride"),
        "no_ride": N_("No ride found"),
        "ride_on_its_way": N_("The ride is on its way"),
        "other_ride": N_("Another way was found"),
        "cancelled": N_("Ride cancelled"),
        "too_late": N_("Too late to cancel"),
        "confirmed": N_("Reached, the member will come"),
        "wants_change": N_("Reached, wants another time"),
        "cannot_come": N_("Reached, cannot come"),
        "reached": N_("Reached, nothing changes"),
        "no_answer": N_("No answer"),
        "back": N_("The member is back"),
        "still_away": N_("Still away"),
        "visit_stands": N_("The visit stands"),
        "visit_cancelled": N_("The visit is off"),
        "kept": N_("Kept"),
        "no_show": N_("Did not come"),
        "cancelled_by_clinic": N_("Cancelled by the clinic"),
        "left_without_being_seen": N_("Left without being seen"),
        "cannot_be_known": N_("Cannot be known"),
        "was_sent": N_("The text left"),
        "was_not_sent": N_("The text did not leave"),
        "was_the_member": N_("It was the member"),
        "was_somebody_else": N_("It was somebody else"),
        "opted_out": N_("They want no texts"),
        "has_new_owner": N_("The number has a new owner"),
        "low_probability": N_("Low probability that anything became known"),
        "breach": N_("A breach: notices go out"),
        "wants_no_texts": N_("They want no texts"),
        "wants_texts": N_("They do want texts: the block is the carrier's"),
        "released": N_("Put right: release the texts"),
    }
)
BLOCKERS = Sayings(
    {
        Blocker.UNREACHABLE: N_("The member cannot be reached"),
        Blocker.DOCUMENTS: N_("Documents are missing"),
        Blocker.AUTHORISATION: N_("An authorisation is missing"),
        Blocker.ELIGIBILITY: N_("Coverage is not confirmed"),
        Blocker.SCHEDULING_CAPACITY: N_("The clinic has no free time"),
        Blocker.TRANSPORT: N_("No ride can be had yet"),
        Blocker.LANGUAGE: N_("Nobody speaks the language yet"),
        Blocker.EXTERNAL_PROVIDER: N_("Another provider has to act"),
        Blocker.CLINICAL_REVIEW: N_("A clinician has to look"),
        Blocker.INTERNAL_QUEUE: N_("Another team of ours has to act"),
    }
)
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
_LEVELS = Sayings(
    {
        Escalation.WARNED: N_("warned"),
        Escalation.SUPERVISOR: N_("with the supervisor"),
        Escalation.MANAGER: N_("with the manager"),
    }
)
_DONE = Sayings(
    {
        "claimed": N_("%(who)s took it"),
        "released": N_("%(who)s gave it back"),
        "snoozed": N_("%(who)s put it off"),
        "unblocked": N_("%(who)s said that nothing blocks it any more"),
        "handed_over": N_("%(who)s handed it over"),
        "covered": N_("%(who)s went away: somebody else has it"),
        "finished": N_("%(who)s finished it"),
        "undone": N_("%(who)s took that back"),
        "escalated.warned": N_("Not taken in time: warned"),
        "escalated.supervisor": N_("Not finished in time: to the supervisors"),
        "escalated.manager": N_("Still not finished: to the managers"),
    }
)


def _plain(code: str) -> str:
    return _(code.replace("_", " "))


def kind(code: str) -> str:
    """Return a kind of task in words."""
    return KINDS[TaskKind(code)]


def icon(code: str) -> str:
    """Return the picture of a kind of task."""
    return ICONS[TaskKind(code)]


def resolution(code: str | None) -> str:
    """Return how a task ended in words; a task that the rules ended has words of its own."""
    return RESOLUTIONS.get(code or "") or _plain(code or "").capitalize()


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
        return _DONE.get(what) or _plain(what)
    name = actor.partition(":")[2]
    if what.startswith("blocked."):
        said = blocker(what.partition(".")[2])
        return _("%(who)s said what blocks it: %(blocker)s", who=name, blocker=f"{said[0].lower()}{said[1:]}")
    return _DONE[what] % {"who": name} if what in _DONE else f"{name} {_plain(what)}"
