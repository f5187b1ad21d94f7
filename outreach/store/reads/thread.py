"""The conversation on one number, whoever shares it and whichever visits it was about; the caller audits the view."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from outreach.loops.consent import Channel
from outreach.store import member_calls, own_words
from outreach.store.batches import rows_in
from outreach.store.claims import BODY as SENT_BODY
from outreach.store.everywhere import anywhere, rows_anywhere, with_question
from outreach.store.member_calls import MemberCall
from outreach.store.message_versions import APPROVED, WITHDRAWN
from outreach.store.own_words import OwnWords
from outreach.store.reads.said import said
from outreach.store.replies import TRAIL
from outreach.store.tables import attempt, correction, loop_event, message_version, reply, touch
from outreach.store.touches import OWN_WORDS
from outreach.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Sent:
    """One of our texts or calls that left, may have left, or was refused; `body` is None where it came to no words.

    `key` names the words, `author` the person who chose them. `english` is the approved English they were translated
    from, with its variables; None when they are English, or when there is none.
    """

    at: datetime
    id: int
    key: str
    step: str
    loop: int | None
    body: str | None = field(repr=False)
    language: str | None
    state: str
    carrier_status: str | None
    rule: str | None
    error_code: int | None
    author: str | None
    english: str | None = field(repr=False)
    call: bool = False
    call_outcome: str | None = None


@dataclass(frozen=True, slots=True)
class Corrected:
    """What a person said that a reply means, and who."""

    intents: tuple[str, ...]
    reason: str | None
    by: str


@dataclass(frozen=True, slots=True)
class Heard:
    """The member's own words, what was understood and why, and what was decided on it.

    `intents` is None until it was read. `trail` is (rule, the words it rests on); `effects` as decided for its loop.
    """

    at: datetime
    id: int
    body: str = field(repr=False)
    answers: str | None
    intents: tuple[str, ...] | None
    reason: str | None
    safety: tuple[str, ...]
    trail: tuple[tuple[str, str], ...] = field(repr=False)
    loop: int | None
    effects: tuple[str, ...]
    corrected: Corrected | None = None


@dataclass(frozen=True, slots=True)
class Planned:
    """A text to come, due `at`; `rule` is what holds it back, `author` the person who chose it.

    `body` and `language` are known of a person's own words alone: every other text is filled in as it leaves.
    """

    at: datetime
    id: int
    key: str
    step: str
    loop: int | None
    rule: str | None
    author: str | None
    call: bool = False
    body: str | None = field(default=None, repr=False)
    language: str | None = None


Message = Sent | Heard | Planned | MemberCall


def thread(uow: UnitOfWork, contact_point_id: int, limit: int = 200) -> list[Message]:
    """Return the newest `limit` messages of a number, newest last, and behind them what is planned, next first."""
    said: list[Sent | Heard | MemberCall] = [
        *_sent(uow, contact_point_id, limit),
        *_heard(uow, contact_point_id, limit),
    ]
    said += member_calls.of_phone(uow, contact_point_id, limit)
    said.sort(key=lambda message: (message.at, message.id))
    return [*said[-limit:], *_planned(uow, contact_point_id, limit)]


def _sent(uow: UnitOfWork, phone: int, limit: int) -> list[Sent]:
    at = func.coalesce(touch.c.sent_at, attempt.c.claimed_at, touch.c.due_at).label("at")
    last_attempt = (attempt.c.touch_id == touch.c.id) & (attempt.c.fencing == touch.c.attempts)
    words = [message_version.c[name].label(f"of_{name}") for name in ("program_id", "key", "source_hash")]
    query = select(touch, at, attempt.c.language, attempt.c.body, *words)
    query = query.outerjoin(attempt, last_attempt)
    query = query.outerjoin(message_version, message_version.c.id == attempt.c.message_version_id)
    query = query.where(touch.c.contact_point_id == phone, touch.c.state.not_in(("planned", "cancelled")))
    rows = _newest(anywhere(uow, query.order_by(at.desc(), touch.c.id.desc()).limit(limit)), limit)
    english, own = _english(uow, rows), _own(uow, rows)
    return [
        Sent(
            at=row.at,
            id=row.id,
            key=(row.of_key if row.channel == Channel.SMS else None) or row.words,
            step=row.step,
            loop=row.loop_id,
            body=uow.keyring.open(SENT_BODY, row.id, row.body) if row.body else own[row.id].body,
            language=row.language or own[row.id].language,
            state=row.state,
            carrier_status=row.carrier_status,
            rule=row.rule,
            error_code=row.error_code,
            author=_name(row.author),
            english=english.get(row.id),
            call=row.channel == Channel.VOICE,
            call_outcome=row.call_outcome,
        )
        for row in rows
    ]


def _newest(rows: Sequence[Any], limit: int) -> Sequence[Any]:
    return sorted(rows, key=lambda row: (row.at, row.id), reverse=True)[:limit]


def _english(uow: UnitOfWork, rows: Sequence[Any]) -> dict[int, str]:
    """Return the English behind each text: the version it was translated from, or the newest approved one."""
    foreign = [row for row in rows if row.language not in (None, "en") and row.words != OWN_WORDS]
    if not foreign:
        return {}
    columns = [message_version.c[name] for name in ("program_id", "key", "source_hash", "body")]
    approved = (message_version.c.language == "en", message_version.c.state.in_((APPROVED, WITHDRAWN)))
    query = select(*columns).where(*approved, message_version.c.program_id.in_({row.of_program_id for row in foreign}))
    keys = {row.of_key for row in foreign}
    found: dict[tuple[Any, ...], str] = {}
    for version in uow.all(query.where(message_version.c.key.in_(keys)).order_by(message_version.c.version)):
        found[version.program_id, version.key] = version.body
        found[version.program_id, version.key, version.source_hash] = version.body
    texts = {}
    for row in foreign:
        newest = found.get((row.of_program_id, row.of_key))
        exact = found.get((row.of_program_id, row.of_key, row.of_source_hash), newest)
        if exact is not None:
            texts[row.id] = exact
    return texts


@dataclass(frozen=True, slots=True)
class _Unsaid:
    """What came to no words, or is not filled in yet."""

    body: str | None = field(default=None, repr=False)
    language: str | None = None


def _own(uow: UnitOfWork, rows: Sequence[Any]) -> Mapping[int, OwnWords | _Unsaid]:
    """Return what people wrote for those of these touches that say their own words."""
    written = own_words.of_touches(uow, [row.id for row in rows if row.words == OWN_WORDS])
    return {row.id: written.get(row.id, _Unsaid()) for row in rows}


def _heard(uow: UnitOfWork, phone: int, limit: int) -> list[Heard]:
    query = with_question(select(reply), "key").where(reply.c.contact_point_id == phone)
    rows = uow.all(query.order_by(reply.c.received_at.desc(), reply.c.id.desc()).limit(limit))
    effects = _effects(uow, {row.loop_id for row in rows if row.loop_id is not None})
    labels = _labels(uow, [row.id for row in rows])
    return [
        Heard(
            at=row.received_at,
            id=row.id,
            body=said(uow, row),
            answers=row.key,
            intents=tuple(row.intents or ()) if row.read_at else None,
            reason=row.reason,
            safety=tuple(row.safety),
            trail=opened_trail(uow, row),
            loop=row.loop_id,
            effects=effects.get(row.id, ()),
            corrected=labels.get(row.id),
        )
        for row in rows
    ]


def _labels(uow: UnitOfWork, reply_ids: Iterable[int]) -> dict[int, Corrected]:
    """Return the newest correction of each reply that has one."""
    rows = sorted(rows_in(uow, select(correction), correction.c.reply_id, reply_ids), key=lambda row: row.id)
    return {row.reply_id: Corrected(tuple(row.intents), row.reason, _name(row.actor) or "") for row in rows}


def opened_trail(uow: UnitOfWork, row: Any) -> tuple[tuple[str, str], ...]:
    """Return the rules that spoke for a reply row, each with the words it rests on."""
    if row.trail is None:
        return ()
    return tuple((rule, quote) for rule, quote in json.loads(uow.keyring.open(TRAIL, row.id, row.trail)))


def _effects(uow: UnitOfWork, loop_ids: Iterable[int]) -> dict[int, tuple[str, ...]]:
    query = select(loop_event.c.body, loop_event.c.effects).where(loop_event.c.kind == "Heard")
    found = rows_anywhere(uow, query, loop_event.c.loop_id, loop_ids)
    return {row.body["reply"]: tuple(row.effects or ()) for row in found}


def _planned(uow: UnitOfWork, phone: int, limit: int) -> list[Planned]:
    query = select(touch).where(touch.c.contact_point_id == phone, touch.c.state == "planned")
    rows = uow.all(query.order_by(touch.c.due_at, touch.c.id).limit(limit))
    own = _own(uow, rows)
    return [
        Planned(
            row.due_at, row.id, row.words, row.step, row.loop_id, row.rule, _name(row.author),
            row.channel == Channel.VOICE, own[row.id].body, own[row.id].language,
        )
        for row in rows
    ]  # fmt: skip


def _name(author: str | None) -> str | None:
    """Return a person's name from an actor as stored, `person:NAME`."""
    return author.partition(":")[2] if author else None
