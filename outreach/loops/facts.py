"""What the gate needs to know about one touch and its phone: loaded in bulk after the phone is locked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from outreach.loops.cadence import Queue
from outreach.loops.caps import Caps
from outreach.loops.consent import Category, ConsentEvent
from outreach.loops.hours import Hours
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
    """

    id: int
    loop: int | None
    member: int | None
    channel: str
    category: Category
    queue: Queue
    anchor_version: int | None
    useful_until: datetime
    asks: bool
    is_welcome: bool
    of_a_booked_ride: bool = False
    on_the_visit: bool = False
    answers_at: datetime | None = None
    exempt: Exempt | None = None


@dataclass(frozen=True, slots=True)
class OpenPrompt:
    """The question open on the phone (TIM-15)."""

    loop: int | None
    alone_until: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything else.

    `sent_at` are the proactive attempts to this phone, in flight and unknown ones included; those about a booked ride
    are counted apart, in `ride_sent_at` (LAW-35).
    """

    frozen: bool
    loop_open: bool
    anchor_version: int | None
    silent: bool
    standing: Standing
    number_usable: bool
    consent_events: tuple[ConsentEvent, ...]
    provider_collected: bool
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
    answered_at: tuple[datetime, ...]  # automatic answers to this phone, for the loop guard (TWI-26)
