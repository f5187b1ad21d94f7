"""Numbers that fail softly again and again: in doubt after three days without a sign of life (rulebook 3.5)."""

from __future__ import annotations

from datetime import datetime

from outreach.engine.line import Line, line_of, open_tasks
from outreach.loops.events import Suppressed
from outreach.loops.failures import SOFT_FAILS, failure
from outreach.loops.instants import local_date
from outreach.loops.numbers import NumberState
from outreach.loops.tasks import TaskKind
from outreach.store import carrier_errors, events, people, touches
from outreach.store.unit_of_work import UnitOfWork

_IN_USE = frozenset({NumberState.UNVERIFIED, NumberState.ACTIVE})


def count_soft(uow: UnitOfWork, phone: int) -> bool:
    """Put a locked number in doubt once texts failed softly on three days; return whether it is now.

    A delivery, a text from it and a person's word each begin the count anew: it is made from rows, and nothing is
    stored that could be wrong.
    """
    known = people.phones(uow, [phone])[phone]
    if known.state not in _IN_USE:
        return False
    line = line_of(uow, phone)
    since = _last_sign(uow, phone, known.verified_at)
    zone = line.program.zone if line.program else "UTC"
    soft = [row.claimed_at for row in carrier_errors.of_phone(uow, phone, since) if failure(row.error_code).soft]
    if len({local_date(at, zone) for at in soft}) < SOFT_FAILS:
        return False
    people.set_state(uow, phone, NumberState.SUSPECT)
    _to_people(uow, line)
    return True


def _last_sign(uow: UnitOfWork, phone: int, verified_at: datetime | None) -> datetime | None:
    delivered = touches.histories(uow, [phone]).get(phone, touches.History()).delivered_at
    signs = (verified_at, delivered, carrier_errors.heard_at(uow, phone))
    return max((at for at in signs if at is not None), default=None)


def _to_people(uow: UnitOfWork, line: Line) -> None:
    """Each open loop on the phone opens its own task; who has none is a task by themselves."""
    events.append(uow, [(loop_id, Suppressed(uow.now, "TWI-33")) for _, loop_id in line.open_loops])
    held = {member for member, _ in line.open_loops}
    for member in line.members.keys() - held:
        open_tasks(uow, line, [TaskKind.VERIFY_PHONE], member=member)
