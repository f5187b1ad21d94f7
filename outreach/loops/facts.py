"""What the gate needs to know about one touch and its phone: loaded in bulk after the phone is locked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from outreach.loops.cadence import Queue
from outreach.loops.caps import Caps
from outreach.loops.consent import Category, Channel, ConsentEvent
from outreach.loops.contact_rule import ContactRule
from outreach.loops.hours import Hours
from outreach.loops.numbers import NumberState
from outreach.loops.pauses import What
from outreach.loops.standing import Standing


class Exempt(StrEnum):
    """The closed set of messages that may follow a STOP, each under its rule (I1)."""

    STOP_CONFIRMATION = "LAW-17"
    SAFETY_REPLY = "CRI-04"
    HELP = "LAW-41"
    START_CONFIRMATION = "LAW-25"


@dataclass(frozen=True, slots=True)
class GateTouch:
    """The touch under judgement. `answers_at` is when the member's reply that it answers was received.

    `on_the_visit` when a person's answer says when or where the visit is: as stale as any reminder once it moved.
    `own_words` when a person wrote it for this member: they must have agreed to texts, even to be answered, and nobody
    knows what it says of a visit that has moved (HIP-07, TIM-13).
    `interrupts` for what no conversation and no machine at the other end keeps back: a person's own text, and what may
    not wait (CARE-05). `asks_consent` for the one text that may go out on a consent still to be confirmed by the member
    (LAW-28).
    """

    id: int
    loop: int | None
    member: int | None
    phone: int
    channel: str
    category: Category
    queue: Queue
    anchor_version: int | None
    useful_until: datetime
    asks: bool
    is_welcome: bool
    asks_consent: bool = False
    of_a_booked_ride: bool = False
    on_the_visit: bool = False
    own_words: bool = False
    answers_at: datetime | None = None
    interrupts: bool = False
    exempt: Exempt | None = None

    @property
    def by_voice(self) -> bool:
        """Whether it is a call."""
        return self.channel == Channel.VOICE


@dataclass(frozen=True, slots=True)
class OpenPrompt:
    """The question open on the phone (TIM-15)."""

    loop: int | None
    alone_until: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything else.

    `hours` are narrowed to this touch. `sent_at` are the proactive attempts to this phone, in flight and unknown ones
    included; those about a booked ride are counted apart, in `ride_sent_at`; `pressing_at` is when what cannot wait is
    planned for this phone (LAW-35). `known_at` is when the number was last heard from or looked up (LAW-37), and
    `unheard_since` the first text that nobody answered and no carrier delivered (LAW-36). `is_guest` is False for a
    number that a trial may not reach.
    """

    frozen: bool
    is_guest: bool
    loop_open: bool
    anchor_version: int | None
    silent: bool
    standing: Standing
    number: NumberState
    known_at: datetime | None
    unheard_since: datetime | None
    contact_rule: ContactRule
    consent_events: tuple[ConsentEvent, ...]
    words_approved: bool
    crisis_open: bool
    unread_reply: bool
    hours: Hours
    zones: tuple[str, ...]
    welcomed_at: datetime | None
    open_prompt: OpenPrompt | None
    caps: Caps
    sent_at: tuple[datetime, ...]
    ride_sent_at: tuple[datetime, ...]
    pressing_at: tuple[datetime, ...]
    answered_at: tuple[datetime, ...]  # automatic answers to this phone, for the loop guard (TWI-26)
    review_open: bool = False  # a text of theirs may have been an opt-out, and nobody has read it yet (LAW-23)
    quiet_until: datetime | None = None  # a machine answers there: none of ours talks to it before (TWI-26)
    with_person_until: datetime | None = None  # a person talks with the member now
    line_unknown: bool = False  # it may be a landline, and its look-up has not answered yet (TWI-37)
    stopped: tuple[What, ...] = ()  # what the carrier's answers have paused of this text
    asked_consent: bool = False  # they were asked to confirm their consent, and have not answered (LAW-28)
    refusal_open: bool = False  # they may have declined a call, or block us, and nobody has found out yet (TWI-43)
