"""What only delays a touch: each check returns until when, or None. What would come too late is refused by `decide`."""

from __future__ import annotations

from datetime import datetime, timedelta

from outreach.loops.cadence import Queue
from outreach.loops.caps import LANDLINE_CAPS, RIDE_CAPS, capped, capped_by_law
from outreach.loops.consent import Channel
from outreach.loops.facts import Facts, GateTouch
from outreach.loops.gate_refusals import SOLICITED
from outreach.loops.hours import closing_rule, next_open
from outreach.loops.numbers import NumberState, stale
from outreach.loops.pauses import What
from outreach.loops.verdict import HeldUntil, Refused

_RECHECK = timedelta(minutes=5)
_AN_HOUR = timedelta(hours=1)
_LOOK_UP = timedelta(minutes=10)  # LAW-37: until somebody has looked the number up
_WELCOME_GAP = timedelta(minutes=10)  # TWI-10: a text may overtake one sent just before
_URGENT = (Queue.SAFETY, Queue.REPLY, Queue.DAY_OF)


def asked_for(touch: GateTouch, now: datetime) -> bool:
    """LAW-34: an answer may ring at any hour, but only while the member is surely still at the phone."""
    return touch.answers_at is not None and (now - touch.answers_at <= SOLICITED or touch.queue is Queue.SAFETY)


def freeze(touch: GateTouch, facts: Facts, now: datetime) -> HeldUntil | None:
    """Somebody holds every text."""
    return HeldUntil(now + _RECHECK, "FREEZE") if facts.frozen else None


def paused(touch: GateTouch, facts: Facts, now: datetime) -> HeldUntil | None:
    """The carrier refuses our account, this sender or these words: until a person has put that right."""
    ours = any(what is not What.BREAKER for what in facts.stopped)
    return HeldUntil(now + _RECHECK, "PAUSED") if ours else None


def filtered(touch: GateTouch, facts: Facts, now: datetime) -> HeldUntil | Refused | None:
    """Carriers filter these words on this sender, and each more makes it worse: what cannot wait is a person's."""
    if What.BREAKER not in facts.stopped:
        return None
    return HeldUntil(now + _RECHECK, "BREAKER") if touch.queue is Queue.BULK else Refused("BREAKER")


def crisis(touch: GateTouch, facts: Facts, now: datetime) -> HeldUntil | None:
    """CRI-11: nobody in a crisis is reminded of a visit; LAW-23: nor who may have meant STOP, until it was read."""
    if touch.answers_at is not None or not (facts.crisis_open or facts.review_open):
        return None
    return HeldUntil(now + _AN_HOUR, "CRI-11" if facts.crisis_open else "LAW-23")


def declined(touch: GateTouch, facts: Facts, now: datetime) -> HeldUntil | None:
    """TWI-43: whoever may have refused is not called again before a person found out whether they did."""
    return HeldUntil(now + _AN_HOUR, "TWI-43") if touch.by_voice and facts.refusal_open else None


def unread(touch: GateTouch, facts: Facts, now: datetime) -> HeldUntil | None:
    """No reminder overtakes a reply that nobody has read."""
    held = facts.unread_reply and touch.answers_at is None
    return HeldUntil(now + timedelta(minutes=1), "UNREAD-REPLY") if held else None


def talking(touch: GateTouch, facts: Facts, now: datetime) -> HeldUntil | None:
    """While a person talks with the member nothing automatic speaks in between; what is owed at once does (CRI-04)."""
    until = facts.with_person_until
    if touch.interrupts or touch.exempt is not None or touch.queue is Queue.SAFETY or until is None or until <= now:
        return None
    return HeldUntil(until, "TALKING")


def reassigned(touch: GateTouch, facts: Facts, now: datetime) -> HeldUntil | None:
    """LAW-37: a number may belong to somebody else by now, until a look-up or a reply says that it does not."""
    held = touch.answers_at is None and stale(facts.known_at, now)
    return HeldUntil(now + _LOOK_UP, "LAW-37") if held else None


def line(touch: GateTouch, facts: Facts, now: datetime) -> HeldUntil | None:
    """TWI-37: the carrier said that it may be a landline, and nobody has looked it up yet."""
    return HeldUntil(now + _LOOK_UP, "TWI-37") if facts.line_unknown and touch.channel == Channel.SMS else None


def hours(touch: GateTouch, facts: Facts, now: datetime) -> HeldUntil | Refused | None:
    """LAW-31..33, TIM-03, TIM-11, HIP-06: a phone rings when everybody allows it, wherever the member may be."""
    if asked_for(touch, now):
        return None
    opening = next_open(facts.hours, now, facts.zones)
    if opening is None:
        return Refused("TIM-03")
    return HeldUntil(opening.starts, closing_rule(facts.hours, now, facts.zones)) if opening.starts > now else None


def welcome(touch: GateTouch, facts: Facts, now: datetime) -> HeldUntil | Refused | None:
    """LAW-28: the first text says who writes; TWI-10: the next one leaves it time to arrive.

    A call says so itself, each time.
    """
    if touch.answers_at is not None or touch.by_voice:
        return None
    if touch.asks_consent:
        return Refused("LAW-28") if facts.asked_consent else None  # once, whichever visit it is planned for
    if touch.is_welcome:
        return Refused("LAW-28") if facts.welcomed_at is not None else None
    if facts.welcomed_at is None:
        return HeldUntil(now + _WELCOME_GAP, "LAW-28")
    ready = facts.welcomed_at + _WELCOME_GAP
    return HeldUntil(ready, "TWI-10") if now < ready else None


def one_prompt(touch: GateTouch, facts: Facts, now: datetime) -> HeldUntil | None:
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


def hard_caps(touch: GateTouch, facts: Facts, now: datetime) -> HeldUntil | None:
    """LAW-32: where a state counts, it counts everything unasked, rides too."""
    if touch.answers_at is not None:
        return None
    free = capped_by_law(facts.hours.states, (*facts.sent_at, *facts.ride_sent_at), now, facts.zones)
    return HeldUntil(free, "LAW-32") if free is not None else None


def caps(touch: GateTouch, facts: Facts, now: datetime) -> HeldUntil | None:
    """LAW-35, LAW-09: so many a day and a week, over all members of the phone; what can wait leaves room."""
    if touch.answers_at is not None:
        return None
    if facts.number is NumberState.LANDLINE:
        free = capped(LANDLINE_CAPS, (*facts.sent_at, *facts.ride_sent_at), now, facts.zones)
        return HeldUntil(free, "LAW-09") if free is not None else None
    caps, sent_at = (RIDE_CAPS, facts.ride_sent_at) if touch.of_a_booked_ride else (facts.caps, facts.sent_at)
    if touch.queue is Queue.BULK and not (touch.of_a_booked_ride or touch.is_welcome):
        sent_at = (*sent_at, *facts.pressing_at)  # what can wait leaves room for what cannot
    free = capped(caps, sent_at, now, facts.zones)
    return HeldUntil(free, "LAW-35") if free is not None else None
