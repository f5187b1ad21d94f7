"""What a member wrote, as people read it: their words, and that there were pictures or files beside them."""

from __future__ import annotations

from typing import Any

from outreach.store.replies import BODY
from outreach.store.unit_of_work import UnitOfWork


def said(uow: UnitOfWork, row: Any) -> str:
    """Return a reply's words opened, from a row with its id, body and media_count. Pictures are never opened here."""
    words = uow.keyring.open(BODY, row.id, row.body)
    if not row.media_count:
        return words
    many = "a picture or file" if row.media_count == 1 else f"{row.media_count} pictures or files"
    beside = f"[{many}, at the carrier; not opened here]"
    return f"{words}\n{beside}" if words.strip() else beside
