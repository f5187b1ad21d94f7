"""When and how often a state lets a phone ring: data with effective dates, read as the stricter reading (LAW-32)."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

_TABLE = Path(__file__).parent / "state_hours.toml"
EARLIEST, LATEST = time(8, 0), time(21, 0)  # LAW-31, LAW-33: no configuration reaches beyond

Window = tuple[time, time]


@dataclass(frozen=True, slots=True)
class StateHours:
    """One state's row: a window for each kind of day, None where nothing unasked may be sent."""

    state: str
    since: date
    weekday: Window | None
    saturday: Window | None
    sunday: Window | None
    holidays: bool
    per_24_hours: int | None

    def window(self, day: date) -> Window | None:
        """Return the window of a date, holidays aside."""
        return (self.sunday if day.weekday() == 6 else self.saturday) if day.weekday() > 4 else self.weekday


@cache
def state_hours() -> Mapping[str, tuple[StateHours, ...]]:
    """Return the rows of each state that has any, oldest first."""
    rows = tomllib.loads(_TABLE.read_text(encoding="utf-8"))["row"]
    found: dict[str, list[StateHours]] = {}
    for row in sorted(rows, key=lambda row: row["from"]):
        found.setdefault(row["state"], []).append(_read(row))
    return {state: tuple(history) for state, history in found.items()}


@lru_cache(maxsize=4096)
def in_force(state: str, day: date) -> StateHours | None:
    """Return the row that holds in `state` on `day`, or None where only the federal hours do."""
    return next((row for row in reversed(state_hours().get(state, ())) if row.since <= day), None)


@cache
def every_state() -> tuple[str, ...]:
    """Return all states with rows of their own: what a member may be under when nobody knows where they live."""
    return tuple(sorted(state_hours()))


def _read(row: Mapping[str, Any]) -> StateHours:
    return StateHours(
        state=row["state"],
        since=row["from"],
        weekday=_window(row["weekday"]),
        saturday=_window(row["saturday"]),
        sunday=_window(row["sunday"]),
        holidays=row.get("holidays") != "closed",
        per_24_hours=row.get("per_24_hours"),
    )


def _window(written: str | list[str]) -> Window | None:
    return None if isinstance(written, str) else (time.fromisoformat(written[0]), time.fromisoformat(written[1]))
