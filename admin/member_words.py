"""The words on the screen for a member: where their life stands, what they prefer, and how they may be reached."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time

from admin.words import date_of, zone_name
from conversations.meaning import PartOfDay, Preferences
from outreach.loops.contact_rule import ContactRule
from outreach.loops.numbers import NumberState
from outreach.loops.standing import Standing
from outreach.store.reads.members import MemberRow, PhoneRow

STANDINGS = {
    Standing.ACTIVE: "Can come",
    Standing.HOSPITALISED: "In hospital",
    Standing.INCARCERATED: "In custody",
    Standing.FACILITY: "In a care facility",
    Standing.DECEASED: "Died",
}
PAUSES = {standing: words for standing, words in STANDINGS.items() if standing.paused}
_PARTS = {
    PartOfDay.MORNING: "mornings",
    PartOfDay.AFTERNOON: "afternoons",
    PartOfDay.EVENING: "evenings",
    PartOfDay.ANY: "any time",
}

TIERS = {1: "1, routine", 2: "2, rising", 3: "3, high", 4: "4, critical"}
_NUMBERS = {
    NumberState.UNVERIFIED: ("Not heard from yet", "grey"),
    NumberState.ACTIVE: ("Works", "good"),
    NumberState.SUSPECT: ("Doubtful", "warn"),
    NumberState.INVALID: ("Not in service", "bad"),
    NumberState.LANDLINE: ("Landline", "grey"),
    NumberState.BLOCKED: ("Blocked by the carrier", "bad"),
    NumberState.FAX: ("Fax", "bad"),
    NumberState.REASSIGNED_HOLD: ("May be somebody else's", "bad"),
    NumberState.OUT_OF_REGION: ("Outside our region", "bad"),
}
_ANSWERS = {"yes": "somebody else may have it", "no": "still theirs", "no_data": "nothing known"}
_SOURCES = {
    "told": "as they said",
    "explicit": "from their file",
    "zip": "from the ZIP code",
    "pooled": "from number, ZIP code and clinic: the hours of all hold",
    "clinic": "from the clinic, nothing else is known",
}


def preferred(preferences: Preferences) -> str:
    """Return "Mon, in 2 days, mornings, at 15:00, on 12-05", or nothing; how they put it, never a booking."""
    part = [_PARTS[preferences.part_of_day]] if preferences.part_of_day else []
    exact = [f"at {preferences.time}"] if preferences.time else []
    exact += [f"on {preferences.date}"] if preferences.date else []
    exact += [f"call at {preferences.callback_time}"] if preferences.callback_time else []
    days = (f"in {day[1:]} days" if day.startswith("+") else day.capitalize() for day in preferences.days)
    said = ", ".join([*days, *part, *exact])
    return said[:1].upper() + said[1:]


def tried(count: int, called: bool) -> str:
    """Return "Tried 2 times since last heard, by text and call"."""
    if not count:
        return "Not tried since last heard"
    how = "by call" if called and count == 1 else "by text and call" if called else "by text"
    return f"Tried {count} time{'s' if count > 1 else ''} since last heard, {how}"


def number(state: NumberState) -> tuple[str, str]:
    """Return how a number stands, with its tone."""
    return _NUMBERS[state]


def heard(phone: PhoneRow, zone: str) -> str:
    """Return when somebody was last surely there (LAW-38): "Oct 5, 2026", or that nobody ever was."""
    return date_of(phone.verified_at, zone) if phone.verified_at else "Never"


def looked_up(phone: PhoneRow, zone: str) -> str:
    """Return when the number was last looked up, and what the answer was (LAW-37)."""
    if phone.looked_up_at is None:
        return "Never"
    return f"{date_of(phone.looked_up_at, zone)}, {_ANSWERS.get(phone.answer or '', 'no answer')}"


def zones(member: MemberRow, now: datetime) -> tuple[str, str]:
    """Return the clocks that hold for a member, and how we know (TIM-02)."""
    named = ", ".join(dict.fromkeys(zone_name(now, zone) for zone in member.zones))
    return named, _SOURCES.get(member.zone_source, f"from the {member.zone_source}")


def states(member: MemberRow) -> tuple[str, str]:
    """Return the states whose hours hold for a member, and how we know (LAW-32)."""
    if member.states:
        return ", ".join(member.states), "where they may live; the strictest hours hold"
    if member.state:
        return member.state, "from the program; nothing nearer is known"
    return "Not known", "the strictest hours of every state hold"


def wishes(rule: ContactRule, phones: Mapping[int, str]) -> list[tuple[str, str]]:
    """Return how a member wants to be reached, each wish with its label; the code word is not among them (HIP-06)."""
    allowed = ", ".join(f"•••• {phones[phone][-4:]}" for phone in sorted(rule.phones) if phone in phones)
    found = [
        ("Phones", f"Only {allowed}" if rule.phones else "Any"),
        ("By", f"Only {' and '.join(_WAYS[way] for way in sorted(rule.channels))}" if rule.channels else "Any way"),
        ("Hours", f"{_clock(rule.own[0])} to {_clock(rule.own[1])}" if rule.own else "As the program sends"),
    ]
    if rule.early:
        found.append(("Early", f"From {_clock(rule.early)}, as they asked"))
    if rule.hearing_access:
        found.append(("Hearing", "Deaf, or on a TTY: no automatic calls"))
    return [*found, ("Voicemail", "Allowed" if rule.voicemail_ok else "Leave none")]


_WAYS = {"sms": "texts", "voice": "calls"}


def _clock(at: time) -> str:
    return f"{at.hour % 12 or 12}:{at:%M %p}"
