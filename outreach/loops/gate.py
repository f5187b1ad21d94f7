"""The gate: allowed, held until, or refused, and because of which rule. Pure, and asked again inside the claim."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from outreach.loops import gate_holds, gate_refusals
from outreach.loops.consent import granted, requested
from outreach.loops.facts import Facts, GateTouch
from outreach.loops.hours import next_open
from outreach.loops.verdict import Allowed, Decision, HeldUntil, Refused

Check = Callable[[GateTouch, Facts, datetime], HeldUntil | Refused | None]

# In order: what ends a touch for good comes before what only delays it, so that nobody waits for a text that cannot go.
CHECKS: tuple[Check, ...] = (
    gate_refusals.stale,
    gate_refusals.trial,
    gate_refusals.suppression,
    gate_refusals.wrong_number,
    gate_refusals.number,
    gate_refusals.standing,
    gate_refusals.sensitivity,
    gate_refusals.reach,
    gate_refusals.consent,
    gate_refusals.words,
    gate_refusals.given_up,
    gate_refusals.loop_guard,
    gate_holds.freeze,
    gate_holds.paused,
    gate_holds.filtered,
    gate_holds.crisis,
    gate_holds.declined,
    gate_holds.unread,
    gate_holds.talking,
    gate_holds.reassigned,
    gate_holds.line,
    gate_holds.hours,
    gate_holds.welcome,
    gate_holds.one_prompt,
    gate_holds.hard_caps,
    gate_holds.caps,
)


def decide(touch: GateTouch, facts: Facts, now: datetime) -> Decision:
    """Return the first objection in order, else Allowed. What would be held past its use is refused (TIM-09)."""
    for check in CHECKS:
        objection = check(touch, facts, now)
        if objection is None:
            continue
        if isinstance(objection, HeldUntil) and objection.when > touch.useful_until:
            return Refused("TIM-09" if check is gate_holds.hours else objection.rule)
        return objection
    opening = None if gate_holds.asked_for(touch, now) else next_open(facts.hours, now, facts.zones)
    until = min(touch.useful_until, opening.ends) if opening else touch.useful_until
    return Allowed(until, *_permission(touch, facts))


def _permission(touch: GateTouch, facts: Facts) -> tuple[str, int | None]:
    """Return the rule that lets a touch leave, and the entry of the ledger under which it does."""
    if touch.exempt is not None:
        return touch.exempt, None
    if (touch.answers_at is not None and not touch.own_words) or touch.member is None:
        return "LAW-34", None
    about = (facts.consent_events, touch.member, touch.channel, touch.category)
    entry = granted(*about) or requested(*about)
    return ("LAW-28" if touch.asks_consent else "LAW-04"), entry.id if entry else None
