"""Who may be texted about what: a fold over an append-only ledger. Nothing else stores consent."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

EVERY_CATEGORY = "*"


class Category(StrEnum):
    """What a message is about, for consent."""

    APPOINTMENT = "appointment"
    TRANSPORT = "transport"
    COVERAGE = "coverage"


class ConsentClass(StrEnum):
    """LAW-04."""

    PEC_PROVIDED = "pec_provided"
    PEC_OPTIN = "pec_optin"


class Action(StrEnum):
    """What a ledger entry does. STOP and START act on the phone, the others on one member's consent."""

    GRANT = "grant"
    REVOKE = "revoke"
    STOP = "stop"
    START = "start"
    WRONG_NUMBER = "wrong_number"


@dataclass(frozen=True, slots=True)
class ConsentEvent:
    """One entry. `at` is the provider's time when known, else the time of receipt; `member` is None for the phone."""

    action: Action
    at: datetime | None
    received_at: datetime
    member: int | None
    channel: str
    category: str
    consent_class: ConsentClass | None = None

    @property
    def effective(self) -> datetime:
        """When it takes effect."""
        return self.at or self.received_at


def _in_order(events: Iterable[ConsentEvent]) -> list[ConsentEvent]:
    """Oldest first. Of two at one instant the one that allows less comes last, so that it wins (a tie stops)."""
    stops = (Action.STOP, Action.REVOKE, Action.WRONG_NUMBER)
    return sorted(events, key=lambda event: (event.effective, event.action in stops, event.consent_class or ""))


def suppressed(events: Iterable[ConsentEvent]) -> bool:
    """Whether the phone itself is opted out (LAW-19); only the member's own START lifts it (LAW-25)."""
    stopped = False
    for event in _in_order(events):
        if event.action is Action.STOP:
            stopped = True
        elif event.action is Action.START:
            stopped = False
    return stopped


def wrong_number(events: Iterable[ConsentEvent], member: int) -> bool:
    """Whether this phone was said not to be this member's, and nobody has consented for them since (LAW-39)."""
    wrong = False
    for event in _in_order(events):
        if event.action is Action.WRONG_NUMBER and event.member in (None, member):
            wrong = True
        elif event.action is Action.GRANT and event.member == member:
            wrong = False
    return wrong


def granted(events: Iterable[ConsentEvent], member: int, channel: str, category: Category) -> ConsentClass | None:
    """Return the class of consent this member gave for this channel and category, or None (LAW-26)."""
    standing: ConsentClass | None = None
    for event in _in_order(events):
        if event.member != member or event.channel != channel:
            continue
        if event.category not in (category, EVERY_CATEGORY):
            continue
        if event.action is Action.GRANT:
            standing = event.consent_class
        elif event.action is Action.REVOKE:
            standing = None
    return standing
