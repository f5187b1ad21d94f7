"""Consents that come to their end are renewed in time: somebody asks, or the texts stop when they lapse (LAW-26)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from outreach.engine.deployment import Deployment
from outreach.engine.holds import name_holds
from outreach.loops.business_days import BusinessCalendar
from outreach.loops.consent import Category, ConsentEvent, granted, suppressed
from outreach.loops.instants import local_date, resolve
from outreach.loops.standing import Standing
from outreach.loops.task_clock import deadlines_until
from outreach.loops.tasks import TaskKind
from outreach.store import consents, loops, people, programs, rounds, tasks, work
from outreach.store.actor import WORKER
from outreach.store.unit_of_work import UnitOfWork

IN_TIME = timedelta(days=14)
_EVERY = timedelta(hours=1)
_ROUND, _BATCH = "consents", 100


def renew_expiring(deployment: Deployment) -> int:
    """Open one task for each member whose consent ends within two weeks; return how many entries were noticed."""
    with deployment.read(WORKER) as uow:
        if not rounds.is_due(uow, _ROUND):
            return 0
        seen = consents.expiring(uow, uow.now + IN_TIME, _BATCH)
    with deployment.write(WORKER) as uow:
        people.lock_phones(uow, {phone for phone, _ in seen})
        # A later statement than the locks: what another worker noticed meanwhile is left out.
        ends = {event.id for _, event in seen}
        found = [(phone, e) for phone, e in consents.expiring(uow, uow.now + IN_TIME, 2 * _BATCH) if e.id in ends]
        _ask(uow, _last_of(uow, found))
        for _, event in found:
            consents.notice_expiring(uow, event.id)
        if len(seen) < _BATCH:
            rounds.made(uow, _ROUND, uow.now + _EVERY)
        uow.commit()
    return len(found)


def _last_of(uow: UnitOfWork, found: Sequence[tuple[int, ConsentEvent]]) -> dict[int, datetime]:
    """Return when the first consent of each member ends, of those that nothing newer stands for."""
    ledgers = consents.consents(uow, {phone for phone, _ in found})
    ends: dict[int, datetime] = {}
    for phone, event in found:
        ledger, about = ledgers[phone], Category(event.category)
        if event.member is None or event.expires_at is None or suppressed(ledger, about):
            continue
        standing = granted(ledger, event.member, event.channel, about)
        if standing is not None and standing.id == event.id:
            ends[event.member] = min(event.expires_at, ends.get(event.member, event.expires_at))
    return ends


def _ask(uow: UnitOfWork, ends: dict[int, datetime]) -> None:
    known = people.members(uow, ends)
    theirs = programs.programs(uow, {found.program for found in known.values()})
    visits: dict[int, int] = {}
    for member_id, loop_id in loops.open_of_members(uow, ends):
        visits.setdefault(member_id, loop_id)
    locked = loops.lock(uow, visits.values())
    asked = tasks.members_with(uow, ends, TaskKind.RENEW_CONSENT)
    rows = [
        work.task_row(
            uow,
            TaskKind.RENEW_CONSENT,
            deadlines_until(uow.now, _before(end, uow.now, theirs[known[member_id].program].office)),
            program_id=known[member_id].program,
            member_id=member_id,
            loop_id=visits.get(member_id),
        )
        for member_id, end in sorted(ends.items())
        if member_id not in asked and known[member_id].standing is not Standing.DECEASED
    ]
    work.open_task(uow, rows)
    name_holds(uow, [each.loop.id for each in locked])


def _before(end: datetime, now: datetime, office: BusinessCalendar) -> datetime:
    """Return when the office closes on its last day before `end`; `end` itself when that is too late already."""
    closes = resolve(office.days_before(local_date(end, office.zone), 1), office.closes, office.zone)
    return closes if closes > now else end
