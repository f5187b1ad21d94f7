"""Reports for supervisors and program staff: what is counted, grouped twice, with small cells held back (6.2)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from outreach.engine import report_costs
from outreach.engine.deployment import Deployment
from outreach.engine.report_costs import Costs
from outreach.engine.report_promises import Promises, kept_promises
from outreach.engine.report_waits import Waits, waits
from outreach.engine.report_work import QueueRow, queue_rows
from outreach.loops.instants import local_date, resolve
from outreach.loops.reports import measures as m
from outreach.loops.reports.grids import Crossed, crossed
from outreach.loops.reports.measures import Measure
from outreach.loops.reports.tables import Table, table, together
from outreach.store import programs
from outreach.store.actor import Actor
from outreach.store.reads.metrics import office_zone
from outreach.store.reads.reports import asks, consent, delivery, outreach, rides, visits
from outreach.store.reads.reports.scope import Both, By, Scope
from outreach.store.unit_of_work import UnitOfWork

REFERENCE = "en"
_PATIENCE = 3  # business days until an outcome should be known
_WEEKS = 13


class Tab(StrEnum):
    """One page of reports."""

    VISITS = "visits"
    OUTREACH = "outreach"
    CONSENT = "consent"
    RIDES = "rides"
    DELIVERY = "delivery"
    TASKS = "tasks"


@dataclass(frozen=True, slots=True)
class Report:
    """What one page shows: the first of `weekly` as a curve, `groups` as tables, and what its tab has besides."""

    tab: Tab
    scope: Scope
    by: By
    counted_at: datetime
    weekly: tuple[Table, ...] = ()
    groups: tuple[Table, ...] = ()
    reasons: Crossed | None = None
    barriers: Crossed | None = None
    waits: Waits | None = None
    costs: Costs | None = None
    queues: tuple[QueueRow, ...] = ()
    promises: Promises | None = None

    def named(self, name: str) -> Table | None:
        """Return the table of a measure by group."""
        return next((each for each in self.groups if each.measure.name == name), None)


def last_quarter(deployment: Deployment, actor: Actor) -> tuple[date, date]:
    """Return the first and last day of the thirteen whole weeks before today, on the office's calendar."""
    with deployment.read(actor) as uow:
        today = local_date(uow.now, office_zone(uow))
    sunday = today - timedelta(days=today.weekday() + 1)
    return sunday - timedelta(days=7 * _WEEKS - 1), sunday


def report(deployment: Deployment, actor: Actor, tab: Tab, scope: Scope, by: By) -> Report:
    """Return one page of reports; the number of statements is the same however many visits there are."""
    with deployment.read(actor) as uow:
        return _TABS[tab](uow, scope, by)


def _visits(uow: UnitOfWork, scope: Scope, by: By) -> Report:
    found = visits.visit_tallies(uow, scope, by, _due_before(uow))
    rates, firm = _tables((m.KEPT, m.NO_SHOW, m.LATE), found.fates, by), _tables((m.COMPLETE,), found.firm, by)
    beside = next(each for each in rates.groups if each.measure is m.KEPT)
    return Report(
        Tab.VISITS, scope, by, uow.now, (*rates.weekly, *firm.weekly), (*rates.groups, *firm.groups),
        reasons=crossed(visits.reasons(uow, scope, by), beside),
        barriers=crossed(visits.barriers(uow, scope, by), None),
    )  # fmt: skip


def _outreach(uow: UnitOfWork, scope: Scope, by: By) -> Report:
    said = outreach.contact(uow, scope, by)
    each = ((m.CONFIRMED, said.confirmed), (m.ANSWERED, said.answered), (m.REACHED, said.reached))
    found = _each(each, by)
    return Report(Tab.OUTREACH, scope, by, uow.now, found.weekly, found.groups, waits=waits(m.CONTACTED, said.waits))


def _consent(uow: UnitOfWork, scope: Scope, by: By) -> Report:
    covered, left = consent.coverage(uow, scope, by), consent.opt_outs(uow, scope, by)
    found = _each(((m.COVERED, covered), (m.OPTED_OUT, left)), by)
    return Report(Tab.CONSENT, scope, by, uow.now, found.weekly, found.groups)


def _rides(uow: UnitOfWork, scope: Scope, by: By) -> Report:
    found = visits.visit_tallies(uow, scope, by, {})
    legs = rides.legs(uow, scope, by)
    ended = _tables((m.RIDES,), legs.ended, by)
    there = _tables((m.PICKED_UP,), legs.picked_up, by, ended)
    rates = _tables((m.KEPT, m.NO_SHOW, m.LATE), found.fates, by)
    misses = _tables((m.RIDE_MISSES,), visits.ride_misses(uow, scope, by), by, rates)
    weekly = (*ended.weekly, *there.weekly, *misses.weekly)
    groups = (*ended.groups, *there.groups, *misses.groups)
    return Report(Tab.RIDES, scope, by, uow.now, weekly, groups, waits=waits(m.BOOKED, asks.asks(uow, scope, by)))


def _delivery(uow: UnitOfWork, scope: Scope, by: By) -> Report:
    sent = delivery.sent(uow, scope, by)
    found = _each(((m.DELIVERED, sent.delivered), (m.SPOKEN, sent.spoken)), by)
    costs = report_costs.costs(uow, sent.words, found.groups[0])
    return Report(Tab.DELIVERY, scope, by, uow.now, found.weekly, found.groups, costs=costs)


def _tasks(uow: UnitOfWork, scope: Scope, by: By) -> Report:
    zone = office_zone(uow)
    begins, ends = (resolve(day, time(0), zone) for day in (scope.first, scope.last + timedelta(days=1)))
    queues = queue_rows(uow, (begins, ends), scope.program)
    promises = kept_promises(uow, (begins, ends), scope.program)
    return Report(Tab.TASKS, scope, by, uow.now, queues=queues, promises=promises)


@dataclass(frozen=True, slots=True)
class _Tables:
    """Measures of the same rows, by week and by group."""

    weekly: tuple[Table, ...]
    groups: tuple[Table, ...]


def _each(measured: tuple[tuple[Measure, Both], ...], by: By) -> _Tables:
    """Make tables of measures that share no rows."""
    found = [_tables((measure,), counted, by) for measure, counted in measured]
    return _Tables(
        tuple(each for one in found for each in one.weekly), tuple(each for one in found for each in one.groups)
    )


def _tables(wanted: tuple[Measure, ...], found: Both, by: By, before: _Tables | None = None) -> _Tables:
    rows, others = together(found.groups)
    prefer = REFERENCE if by is By.LANGUAGE else ""
    outer = before or _Tables((), ())
    return _Tables(
        _nested(outer.weekly, lambda known: (table(each, found.weeks, 0, known) for each in wanted)),
        _nested(outer.groups, lambda known: (table(each, rows, others, known, prefer) for each in wanted)),
    )


def _nested(outer: tuple[Table, ...], make: Callable[[dict[str, Table]], Iterator[Table]]) -> tuple[Table, ...]:
    """Make tables one after another; each holds back what the ones before it do, where they share a denominator."""
    known = {each.measure.name: each for each in outer}
    made = []
    for each in make(known):
        known[each.measure.name] = each
        made.append(each)
    return tuple(made)


def _due_before(uow: UnitOfWork) -> dict[int, date]:
    """Return, for each program, the day whose earlier visits should have an outcome by now (OUT-03)."""
    return {
        each.id: each.office.days_before(local_date(uow.now, each.zone), _PATIENCE)
        for each in programs.programs(uow).values()
    }


_TABS: Mapping[Tab, Callable[[UnitOfWork, Scope, By], Report]] = {
    Tab.VISITS: _visits,
    Tab.OUTREACH: _outreach,
    Tab.CONSENT: _consent,
    Tab.RIDES: _rides,
    Tab.DELIVERY: _delivery,
    Tab.TASKS: _tasks,
}
