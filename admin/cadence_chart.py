"""Days of a simulation as pairs of bars, live beside draft: numbers for SVG; the table below is the source."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from admin import dates
from admin.language import gettext as _
from outreach.engine.what_if import Simulated

WIDTH, HEIGHT = 680, 180
_LEFT, _TOP, _BOTTOM, _LABELS = 40, 12, 28, 7


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar, in the units of the drawing."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars by day of the live cadence and of the draft, the axis, and its numbers by day."""

    title: str
    live: tuple[Bar, ...]
    draft: tuple[Bar, ...]
    ticks: tuple[tuple[float, str], ...]
    labels: tuple[tuple[float, str], ...]
    rows: tuple[tuple[str, int, int], ...]


def of(found: Simulated) -> list[Chart]:
    """Return the charts of a simulation: texts, calls where there are any, and tasks for people."""
    tasks = [_by_day(each.tasks) for each in (found.live, found.draft)]
    charts = [_chart(_("Texts a day"), found, found.live.texts, found.draft.texts)]
    if found.live.calls or found.draft.calls:
        charts.append(_chart(_("Calls a day"), found, found.live.calls, found.draft.calls))
    return [*charts, _chart(_("Tasks for people a day"), found, *tasks)]


def _by_day(tasks: Mapping[Any, int]) -> Counter[date]:
    days: Counter[date] = Counter()
    for (day, _queue), count in tasks.items():
        days[day] += count
    return days


def _chart(title: str, found: Simulated, live: Mapping[date, int], draft: Mapping[date, int]) -> Chart:
    top = max([1, *live.values(), *draft.values()])
    step = (WIDTH - _LEFT) / len(found.days)
    wide, high = step * 0.4, HEIGHT - _TOP - _BOTTOM

    def bars(counts: Mapping[date, int], shift: float) -> tuple[Bar, ...]:
        tall = ((place, high * counts.get(day, 0) / top) for place, day in enumerate(found.days))
        return tuple(Bar(_LEFT + place * step + shift, _TOP + high - each, wide, each) for place, each in tall)

    every = -(-len(found.days) // _LABELS)
    return Chart(
        title,
        bars(live, step * 0.08),
        bars(draft, step * 0.5),
        ((_TOP + high, "0"), (_TOP, f"{top:,}")),
        tuple(
            (_LEFT + place * step + step / 2, dates.month_day(day))
            for place, day in enumerate(found.days)
            if place % every == 0
        ),
        tuple((dates.week_day(day), live.get(day, 0), draft.get(day, 0)) for day in found.days),
    )
