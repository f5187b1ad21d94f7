"""The words that a clinic reads behind its link."""

from __future__ import annotations

from conversations.meaning import Reason
from outreach.loops.outcomes import Outcome

OUTCOMES: dict[str, str] = {
    Outcome.KEPT: "Kept",
    Outcome.NO_SHOW: "Did not come",
    Outcome.CANCELLED_BY_CLINIC: "Cancelled by us",
    Outcome.LEFT_WITHOUT_BEING_SEEN: "Left without being seen",
}
REASONS = {reason: reason.replace("_", " ").capitalize() for reason in Reason}
STOPPED = "Noted: no more texts to this patient. They can begin again by texting START."
NEWS = {
    "visit-confirmed": "The patient says that they will come.",
    "reschedule-requested": "The patient asks for another time.",
    "visit-declined": "The patient says that they cannot come.",
    "running-late": "The patient is running late.",
    "ride-problem": "The patient's ride does not work out.",
    "visit-completed": "The patient says that the visit took place.",
    "visit-not-completed": "The visit did not take place.",
    "unable-to-reach": "We could not reach the patient.",
}
