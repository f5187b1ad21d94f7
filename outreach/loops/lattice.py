"""The order of carrier statuses: a message's status only ever moves up it (TWI-12)."""

from __future__ import annotations

ORDER = (
    "scheduled",
    "accepted",
    "queued",
    "sending",
    "sent",
    "sent_unconfirmed",
    "canceled",
    "failed",
    "undelivered",
    "partially_delivered",
    "delivered",
    "read",
)
# Nothing but a higher word follows these, so they wake the loop.
TERMINAL = frozenset({"canceled", "failed", "undelivered", "partially_delivered", "delivered", "read"})

_RANKS = {status: rank for rank, status in enumerate(ORDER)}


def failed(status: str) -> bool:
    """Whether a carrier status ends a text without delivery."""
    return status in TERMINAL and status not in ("delivered", "read", "partially_delivered")


def rank(status: str) -> int:
    """Return how far a status is along; a word we do not know is below all of them, so it moves nothing."""
    return _RANKS.get(status, -1)
