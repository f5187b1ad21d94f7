"""What a carrier's error code means: the table of rulebook 3.5, read from `provider_errors.toml` and checked."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from outreach.loops.numbers import NumberState
from outreach.loops.pauses import What
from outreach.loops.tasks import TaskKind

SOFT_FAILS = 3  # over as many different days, with no sign of life between: the number is in doubt
_TABLE = Path(__file__).parent / "provider_errors.toml"
_SPAN = re.compile(r"(\d+)([mh])")
_UNITS = {"m": "minutes", "h": "hours"}


class FailureClass(StrEnum):
    """P, T, C and S of the error table."""

    PERMANENT = "permanent"  # this number cannot be texted
    TEMPORARY = "temporary"
    CONFIGURATION = "configuration"  # our fault: operations must act
    SUPPRESSION = "suppression"  # the carrier holds an opt-out we do not


class BadTable(Exception):
    """The table says something that cannot be; the message names the row."""


@dataclass(frozen=True, slots=True)
class Retry:
    """A new attempt, no sooner and no later than this after the failure."""

    earliest: timedelta
    latest: timedelta


@dataclass(frozen=True, slots=True)
class Breaker:
    """So many failures `within` a span open it; or more than `share` of at least `least` texts `over` another span."""

    count: int
    within: timedelta
    share: float = 1.0
    least: int = 0
    over: timedelta = timedelta(0)


@dataclass(frozen=True, slots=True)
class Failure:
    """One row: what an error means, and what follows from it.

    `retries` come one after another; with `urgent_only` for nothing that can wait. `soft` counts against the number,
    `number` is where it stands now, and with `asks_line` its line is looked up first. `stops` is taken for an opt-out.
    `task` is what a person does for the loop once nothing is tried any more. `pauses` holds what is wrong on our side,
    and gives the text back; `breaker` holds these words on this sender. `pages` calls operations, `expires` is no
    failure but the end of a text's use, `quiets` keeps machines from the phone, and `slows` makes the sender wait.
    """

    meaning: str
    kind: FailureClass
    codes: tuple[int, ...] = ()
    retries: tuple[Retry, ...] = ()
    urgent_only: bool = False
    soft: bool = False
    number: NumberState | None = None
    asks_line: bool = False
    stops: bool = False
    task: TaskKind = TaskKind.CALL_MEMBER
    pauses: What | None = None
    breaker: Breaker | None = None
    pages: bool = False
    expires: bool = False
    quiets: timedelta | None = None
    slows: timedelta | None = None

    def retry_at(self, used: int, touch: int, at: datetime, not_after: datetime) -> datetime | None:
        """Return when a touch that failed at `at` is tried again, or None; each touch has a moment of its own.

        `used` retries are behind it. What would come after `not_after` is not tried.
        """
        if used >= len(self.retries):
            return None
        first, last = at + self.retries[used].earliest, min(at + self.retries[used].latest, not_after)
        if first > last:
            return None
        place = int.from_bytes(sha256(f"{touch}:{used}".encode()).digest()[:6], "big")
        return first + timedelta(seconds=place % (int((last - first).total_seconds()) + 1))


def failure(code: int) -> Failure:
    """Return the row of a code. One in no row is an error of the request, or of the delivery where it is none."""
    rows = table()
    of_the_request = 20000 <= code < 30000 or 400 <= code < 500
    return rows.get(code) or rows[REFUSED if of_the_request else UNDELIVERED]


REFUSED, UNDELIVERED = -1, -2  # the places of the two default rows


@cache
def table() -> Mapping[int, Failure]:
    """Return all rows by code, the defaults under REFUSED and UNDELIVERED."""
    return read_table(tomllib.loads(_TABLE.read_text(encoding="utf-8")))


def read_table(raw: Mapping[str, Any]) -> Mapping[int, Failure]:
    """Read and check a table; raises BadTable."""
    if set(raw) != {"row", "refused", "undelivered"}:
        raise BadTable("There are rows, and the two defaults `refused` and `undelivered`; nothing else.")
    rows = {REFUSED: _row(raw["refused"]), UNDELIVERED: _row(raw["undelivered"])}
    for found in map(_row, raw["row"]):
        if not found.codes or rows.keys() & set(found.codes):
            raise BadTable(f"{found.meaning}: each row has codes, and each code one row.")
        rows |= dict.fromkeys(found.codes, found)
    return rows


def crowded(times: Sequence[datetime], count: int, within: timedelta) -> bool:
    """Whether some `count` of these times lie within one span."""
    ordered = sorted(times)
    return any(late - early <= within for early, late in zip(ordered, ordered[count - 1 :], strict=False))


_READ: Mapping[str, Any] = {
    "codes": tuple,
    "kind": FailureClass,
    "retries": lambda spans: tuple(Retry(*map(_span, span.split("-"))) for span in spans),
    "number": NumberState,
    "task": TaskKind,
    "pauses": What,
    "breaker": lambda said: _breaker(said),
    "quiets": lambda said: _span(said),
    "slows": lambda said: _span(said),
}


def _span(text: str) -> timedelta:
    found = _SPAN.fullmatch(text)
    if found is None:
        raise ValueError(text)
    return timedelta(**{_UNITS[found[2]]: int(found[1])})


def _breaker(said: Mapping[str, Any]) -> Breaker:
    read: dict[str, Any] = {key: _span(value) if isinstance(value, str) else value for key, value in said.items()}
    return Breaker(**read)


def _row(raw: Mapping[str, Any]) -> Failure:
    unknown = set(raw) - {field.name for field in fields(Failure)}
    if unknown or not raw.get("meaning"):
        raise BadTable(f"{raw.get('codes')}: a row has a meaning, and no {sorted(unknown)}.")
    try:
        row = Failure(**{key: _READ.get(key, lambda said: said)(said) for key, said in raw.items()})
    except (TypeError, ValueError, AttributeError) as problem:
        raise BadTable(f"{raw['meaning']}: {problem}.") from None
    if objection := _objection(row):
        raise BadTable(f"{row.meaning}: {objection}.")
    return row


def _objection(row: Failure) -> str | None:
    """Say what in a row contradicts itself."""
    permanent, ours = row.kind is FailureClass.PERMANENT, row.kind is FailureClass.CONFIGURATION
    contradictions = {
        "what is permanent or ours is not tried again": bool(row.retries) and (permanent or ours),
        "a retry is no later than it is early": any(r.earliest > r.latest for r in row.retries),
        "only what is ours pauses anything": not ours and (row.pauses or row.breaker) is not None,
        "a pause, or a breaker": row.pauses is not None and row.breaker is not None,
        "only a permanent error tells where a number stands": row.number is not None and not permanent,
        "a permanent error says something of the number": permanent and not (row.number or row.asks_line),
        "only the carrier's block is an opt-out": row.stops and row.kind is not FailureClass.SUPPRESSION,
        "an opt-out is never tried again": row.stops and bool(row.retries),
    }
    return next((words for words, so in contradictions.items() if so), None)
