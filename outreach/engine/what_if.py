"""The coming weeks, played twice: by the live cadence, and by the draft, with the same visits and the same answers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from outreach.engine.habits import Habits
from outreach.engine.preview import Part, load_cast
from outreach.engine.rehearsal import Rehearsal
from outreach.engine.rehearsed import REFUSED, Played, Work
from outreach.loops.cadence import Cadence
from outreach.loops.consent import Channel
from outreach.loops.instants import local_date
from outreach.store.reads import rehearsing
from outreach.store.reads.rehearsing import Lately, Sample
from outreach.store.unit_of_work import UnitOfWork

MOST = 500  # open visits that are played, and as many new ones: the figures of more are counted up from these
LOOKED_BACK = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Assumed:
    """What a simulation rests on: how many weeks, how many visits become known in each, and who answers."""

    weeks: int
    new_a_week: int
    habits: Habits


@dataclass(slots=True)
class Figures:
    """What leaves and what is to do, counted for the whole program; days are dates of the program's zone."""

    texts: Counter[date] = field(default_factory=Counter)
    calls: Counter[date] = field(default_factory=Counter)
    languages: Counter[str] = field(default_factory=Counter)
    segments: Counter[str] = field(default_factory=Counter)  # by language
    held: Counter[str] = field(default_factory=Counter)  # by rule
    refused: Counter[str] = field(default_factory=Counter)  # by rule
    tasks: Counter[tuple[date, str]] = field(default_factory=Counter)  # by day and queue

    def queues(self) -> Counter[str]:
        """Return the tasks by queue."""
        found: Counter[str] = Counter()
        for (_, queue), count in self.tasks.items():
            found[queue] += count
        return found


@dataclass(frozen=True, slots=True)
class Simulated:
    """Both plays, the days they cover, and how many visits there are and were played."""

    days: tuple[date, ...]
    live: Figures
    draft: Figures
    visits: int
    played: int


def assumed(uow: UnitOfWork, program_id: int, zone: str, weeks: int = 4) -> tuple[Assumed, Lately]:
    """Return what the last 90 days of this program say of the next, and the counts that it was taken from."""
    found = rehearsing.lately(uow, program_id, uow.now - LOOKED_BACK, local_date(uow.now, zone))
    since = uow.now - timedelta(weeks=weeks)
    lately = rehearsing.become_known(uow, program_id, since, uow.now, 1).whole
    declines = _share(found.declined, found.visits)
    needed = _share(found.rides_needed, found.visits)
    answered, rides = _share(found.answered, found.asked), _share(found.rides_answered, found.rides_asked)
    habits = Habits(
        confirms=max(0.0, answered - declines),
        declines=min(declines, answered),
        rides=rides * (1 - needed),
        needs_rides=rides * needed,
        picks_up_calls=_share(found.reached, found.calls),
        reported=_share(found.reported, found.visits),
        kept=_share(found.kept, found.reported),
    )
    return Assumed(weeks, round(lately / weeks), habits), found


def _share(part: int, whole: int) -> float:
    return round(part / whole, 2) if whole else 0.0


def simulate(uow: UnitOfWork, program_id: int, zone: str, live: Cadence, draft: Cadence, given: Assumed) -> Simulated:
    """Play the coming weeks by both cadences. New visits are like those that became known in as many weeks before."""
    span = timedelta(weeks=given.weeks)
    now_open = rehearsing.open_loops(uow, program_id, MOST)
    before = rehearsing.become_known(uow, program_id, uow.now - span, uow.now, MOST)
    ids = sorted({loop for loop, _ in (*now_open.visits, *before.visits)})
    cast = load_cast(uow, ids, live.calls or draft.calls)
    new = [part for part in _new(before, given, span) if part.loop in cast.episodes]
    parts = [*(Part(loop, uow.now) for loop, _ in now_open.visits), *new]
    counted_up = (_times(now_open.whole, len(now_open.visits)), _times(given.new_a_week * given.weeks, len(new)))
    end = uow.now + span
    before_and_after = (cast.rehearse(cadence, parts, end, given.habits) for cadence in (live, draft))
    figures_of_live, figures_of_draft = (_figures(play, zone, uow.now, end, counted_up) for play in before_and_after)
    first, last = local_date(uow.now, zone), local_date(end, zone)
    days = tuple(first + timedelta(days=n) for n in range((last - first).days + 1))
    whole = now_open.whole + given.new_a_week * given.weeks
    return Simulated(days, figures_of_live, figures_of_draft, whole, len(parts))


def _times(whole: int, played: int) -> float:
    return whole / played if played else 0.0


def _new(before: Sample, given: Assumed, span: timedelta) -> Iterator[Part]:
    """Yield the visits of the last weeks once more, as many weeks later; in turn, where more are expected."""
    wanted = min(given.new_a_week * given.weeks, MOST)
    for number in range(wanted if before.visits else 0):
        loop, known_at = before.visits[number * len(before.visits) // wanted]
        yield Part(loop, known_at + span, number=-(number + 1), days=span.days)


def _figures(play: Rehearsal, zone: str, begin: datetime, end: datetime, counted_up: tuple[float, float]) -> Figures:
    """Count what was played; each open visit stands for so many, and each new one."""
    found, exact = Figures(), _Exact()
    for each in play.played:
        if begin <= each.at <= end:
            exact.add(each, zone, counted_up[each.loop < 0])
    for task in play.work:
        exact.work(task, zone, counted_up[task.loop < 0])
    for name, counts in exact.counts.items():
        getattr(found, name).update({key: round(value) for key, value in counts.items() if round(value)})
    return found


class _Exact:
    """Counts that are not rounded yet."""

    def __init__(self) -> None:
        self.counts: dict[str, dict[object, float]] = {name: {} for name in Figures.__dataclass_fields__}

    def add(self, each: Played, zone: str, times: float) -> None:
        day = local_date(each.at, zone)
        if each.became == REFUSED:
            self._count("refused", each.rule, times)
        elif each.rule and not each.leaves_when_due:
            self._count("held", each.rule, times)
        if each.gone:
            self._count("calls" if each.channel == Channel.VOICE else "texts", day, times)
            self._count("languages", each.language, times)
            self._count("segments", each.language, times * each.segments)

    def work(self, task: Work, zone: str, times: float) -> None:
        self._count("tasks", (local_date(task.at, zone), task.queue), times)

    def _count(self, name: str, key: object, times: float) -> None:
        self.counts[name][key] = self.counts[name].get(key, 0.0) + times
