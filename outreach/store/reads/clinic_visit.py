"""A visit as its own clinic knows it: no name, no phone."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time

from sqlalchemy import select

from outreach.loops.instants import local_date
from outreach.loops.outcomes import Source
from outreach.loops.sharing import Information
from outreach.store.sharing import clinic_may_hear
from outreach.store.tables import anchor, clinic, loop
from outreach.store.unit_of_work import UnitOfWork

_ITS_OWN_WORD = (None, Source.EHR, Source.CLINIC_STAFF)


@dataclass(frozen=True, slots=True)
class ClinicVisit:
    """A visit by the clinic's own id, as it stands at `now`."""

    loop_id: int
    external_id: str
    clinic: str
    day: date
    wall_time: time | None
    zone: str
    stage: str
    outcome: str | None
    source: str | None
    now: datetime

    @property
    def to_come(self) -> bool:
        """Whether the visit's date is still to come, by the clinic's calendar."""
        return local_date(self.now, self.zone) < self.day

    @property
    def today(self) -> bool:
        """Whether it is today, by the clinic's calendar."""
        return local_date(self.now, self.zone) == self.day


def clinic_visit(uow: UnitOfWork, loop_id: int) -> ClinicVisit | None:
    """Return a visit for its clinic; None for any other clinic's actor, as if it did not exist."""
    columns = [anchor.c[name] for name in ("external_id", "day", "wall_time", "zone")]
    state = (loop.c.id.label("loop_id"), loop.c.stage, loop.c.outcome, loop.c.source)
    query = (
        select(*state, clinic.c.name.label("clinic"), *columns)
        .join(anchor, anchor.c.id == loop.c.anchor_id)
        .join(clinic, clinic.c.id == anchor.c.clinic_id)
        .where(loop.c.id == loop_id, anchor.c.clinic_id == uow.actor.clinic)
    )
    rows = uow.all(query)
    if not rows:
        return None
    found = ClinicVisit(**rows[0]._mapping, now=uow.now)
    if found.source in _ITS_OWN_WORD or Information.OUTCOME in clinic_may_hear(uow, loop_id):
        return found
    return replace(found, outcome=None, source=None)  # the member keeps how it ended from this clinic
