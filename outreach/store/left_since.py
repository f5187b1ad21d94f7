"""What a restored backup does not know: touches that may have left since, and the ids that were given since."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select, update

from outreach.store.tables import counter, touch
from outreach.store.unit_of_work import UnitOfWork

_BLOCKS, _IDS = 10**6, 10**9  # more than any deployment gives between two backups


def may_have_left(uow: UnitOfWork, contact_point_id: int) -> Sequence[Any]:
    """Return (id,) of a phone's touches that have not left as far as we know, by when they were to."""
    query = select(touch.c.id).where(touch.c.contact_point_id == contact_point_id)
    open_ones = query.where(touch.c.state.in_(("planned", "claimed", "unknown")), touch.c.sid.is_(None))
    return uow.all(open_ones.order_by(touch.c.due_at, touch.c.id))


def skip_ids(uow: UnitOfWork) -> None:
    """Leave out the ids that were given after the backup: a late callback must not find another's row by its id."""
    if uow.dialect == "postgresql":
        last = uow.execute(select(func.nextval("id_block"))).scalar_one()
        uow.execute(select(func.setval("id_block", int(last) + _BLOCKS)))
    else:
        uow.execute(update(counter).where(counter.c.name == "id").values(next=counter.c.next + _IDS))
