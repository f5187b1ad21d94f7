"""The gate: allowed, held until, or refused, and because of which rule. Pure, and asked again inside the claim."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from outreach.loops.cadence import Queue
from outreach.loops.caps import RIDE_CAPS, capped
from outreach.loops.consent import ConsentClass, granted, suppressed, wrong_number
from outreach.loops.facts import Exempt, Facts, GateTouch
from outreach.loops.hours import next_open
from outreach.loops.standing import Standing

SOLICITED = timedelta(minutes=5)  # LAW-17, LAW-34
_RECHECK = timedelta(minutes=5)
_CRISIS_RECHECK = timedelta(hours=1)
_WELCOME_GAP = timedelta(minutes=10)  # TWI-10: a text may overtake one sent just before
_SHORTEST_VALIDITY = timedelta(seconds=60)  # TWI-08
_GUARD = ((timedelta(minutes=10), 3), (timedelta(days=1), 10))  # TWI-26: two machines must not talk for ever
_URGENT = (Queue.SAFETY, Queue.REPLY, Queue.DAY_OF)


@dataclass(frozen=True, slots=True)
class Allowed:
    """May leave now. `until` is when the allowed window ends."""

    until: datetime


@dataclass(frozen=True, slots=True)
class HeldUntil:
    """Not now: ask again at `when`."""

    when: datetime
    rule: str


@dataclass(frozen=True, slots=True)
class Refused:
    """Never, because of `rule`."""

    rule: str


Decision = Allowed | HeldUntil | Refused
_Check = Callable[[GateTouch, Facts, datetime], HeldUntil | Refused | None]


def decide(touch: GateTouch, facts: Facts, now: datetime) -> Decision:
    """Return the first objection in order, else Allowed. What would be held past its use is refused (TIM-09)."""
    for check in _CHECKS:
        objection = check(touch, facts, now)
        if isinstance(objection, HeldUntil) and objection.when > touch.useful_until:
            return Refused("TIM-09" if objection.rule == "LAW-33" else objection.rule)
        if objection is not None:
            return objection
    opening = None if _asked_for(touch, now) else next_open(facts.hours, now, facts.zones)
    return Allowed(min(touch.useful_until, opening.ends) if opening else touch.useful_until)


def _freeze(touch: GateTouch, facts: Facts, now: datetime) -> HeldUntil | None:
    return HeldUntil(now + _RECHECK, "FREEZE") if facts.frozen else None


def _stale(touch: GateTouch, facts: Facts, now: datetime) -> Refused | None:
    if touch.useful_until < now + _SHORTEST_VALIDITY:
        return Refused("TIM-09")
    of_its_time = touch.answers_at is None or touch.on_the_visit
    if of_its_time and (touch.anchor_version != facts.anchor_version or not facts.loop_open):
        return Refused("TIM-13")
    return None


def _suppression(touch: GateTouch, facts: Facts, now: datetime) -> Refused | None:
    if touch.exempt is Exempt.STOP_CONFIRMATION:
        late = touch.answers_at is None or now - touch.answers_at > SOLICITED
        return Refused("LAW-17") if late else None
    if touch.exempt is not None:
        return None
    if suppressed(facts.consent_events):
        return Refused("LAW-19")
    if touch.member is not None and wrong_number(facts.consent_events, touch.member):
        return Refused("LAW-39")
    return None


def _number(touch: GateTouch, facts: Facts, now: datetime) -> Refused | None:
    return None if facts.number_usable else Refused("LAW-39")


def _consent(touch: GateTouch, facts: Facts, now: datetime) -> Refused | None:
    if touch.answers_at is not None or touch.member is None:
        return None  # a reply to the member's own words is asked for
    standing = granted(facts.consent_events, touch.member, touch.channel, touch.category)
    if standing is None:
        return Refused("LAW-01")
    if standing is ConsentClass.PEC_PROVIDED and touch.category != "coverage" and not facts.provider_collected:
        return Refused("LAW-05")
    return None


def _standing(touch: GateTouch, facts: Facts, now: datetime) -> Refused | None:
    """CARE-10: nothing to the phones of somebody who died; CARE-11: nothing unasked to who is away."""
    if touch.exempt is not None or facts.standing is Standing.ACTIVE:
        return None
    if facts.standing is Standing.DECEASED:
        return Refused("CARE-10")
    return Refused("CARE-11") if touch.answers_at is None else None


def _sensitivity(touch: GateTouch, facts: Facts, now: datetime) -> Refused | None:
    return Refused("HIP-05") if facts.silent and touch.answers_at is None else None


def _crisis(touch: GateTouch, facts: Facts, now: datetime) -> HeldUntil | None:
    if facts.crisis_open and touch.answers_at is None:
        return HeldUntil(now + _CRISIS_RECHECK, "CRI-11")
    return None


def _unread(touch: GateTouch, facts: Facts, now: datetime) -> HeldUntil | None:
    held = facts.unread_reply and touch.answers_at is None
    return HeldUntil(now + timedelta(minutes=1), "UNREAD-REPLY") if held else None


def _words(touch: GateTouch, facts: Facts, now: datetime) -> Refused | None:
    return None if facts.words_approved else Refused("HIP-25")


def _asked_for(touch: GateTouch, now: datetime) -> bool:
    """LAW-34: an answer may ring at any hour, but only while the member is surely still at the phone."""
    return touch.answers_at is not None and (now - touch.answers_at <= SOLICITED or touch.queue is Queue.SAFETY)


def _hours(touch: GateTouch, facts: Facts, now: datetime) -> HeldUntil | Refused | None:
    if _asked_for(touch, now):
        return None
    opening = next_open(facts.hours, now, facts.zones)
    if opening is None:
        return Refused("TIM-03")
    return HeldUntil(opening.starts, "LAW-33") if opening.starts > now else None


def _welcome(touch: GateTouch, facts: Facts, now: datetime) -> HeldUntil | Refused | None:
    if touch.answers_at is not None:
        return None
    if touch.is_welcome:
        return Refused("LAW-28") if facts.welcomed_at is not None else None
    if facts.welcomed_at is None:
        return HeldUntil(now + _WELCOME_GAP, "LAW-28")
    ready = facts.welcomed_at + _WELCOME_GAP
    return HeldUntil(ready, "TWI-10") if now < ready else None


def _one_prompt(touch: GateTouch, facts: Facts, now: datetime) -> HeldUntil | None:
    """Two questions of one visit may follow each other when the second cannot wait; what it answers is asked back."""
    open_prompt = facts.open_prompt
    if not touch.asks or open_prompt is None or open_prompt.expires_at <= now:
        return None
    same_visit, urgent = open_prompt.loop == touch.loop, touch.queue in _URGENT
    if same_visit and urgent:
        return None
    if now < open_prompt.alone_until:
        return HeldUntil(min(open_prompt.alone_until, open_prompt.expires_at), "TIM-15")
    return None if same_visit or urgent else HeldUntil(open_prompt.expires_at, "TIM-15")


def _caps(touch: GateTouch, facts: Facts, now: datetime) -> HeldUntil | None:
    if touch.answers_at is not None:
        return None
    caps, sent_at = (RIDE_CAPS, facts.ride_sent_at) if touch.of_a_booked_ride else (facts.caps, facts.sent_at)
    free = capped(caps, sent_at, now, facts.zones)
    return HeldUntil(free, "LAW-35") if free is not None else None


def _loop_guard(touch: GateTouch, facts: Facts, now: datetime) -> Refused | None:
    if touch.answers_at is None or touch.exempt is not None:
        return None
    too_many = any(sum(now - at < span for at in facts.answered_at) >= limit for span, limit in _GUARD)
    return Refused("TWI-26") if too_many else None


# In order: what ends a touch for good comes before what only delays it, so that nobody waits for a text that cannot go.
_CHECKS: tuple[_Check, ...] = (
    _stale,
    _suppression,
    _number,
    _standing,
    _sensitivity,
    _consent,
    _words,
    _loop_guard,
    _freeze,
    _crisis,
    _unread,
    _hours,
    _welcome,
    _one_prompt,
    _caps,
)
