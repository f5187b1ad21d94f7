"""The simulated phone network's memory, shared by every process on the database."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select

from outreach.store.tables import simulated_message
from outreach.store.unit_of_work import UnitOfWork

A_CALL = "call"  # in the place of a body's hash


def accept(uow: UnitOfWork, messages: Sequence[tuple[int, int, str, str]], at: datetime) -> list[int]:
    """Remember accepted messages, given as (touch, attempt, number, body hash); return an id for each."""
    ids = uow.next_ids(len(messages))
    rows = [
        {"id": row_id, "touch_id": touch, "fencing": attempt, "to_index": uow.keyring.index("number", number),
         "body_sha256": body, "at": at}
        for row_id, (touch, attempt, number, body) in zip(ids, messages, strict=True)
    ]  # fmt: skip
    uow.insert(simulated_message, rows)
    return ids


def listed(uow: UnitOfWork, number: str, since: datetime) -> Sequence[Row[Any]]:
    """Return what was accepted for a number at or after `since`."""
    at = simulated_message.c.at
    query = select(simulated_message).where(simulated_message.c.to_index == uow.keyring.index("number", number))
    return uow.all(query.where(at >= since).order_by(at))
