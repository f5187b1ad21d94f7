"""The words in which an import says what it did, by the name of each count and note."""

from __future__ import annotations

COUNTED = {
    "created": "new",
    "updated": "updated",
    "moved": "moved",
    "reported": "outcomes reported",
    "cancelled": "cancelled by the clinic",
    "closed": "past, with their outcome",
    "unknown": "past, without an outcome: a task asks the clinic for them",
    "unchanged": "unchanged",
    "rejected": "not taken",
}
NOTED = {
    "outcomes_ignored": "outcomes ignored, for their visits are still to come",
    "ambiguous_times": "times that the clocks show twice: the first is meant",
    "consents": "consents noted",
    "consents_not_carried_over": "consents not carried over to a changed number (LAW-40)",
    "phones_dropped": "numbers that members no longer have",
}
