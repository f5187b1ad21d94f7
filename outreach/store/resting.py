"""Texts that nothing asks about any more: neither the carrier, nor a person, nor the gate before the next one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, exists, func, or_, select

from outreach.loops.lattice import rank
from outreach.store.batches import rows_in
from outreach.store.tables import attempt, awaited, contact_point, prompt, touch
from outreach.store.touches import ASKS_CONSENT, WELCOME, histories
from outreach.store.unit_of_work import UnitOfWork

_DELIVERED = rank("delivered")
# A number is welcomed once, and asked for its yes once: that is asked for ever (LAW-28).
_ONCE = (WELCOME, ASKS_CONSENT)
_ENDED = touch.c.state.in_(("refused", "expired", "cancelled"))
_KNOWN = (touch.c.state == "sent") & (touch.c.carrier_rank >= rank("sent_unconfirmed"))
_COLUMNS = (touch.c.id, touch.c.contact_point_id, touch.c.due_at, touch.c.carrier_rank, touch.c.sent_at)
_FINISHED = (
    select(*_COLUMNS)
    .where(or_(_ENDED, _KNOWN), touch.c.heard, touch.c.words.not_in(_ONCE))
    .order_by(touch.c.id)
    .with_for_update(key_share=True)
)
_TRIED = select(attempt.c.touch_id, func.max(attempt.c.claimed_at).label("at")).group_by(attempt.c.touch_id)
_ASKING = select(prompt.c.touch_id).where(
    or_(prompt.c.state == "open", exists().where(awaited.c.prompt_id == prompt.c.id))
)


def resting(uow: UnitOfWork, column: Any, keys: Iterable[int], *where: ColumnElement[bool]) -> Sequence[Any]:
    """Lock and return (id, due_at) of the texts, among those whose `column` is one of `keys`, that may be archived.

    Of what left for a phone, all stays from its last sign of life on: LAW-36 counts from there, and soft failures do.
    """
    rows = rows_in(uow, _FINISHED.where(*where), column, keys)
    asking = {row.touch_id for row in rows_in(uow, _ASKING, prompt.c.touch_id, [row.id for row in rows])}
    tried = {row.touch_id: row.at for row in rows_in(uow, _TRIED, attempt.c.touch_id, [row.id for row in rows])}
    phones = {row.contact_point_id for row in rows}
    delivered = {phone: had.delivered_at for phone, had in histories(uow, phones).items() if had.delivered_at}
    known = select(contact_point.c.id, contact_point.c.verified_at).where(contact_point.c.verified_at.is_not(None))
    signs = {row.id: row.verified_at for row in rows_in(uow, known, contact_point.c.id, phones)}
    signs |= {phone: max(at, signs.get(phone, at)) for phone, at in delivered.items()}
    return [
        row
        for row in rows
        if row.id not in asking
        and _before(tried.get(row.id), signs.get(row.contact_point_id))
        and not _last_delivered(row, delivered.get(row.contact_point_id))
    ]


def _before(tried: datetime | None, sign: datetime | None) -> bool:
    return tried is None or (sign is not None and tried < sign)


def _last_delivered(row: Any, at: datetime | None) -> bool:
    return row.carrier_rank >= _DELIVERED and row.sent_at is not None and (at is None or row.sent_at >= at)
