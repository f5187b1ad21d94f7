"""What a member wrote, as people read it: their words, and that there were pictures or files beside them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from outreach.store.replies import BODY
from outreach.store.tables import call
from outreach.store.unit_of_work import UnitOfWork


def said(uow: UnitOfWork, row: Any) -> str:
    """Return a reply's words opened, from a row with its id, body, call_id and media_count. Pictures stay closed."""
    words = uow.keyring.open(BODY, row.id, row.body)
    if row.call_id is not None:
        return _in_a_call(uow, row.call_id, words)
    if not row.media_count:
        return words
    many = "a picture or file" if row.media_count == 1 else f"{row.media_count} pictures or files"
    beside = f"[{many}, at the carrier; not opened here]"
    return f"{words}\n{beside}" if words.strip() else beside


def _in_a_call(uow: UnitOfWork, call_id: int, key: str) -> str:
    """A key that was pressed; or a message, which nobody fetches from the carrier but a person who listens (LAW-48)."""
    if key:
        return f"[pressed {key} on the telephone]"
    row = uow.all(select(call.c.sid, call.c.recording_seconds).where(call.c.id == call_id))[0]
    if row.recording_seconds is None:
        return "[said on the telephone; no words are kept]"
    return f"[a message of {row.recording_seconds} seconds: listen to it at the carrier, call {row.sid}]"
