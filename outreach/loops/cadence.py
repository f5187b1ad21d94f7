"""The plan of steps around a visit, as validated data that program staff own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import time, timedelta
from enum import StrEnum
from typing import Any

from outreach.loops.consent import Category


class Queue(StrEnum):
    """Sending queues, most urgent first (LAW-35)."""

    SAFETY = "safety"
    REPLY = "reply"
    DAY_OF = "day-of"
    BULK = "bulk"


class When(StrEnum):
    """Where a step hangs on the visit."""

    ENROLMENT = "enrolment"
    DAYS_BEFORE = "days_before"  # clinic-local dates, then a wall time (TIM-08)
    HOURS_BEFORE = "hours_before"  # elapsed time
    HOURS_AFTER = "hours_after"


class Condition(StrEnum):
    """When a step is wanted."""

    NOT_WELCOMED = "not_welcomed"
    UNANSWERED = "unanswered"
    STILL_ON = "still_on"
    OUTCOME_UNKNOWN = "outcome_unknown"


class BadCadence(ValueError):
    """A cadence step cannot be used as written."""

    def __init__(self, step: str, advice: str) -> None:
        super().__init__(f"Cadence step {step!r}: {advice}")


@dataclass(frozen=True, slots=True)
class CadenceStep:
    """One step. `useful` bounds how late it may leave, as hours before (negative) or after the visit's start."""

    key: str
    words: str
    when: When
    amount: int
    condition: Condition
    queue: Queue = Queue.BULK
    category: Category = Category.APPOINTMENT
    at: time = time(10, 0)
    useful: timedelta = timedelta(hours=-1)
    words_without_time: str | None = None
    words_pulled_back: str | None = None
    channel: str = "sms"
    late: bool = False  # whether a member enrolled after its time still gets it


@dataclass(frozen=True, slots=True)
class Cadence:
    """A published version. Its first step is the opt-in confirmation (LAW-28)."""

    version: int
    steps: tuple[CadenceStep, ...]


_FIELDS = frozenset(CadenceStep.__dataclass_fields__) - {"useful"} | {"useful_hours"}


def read_cadence(version: int, rows: Iterable[Mapping[str, Any]]) -> Cadence:
    """Build a cadence from plain data (TOML or JSON); raises BadCadence with advice."""
    steps = tuple(_read_step(row) for row in rows)
    keys = [step.key for step in steps]
    repeated = next((key for key in keys if keys.count(key) > 1), None)
    if repeated:
        raise BadCadence(repeated, "its key is used twice; give every step its own key.")
    if not steps or steps[0].condition is not Condition.NOT_WELCOMED:
        raise BadCadence(keys[0] if keys else "(none)", "a cadence starts with the opt-in confirmation (LAW-28).")
    return Cadence(version, steps)


def _read_step(row: Mapping[str, Any]) -> CadenceStep:
    key = str(row.get("key", "?"))
    unknown = sorted(set(row) - _FIELDS)
    if unknown:
        raise BadCadence(key, f"unknown field {unknown[0]!r}; known are {', '.join(sorted(_FIELDS))}.")
    try:
        return CadenceStep(
            key=str(row["key"]),
            words=str(row["words"]),
            when=When(row["when"]),
            amount=int(row.get("amount", 0)),
            condition=Condition(row["condition"]),
            queue=Queue(row.get("queue", Queue.BULK)),
            category=Category(row.get("category", Category.APPOINTMENT)),
            at=time.fromisoformat(str(row.get("at", "10:00"))),
            useful=timedelta(hours=float(row.get("useful_hours", -1))),
            words_without_time=row.get("words_without_time"),
            words_pulled_back=row.get("words_pulled_back"),
            channel=str(row.get("channel", "sms")),
            late=bool(row.get("late", False)),
        )
    except KeyError as missing:
        raise BadCadence(key, f"field {missing} is missing.") from missing
    except (ValueError, TypeError, OverflowError) as wrong:
        raise BadCadence(key, f"{wrong}.") from wrong


def write_step(step: CadenceStep) -> dict[str, Any]:
    """Return the plain data that `read_cadence` reads back to an equal step."""
    row: dict[str, Any] = {name: getattr(step, name) for name in CadenceStep.__dataclass_fields__ if name != "useful"}
    row["at"] = step.at.isoformat("minutes")
    row["useful_hours"] = step.useful.total_seconds() / 3600
    return {name: value for name, value in row.items() if value is not None}
