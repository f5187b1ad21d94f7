"""The words on the screen for a member: where their life stands, what they prefer, and how they may be reached."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, time

from admin import dates
from admin.language import N_, Sayings, ngettext
from admin.language import gettext as _
from admin.words import date_of, zone_name
from conversations.meaning import PartOfDay, Preferences
from outreach.clinics.zones import ZoneSource
from outreach.loops.contact_rule import ContactRule
from outreach.loops.numbers import NumberState
from outreach.loops.standing import Standing
from outreach.store.reads.members import MemberRow, PhoneRow

STANDINGS = Sayings(
    {
        Standing.ACTIVE: N_("Can come"),
        Standing.HOSPITALISED: N_("In hospital"),
        Standing.INCARCERATED: N_("In custody"),
        Standing.FACILITY: N_("In a care facility"),
        Standing.DECEASED: N_("Died"),
    }
)
_PARTS = Sayings(
    {
        PartOfDay.MORNING: N_("mornings"),
        PartOfDay.AFTERNOON: N_("afternoons"),
        PartOfDay.EVENING: N_("evenings"),
        PartOfDay.ANY: N_("any time"),
    }
)
_DAYS = Sayings(
    {
        "today": N_("today"),
        "tomorrow": N_("tomorrow"),
    }
)
_WEEK = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")
TIERS = Sayings({1: N_("1, routine"), 2: N_("2, rising"), 3: N_("3, high"), 4: N_("4, critical")})
_NUMBERS = {
    NumberState.UNVERIFIED: (N_("Not heard from yet"), "grey"),
    NumberState.ACTIVE: (N_("Works"), "good"),
    NumberState.SUSPECT: (N_("Doubtful"), "warn"),
    NumberState.INVALID: (N_("Not in service"), "bad"),
    NumberState.LANDLINE: (N_("Landline"), "grey"),
    NumberState.BLOCKED: (N_("Blocked by the carrier"), "bad"),
    NumberState.FAX: (N_("Fax"), "bad"),
    NumberState.REASSIGNED_HOLD: (N_("May be somebody else's"), "bad"),
    NumberState.OUT_OF_REGION: (N_("Outside our region"), "bad"),
}
_ANSWERS = Sayings({"yes": N_("somebody else may have it"), "no": N_("still theirs"), "no_data": N_("nothing known")})
_SOURCES = Sayings(
    {
        ZoneSource.TOLD: N_("as they said"),
        ZoneSource.EXPLICIT: N_("from their file"),
        ZoneSource.ZIP: N_("from the ZIP code"),
        ZoneSource.POOLED: N_("from number, ZIP code and clinic: the hours of all hold"),
        ZoneSource.CLINIC: N_("from the clinic, nothing else is known"),
    }
)


def pauses() -> dict[Standing, str]:
    """Return each standing that pauses texts, with its words."""
    return {standing: words for standing, words in STANDINGS.items() if standing.paused}


def preferred(preferences: Preferences) -> str:
    """Return "Mon, in 2 days, mornings, at 15:00, on 12-05", or nothing; how they put it, never a booking."""
    part = [_PARTS[preferences.part_of_day]] if preferences.part_of_day else []
    exact = [_("at %(time)s", time=preferences.time)] if preferences.time else []
    exact += [_("on %(day)s", day=preferences.date)] if preferences.date else []
    exact += [_("call at %(time)s", time=preferences.callback_time)] if preferences.callback_time else []
    said = ", ".join([*(_day(day) for day in preferences.days), *part, *exact])
    return said[:1].upper() + said[1:]


def _day(day: str) -> str:
    if day.startswith("+"):
        return ngettext("in %(num)d day", "in %(num)d days", int(day[1:]))
    return dates.WEEKDAYS[_WEEK.index(day)] if day in _WEEK else _DAYS.get(day, day)


def tried(count: int, called: bool) -> str:
    """Return "Tried 2 times since last heard, by text and call"."""
    if not count:
        return _("Not tried since last heard")
    how = _("by call") if called and count == 1 else _("by text and call") if called else _("by text")
    return ngettext(
        "Tried %(num)d time since last heard, %(how)s", "Tried %(num)d times since last heard, %(how)s", count, how=how
    )


def number(state: NumberState) -> tuple[str, str]:
    """Return how a number stands, with its tone."""
    words, tone = _NUMBERS[state]
    return _(words), tone


def heard(phone: PhoneRow, zone: str) -> str:
    """Return when somebody was last surely there (LAW-38): "Oct 5, 2026", or that nobody ever was."""
    return date_of(phone.verified_at, zone) if phone.verified_at else _("Never")


def looked_up(phone: PhoneRow, zone: str) -> str:
    """Return when the number was last looked up, and what the answer was (LAW-37)."""
    if phone.looked_up_at is None:
        return _("Never")
    answer = _ANSWERS.get(phone.answer or "", _("no answer"))
    return f"{date_of(phone.looked_up_at, zone)}, {answer}"


def zones(member: MemberRow, now: datetime) -> tuple[str, str]:
    """Return the clocks that hold for a member, and how we know (TIM-02)."""
    named = ", ".join(dict.fromkeys(zone_name(now, zone) for zone in member.zones))
    known = _SOURCES.get(member.zone_source)  # type: ignore[call-overload] # a code of the store, as the keys are
    return named, known or _("from the %(source)s", source=member.zone_source)


def states(member: MemberRow) -> tuple[str, str]:
    """Return the states whose hours hold for a member, and how we know (LAW-32)."""
    if member.states:
        return ", ".join(member.states), _("where they may live; the strictest hours hold")
    if member.state:
        return member.state, _("from the program; nothing nearer is known")
    return _("Not known"), _("the strictest hours of every state hold")


def wishes(rule: ContactRule, phones: Mapping[int, str]) -> list[tuple[str, str]]:
    """Return how a member wants to be reached, each wish with its label; the code word is not among them (HIP-06)."""
    allowed = ", ".join(f"•••• {phones[phone][-4:]}" for phone in sorted(rule.phones) if phone in phones)
    ways = sorted(rule.channels)
    found = [
        (_("Phones"), _("Only %(which)s", which=allowed) if rule.phones else _("Any")),
        (_("By"), _only(ways) if ways else _("Any way")),
        (_("Hours"), _hours(*rule.own) if rule.own else _("As the program sends")),
    ]
    if rule.early:
        found.append((_("Early"), _("From %(time)s, as they asked", time=dates.clock(rule.early))))
    if rule.hearing_access:
        found.append((_("Hearing"), _("Deaf, or on a TTY: no automatic calls")))
    return [*found, (_("Voicemail"), _("Allowed") if rule.voicemail_ok else _("Leave none"))]


_WAYS = Sayings({"sms": N_("texts"), "voice": N_("calls")})


def _only(ways: Sequence[str]) -> str:
    if len(ways) == 1:
        return _("Only %(which)s", which=_WAYS[ways[0]])
    return _("Only %(one)s and %(other)s", one=_WAYS[ways[0]], other=_WAYS[ways[1]])


def _hours(starts: time, ends: time) -> str:
    return _("%(from)s to %(to)s", **{"from": dates.clock(starts), "to": dates.clock(ends)})
