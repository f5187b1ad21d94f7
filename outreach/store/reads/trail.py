"""The audit trail as somebody searches it: by who, what, about what, and when; the newest first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select

from outreach.store.tables import audit
from outreach.store.unit_of_work import UnitOfWork

_ROW = audit.c


@dataclass(frozen=True, slots=True)
class Sought:
    """What is looked for; `action` is a whole action or the beginning of one, `about` like `loop:7`."""

    actor: str | None = None
    action: str | None = None
    about: str | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class TrailRow:
    """One entry; `seq` is None while it is not sealed."""

    id: int
    at: datetime
    actor: str
    action: str
    object: str
    rule: str | None
    reason: str | None
    seq: int | None

    @property
    def place(self) -> tuple[datetime, int]:
        """Where it stands; give the last one as `before` to read on."""
        return self.at, self.id


def search(uow: UnitOfWork, sought: Sought, before: tuple[datetime, int] | None, most: int) -> list[TrailRow]:
    """Return up to `most` entries, newest first; the caller audits the view."""
    columns = [audit.c[name] for name in TrailRow.__dataclass_fields__]
    query = select(*columns).where(*_wanted(sought))
    if before is not None:
        at, row_id = before
        query = query.where(_ROW.at <= at, or_(_ROW.at < at, _ROW.id < row_id))
    return [TrailRow(**row._mapping) for row in uow.all(query.order_by(_ROW.at.desc(), _ROW.id.desc()).limit(most))]


def waiting(uow: UnitOfWork) -> int:
    """Return how many entries are not sealed yet."""
    return int(uow.execute(select(func.count()).select_from(audit).where(_ROW.seq.is_(None))).scalar_one())


def _wanted(sought: Sought) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if sought.actor:
        found.append(_ROW.actor.in_([sought.actor, f"person:{sought.actor}"]))
    if sought.action:
        found.append(_ROW.action.startswith(sought.action, autoescape=True))
    if sought.about:
        found.append(_ROW.object == sought.about)
    if sought.since:
        found.append(_ROW.at >= sought.since)
    if sought.until:
        found.append(_ROW.at < sought.until)
    return found
