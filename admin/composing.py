"""What a person may answer, and what the gate says to it before the button is pressed, in words."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import assert_never

from admin import rule_words, text_words
from admin.language import gettext as _
from admin.words import clock, day, zone_name
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
    language = languages().get(found.language)
    spoken = _(language.english_name) if language else found.language
    verdict = _verdict(found.verdict, now, zone, spoken) if found.offers else _no_words(spoken)
    choices = tuple(
        Choice(
            offer.key, text_words.name(offer.key), offer.body, "" if offer.english == offer.body else offer.english,
            f"{offer.parts} segment{'s' if offer.parts > 1 else ''}, {offer.encoding}, {offer.units} units",
        )
        for offer in found.offers
    )  # fmt: skip
    return Composing(choices, language, verdict, found.seen)


def _no_words(spoken: str) -> Verdict:
    why = f"No approved reply can be said here in {spoken}. {rule_words.instead('HIP-25')}"
    return Verdict("hand-stop", "warn", "Refused.", why, "HIP-25", "")


def _verdict(verdict: Decision, now: datetime, zone: str, spoken: str) -> Verdict:
    match verdict:
        case Allowed(until):
            return Verdict(
                "circle-check", "good", "Allowed now,", f"until {near(until, now, zone)}", "", f"Send in {spoken}"
            )
        case HeldUntil(_, "FREEZE"):
            held = f"{rule_words.why('FREEZE')} It leaves when sending is released."
            return Verdict("clock-pause", "warn", "Held.", held, "FREEZE", f"Send in {spoken} when released")
        case HeldUntil(when, rule):
            why = f"It is {clock(now, zone)} {zone_name(now, zone)} now. {rule_words.why(rule)}"
            button = f"Send at {clock(when, zone)} in {spoken}"
            return Verdict("clock-pause", "warn", f"Held until {near(when, now, zone)}.", why, rule, button)
        case Refused(rule):
            why = f"{rule_words.why(rule)} {rule_words.instead(rule)}".strip()
            return Verdict("hand-stop", "warn", "Refused.", why, rule, "")
        case _:
            assert_never(verdict)


def near(at: datetime, now: datetime, zone: str) -> str:
    """Return "8:00 PM CT" today, else "Wed 9:00 AM CT"."""
    then = f"{clock(at, zone)} {zone_name(at, zone)}"
    return then if local_date(at, zone) == local_date(now, zone) else f"{day(at, zone)[:3]} {then}"
