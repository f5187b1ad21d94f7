"""What rows of the gate's table are made of: what is so, the touch, the time, and what the gate says."""

from __future__ import annotations

import datetime as dt
from typing import Any

from loop_builders import ENTRY, a_consent, a_touch, local, the_facts

from outreach.loops.cadence import Queue
from outreach.loops.consent import Action, ConsentClass, ConsentEvent
from outreach.loops.gate import decide
from outreach.loops.verdict import Allowed, Decision

Row = tuple[dict[str, Any], dict[str, Any], dt.datetime, Decision]

NOW = local("2027-03-16 12:00")  # a Tuesday
NIGHT, MORNING, EVENING = local("2027-03-16 23:00"), local("2027-03-17 09:00"), local("2027-03-16 20:00")
MIDNIGHT = local("2027-03-17 00:00")
LONG_AGO = local("2026-01-05 12:00")
IN_A_DAY = NOW + dt.timedelta(days=1)
CONSENTED, ASKED = "LAW-04", "LAW-34"  # why a reminder and why an answer may leave


def minutes(number: float) -> dt.timedelta:
    """So many minutes."""
    return dt.timedelta(minutes=number)


def judged(facts: dict[str, Any], touch: dict[str, Any] | None = None, now: dt.datetime = NOW) -> Decision:
    """Return what the gate says of a reminder that is of use for a day, but for what is said to be otherwise."""
    given = {"useful_until": IN_A_DAY} | (touch or {})
    return decide(a_touch(**given), the_facts(**facts), now)


def an_answer(minutes_ago: float, now: dt.datetime = NOW, **touch: Any) -> dict[str, Any]:
    """A touch that answers what the member wrote so long ago."""
    return {"answers_at": now - minutes(minutes_ago), "queue": Queue.REPLY, "asks": False} | touch


def leaves(until: dt.datetime = EVENING, rule: str = CONSENTED, entry: int | None = ENTRY) -> Allowed:
    """A reminder leaves under an entry of the ledger, everything else under its rule alone."""
    return Allowed(until, rule, entry if rule in (CONSENTED, "LAW-28") else None)


def answered(until: dt.datetime = IN_A_DAY, rule: str = ASKED) -> Allowed:
    """An answer leaves because it was asked for, or under the rule that exempts it."""
    return Allowed(until, rule)


def ledger(*entries: tuple[Action, dict[str, Any]]) -> tuple[ConsentEvent, ...]:
    """A consent of long ago, and then these, each a minute after the other until a minute ago."""
    began = NOW - minutes(len(entries))
    later = (a_consent(action, began + minutes(n), **more) for n, (action, more) in enumerate(entries))
    return (a_consent(Action.GRANT, LONG_AGO), *later)


def a_grant(**overrides: Any) -> dict[str, Any]:
    """Facts with one consent, otherwise than usual."""
    return {"consent_events": (a_consent(Action.GRANT, LONG_AGO, **overrides),)}


STOPPED = ledger((Action.STOP, {}))
WRONG = ledger((Action.WRONG_NUMBER, {}))
PROVIDED: dict[str, Any] = {"consent_class": ConsentClass.PEC_PROVIDED}
