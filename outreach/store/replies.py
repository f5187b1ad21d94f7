"""Inbound messages and the prompts they answer, as rows."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from conversations.meaning import Because, Safety, Screening
from conversations.prompt import Option, Prompt
from outreach.store.batches import rows_in
from outreach.store.seal import CannotUnseal
from outreach.store.tables import prompt, reply
from outreach.store.unit_of_work import UnitOfWork

BODY, TRAIL, MEDIA, SCREENED = "reply:body", "reply:trail", "reply:media", "reply:screened"


@dataclass(frozen=True, slots=True)
class StoredReply:
    """A reply with its body opened.

    `screening` is what the screens found in it alone, where that is known still; `read_from` None until it was looked
    at, and then when it is read if nothing more comes.
    """

    id: int
    contact_point: int
    body: str = field(repr=False)
    received_at: datetime
    safety: tuple[str, ...]
    read: bool = False
    read_with: int | None = None
    media_count: int = 0
    read_from: datetime | None = None
    screening: Screening | None = field(default=None, repr=False)


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


_SINGLE = {
    name: made.insert(reply).on_conflict_do_nothing().execution_options(preserve_rowcount=True)
    for name, made in (("postgresql", postgresql), ("sqlite", sqlite))
}


def store(uow: UnitOfWork, row: Mapping[str, Any], text: str, media: Sequence[Any], alone: Screening) -> int | None:
    """Store a reply by its provider id and return its row id, or None when it is stored already (I10).

    `text` is its body, `media` the (address, content type) of each picture, `alone` what the screens found in it; all
    are sealed.
    """
    new, seal = uow.next_id(), uow.keyring.seal
    flags, trail = sorted(alone.safety), [[because.rule, because.quote] for because in alone.because]
    # A picture's address at the carrier opens it for whoever has the account: it is as personal as the text.
    sealed = {
        "body": seal(BODY, new, text),
        "media": seal(MEDIA, new, json.dumps(media)) if media else None,
        "screened": seal(SCREENED, new, json.dumps([flags, trail])),
    }
    stored = uow.execute(_SINGLE[uow.dialect], {**row, "id": new, **sealed}).rowcount == 1
    return new if stored else None


def known(uow: UnitOfWork, sids: Iterable[str]) -> set[str]:
    """Return those of the carrier's ids that are stored already."""
    return {row.sid for row in rows_in(uow, select(reply.c.sid), reply.c.sid, set(sids))}


OPENED = (
    reply.c.id, reply.c.contact_point_id, reply.c.body, reply.c.received_at, reply.c.safety, reply.c.read_at,
    reply.c.read_with, reply.c.media_count, reply.c.read_from, reply.c.screened,
)  # fmt: skip
_LATELY = (
    select(*OPENED)
    .where(
        reply.c.contact_point_id == bindparam("phone"),
        reply.c.call_id.is_(None),  # a key that was pressed is no piece of a text
        reply.c.received_at >= bindparam("since", type_=reply.c.received_at.type),
    )
    .order_by(reply.c.received_at, reply.c.id)
)


def lately(uow: UnitOfWork, phone: int, since: datetime) -> list[StoredReply]:
    """Return what a phone wrote at or after `since`, oldest first, read or not.

    A text that cannot be opened is left out: it waits for a person, and must not keep the next one from being stored.
    """
    rows = uow.all(_LATELY, {"phone": phone, "since": since})
    return [found for row in rows if (found := if_it_opens(uow, row)) is not None]


def if_it_opens(uow: UnitOfWork, row: Any) -> StoredReply | None:
    """Return a row of OPENED as a reply, or None when its text does not open."""
    try:
        return _opened(uow, row)
    except CannotUnseal:
        return None


def _opened(uow: UnitOfWork, row: Any) -> StoredReply:
    opened = uow.keyring.open
    return StoredReply(
        id=row.id,
        contact_point=row.contact_point_id,
        body=opened(BODY, row.id, row.body),
        received_at=row.received_at,
        safety=tuple(row.safety),
        read=row.read_at is not None,
        read_with=row.read_with,
        media_count=row.media_count,
        read_from=row.read_from,
        screening=_screening(opened(SCREENED, row.id, row.screened)) if row.screened is not None else None,
    )


def _screening(stored: str) -> Screening:
    flags, trail = json.loads(stored)
    return Screening(frozenset(Safety(flag) for flag in flags), tuple(Because(*each) for each in trail))


def heard_from(uow: UnitOfWork, reply_ids: Iterable[int]) -> dict[int, tuple[int, datetime]]:
    """Return each text's phone and when it was received; what was said in a call is left out: nobody texts back."""
    query = select(reply.c.id, reply.c.contact_point_id, reply.c.received_at).where(reply.c.call_id.is_(None))
    rows = rows_in(uow, query, reply.c.id, set(reply_ids))
    return {row.id: (row.contact_point_id, row.received_at) for row in rows}


def last_prompt(uow: UnitOfWork, phone: int, states: Sequence[str]) -> StoredPrompt | None:
    """Return the newest prompt of a phone in one of these states."""
    query = select(prompt).where(prompt.c.contact_point_id == phone, prompt.c.state.in_(states))
    rows = uow.all(query.order_by(prompt.c.id.desc()).limit(1))
    return _stored(rows[0]) if rows else None


_SINCE = bindparam("since", type_=prompt.c.ended_at.type)
_ASKED = (
    select(prompt)
    .where(or_(prompt.c.ended_at.is_(None), prompt.c.ended_at >= _SINCE))
    .order_by(prompt.c.opened_at, prompt.c.id)
)


def prompts_since(uow: UnitOfWork, phones: Iterable[int], since: datetime) -> dict[int, list[StoredPrompt]]:
    """Return what each phone was asked and what is still open or ended at or after `since`, oldest first."""
    found: dict[int, list[StoredPrompt]] = defaultdict(list)
    for row in rows_in(uow, _ASKED, prompt.c.contact_point_id, phones, since=since):
        found[row.contact_point_id].append(_stored(row))
    return found


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
