"""The counters that are always in view: how many promises, how each ended or is held, and what was sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from flask import current_app

from admin import heard_words
from admin.access import deployment
from admin.words import plain
from conversations.meaning import Reason
from outreach.loops.instants import local_date
from outreach.store.reads.metrics import office_zone
from outreach.store.reads.scoreboard import Scoreboard, scoreboard
from outreach.store.reads.tour import days
from outreach.store.unit_of_work import UnitOfWork

_SPARE = 20  # counting takes a twentieth of the time at most
_ENDS: Mapping[str, str] = MappingProxyType(
    {
        Reason.TRANSPORT_FAILURE: "No ride",
        Reason.WORK_CONFLICT: "Work or school",
        Reason.ILLNESS: "Too sick to go",
        Reason.CHILDCARE: "Nobody for the children",
        Reason.FORGOT: "Forgot or wrong time",
        Reason.NOT_STATED: "Reason not said",
        "new_visit": "New visit took over",
        "no_new_visit": "No new visit",
        "duplicate": "Booked twice",
        "staff": "Closed by a person",
    }
)


@dataclass(frozen=True, slots=True)
class Part:
    """One part of all promises: `start` and `share` in percent of the bar, `code` names its colour."""

    code: str
    words: str
    count: int
    start: float
    share: float


@dataclass(frozen=True, slots=True)
class Board:
    """What is counted of the visits from `first` to `last`; `today` is the office's date."""

    score: Scoreboard
    parts: tuple[Part, ...]
    not_kept: int
    why: tuple[tuple[str, int], ...]
    first: date
    last: date
    today: date


def board(uow: UnitOfWork, *, counted_now: bool = False) -> Board:
    """Return what was counted moments ago, or now where it must be: the end of the story is told once."""
    kept: _Counted = current_app.extensions.setdefault("outreach.board", _Counted())
    if counted_now:
        kept.good_until = float("-inf")
    return kept.board(uow)


def end_in_words(code: str) -> str:
    """Return why a visit was not kept, or how its loop closed, in words."""
    if code in _ENDS:
        return _ENDS[code]
    words = heard_words.reason(code) if code in list(Reason) else plain(code)
    return f"{words[0].upper()}{words[1:]}"


@dataclass(slots=True)
class _Counted:
    known: Board | None = None
    good_until: float = float("-inf")

    def board(self, uow: UnitOfWork) -> Board:
        timer = deployment().timer
        began = timer.monotonic()
        if self.known is None or began >= self.good_until:
            self.known = _count(uow)
            ended = timer.monotonic()
            self.good_until = ended + _SPARE * (ended - began)
        return self.known


def _count(uow: UnitOfWork) -> Board:
    today = local_date(uow.now, office_zone(uow))
    first, last = days(uow) or (today, today)
    score = scoreboard(uow, first)
    not_kept = sum(count for _, count in score.not_kept)
    counts = (
        ("kept", "Kept", score.kept),
        ("not-kept", "Not kept", not_kept),
        ("unknown", "Unknown", score.unknown),
        ("owned", "Owned by a person", score.owned),
        ("waiting", "Next text or answer due", score.waiting),
        ("unheld", "Unheld", score.unheld),
    )
    parts, start = [], 0.0
    for code, words, count in counts:
        share = 100 * count / max(1, score.promises)
        parts.append(Part(code, words, count, round(start, 3), round(share, 3)))
        start += share
    why = tuple((end_in_words(code), count) for code, count in score.not_kept)
    return Board(score, tuple(parts), not_kept, why, first, last, today)
