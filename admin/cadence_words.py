"""A cadence in words: when a step leaves, for whom, its form, and what two versions say differently."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from admin import dates, heard_words, text_words, wording_names
from admin.language import N_, ngettext
from admin.language import gettext as _
from admin.settings_fields import Difference, Field, Form, Group, Kind, Typed, differences, fields, read, typed_from
from locales.factory import factory_texts
from outreach.loops.cadence import BadCadence, CadenceStep, Condition, Queue, When
from outreach.loops.consent import Category, Channel
from outreach.loops.reasons import REASONS

CONDITIONS: Mapping[str, str] = MappingProxyType(
    {
        Condition.NOT_WELCOMED: N_("nobody welcomed this phone yet"),
        Condition.AGREED_TO_CALLS: N_("the member agreed to automatic calls"),
        Condition.UNANSWERED: N_("the member has not answered about the visit"),
        Condition.CONFIRMED: N_("the member confirmed"),
        Condition.STILL_ON: N_("the visit is still on"),
        Condition.RIDE_UNKNOWN: N_("the ride is not known"),
        Condition.RIDE_BOOKED: N_("a ride is booked"),
        Condition.WILL_CALL: N_("the ride home comes when called"),
        Condition.RIDE_HOME: N_("a ride home is booked"),
        Condition.OUTCOME_UNKNOWN: N_("nobody knows how the visit went"),
        Condition.MISSED: N_("the visit was missed"),
    }
)
_WHENS: Mapping[str, str] = MappingProxyType(
    {
        When.ENROLMENT: N_("When the visit becomes known"),
        When.AT_ONCE: N_("As soon as its conditions hold"),
        When.DAYS_BEFORE: N_("Days before the visit"),
        When.BUSINESS_DAYS_BEFORE: N_("The clinic's business days before the visit"),
        When.NOTICE_BEFORE: N_("Business days before the ride broker's notice ends"),
        When.HOURS_BEFORE: N_("Hours before the visit starts"),
        When.HOURS_AFTER: N_("Hours after the visit ends"),
        When.HOURS_AFTER_PICKUP: N_("Hours after the pickup to the visit"),
    }
)
_QUEUES = {
    Queue.BULK: N_("In its turn"), Queue.DAY_OF: N_("Before what can wait"), Queue.REPLY: N_("As an answer"),
    Queue.SAFETY: N_("Before everything"),
}  # fmt: skip
_CATEGORIES = {
    Category.APPOINTMENT: N_("Visits"), Category.TRANSPORT: N_("Rides"),
}  # fmt: skip
_CHANNELS = {Channel.SMS: N_("A text"), Channel.VOICE: N_("An automatic call")}
_TIERS = {"1": N_("Routine"), "2": N_("Raised"), "3": N_("High"), "4": N_("Critical")}
_AFTER = frozenset({When.HOURS_AFTER})
_OFFSET_OF_DAYS = {When.DAYS_BEFORE: 24.0, When.BUSINESS_DAYS_BEFORE: 24.0, When.NOTICE_BEFORE: 24.0}


def _texts() -> list[tuple[str, str]]:
    said = [(key, wording_names.name(key)) for key in factory_texts("en") if not key.startswith(("voice_", "unclear_"))]
    return sorted(said, key=lambda each: each[1])


def _of(words: Mapping[Any, str]) -> Any:
    return lambda: [(str(code), said) for code, said in words.items()]


def _barriers() -> list[tuple[str, str]]:
    return [(code, heard_words.reason(code)) for code, about in REASONS.items() if about.barrier]


FORM: Form = (
    Group(
        N_("When"),
        (
            Field(("when",), N_("Counted from"), Kind.PICK, options=_of(_WHENS)),
            Field(("amount",), N_("How many"), hint=N_("Days are whole; hours may be 1.5.")),
            Field(("at",), N_("At, on the clocks of the clinic"), Kind.TIME, N_("For a step counted in days.")),
            Field(
                ("useful_hours",),
                N_("Of use until, in hours"),
                hint=N_("From the visit's start, less than 0 is before it; after a visit, from its end."),
            ),
            Field(("late",), N_("Made up for at once where its time is over already"), Kind.YES),
            Field(("pull_back",), N_("Leaves earlier where the hours for texts are over"), Kind.YES),
        ),
    ),
    Group(
        N_("Send only if"),
        (
            Field(("conditions",), N_("All of these hold"), Kind.MANY, options=_of(CONDITIONS)),
            Field(
                ("tiers",), N_("Only these risk tiers"), Kind.MANY, N_("None chosen is everybody."), options=_of(_TIERS)
            ),
            Field(
                ("barriers",),
                N_("Only who told us one of these"),
                Kind.MANY,
                N_("None chosen is everybody."),
                options=_barriers,
            ),
        ),
    ),
    Group(
        N_("What"),
        (
            Field(("words",), N_("Text"), Kind.PICK, options=_texts),
            Field(("words_without_time",), N_("For a visit without a time"), Kind.PICK, options=_texts),
            Field(("words_pulled_back",), N_("When it leaves the evening before"), Kind.PICK, options=_texts),
            Field(("channel",), N_("As"), Kind.PICK, options=_of(_CHANNELS)),
            Field(
                ("fallback",),
                N_("If that reaches nobody"),
                Kind.PICK,
                N_("Not set: nothing else is tried."),
                _of(_CHANNELS),
            ),
            Field(("category",), N_("Consent it needs"), Kind.PICK, options=_of(_CATEGORIES)),
            Field(("queue",), N_("Leaves"), Kind.PICK, options=_of(_QUEUES)),
        ),
    ),
    Group(
        N_("Name"),
        (
            Field(("key",), N_("Key"), hint=N_("Small letters, digits and _. Reports count by it.")),
            Field(
                ("group",),
                N_("Group"),
                hint=N_("Steps of one group make sense together: of late ones the last is sent."),
            ),
        ),
    ),
)
_NUMBERS = ("amount", "useful_hours")
NEW: Mapping[str, Any] = MappingProxyType(
    {
        "when": When.DAYS_BEFORE, "amount": 2, "at": "10:00", "useful_hours": -1, "conditions": ["still_on"],
        "channel": "sms", "category": "appointment", "queue": "bulk", "pull_back": True,
    }
)  # fmt: skip


def typed_of(row: Mapping[str, Any]) -> Typed:
    """Return a step as it would have been typed."""
    plain = dict(row) | {name: f"{row[name]:g}" for name in _NUMBERS if isinstance(row.get(name), int | float)}
    return typed_from(FORM, plain | {"tiers": [str(tier) for tier in row.get("tiers", ())]})


def row_of(typed: Typed) -> dict[str, Any]:
    """Return a typed step as plain data; raises BadCadence with the field for what is no number or no name."""
    row = {name: value for name, value in read(FORM, typed).items() if value not in (None, [])}
    key = str(row.get("key", ""))
    if not key or not key.isascii() or not key.replace("_", "a").isalnum() or key != key.lower():
        raise BadCadence(key or "?", _("Give it a key of small letters, digits and _."), "key")
    for name in _NUMBERS:
        try:
            row[name] = float(str(row.get(name, "0")).replace(",", "."))
        except ValueError:
            raise BadCadence(key, _("Write a number, like 2 or 1.5."), name) from None
    for name in ("when", "words"):
        if name not in row:
            raise BadCadence(key, _("Choose one."), name)
    row["conditions"] = row.get("conditions", [])
    return row | ({"tiers": [int(tier) for tier in row["tiers"] if tier in _TIERS]} if "tiers" in row else {})


@dataclass(frozen=True, slots=True)
class Place:
    """A step on the time line: above and below its dot; the visit itself has no key."""

    key: str
    offset: str
    name: str
    condition: str
    icon: str
    changed: bool


def line(steps: Sequence[CadenceStep], changed: frozenset[str]) -> list[Place]:
    """Return steps in the order of time, with the visit among them."""
    ordered = sorted(steps, key=_distance)
    places = [
        Place(step.key, offset(step), name(step.key), sentence(step.conditions), _icon(step), step.key in changed)
        for step in ordered
    ]
    before = sum(step.when not in _AFTER for step in ordered)
    visit = Place("", _("Day 0"), _("Visit"), _("the clinic's time"), "calendar-event", changed=False)
    return [*places[:before], visit, *places[before:]]


def _distance(step: CadenceStep) -> tuple[int, float]:
    if step.when.at_once:
        return 0, 0
    if step.when in _AFTER:
        return 3, step.amount
    if step.when is When.HOURS_AFTER_PICKUP:
        return 2, step.amount
    days = step.amount + (2 if step.when is When.NOTICE_BEFORE else 0)
    return 1, -days * _OFFSET_OF_DAYS.get(step.when, 0) or -step.amount


def offset(step: CadenceStep) -> str:
    """Return when a step leaves, in short."""
    count, at = f"{step.amount:g}", dates.clock(step.at)
    match step.when:
        case When.ENROLMENT:
            return _("When known")
        case When.AT_ONCE:
            return _("At once")
        case When.DAYS_BEFORE:
            return ngettext("%(num)d day before, %(at)s", "%(num)d days before, %(at)s", int(step.amount), at=at)
        case When.BUSINESS_DAYS_BEFORE:
            return _("%(count)s business days before, %(at)s", count=count, at=at)
        case When.NOTICE_BEFORE:
            return _("Notice + %(count)s days, %(at)s", count=count, at=at)
        case When.HOURS_BEFORE:
            return _("%(count)s h before", count=count)
        case When.HOURS_AFTER:
            return _("End + %(count)s h", count=count)
        case When.HOURS_AFTER_PICKUP:
            return _("Pickup + %(count)s h", count=count)


def sentence(conditions: Sequence[Condition]) -> str:
    """Return conditions as a sentence: "if a ride is booked and the visit is still on"."""
    return _("if %(all)s", all=_(" and ").join(_(CONDITIONS[each]) for each in conditions))


def name(key: str) -> str:
    """Return what a step is called: as its texts are elsewhere, else by its program's own word."""
    return text_words.name(key)


def _icon(step: CadenceStep) -> str:
    if step.channel == Channel.VOICE:
        return "phone"
    return "car" if step.category is Category.TRANSPORT else "message-2"


@dataclass(frozen=True, slots=True)
class Changed:
    """A step that two versions have differently: it is new, gone, or its differences."""

    key: str
    what: str
    found: tuple[Difference, ...]


def changes(before: Sequence[Mapping[str, Any]], after: Sequence[Mapping[str, Any]]) -> list[Changed]:
    """Return what two versions say differently, step by step, in words."""
    old, new = ({row["key"]: row for row in rows} for rows in (before, after))
    found = []
    for key in old | new:
        if key not in old:
            found.append(Changed(key, _("New"), tuple(differences(FORM, {}, _shown(new[key])))))
        elif key not in new:
            found.append(Changed(key, _("Removed"), ()))
        elif old[key] != new[key]:
            found.append(Changed(key, _("Changed"), tuple(differences(FORM, _shown(old[key]), _shown(new[key])))))
    kept = [[row["key"] for row in rows if row["key"] in old and row["key"] in new] for rows in (before, after)]
    if kept[0] != kept[1]:
        found.append(Changed("", _("Another order"), ()))
    return found


def _shown(row: Mapping[str, Any]) -> dict[str, Any]:
    return dict(row) | {"tiers": [str(tier) for tier in row.get("tiers", ())]}


def beside(problem: BadCadence) -> tuple[list[str], dict[str, str]]:
    """Return what is amiss with the whole, and beside which field."""
    if problem.field in {field.name for field in fields(FORM)}:
        return [], {str(problem.field): problem.advice}
    return [str(problem)], {}
