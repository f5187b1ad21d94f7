"""What ends a touch for good: each check returns its objection, or None (sections 1, 2 and 4 of the rules)."""

from __future__ import annotations

from datetime import datetime, timedelta

from outreach.loops.consent import granted, requested, suppressed
from outreach.loops.consent import wrong_number as not_theirs
from outreach.loops.facts import Exempt, Facts, GateTouch
from outreach.loops.numbers import NumberState
from outreach.loops.standing import Standing
from outreach.loops.verdict import HeldUntil, Refused

SOLICITED = timedelta(minutes=5)  # LAW-17, LAW-34
_AN_HOUR = timedelta(hours=1)
_SHORTEST_VALIDITY = timedelta(seconds=60)  # TWI-08
PATIENCE = timedelta(weeks=4)  # LAW-36
_GUARD = ((timedelta(minutes=10), 3), (timedelta(days=1), 10))  # TWI-26: two machines must not talk for ever


def trial(touch: GateTouch, facts: Facts, now: datetime) -> Refused | None:
    """A trial reaches its guests and nobody else."""
    return None if facts.is_guest else Refused("TRIAL")


def stale(touch: GateTouch, facts: Facts, now: datetime) -> Refused | None:
    """TWI-08: less than a minute of use is none; TIM-13: what it says of the visit is no longer so."""
    if touch.useful_until < now + _SHORTEST_VALIDITY:
        return Refused("TIM-09")
    of_its_time = touch.answers_at is None or touch.on_the_visit
    moved = touch.anchor_version != facts.anchor_version
    if (of_its_time and (moved or not facts.loop_open)) or (touch.own_words and moved):
        return Refused("TIM-13")
    return None


def suppression(touch: GateTouch, facts: Facts, now: datetime) -> Refused | None:
    """LAW-19: an opt-out binds the number, on every channel; LAW-17: one confirmation, within five minutes."""
    if touch.exempt is Exempt.STOP_CONFIRMATION:
        late = touch.answers_at is None or now - touch.answers_at > SOLICITED
        return Refused("LAW-17") if late else None
    if touch.exempt is not None:
        return None
    return Refused("LAW-19") if suppressed(facts.consent_events, touch.category) else None


def wrong_number(touch: GateTouch, facts: Facts, now: datetime) -> Refused | None:
    """LAW-39: the number is not this member's."""
    if touch.exempt is not None or touch.member is None:
        return None
    return Refused("LAW-39") if not_theirs(facts.consent_events, touch.member) else None


def number(touch: GateTouch, facts: Facts, now: datetime) -> Refused | None:
    """TWI-37, TWI-33, LAW-39: whether the number can be used on this channel at all."""
    rule = facts.number.objection(touch.channel)
    answers_them = touch.exempt is not None and facts.number is NumberState.REASSIGNED_HOLD
    return Refused(rule) if rule and not answers_them else None  # LAW-39 owes a stranger one apology


def standing(touch: GateTouch, facts: Facts, now: datetime) -> Refused | None:
    """CARE-10: nothing to the phones of somebody who died; CARE-11: nothing unasked to who is away."""
    if touch.exempt is not None or facts.standing is Standing.ACTIVE:
        return None
    if facts.standing is Standing.DECEASED:
        return Refused("CARE-10")
    return Refused("CARE-11") if touch.answers_at is None else None


def sensitivity(touch: GateTouch, facts: Facts, now: datetime) -> Refused | None:
    """HIP-05: a silent visit is for a person to speak about."""
    return Refused("HIP-05") if facts.silent and touch.answers_at is None else None


def reach(touch: GateTouch, facts: Facts, now: datetime) -> Refused | None:
    """HIP-06: only as the member asked to be reached; CRI-07: nothing answers a text that somebody else may read.

    Nor is a phone called that somebody else may pick up. TWI-34: whoever cannot hear a call gets none.
    """
    if touch.exempt is Exempt.STOP_CONFIRMATION:
        return None
    rule = facts.contact_rule.objection(touch.phone, touch.channel)
    if rule is None and (touch.answers_at is not None or touch.by_voice) and facts.contact_rule.endangered:
        rule = None if facts.contact_rule.safe_to_answer else "CRI-07"
    return Refused(rule) if rule else None


def consent(touch: GateTouch, facts: Facts, now: datetime) -> HeldUntil | Refused | None:
    """LAW-01..08, LAW-26: what the member agreed to, whose question it was, and until when."""
    if touch.answers_at is not None and not touch.own_words:
        return None  # a reply to their own words is asked for
    if touch.member is None:
        return Refused("LAW-01")  # nobody agreed to anything
    about = (facts.consent_events, touch.member, touch.channel, touch.category)
    entry = granted(*about)
    if entry is None:
        asked = requested(*about) is not None
        if asked and touch.asks_consent:
            return None
        return HeldUntil(now + _AN_HOUR, "LAW-01") if asked else Refused("LAW-01")
    if entry.expires_at is not None and entry.expires_at <= now:
        return Refused("LAW-26")
    rule = entry.suffices_for(touch.category)
    return Refused(rule) if rule else None


def words(touch: GateTouch, facts: Facts, now: datetime) -> Refused | None:
    """HIP-25: there are approved words in the language, or a person speaks."""
    return None if facts.words_approved else Refused("HIP-25")


def given_up(touch: GateTouch, facts: Facts, now: datetime) -> Refused | None:
    """LAW-36: four weeks of texts that nobody answered and no carrier delivered."""
    since = facts.unheard_since
    return Refused("LAW-36") if touch.answers_at is None and since and now - since >= PATIENCE else None


def loop_guard(touch: GateTouch, facts: Facts, now: datetime) -> Refused | None:
    """TWI-26: two machines must not talk for ever."""
    if touch.answers_at is None or touch.exempt is not None:
        return None
    if facts.quiet_until is not None and now < facts.quiet_until and not touch.interrupts:
        return Refused("TWI-26")
    too_many = any(sum(now - at < span for at in facts.answered_at) >= limit for span, limit in _GUARD)
    return Refused("TWI-26") if too_many else None
