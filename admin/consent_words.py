"""The words on the screen for what a member agreed to on a phone."""

from __future__ import annotations

from collections.abc import Iterable

from admin.words import day
from outreach.loops.consent import Action, Category, ConsentEvent, granted, suppressed, wrong_number

_NAMED = ((Category.APPOINTMENT, "visits"), (Category.TRANSPORT, "rides"))


def texts(events: Iterable[ConsentEvent], member: int, zone: str) -> str:
    """Return what the member agreed to be texted about, and since when; an opt-out comes before everything."""
    known = tuple(events)
    if suppressed(known):
        return f"Opted out{_since(known, (Action.STOP,), zone)}"
    if wrong_number(known, member):
        return "Not their number"
    agreed = " and ".join(words for category, words in _NAMED if granted(known, member, "sms", category))
    mine = tuple(event for event in known if event.member == member)
    return f"{agreed.capitalize()}{_since(mine, (Action.GRANT,), zone)}" if agreed else "Not given"


def _since(events: tuple[ConsentEvent, ...], actions: tuple[Action, ...], zone: str) -> str:
    at = max((event.effective for event in events if event.action in actions), default=None)
    return f", since {day(at, zone)}" if at else ""
