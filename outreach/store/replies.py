"""Inbound messages and the prompts they answer, as rows."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select, update

from conversations.prompt import Option, Prompt
from outreach.store.batches import rows_in
from outreach.store.seal import CannotUnseal
from outreach.store.tables import prompt, reply
from outreach.store.unit_of_work import UnitOfWork

BODY, TRAIL, MEDIA = "reply:body", "reply:trail", "reply:media"


@dataclass(frozen=True, slots=True)
class StoredReply:
    """A reply with its body opened."""

    id: int
    contact_point: int
    body: str = field(repr=False)
    received_at: datetime
    safety: tuple[str, ...]
    read: bool = False
    read_with: int | None = None
    media_count: int = 0


@dataclass(frozen=True, slots=True)
class StoredPrompt:
    """A question on a phone."""

    id: int
    contact_point: int
    loop: int | None
    anchor_version: int | None
    language: str
    state: str
    opened_at: datetime
    expires_at: datetime
    ended_at: datetime | None
    repeats: int
    question: Prompt


def store(uow: UnitOfWork, row: dict[str, Any]) -> int | None:
    """Store a reply by its provider id and return its row id, or None when it is stored already (I10).

    `text` is its body, `media` the (address, content type) of each picture; both are sealed.
    """
    if uow.all(select(reply.c.id).where(reply.c.sid == row["sid"])):
        return None
    new = uow.next_id()
    media = row.pop("media", ())
    sealed = {"body": uow.keyring.seal(BODY, new, row.pop("text"))}
    if media:  # an address at the carrier opens the picture for whoever has the account: as personal as the text
        sealed["media"] = uow.keyring.seal(MEDIA, new, json.dumps(media))
    uow.insert(reply, [row | {"id": new} | sealed])
    return new


def known(uow: UnitOfWork, sids: Iterable[str]) -> set[str]:
    """Return those of the carrier's ids that are stored already."""
    return {row.sid for row in rows_in(uow, select(reply.c.sid), reply.c.sid, set(sids))}


def unread(uow: UnitOfWork, limit: int) -> list[tuple[int, int]]:
    """Return (reply, contact point) of replies to be understood now, oldest first; a later text brings its pieces."""
    query = select(reply.c.id, reply.c.contact_point_id).where(reply.c.read_at.is_(None), reply.c.read_with.is_(None))
    due = query.where(or_(reply.c.read_from.is_(None), reply.c.read_from <= uow.now))
    return [(row.id, row.contact_point_id) for row in uow.all(due.order_by(reply.c.id).limit(limit))]


def unread_before(uow: UnitOfWork, reply_id: int) -> list[int]:
    """Return the replies of one phone that are not understood yet, up to this one, oldest first."""
    this = reply.alias()
    query = select(reply.c.id).join(this, this.c.contact_point_id == reply.c.contact_point_id)
    query = query.where(this.c.id == reply_id, reply.c.read_at.is_(None), reply.c.read_with.is_(None))
    earlier = query.where(reply.c.received_at <= this.c.received_at)
    return [row.id for row in uow.all(earlier.order_by(reply.c.received_at, reply.c.id))]


def lately(uow: UnitOfWork, phone: int, since: datetime) -> list[StoredReply]:
    """Return what a phone wrote at or after `since`, oldest first, read or not.

    A text that cannot be opened is left out: it waits for a person, and must not keep the next one from being stored.
    """
    query = select(reply).where(reply.c.contact_point_id == phone, reply.c.received_at >= since)
    rows = uow.all(query.order_by(reply.c.received_at, reply.c.id))
    return [found for row in rows if (found := _if_it_opens(uow, row)) is not None]


def _if_it_opens(uow: UnitOfWork, row: Any) -> StoredReply | None:
    try:
        return _opened(uow, row)
    except CannotUnseal:
        return None


def read_later(uow: UnitOfWork, reply_ids: Iterable[int], at: datetime) -> None:
    """More came: these unread texts wait for the rest until `at`."""
    wanted = list(reply_ids)
    if wanted:
        uow.execute(update(reply).where(reply.c.id.in_(wanted), reply.c.read_at.is_(None)).values(read_from=at))


def read_with(uow: UnitOfWork, reply_ids: Iterable[int], whole: int) -> None:
    """These unread texts are pieces of a later one, and are read with it."""
    wanted = list(reply_ids)
    if wanted:
        uow.execute(update(reply).where(reply.c.id.in_(wanted), reply.c.read_at.is_(None)).values(read_with=whole))


def get(uow: UnitOfWork, reply_id: int) -> StoredReply | None:
    """Return a reply that is still unread, or None."""
    rows = uow.all(select(reply).where(reply.c.id == reply_id, reply.c.read_at.is_(None)))
    if not rows:
        return None
    return _opened(uow, rows[0])


def _opened(uow: UnitOfWork, row: Any) -> StoredReply:
    body, read = uow.keyring.open(BODY, row.id, row.body), row.read_at is not None
    safety = tuple(row.safety)
    where = row.id, row.contact_point_id
    return StoredReply(*where, body, row.received_at, safety, read, row.read_with, row.media_count)


def mark_read(uow: UnitOfWork, reply_id: int, trail: str, **understood: Any) -> None:
    """Store what was understood, with its trail sealed; the reply no longer holds its phone."""
    sealed = uow.keyring.seal(TRAIL, reply_id, trail)
    uow.execute(update(reply).where(reply.c.id == reply_id).values(read_at=uow.now, trail=sealed, **understood))


def mark_piece(uow: UnitOfWork, reply_id: int, whole: int, loop: int | None, member: int | None) -> None:
    """A text was read as a piece of a later one, which carries the meaning."""
    sealed = uow.keyring.seal(TRAIL, reply_id, json.dumps([["7.1/piece", ""]]))
    read = {"read_at": uow.now, "read_with": whole, "loop_id": loop, "member_id": member, "intents": []}
    uow.execute(update(reply).where(reply.c.id == reply_id).values(trail=sealed, **read))


def heard_from(uow: UnitOfWork, reply_ids: Iterable[int]) -> dict[int, tuple[int, datetime]]:
    """Return each reply's phone and when it was received."""
    query = select(reply.c.id, reply.c.contact_point_id, reply.c.received_at)
    rows = rows_in(uow, query, reply.c.id, set(reply_ids))
    return {row.id: (row.contact_point_id, row.received_at) for row in rows}


def last_prompt(uow: UnitOfWork, phone: int, states: Sequence[str]) -> StoredPrompt | None:
    """Return the newest prompt of a phone in one of these states."""
    query = select(prompt).where(prompt.c.contact_point_id == phone, prompt.c.state.in_(states))
    rows = uow.all(query.order_by(prompt.c.id.desc()).limit(1))
    return _stored(rows[0]) if rows else None


def prompts_since(uow: UnitOfWork, phone: int, since: datetime) -> list[StoredPrompt]:
    """Return what a phone was asked and what is still open or ended at or after `since`, oldest first."""
    query = select(prompt).where(prompt.c.contact_point_id == phone)
    lately = query.where(or_(prompt.c.ended_at.is_(None), prompt.c.ended_at >= since))
    return [_stored(row) for row in uow.all(lately.order_by(prompt.c.opened_at, prompt.c.id))]


_OPEN = select(prompt).where(prompt.c.state == "open")


def open_prompts(uow: UnitOfWork, contact_point_ids: Iterable[int]) -> dict[int, Any]:
    """Return the open prompt row of each phone."""
    return {row.contact_point_id: row for row in rows_in(uow, _OPEN, prompt.c.contact_point_id, contact_point_ids)}


def prompt_row(uow: UnitOfWork, question: Prompt, **values: Any) -> dict[str, Any]:
    """Return a complete row for a prompt that opens now, with its own options in it."""
    options = {digit: option.code() for digit, option in question.options.items()}
    row = {"id": uow.next_id(), "key": question.key, "options": options, "state": "open", "opened_at": uow.now}
    return row | values


def insert_prompts(uow: UnitOfWork, rows: Sequence[dict[str, Any]]) -> None:
    """Store opened prompts."""
    uow.insert(prompt, rows)


def end_prompts(uow: UnitOfWork, prompt_ids: Iterable[int], state: str) -> None:
    """End open prompts: `answered`, `superseded`, `expired` or `withdrawn`."""
    wanted = list(prompt_ids)
    if wanted:
        statement = update(prompt).where(prompt.c.id.in_(wanted), prompt.c.state == "open")
        uow.execute(statement.values(state=state, ended_at=uow.now))


def _stored(row: Any) -> StoredPrompt:
    return StoredPrompt(
        id=row.id,
        contact_point=row.contact_point_id,
        loop=row.loop_id,
        anchor_version=row.anchor_version,
        language=row.language,
        state=row.state,
        opened_at=row.opened_at,
        expires_at=row.expires_at,
        ended_at=row.ended_at,
        repeats=row.repeats,
        question=question_of(row),
    )


def prompts_of_touches(uow: UnitOfWork, touch_ids: Iterable[int]) -> list[int]:
    """Return the open prompts that these touches opened."""
    query = select(prompt.c.id).where(prompt.c.state == "open")
    return [row.id for row in rows_in(uow, query, prompt.c.touch_id, touch_ids)]


def expired_prompts(uow: UnitOfWork, prompt_ids: Iterable[int]) -> dict[int, int]:
    """Return the phone of each of these prompts that is still open."""
    query = select(prompt.c.id, prompt.c.contact_point_id).where(prompt.c.state == "open")
    return {row.id: row.contact_point_id for row in rows_in(uow, query, prompt.c.id, prompt_ids)}


def question_of(row: Any) -> Prompt:
    """Return the question a prompt row asks, with the options that were stored with it."""
    return Prompt(row.key, {digit: Option.parse(code) for digit, code in row.options.items()})


def phone_of(uow: UnitOfWork, reply_id: int) -> int:
    """Return the contact point a reply came from."""
    return int(uow.execute(select(reply.c.contact_point_id).where(reply.c.id == reply_id)).scalar_one())
