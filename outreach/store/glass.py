"""What people said when they broke a glass, sealed: it may name a member, so the trail has only the code beside it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import delete, select

from outreach.store.tables import glass_note
from outreach.store.unit_of_work import UnitOfWork

_WORDS = "glass_note:words"


def note(uow: UnitOfWork, words: str) -> None:
    """Keep why somebody breaks the glass now, in their own words."""
    new = uow.next_id()
    row = {"id": new, "who": str(uow.actor), "at": uow.now, "words": uow.keyring.seal(_WORDS, new, words)}
    uow.insert(glass_note, [row])


def said(uow: UnitOfWork, since: datetime) -> Mapping[tuple[str, datetime], str]:
    """Return what was said since an instant, by who and when; to people of a part of the organisation nothing is."""
    rows = uow.all(select(glass_note).where(glass_note.c.at >= since))
    return {(row.who, row.at): uow.keyring.open(_WORDS, row.id, row.words) for row in rows}


def forget(uow: UnitOfWork, before: datetime) -> None:
    """Delete what was said before an instant."""
    uow.execute(delete(glass_note).where(glass_note.c.at < before))
