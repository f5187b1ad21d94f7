"""Texts to come as the gate will meet them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Row, select

from outreach.store.batches import rows_in
from outreach.store.tables import touch
from outreach.store.unit_of_work import UnitOfWork


def beside(uow: UnitOfWork, loop_ids: Iterable[int]) -> list[Row[Any]]:
    """Return every planned touch to the phones that these loops have texts planned to, the next first.

    Whoever shares a phone shares its caps, its welcome and its open question.
    """
    planned = select(touch).where(touch.c.state == "planned")
    phones = {row.contact_point_id for row in rows_in(uow, planned, touch.c.loop_id, set(loop_ids))}
    return sorted(rows_in(uow, planned, touch.c.contact_point_id, phones), key=lambda row: (row.due_at, row.id))
