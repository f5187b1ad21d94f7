"""What a person may answer, and what the gate says to it before the button is pressed, in words."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import assert_never

from admin import rule_words, text_words
from admin.language import gettext as _
from admin.language import ngettext
from admin.words import clock, weekday, zone_name
from locales.languages import Language, languages
from outreach.engine.staff_texts import Composer
from outreach.loops.instants import local_date
from outreach.loops.verdict import Allowed, Decision, HeldUntil, Refused


@dataclass(frozen=True, slots=True)
class Choice:
    """One approved reply. `counted` says what it costs to send."""

    key: str
    name: str
    body: str = field(repr=False)
    english: str = field(repr=False)
    counted: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the gate says: in two words, why, because of which rule, and the button; none where nothing may leave."""

    icon: str
    tone: str
    head: str
    why: str
    rule: str
    button: str


@dataclass(frozen=True, slots=True)
class Composing:
    """The composer as it is drawn."""

    choices: tuple[Choice, ...]
    language: Language | None
    verdict: Verdict
    seen: str


def composing(found: Composer, now: datetime, zone: str) -> Composing:
    """Return the composer in words, on the clocks of the visit."""
    language, spoken = languages().get(found.language), called(found.language)
    verdict = verdict_of(found.verdict, now, zone, spoken) if found.offers else _no_words(spoken)
    choices = tuple(
        Choice(
            offer.key, text_words.name(offer.key), offer.body, "" if offer.english == offer.body else offer.english,
            counted(offer.parts, offer.encoding, offer.units),
        )
        for offer in found.offers
    )  # fmt: skip
    return Composing(choices, language, verdict, found.seen)


def called(language: str) -> str:
    """Return what a language is called, or its code where nobody named it."""
    found = languages().get(language)
    return _(found.english_name) if found else language


def counted(parts: int, encoding: str, units: int) -> str:
    """Return what a text costs, in words: its parts as billed, how it is encoded, and its length in that."""
    return ngettext(
        "%(num)d segment, %(encoding)s, %(units)d units",
        "%(num)d segments, %(encoding)s, %(units)d units",
        parts, encoding=encoding, units=units,
    )  # fmt: skip


def _no_words(spoken: str) -> Verdict:
    why = _("No approved reply can be said here in %(language)s.", language=spoken)
    return Verdict("hand-stop", "warn", _("Refused."), f"{why} {rule_words.instead('HIP-25')}", "HIP-25", "")


def verdict_of(verdict: Decision, now: datetime, zone: str, spoken: str) -> Verdict:
    """Return what the gate says to a text in a language, on the clocks of the visit."""
    match verdict:
        case Allowed(until):
            why, button = _("until %(when)s", when=near(until, now, zone)), _("Send in %(language)s", language=spoken)
            return Verdict("circle-check", "good", _("Allowed now,"), why, "", button)
        case HeldUntil(rule="FREEZE"):
            then = _("It leaves when sending is released.")
            why = f"{rule_words.why('FREEZE')} {then}"
            button = _("Send in %(language)s when released", language=spoken)
            return Verdict("clock-pause", "warn", _("Held."), why, "FREEZE", button)
        case HeldUntil(when, rule):
            time = f"{clock(now, zone)} {zone_name(now, zone)}"
            here = _("It is %(time)s now.", time=time)
            why = f"{here} {rule_words.why(rule)}"
            button = _("Send at %(time)s in %(language)s", time=clock(when, zone), language=spoken)
            head = _("Held until %(when)s.", when=near(when, now, zone))
            return Verdict("clock-pause", "warn", head, why, rule, button)
        case Refused(rule):
            why = f"{rule_words.why(rule)} {rule_words.instead(rule)}".strip()
            return Verdict("hand-stop", "warn", _("Refused."), why, rule, "")
        case _:
            assert_never(verdict)


def near(at: datetime, now: datetime, zone: str) -> str:
    """Return "8:00 PM CT" today, else "Wed 9:00 AM CT"."""
    then = f"{clock(at, zone)} {zone_name(at, zone)}"
    return then if local_date(at, zone) == local_date(now, zone) else f"{weekday(at, zone)} {then}"
