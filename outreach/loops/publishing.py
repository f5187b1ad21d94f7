"""Before a cadence is published, sample visits are lived through with the real planner and their texts counted.

What would not fit the caps would wait until it is of no use (LAW-35), so program staff hear of it before anybody else.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache

from outreach.loops.business_days import BusinessCalendar
from outreach.loops.cadence import Cadence, Condition, Queue
from outreach.loops.caps import RIDE_CAPS, Caps
from outreach.loops.consent import Category
from outreach.loops.hours import Hours
from outreach.loops.instants import local_date
from outreach.loops.rides import RideNotice
from outreach.loops.sample_visits import Life, telling
from outreach.loops.state_hours import in_force

MOST_ADVICE = 5
_DAY = timedelta(days=1)
_WHAT_TO_DO = "Move one of them to another day, or let it end earlier with useful_hours."
_ABOUT_A_RIDE = frozenset({Condition.RIDE_UNKNOWN, Condition.RIDE_BOOKED, Condition.WILL_CALL, Condition.RIDE_HOME})


@dataclass(frozen=True, slots=True)
class Crowd:
    """Texts that stand closer together than a cap allows: more than `most` in `days` local days up to `last`."""

    steps: tuple[str, ...]
    last: date
    days: int
    most: int
    of_a_booked_ride: bool

    def __str__(self) -> str:
        """Say what is too much, and by which rule."""
        span = f"{'on' if self.days == 1 else 'in the week to'} {self.last:%A, %B} {self.last.day}"
        about = " about a booked ride" if self.of_a_booked_ride else ""
        return f"{len(self.steps)} texts{about} ({', '.join(self.steps)}) {span}, and caps allow {self.most} (LAW-35)"


def crowds(life: Life, caps: Caps) -> Iterator[Crowd]:
    """Yield where a visit's texts break a cap, on the days of each zone the member may be in (TIM-03)."""
    for ride, limit in ((False, caps), (True, RIDE_CAPS)):
        for zone in life.zones:
            days = [(local_date(at, zone), t.step) for at, t in life.texts if t.of_a_booked_ride is ride]
            for last in sorted({day for day, _ in days}):
                for span, most in ((1, limit.per_day), (7, limit.per_week)):
                    steps = tuple(step for day, step in days if timedelta(0) <= last - day < timedelta(days=span))
                    if len(steps) > most:
                        yield Crowd(steps, last, span, most, ride)


@dataclass(frozen=True, slots=True)
class Lost:
    """A text that a state's hard cap holds until it is of no use: it allows `most` in any 24 hours, of every kind."""

    step: str
    day: date
    state: str
    most: int

    def __str__(self) -> str:
        """Say which text is lost, and by which rule."""
        when = f"{self.day:%A, %B} {self.day.day}"
        cap = f"{self.state} allows {self.most} texts in 24 hours, those about rides among them (LAW-32)"
        return f"{self.step} would not leave on {when} while it is of use: {cap}"


def lost(life: Life) -> Iterator[Lost]:
    """Yield the texts of a visit that the hard cap of a state would hold for too long."""
    for state in life.hours.states:
        left: list[datetime] = []
        for at, touch in sorted(life.texts, key=lambda text: (text[0], text[1].queue is Queue.BULK)):
            row = in_force(state, local_date(at, life.zones[0]))
            most = row.per_24_hours if row else None
            lately = [earlier for earlier in left if at - earlier < _DAY]
            free = at if most is None or len(lately) < most else lately[-most] + _DAY
            if most is not None and free > touch.useful_until:
                yield Lost(touch.step, local_date(at, life.zones[0]), state, most)
            else:
                left = sorted([*left, free])


def check(
    cadence: Cadence, caps: Caps, hours: Hours, notice: RideNotice, offices: Iterable[BusinessCalendar]
) -> list[str]:
    """Return a sentence of advice for each thing to change before this cadence is published; good ones get none.

    `offices` are the clinics' calendars; visits are tried in each zone among them. The texts of one visit must fit the
    caps of its phone (LAW-35), and a text about a ride needs the consent for texts about rides (LAW-26). In hours that
    are narrowed to a state its windows are kept, and what its hard cap holds must still be of use then (LAW-32).
    """
    return list(_check(cadence, caps, hours, notice, tuple(dict.fromkeys(offices))))


@lru_cache(maxsize=64)
def _check(
    cadence: Cadence, caps: Caps, hours: Hours, notice: RideNotice, offices: tuple[BusinessCalendar, ...]
) -> tuple[str, ...]:
    advice = {
        step.key: f'Step {step.key!r} is about a ride: give it category = "transport", which has a consent of its own.'
        for step in cadence.steps
        if not _ABOUT_A_RIDE.isdisjoint(step.conditions) and step.category is not Category.TRANSPORT
    }
    for sample, life in telling(cadence, hours, notice, offices):
        for crowd in crowds(life, caps):
            advice.setdefault(f"{crowd.days} {crowd.steps}", f"{crowd}: {sample}. {_WHAT_TO_DO}")
        for text in lost(life):
            advice.setdefault(f"{text.state} {text.step}", f"{text}: {sample}. {_WHAT_TO_DO}")
    return tuple(advice.values())[:MOST_ADVICE]
