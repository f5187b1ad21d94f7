"""Who may be contacted about what: a fold over an append-only ledger. Nothing else stores consent."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

EVERY_CATEGORY = "*"


class Category(StrEnum):
    """What a message is about, for consent."""

    APPOINTMENT = "appointment"
    TRANSPORT = "transport"
    COVERAGE = "coverage"


class Channel(StrEnum):
    """How a member is reached; consent to one is none to the other."""

    SMS = "sms"
    VOICE = "voice"


class ConsentClass(StrEnum):
    """LAW-04. That a number is known is no class at all, and stands in no ledger."""

    PEC_PROVIDED = "pec_provided"
    PEC_OPTIN = "pec_optin"
    PEWC = "pewc"
    EXEMPT_HEALTHCARE = "exempt_healthcare"


class Organisation(StrEnum):
    """Who took the consent: a number given to the plan says nothing about visits (LAW-05)."""

    PROGRAM = "program"
    PROVIDER = "provider"
    PLAN = "plan"


class Party(StrEnum):
    """Who spoke for the phone (LAW-27)."""

    MEMBER = "member"
    PARENT = "parent"
    GUARDIAN = "guardian"
    REPRESENTATIVE = "representative"
    CAREGIVER = "caregiver"


class Action(StrEnum):
    """What a ledger entry does. STOP, KEEP and START act on the phone, the others on one member's consent.

    REQUEST waits for the member's own yes (double opt-in, LAW-28); KEEP excepts a category from a STOP (LAW-17).
    """

    GRANT = "grant"
    REQUEST = "request"
    REVOKE = "revoke"
    STOP = "stop"
    KEEP = "keep"
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
    organisation: Organisation | None = None
    expires_at: datetime | None = None
    id: int = 0

    @property
    def effective(self) -> datetime:
        """When it takes effect."""
        return self.at or self.received_at

    def suffices_for(self, category: Category) -> str | None:
        """Return the rule by which this class is not enough for a category it names, or None when it is (LAW-04)."""
        match self.consent_class:
            case ConsentClass.PEC_OPTIN | ConsentClass.PEWC:
                return None
            case ConsentClass.PEC_PROVIDED:
                given_for_it = category is Category.COVERAGE or self.organisation is Organisation.PROVIDER
                return None if given_for_it else "LAW-05"
            case ConsentClass.EXEMPT_HEALTHCARE:
                return "LAW-08"  # our sequences never keep within that exemption
            case None:
                return "LAW-01"


_NARROWS = (Action.STOP, Action.REVOKE, Action.WRONG_NUMBER)
_ALLOWS_LESS = (
    ConsentClass.PEWC, ConsentClass.PEC_OPTIN, ConsentClass.PEC_PROVIDED, ConsentClass.EXEMPT_HEALTHCARE, None,
)  # fmt: skip
_FOR_EVER = datetime.max.replace(tzinfo=UTC)


class Ledger(tuple[ConsentEvent, ...]):
    """A phone's entries in their order, as `in_order` returns them: put in order once, and folded many times."""

    __slots__ = ()


def in_order(events: Iterable[ConsentEvent]) -> Ledger:
    """Oldest first. Of two at one instant the one that allows less comes last, so that it wins (a tie stops)."""
    return events if isinstance(events, Ledger) else Ledger(sorted(events, key=_place))


def _place(event: ConsentEvent) -> tuple[object, ...]:
    """The ledger is read the same in whatever order it comes."""
    theirs, ends = event.organisation is Organisation.PROVIDER, event.expires_at or _FOR_EVER
    less = _ALLOWS_LESS.index(event.consent_class), not theirs, _FOR_EVER - ends
    return event.effective, event.action in _NARROWS, *less, event.id


def suppressed(events: Iterable[ConsentEvent], category: Category | None = None) -> bool:
    """Whether the phone is opted out, on every channel (LAW-19); only the member's own START lifts it (LAW-25).

    For a `category` that the member kept in answer to the one question a STOP allows, it is not (LAW-17).
    """
    stopped, kept = False, set[str]()
    for event in in_order(events):
        match event.action:
            case Action.STOP:
                stopped, kept = True, set()
            case Action.KEEP if stopped:
                kept.add(event.category)
            case Action.START:
                stopped = False
            case _:
                pass
    return stopped and category not in kept


def wrong_number(events: Iterable[ConsentEvent], member: int) -> bool:
    """Whether this phone was said not to be this member's, and nobody has consented for them since (LAW-39)."""
    wrong = False
    for event in in_order(events):
        if event.action is Action.WRONG_NUMBER and event.member in (None, member):
            wrong = True
        elif event.action is Action.GRANT and event.member == member:
            wrong = False
    return wrong


def granted(events: Iterable[ConsentEvent], member: int, channel: str, category: Category) -> ConsentEvent | None:
    """Return the entry by which this member consents for this channel and category, expired or not (LAW-26)."""
    return _last(events, member, channel, category, Action.GRANT)


def requested(events: Iterable[ConsentEvent], member: int, channel: str, category: Category) -> ConsentEvent | None:
    """Return the entry that waits for the member's own yes, or None; a grant or a no ends the waiting (LAW-28)."""
    return _last(events, member, channel, category, Action.REQUEST)


def _last(
    events: Iterable[ConsentEvent], member: int, channel: str, category: Category, wanted: Action
) -> ConsentEvent | None:
    found: ConsentEvent | None = None
    for event in in_order(events):
        mine = event.member == member and event.channel == channel and event.category in (category, EVERY_CATEGORY)
        if mine and event.action is wanted:
            found = event
        elif mine and event.action in (Action.GRANT, Action.REVOKE):
            found = None
    return found
