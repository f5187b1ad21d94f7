"""Sample visits, lived through with the real planner: on every weekday, early and late, known in time.

Each planned text leaves when it is due; what the gate would hold or refuse for other reasons is not part of a plan.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

from outreach.loops.anchor import Anchor
from outreach.loops.business_days import BusinessCalendar
from outreach.loops.cadence import Cadence, Condition, When
from outreach.loops.consent import Category
from outreach.loops.hours import Hours, next_open
from outreach.loops.instants import local_date, resolve
from outreach.loops.loop import Loop, Stage
from outreach.loops.outcomes import Outcome, Source
from outreach.loops.plan import Nth, Situation, Wanted, plan
from outreach.loops.rides import Leg, Ride, RideNeed, RideNotice, Trip
from outreach.loops.setting import Setting

_WEEK = tuple(date(2027, 5, day) for day in (10, 11, 13, 15, 16))  # an ordinary one: Monday to Sunday
_AROUND_A_HOLIDAY = (date(2027, 5, 28), date(2027, 6, 1), date(2027, 6, 2))  # Memorial Day is Monday, May 31
DAYS = _WEEK + _AROUND_A_HOLIDAY
TIMES = (time(7, 30), time(9, 15), time(14, 30), time(19, 30), None)
_NIGHT, _DAY = time(5, 0), time(10, 0)
# Known in time. Who is known later gets what is left, the pressing texts first: the gate holds the others back.
LEADS = ((8, _NIGHT), (30, _DAY))
_PICKUP = timedelta(minutes=90)
_NEWS_OF_A_MISS = (timedelta(0), timedelta(days=1))  # after the visit: at once, and after every other step had its turn
_SHORTEST_VALIDITY = timedelta(seconds=60)
_NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Sample:
    """A visit to live through: in an office's zone, known `lead` days before it at a wall time, for a `tier`."""

    office: BusinessCalendar
    day: date
    wall_time: time | None
    lead: tuple[int, time]
    tier: int = 1
    ride: bool = False  # confirmed, with a ride booked and a return by call; otherwise silent all along

    @property
    def enrolled(self) -> datetime:
        """The instant the visit becomes known."""
        days, at = self.lead
        return resolve(self.day - timedelta(days=days), at, self.office.zone)

    def __str__(self) -> str:
        """Describe the member to program staff."""
        who = "who confirmed and has a ride booked" if self.ride else "who never answers"
        at = f"at {self.wall_time:%H:%M}" if self.wall_time else "without a time"
        days, known = self.lead
        return f"a member {who}, whose visit on {self.day:%A} {at} is known from {known:%H:%M} {_before(days)}"


def _before(days: int) -> str:
    return f"{days} {'day' if days == 1 else 'days'} before" if days else "on that very day"


@dataclass(frozen=True, slots=True)
class Life:
    """A sample visit as far as it was lived: what left, and when, and what is planned ahead."""

    cadence: Cadence
    hours: Hours
    zones: tuple[str, ...]
    loop: Loop
    now: datetime
    texts: tuple[tuple[datetime, Wanted], ...] = ()
    welcomed: bool = False
    told: bool = False
    started: frozenset[Nth] = frozenset()
    ahead: tuple[Wanted, ...] = ()

    def planned_anew(self) -> Life:
        """Return the visit with what its cadence wants now and has not left yet."""
        situation = Situation(
            now=self.now,
            hours=self.hours,
            zones=self.zones,
            welcomed=self.welcomed,
            told_version=self.loop.anchor.version if self.told else None,
            started=self.started,
            ever=frozenset(step for step, _ in self.started),
            planned={(touch.step, touch.nth): touch.due_at for touch in self.ahead},
            may_call=frozenset(Category),
        )
        # Of the steps that left, only those of a group still matter to others.
        steps = tuple(step for step in self.cadence.steps if step.group or step.key not in situation.ever)
        wanted = plan(self.loop, replace(self.cadence, steps=steps), situation)
        return replace(self, ahead=tuple(touch for touch in wanted if (touch.step, touch.nth) not in self.started))

    def until(self, end: datetime) -> Life:
        """Live on: each text leaves when it is due, or is refused there, and the rest is planned anew."""
        life = self
        while life.ahead and (due := max(min(touch.due_at for touch in life.ahead), life.now)) <= end:
            life = life._leave(due)
        return life if end == _NEVER else replace(life, now=max(life.now, end))

    def _leave(self, now: datetime) -> Life:
        leaving = [touch for touch in self.ahead if touch.due_at <= now]
        sent = [touch for touch in leaving if self._may_leave(touch, now)]
        steps = {step.key: step for step in self.cadence.steps}
        welcomes = [Condition.NOT_WELCOMED in steps[touch.step].conditions for touch in sent]
        life = replace(
            self,
            now=now,
            texts=self.texts + tuple((now, touch) for touch in sent),
            welcomed=self.welcomed or any(welcomes),
            told=self.told or not all(welcomes),
            started=self.started | {(touch.step, touch.nth) for touch in leaving},
            ahead=tuple(touch for touch in self.ahead if touch.due_at > now),
        )
        # A plan rests on these; where none of them changed, it stands.
        same = (life.welcomed, life.told) == (self.welcomed, self.told)
        return life if same and not any(steps[touch.step].group for touch in leaving) else life.planned_anew()

    def _may_leave(self, touch: Wanted, now: datetime) -> bool:
        """What no window carries is refused by the gate (TIM-03, TIM-09)."""
        opening = next_open(self.hours, now, self.zones)
        return opening is not None and opening.starts <= now and now + _SHORTEST_VALIDITY <= touch.useful_until

    def missed(self) -> Life:
        """The clinic says that the member did not come."""
        gone = replace(self.loop, stage=Stage.NOT_KEPT, outcome=Outcome.NO_SHOW, source=Source.CLINIC_STAFF)
        return replace(self, loop=gone).planned_anew()


def begin(sample: Sample, cadence: Cadence, hours: Hours, notice: RideNotice) -> Life:
    """Return a sample's visit on the day it becomes known, with nothing sent; the member has every barrier."""
    anchor = Anchor(1, 1, sample.day, sample.wall_time, sample.office.zone)
    loop = Loop(
        id=1,
        lane="appointment",
        anchor=anchor,
        stage=Stage.CONFIRMED if sample.ride else Stage.SCHEDULED,
        barriers=frozenset(barrier for step in cadence.steps for barrier in step.barriers),
        ride=_booked(anchor) if sample.ride else Ride(),
        setting=Setting(clinic=sample.office, notice=notice, tier=sample.tier),
    )
    return Life(cadence, hours, (sample.office.zone,), loop, sample.enrolled).planned_anew()


def _booked(anchor: Anchor) -> Ride:
    pickup = anchor.starts_at - _PICKUP
    there = Trip(Leg.OUTBOUND, "there", pickup_from=pickup, pickup_until=pickup)
    return Ride(RideNeed.BOOKED, (there, Trip(Leg.RETURN, "home", will_call=True)), revision=1)


def lives(sample: Sample, cadence: Cadence, hours: Hours, notice: RideNotice) -> Iterator[Life]:
    """Yield a sample's visit lived to its end: with nobody knowing how it went, and missed."""
    return _endings(begin(sample, cadence, hours, notice), sample.ride)


def _endings(life: Life, ride: bool) -> Iterator[Life]:
    if not ride:
        for after in _NEWS_OF_A_MISS:
            life = life.until(life.loop.anchor.ends_at + after)
            yield life.missed().until(_NEVER)
    yield life.until(_NEVER)


def samples(cadence: Cadence, offices: Iterable[BusinessCalendar]) -> Iterator[Sample]:
    """Yield visits on every weekday and around a holiday, early and late, known in time."""
    business_days = any(step.when is When.BUSINESS_DAYS_BEFORE for step in cadence.steps)
    different = {office if business_days else office.zone: office for office in offices}.values()
    return (
        Sample(office, day, wall_time, lead, tier, ride)
        for office in different
        for tier in _tiers(cadence)
        for ride in (False, True)
        for wall_time in TIMES
        for day in DAYS
        for lead in LEADS
    )


def telling(
    cadence: Cadence, hours: Hours, notice: RideNotice, offices: Iterable[BusinessCalendar]
) -> Iterator[tuple[Sample, Life]]:
    """Yield the samples lived to their ends, but for those where a visit known later is planned the same, only closer.

    Left out are visits that become known on a day without texts, for what they get at once piles up on the next day,
    where the gate holds it back; and visits on a day without texts at a clinic that is closed.
    """
    later: Life | None = None
    for sample in samples(cadence, offices):
        if not _occurs(sample, hours):
            continue
        life = begin(sample, cadence, hours, notice)
        if later is None or not _same_but_closer(later, life):
            yield from ((sample, end) for end in _endings(life, sample.ride))
        later = life


def _occurs(sample: Sample, hours: Hours) -> bool:
    known = local_date(sample.enrolled, sample.office.zone)
    return hours.window(known) is not None and (
        hours.window(sample.day) is not None or sample.office.is_open(sample.day)
    )


def _same_but_closer(later: Life, life: Life) -> bool:
    """Whether the same leaves at once, and the same after that."""
    at_once = {step.key for step in life.cadence.steps if step.when.at_once}
    plans = [{(t.step, None if t.step in at_once else t.due_at) for t in known.ahead} for known in (later, life)]
    return later.loop == life.loop and plans[0] == plans[1]


def _tiers(cadence: Cadence) -> list[int]:
    """Return a tier for each selection of steps that any tier gets."""
    mine = {frozenset(s.key for s in cadence.steps if not s.tiers or tier in s.tiers): tier for tier in (4, 3, 2, 1)}
    return sorted(mine.values())
