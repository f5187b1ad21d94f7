"""What a rehearsal works on, and what comes of it: visits, their texts and calls, and tasks for people."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache
from typing import Any

from locales.segments import segments
from outreach.engine.episode import Episode
from outreach.engine.folder import Folder
from outreach.loops.consent import Channel
from outreach.loops.loop import Loop
from outreach.loops.plan import Nth, Situation, Tried

LEAVES, HELD, WAITS, REFUSED = "leaves", "held", "waits", "refused"


@dataclass(frozen=True, slots=True)
class Played:
    """One text or call as it would be: planned for `due_at`, and what becomes of it at `at`.

    `became`: it leaves when due; it is held first, by `rule`; it waits for somebody; or it is refused by `rule`.
    `segments` is what a text costs that leaves. `nth` tells the turns of a step apart.
    """

    loop: int
    step: str
    nth: int
    channel: str
    words: str
    language: str
    due_at: datetime
    at: datetime
    became: str
    rule: str
    segments: int
    body: str | None = field(repr=False)

    @property
    def gone(self) -> bool:
        """Whether it leaves, at once or later."""
        return self.became in (LEAVES, HELD)

    @property
    def leaves_when_due(self) -> bool:
        """Whether nothing held it."""
        return self.became == LEAVES


@dataclass(frozen=True, slots=True)
class Work:
    """A task that a person would get."""

    at: datetime
    loop: int
    kind: str
    queue: str


@dataclass(slots=True)
class Visit:
    """A visit to play: known from `known_at`; what was stored of it is where it begins."""

    episode: Episode
    known_at: datetime
    is_new: bool
    base: Situation | None = None
    begun: set[Any] = field(default_factory=set)
    started: set[Nth] = field(default_factory=set)
    ever: set[str] = field(default_factory=set)
    tried: list[Tried] = field(default_factory=list)
    planned: dict[Any, Any] = field(default_factory=dict)
    tasks: set[str] = field(default_factory=set)
    awaited: dict[str, datetime] = field(default_factory=dict)
    told_version: int | None = None
    told_by: str = Channel.SMS
    asked_yes: bool = False


def around(visit: Visit, folder: Folder, at: datetime) -> Situation:
    """Return what planning needs to know of a visit that was played this far."""
    assert visit.base is not None, "a visit is known before anything happens to it"  # noqa: S101
    phone = visit.episode.phone
    welcomed = phone is not None and folder.phones[phone].welcomed_at is not None
    channels = {step.key: step.channel for step in visit.episode.program.cadence.steps}
    itself = {key: row for key, row in visit.planned.items() if channels.get(row.step, row.channel) == row.channel}
    return replace(
        visit.base,
        now=at,
        welcomed=visit.asked_yes if visit.episode.unconfirmed else welcomed,
        told_version=visit.told_version,
        told_by=visit.told_by,
        started=frozenset(visit.started),
        ever=frozenset(visit.ever),
        planned={(row.step, row.nth): row.planned_for for row in itself.values()},
        tried=tuple(visit.tried),
        waiting={key: row.planned_for for key, row in visit.planned.items()},
    )


def plans_by(loop: Loop) -> tuple[object, ...]:
    """Return what of a loop its plan rests on."""
    return loop.stage, loop.outcome, loop.source, loop.ride, loop.barriers, loop.closed


@lru_cache(maxsize=20_000)
def size_of(body: str) -> int:
    """Live and draft send the same text mostly: its segments are counted once."""
    return segments(body).parts
