"""What simulated staff do at their desks: take tasks, book rides and new visits, and finish what they took."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from outreach.engine import tasks
from outreach.engine.deployment import Deployment
from outreach.engine.importing import Request
from outreach.engine.rides import Booking, report_trip
from outreach.engine.tasks import Finish
from outreach.loops.instants import local_date
from outreach.loops.rides import Leg, Trip, TripStatus
from outreach.loops.tasks import TaskKind
from outreach.simulation.staff import DRIVES, Undertaking, reason, resolution
from outreach.simulation.visits_file import VisitLine, bring_in
from outreach.store import programs
from outreach.store.programs import StoredProgram
from outreach.store.reads import simulation as reads
from outreach.store.reads.simulation import Visit
from outreach.store.trips import Details

_MINUTE = timedelta(minutes=1)
_EARLY = 75 * _MINUTE  # pickup before the visit
_NOTICE = timedelta(hours=2)  # before the pickup
_AGAIN = "-R"  # V-0003-R1 is the visit booked after V-0003
_MOST = 2  # new visits, one after another


def take(deployment: Deployment, doing: Undertaking) -> None:
    """Take a task that nobody has touched yet. Raises NotAsked when a visitor is just faster."""
    with deployment.read(doing.who) as uow:
        work = reads.work_at_hand(uow, doing.task)
    if work is not None and work.untouched:
        tasks.claim(deployment, doing.who, doing.task)


def finish(deployment: Deployment, seed: int, doing: Undertaking) -> None:
    """Finish a task that is still one's own. Raises NotAsked when a visitor did so just now."""
    with deployment.read(doing.who) as uow:
        work, now = reads.work_at_hand(uow, doing.task), uow.now
        known = programs.programs(uow, [work.visit.program]) if work and work.visit else {}
    if work is None or work.owner != doing.who.name:
        return
    kind, visit = TaskKind(work.kind), work.visit
    how = resolution(seed, doing.dice, kind, visit, now)
    end = Finish(how, reason(doing.dice, how))
    if kind is TaskKind.RESCHEDULE:
        end = _new_visit(deployment, doing, visit, known[visit.program], now) if visit else _no_new_visit(doing)
    elif kind in (TaskKind.ARRANGE_RIDE, TaskKind.RIDE_URGENT) and visit is not None and _in_time(visit, now):
        end = Finish("ride_booked", booking=_booking(doing, visit, known[visit.program]))
    tasks.resolve(deployment, doing.who, doing.task, end)


def tell_of_trip(deployment: Deployment, booked: reads.BookedTrip, status: TripStatus) -> None:
    """Record what the broker says of a trip, unless it was given up. Raises NotAsked when its loop has none."""
    with deployment.read(DRIVES) as uow:
        if not reads.still_booked(uow, booked.id):
            return
    report_trip(deployment, DRIVES, booked.loop, Leg(booked.leg), status)


def _new_visit(
    deployment: Deployment, doing: Undertaking, visit: Visit, program: StoredProgram, now: datetime
) -> Finish:
    """The clinic writes a new visit into its file, a day or two later; the file comes in by its usual door."""
    first, _, nth = visit.id.partition(_AGAIN)
    if int(nth or 0) >= _MOST or doing.dice.chance("new visit") < 0.25:
        return _no_new_visit(doing)
    after = max(local_date(now, visit.anchor.zone), visit.anchor.day)
    day = program.office.days_after(after, doing.dice.one_of("days on", (1, 2, 2)))
    time = visit.anchor.wall_time.isoformat("minutes") if visit.anchor.wall_time else ""
    line = VisitLine(f"{first}{_AGAIN}{int(nth or 0) + 1}", visit.member, visit.clinic, day.isoformat(), time)
    with TemporaryDirectory() as folder:
        bring_in(Request(deployment, doing.who, program.key), Path(folder), [line])
    with deployment.read(doing.who) as uow:
        found = reads.loop_of(uow, program.id, line.visit)
    return Finish("new_visit", new_loop=found) if found is not None else _no_new_visit(doing)


def _no_new_visit(doing: Undertaking) -> Finish:
    return Finish("no_new_visit", reason(doing.dice, "no_new_visit"))


def _in_time(visit: Visit, now: datetime) -> bool:
    return visit.anchor.wall_time is not None and now + _NOTICE <= visit.anchor.starts_at - _EARLY


def _booking(doing: Undertaking, visit: Visit, program: StoredProgram) -> Booking:
    pickup, back = visit.anchor.starts_at - _EARLY, visit.anchor.ends_at + 20 * _MINUTE
    there = Trip(Leg.OUTBOUND, f"{visit.id}-A", pickup_from=pickup, pickup_until=pickup + 30 * _MINUTE)
    home = Trip(Leg.RETURN, f"{visit.id}-B", pickup_from=back, pickup_until=back + 40 * _MINUTE)
    if doing.dice.chance("will call") < 0.4:
        home = Trip(Leg.RETURN, f"{visit.id}-B", will_call=True, phone=program.broker_phone)
    service = doing.dice.one_of("service", ("ambulatory", "ambulatory", "ambulatory", "wheelchair_van"))
    return Booking((there, home), Details(program.broker or "the broker", service))
