"""What texts cost at most: each version of approved words, filled with the longest values, times how often it left."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from locales.linter import longest_values
from locales.render import UnusableText, render
from locales.segments import segments
from outreach.loops.reports.cells import small
from outreach.loops.reports.tables import OTHER, Table
from outreach.store import programs
from outreach.store.reads.reports import delivery
from outreach.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Cost:
    """Tries that left, and the segments they took at most; None where the group is held back."""

    key: str
    texts: int | None
    segments: int | None


@dataclass(frozen=True, slots=True)
class Costs:
    """Costs by group, in the order of the table beside; `total` is None where nothing may be shown."""

    lines: tuple[Cost, ...]
    total: Cost | None


def costs(uow: UnitOfWork, words: Mapping[str, Counter[int]], beside: Table) -> Costs:
    """Return what the texts of each group cost; what the table beside holds back is held back here."""
    sizes = _sizes(uow, {version for counts in words.values() for version in counts})
    shown = {line.key for line in beside.lines if line.counted is not None}
    named = {line.key for line in beside.lines}
    texts: Counter[str] = Counter()
    parts: Counter[str] = Counter()
    for group, counts in words.items():
        key = group if group in named else OTHER
        texts[key] += counts.total()
        parts[key] += sum(sizes.get(version, 1) * count for version, count in counts.items())
    total = Cost(OTHER, texts.total(), parts.total())
    if beside.total is None or small(texts.total()):
        return Costs((), None)
    lines = (
        Cost(line.key, texts[line.key], parts[line.key]) if line.key in shown else Cost(line.key, None, None)
        for line in beside.lines
    )
    return Costs(tuple(lines), total)


def _sizes(uow: UnitOfWork, versions: set[int]) -> dict[int, int]:
    of_programs = programs.programs(uow)
    return {
        version: _parts(body, language, of_programs[program].name, of_programs[program].phone)
        for version, (language, body, program) in delivery.bodies(uow, versions).items()
    }


@lru_cache(maxsize=4096)
def _parts(body: str, language: str, name: str, phone: str) -> int:
    values = {**longest_values(language), "program": name, "phone": phone, "return_phone": phone}
    try:
        return segments(render(body, values)).parts
    except UnusableText:
        return segments(body).parts
