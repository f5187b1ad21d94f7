"""The plan of steps around a visit, as validated data that program staff own and publish in versions."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import time, timedelta
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from conversations.calls.menu import menus
from conversations.meaning import Reason
from outreach.loops.consent import Category, Channel


class Queue(StrEnum):
    """Sending queues, most urgent first (LAW-35)."""

    SAFETY = "safety"
    REPLY = "reply"
    DAY_OF = "day-of"
    BULK = "bulk"


class When(StrEnum):
    """Where a step hangs on the visit. Days are dates of the clinic, with a wall time (TIM-08); hours are elapsed."""

    ENROLMENT = "enrolment"
    AT_ONCE = "at_once"  # as soon as its conditions hold
    DAYS_BEFORE = "days_before"
    BUSINESS_DAYS_BEFORE = "business_days_before"
    NOTICE_BEFORE = "notice_before"  # business days of the ride broker, before its last day for a request (NEMT-03)
    HOURS_BEFORE = "hours_before"
    HOURS_AFTER = "hours_after"
    HOURS_AFTER_PICKUP = "hours_after_pickup"

    @property
    def by_days(self) -> bool:
        """Whether the step has a date and a wall time of its own."""
        return self in (When.DAYS_BEFORE, When.BUSINESS_DAYS_BEFORE, When.NOTICE_BEFORE)

    @property
    def at_once(self) -> bool:
        """Whether the step has no place on the visit's time line: it leaves when it may."""
        return self in (When.ENROLMENT, When.AT_ONCE)


class Condition(StrEnum):
    """When a step is wanted; all of a step's conditions must hold."""

    NOT_WELCOMED = "not_welcomed"
    AGREED_TO_CALLS = "agreed_to_calls"  # to automatic ones, which is a consent of its own
    UNANSWERED = "unanswered"
    CONFIRMED = "confirmed"
    STILL_ON = "still_on"
    RIDE_UNKNOWN = "ride_unknown"
    RIDE_BOOKED = "ride_booked"
    WILL_CALL = "will_call"
    RIDE_HOME = "ride_home"
    OUTCOME_UNKNOWN = "outcome_unknown"
    MISSED = "missed"


OF_A_BOOKED_RIDE = frozenset({Condition.RIDE_BOOKED, Condition.WILL_CALL, Condition.RIDE_HOME})


class BadCadence(ValueError):
    """A cadence step cannot be used as written."""

    def __init__(self, step: str, advice: str, field: str | None = None) -> None:
        """Say which step, what to do about it, and which of its fields it is about where it is one of them."""
        super().__init__(f"Cadence step {step!r}: {advice}")
        self.step, self.advice, self.field = step, advice, field


@dataclass(frozen=True, slots=True)
class CadenceStep:
    """One step. `useful` bounds how late it may leave, as hours before (negative) or after the visit's start.

    `late`: whether a member enrolled after its time still gets it, at once. Steps of one `group` only make sense
    together: of several that are late only the last is made up for, and when the first was missed, with nothing to
    make up for it, the others are dropped. `tiers` and `barriers` narrow whom it is for; empty is everybody.
    `fallback` is the other channel, for whoever this one could not reach (TWI-34).
    """

    key: str
    words: str
    when: When
    amount: float
    conditions: tuple[Condition, ...]
    queue: Queue = Queue.BULK
    category: Category = Category.APPOINTMENT
    at: time = time(10, 0)
    useful: timedelta = timedelta(hours=-1)
    words_without_time: str | None = None
    words_pulled_back: str | None = None
    channel: str = Channel.SMS
    fallback: str | None = None
    late: bool = False
    pull_back: bool = True
    group: str | None = None
    tiers: tuple[int, ...] = ()
    barriers: tuple[Reason, ...] = ()

    @property
    def calls(self) -> bool:
        """Whether it may ring a phone."""
        return Channel.VOICE in (self.channel, self.fallback)

    @property
    def of_a_booked_ride(self) -> bool:
        """Whether it is about a ride that was booked: such texts have a cap of their own (LAW-35)."""
        return not OF_A_BOOKED_RIDE.isdisjoint(self.conditions)


@dataclass(frozen=True, slots=True)
class Cadence:
    """A published version. Its first step is the opt-in confirmation (LAW-28).

    After `escalate_after` unanswered questions a person calls (LAW-36).
    """

    version: int
    steps: tuple[CadenceStep, ...]
    escalate_after: int = 2
    groups: tuple[tuple[CadenceStep, ...], ...] = field(init=False, repr=False, compare=False, default=())
    calls: bool = field(init=False, repr=False, compare=False, default=False)  # whether any step may ring a phone

    def __post_init__(self) -> None:
        """Find what every plan asks for, once: the groups of steps that only make sense together, whether to call."""
        groups: dict[str, list[CadenceStep]] = {}
        for step in self.steps:
            if step.group is not None:
                groups.setdefault(step.group, []).append(step)
        object.__setattr__(self, "groups", tuple(map(tuple, groups.values())))
        object.__setattr__(self, "calls", any(step.calls for step in self.steps))


_FIELDS = frozenset(CadenceStep.__dataclass_fields__) - {"useful"} | {"useful_hours"}
_TIERS = range(1, 5)
_STANDARD = Path(__file__).parent / "standard_cadence.toml"


@cache
def standard_cadence() -> Mapping[str, Any]:
    """Return the cadence the product ships with, as the plain data that a program file may also hold."""
    return tomllib.loads(_STANDARD.read_text(encoding="utf-8"))


def read_cadence(version: int, rows: Iterable[Mapping[str, Any]], escalate_after: int = 2) -> Cadence:
    """Build a cadence from plain data (TOML or JSON); raises BadCadence with advice."""
    steps = tuple(_read_step(row) for row in rows)
    keys = [step.key for step in steps]
    repeated = next((key for key in keys if keys.count(key) > 1), None)
    if repeated:
        raise BadCadence(repeated, "its key is used twice; give every step its own key.", "key")
    if not steps or Condition.NOT_WELCOMED not in steps[0].conditions:
        raise BadCadence(keys[0] if keys else "(none)", "a cadence starts with the opt-in confirmation (LAW-28).")
    if not 1 <= escalate_after <= 2:
        raise BadCadence("escalate_after", "a person calls after one or two unanswered questions (LAW-36).")
    return Cadence(version, steps, escalate_after)


def _read_step(row: Mapping[str, Any]) -> CadenceStep:
    key = str(row.get("key", "?"))
    unknown = sorted(set(row) - _FIELDS)
    if unknown:
        raise BadCadence(key, f"unknown field {unknown[0]!r}; known are {', '.join(sorted(_FIELDS))}.")
    try:
        step = _step(key, row)
    except KeyError as missing:
        raise BadCadence(key, f"field {missing} is missing.") from missing
    except (ValueError, TypeError, OverflowError) as wrong:
        raise BadCadence(key, f"{wrong}.") from wrong
    if objection := _objection(step):
        raise BadCadence(key, objection[1], objection[0])
    return step


def _step(key: str, row: Mapping[str, Any]) -> CadenceStep:
    return CadenceStep(
        key=str(row["key"]),
        words=str(row["words"]),
        when=When(row["when"]),
        amount=float(row.get("amount", 0)),
        conditions=tuple(Condition(name) for name in _list(row["conditions"])),
        queue=Queue(row.get("queue", Queue.BULK)),
        category=Category(row.get("category", Category.APPOINTMENT)),
        at=time.fromisoformat(str(row.get("at", "10:00"))),
        useful=timedelta(hours=float(row.get("useful_hours", -1))),
        words_without_time=row.get("words_without_time"),
        words_pulled_back=row.get("words_pulled_back"),
        channel=str(row.get("channel", Channel.SMS)),
        fallback=row.get("fallback"),
        late=bool(row.get("late", False)),
        pull_back=bool(row.get("pull_back", True)),
        group=row.get("group"),
        tiers=tuple(int(tier) for tier in _list(row.get("tiers", []))),
        barriers=tuple(Reason(code) for code in _list(row.get("barriers", []))),
    )


def _list(found: object) -> list[Any]:
    if not isinstance(found, list | tuple):
        raise TypeError(f"{found!r} must be a list")
    return list(found)


def _objection(step: CadenceStep) -> tuple[str, str] | None:
    """Return the field that is wrong in a step that can be read, and what to do about it, or None."""
    if not step.conditions:
        return "conditions", "conditions must name at least one; a text nobody needs is not sent."
    if step.amount < 0:
        return "amount", "amount counts away from the visit and cannot be negative."
    if step.when.by_days and step.amount != int(step.amount):
        return "amount", "days are whole; use hours_before for less."
    if outside := [tier for tier in step.tiers if tier not in _TIERS]:
        return "tiers", f"tier {outside[0]} does not exist; tiers are 1 (routine) to 4 (critical)."
    if step.channel not in list(Channel):
        return "channel", f"channel {step.channel!r} is not one we reach members on; write sms or voice."
    if step.fallback is not None and {step.channel, step.fallback} != set(Channel):
        advice = f"fallback {step.fallback!r} is not the other channel; write sms or voice, or leave it out."
        return "fallback", advice
    return _unspoken(step) if step.calls else None


def _unspoken(step: CadenceStep) -> tuple[str, str] | None:
    for field_name in ("words", "words_without_time", "words_pulled_back"):
        key = getattr(step, field_name)
        if key is not None and key not in menus().questions:
            return field_name, f"no call says {key!r}; a call asks what a text asks, or tells of a visit."
    return None


def write_step(step: CadenceStep) -> dict[str, Any]:
    """Return the plain data that `read_cadence` reads back to an equal step."""
    row: dict[str, Any] = {name: getattr(step, name) for name in CadenceStep.__dataclass_fields__ if name != "useful"}
    row["at"] = step.at.isoformat("minutes")
    row["useful_hours"] = step.useful.total_seconds() / 3600
    row |= {name: [str(code) for code in row[name]] for name in ("conditions", "barriers")}
    row["tiers"] = list(step.tiers)
    return {name: value for name, value in row.items() if value not in (None, [])}
