"""When a phone may ring: what law, state, program, clinic and member each allow, in every zone the member may be in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from functools import lru_cache, reduce

from outreach.loops.business_days import is_holiday
from outreach.loops.instants import local_date, local_time, resolve
from outreach.loops.state_hours import EARLIEST, LATEST, Window, in_force

GUARD = timedelta(minutes=10)  # TIM-10: the last claim is this long before the window ends
_SEARCH_DAYS = 9
_SOON = 2  # days that are looked at first: almost always one of them is open
_ALWAYS = (time.min, time.max)


class HoursOutsideTheLaw(ValueError):
    """Sending hours must lie between 08:00 and 21:00 and open before they close (LAW-33)."""

    def __init__(self) -> None:
        super().__init__(self.__doc__)


@dataclass(frozen=True, slots=True)
class Hours:
    """Wall-clock windows by day; `None` is a day without proactive messages.

    The program sets the first four. For one touch they are narrowed by the rest: the rows of each state the member may
    live in (LAW-32), the member's own wish (HIP-06), the days the clinic is closed. `early` is how early the member
    asked to be reached, the one thing that reaches before 08:00 (LAW-33). What is `urgent` goes on holidays too.
    """

    weekday: Window = (time(9, 0), time(20, 0))
    saturday: Window | None = (time(9, 0), time(20, 0))
    sunday: Window | None = (time(12, 0), time(20, 0))
    holidays: bool = False  # TIM-11: proactive messages on federal and state holidays
    states: tuple[str, ...] = ()
    own: Window | None = None
    early: time | None = None
    closed: frozenset[date] = frozenset()
    urgent: bool = False
    key: int = field(init=False, repr=False, compare=False, default=0)  # its hash: openings are looked up by it

    def __post_init__(self) -> None:
        """Refuse a window the law does not allow; raises HoursOutsideTheLaw."""
        for window in (self.weekday, self.saturday, self.sunday):
            if window is not None and not EARLIEST <= window[0] < window[1] <= LATEST:
                raise HoursOutsideTheLaw
        program = (self.weekday, self.saturday, self.sunday, self.holidays)
        object.__setattr__(self, "key", hash((*program, self.states, self.own, self.early, self.closed, self.urgent)))

    def __hash__(self) -> int:
        """Return the hash that was worked out once."""
        return self.key

    def narrowed(
        self, *, states: tuple[str, ...], own: Window | None, early: time | None, closed: frozenset[date], urgent: bool
    ) -> Hours:
        """Return the program's hours as they are for one text to one member."""
        return replace(self, states=states, own=own, early=early, closed=closed, urgent=urgent)

    def when_urgent(self, urgent: bool) -> Hours:
        """Return the hours of what is urgent, or of what is not."""
        return self if self.urgent == urgent else _as_urgent(self, urgent)

    def window(self, day: date) -> Window | None:
        """Return the window of one local date that everybody allows, or None when nothing may be sent."""
        starts, ends = _ALWAYS
        for _, window in self._layers(day):
            if window is None:
                return None
            starts, ends = max(starts, window[0]), min(ends, window[1])
        return (starts, ends) if starts < ends else None

    def closed_by(self, day: date, at: time) -> str | None:
        """Return the rule that first says no at a local date and time, or None when all say yes."""
        for rule, window in self._layers(day):
            if window is None or not window[0] <= at < window[1]:
                return rule
        return None

    def _layers(self, day: date) -> Iterator[tuple[str, Window | None]]:
        free = any(is_holiday(day, state) for state in ("", *self.states))
        open_on_it = self.urgent or not (day in self.closed or (free and not self.holidays))
        yield "TIM-11", _ALWAYS if open_on_it else None
        program = (self.sunday if day.weekday() == 6 else self.saturday) if day.weekday() > 4 else self.weekday
        yield "LAW-33", self._from(program)
        for state in self.states:
            if (row := in_force(state, day)) is not None:
                yield "LAW-32", self._from(row.window(day)) if row.holidays or not free else None
        if self.own is not None:
            yield "HIP-06", self.own

    def _from(self, window: Window | None) -> Window | None:
        return window if window is None or self.early is None else (min(self.early, window[0]), window[1])


@lru_cache(maxsize=4096)
def _as_urgent(hours: Hours, urgent: bool) -> Hours:
    return replace(hours, urgent=urgent)


@dataclass(frozen=True, slots=True)
class Opening:
    """A stretch of time that is allowed in every zone: UTC, end exclusive."""

    starts: datetime
    ends: datetime


def _of_day(hours: Hours, day: date, zone: str) -> Opening | None:
    window = hours.window(day)
    return window and Opening(resolve(day, window[0], zone), resolve(day, window[1], zone))


@lru_cache(maxsize=16384)
def _in_zone(hours: Hours, today: date, zone: str, days: range) -> tuple[Opening, ...]:
    found = (_of_day(hours, today + timedelta(days=offset), zone) for offset in days)
    return tuple(opening for opening in found if opening is not None)


def _shared(these: tuple[Opening, ...], those: tuple[Opening, ...]) -> tuple[Opening, ...]:
    pairs = (Opening(max(a.starts, b.starts), min(a.ends, b.ends)) for a in these for b in those)
    return tuple(opening for opening in pairs if opening.ends - opening.starts > GUARD)


def openings(hours: Hours, at: datetime, zones: Sequence[str], days: range) -> tuple[Opening, ...]:
    """Return the openings around `at`, in order; `days` count from each zone's own date.

    Where one zone's evening is the next morning of another, they share those hours. Empty when none is shared (TIM-03).
    """
    return _openings(hours, tuple((local_date(at, zone), zone) for zone in zones), days)


@lru_cache(maxsize=16384)  # few sets of zones share the dates of a plan
def _openings(hours: Hours, todays: tuple[tuple[date, str], ...], days: range) -> tuple[Opening, ...]:
    return reduce(_shared, [_in_zone(hours, today, zone, days) for today, zone in todays]) if todays else ()


def next_open(hours: Hours, at: datetime, zones: Sequence[str]) -> Opening | None:
    """Return the opening that `at` lies in, before its guard, or else the next one; None when there is none."""
    return _next_open(hours, at, tuple(zones))


@lru_cache(maxsize=1024)  # a batch asks for one instant, and twice for every text
def _next_open(hours: Hours, at: datetime, zones: tuple[str, ...]) -> Opening | None:
    for days in (range(-1, _SOON), range(-1, _SEARCH_DAYS)):
        for opening in openings(hours, at, zones, days):
            if at < opening.ends - GUARD:
                return opening
    return None


def last_open_before(hours: Hours, at: datetime, zones: Sequence[str]) -> Opening | None:
    """Return the latest opening whose guard begins by `at`: where what cannot wait is pulled back to (TIM-09)."""
    earlier = [opening for opening in openings(hours, at, zones, range(-_SEARCH_DAYS, 1)) if opening.ends - GUARD <= at]
    return earlier[-1] if earlier else None


def closing_rule(hours: Hours, at: datetime, zones: Sequence[str]) -> str:
    """Return the rule that keeps a phone from ringing at `at`: of a zone that is closed, or of a window's end."""
    for zone in zones:
        if rule := hours.closed_by(local_date(at, zone), local_time(at, zone)):
            return rule
    return "TIM-10"
