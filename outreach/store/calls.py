"""Calls as rows: where each stands between two requests. Its phone is locked by whoever changes one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select, update

from conversations.calls.call import Direction
from conversations.calls.state import State
from outreach.store.tables import call, touch
from outreach.store.tables.calls import UNENDED
from outreach.store.types import Sealed
from outreach.store.unit_of_work import UnitOfWork

STATE, DOCUMENT, RECORDING = "call:state", "call:document", "call:recording"
_SEALED = {"state": STATE, "document": DOCUMENT, "recording": RECORDING}


@dataclass(frozen=True, slots=True)
class StoredCall:
    """One call. `state` is None before anybody answered, `document` what was said last, while the call goes on.

    `touch` and `attempt` are None where they called us. `refusal`: `opt_out` or `wrong_number`, asked for on it.
    """

    id: int
    sid: str
    direction: Direction
    phone: int
    touch: int | None = None
    attempt: int | None = None
    program: int | None = None
    member: int | None = None
    loop: int | None = None
    anchor_version: int | None = None
    state: State | None = None
    document: str | None = field(default=None, repr=False)
    status: str | None = None
    sequence: int = -1
    answered_by: str | None = None
    keys: str = ""
    refusal: str | None = None
    voicemail: bool = False
    answered_at: datetime | None = None
    ended_at: datetime | None = None
    outcome: str | None = None


@dataclass(frozen=True, slots=True)
class UnendedCall:
    """A call to us of whose end nobody has said anything."""

    sid: str
    phone: int
    started_at: datetime


@dataclass(frozen=True, slots=True)
class CalledFor:
    """The touch that a call is made for, as it is now."""

    id: int
    phone: int
    loop: int | None
    member: int | None
    program: int
    words: str
    step: str
    state: str
    channel: str
    attempts: int
    row: Any = field(repr=False)

    def of_attempt(self, attempt: int) -> dict[str, int | None]:
        """Return the columns of a call that an attempt of it made."""
        about = {"program_id": self.program, "member_id": self.member, "loop_id": self.loop}
        return {"touch_id": self.id, "fencing": attempt, **about}


_BY_SID = select(call).where(call.c.sid == bindparam("sid"))
_TOUCH = select(touch).where(touch.c.id == bindparam("touch"))
_OF_TOUCH = select(call).where(call.c.touch_id == bindparam("touch"), call.c.fencing == bindparam("attempt"))


def of_sid(uow: UnitOfWork, sid: str) -> StoredCall | None:
    """Return a call by the carrier's id of it."""
    rows = uow.all(_BY_SID, {"sid": sid})
    return _stored(uow, rows[0]) if rows else None


def of_attempt(uow: UnitOfWork, touch_id: int, attempt: int) -> StoredCall | None:
    """Return the call that an attempt of a touch made, the newest where the carrier made several."""
    rows = uow.all(_OF_TOUCH.order_by(call.c.id.desc()).limit(1), {"touch": touch_id, "attempt": attempt})
    return _stored(uow, rows[0]) if rows else None


def unended(uow: UnitOfWork, before: datetime, limit: int) -> list[UnendedCall]:
    """Return calls to us that began before an instant of the calendar and are not known to be over, oldest first."""
    query = select(call.c.sid, call.c.contact_point_id, call.c.started_at).where(UNENDED, call.c.started_at < before)
    rows = uow.all(query.order_by(call.c.started_at, call.c.id).limit(limit))
    return [UnendedCall(row.sid, row.contact_point_id, row.started_at) for row in rows]


def called_for(uow: UnitOfWork, touch_id: int) -> CalledFor | None:
    """Return the touch of a call, or None for one that nobody knows, or that is archived."""
    rows = uow.all(_TOUCH, {"touch": touch_id})
    if not rows:
        return None
    row = rows[0]
    return CalledFor(
        row.id, row.contact_point_id, row.loop_id, row.member_id, row.program_id, row.words, row.step, row.state,
        row.channel, row.attempts, row,
    )  # fmt: skip


def begun(uow: UnitOfWork, sid: str, direction: Direction, phone: int, **columns: Any) -> StoredCall:
    """Return the call of this id, stored now if it is new; the phone is locked."""
    known = of_sid(uow, sid)
    if known is not None:
        return known
    row: dict[str, Any] = {
        "id": uow.next_id(),
        "sid": sid,
        "direction": direction,
        "contact_point_id": phone,
        "started_at": uow.now,
    }
    uow.insert(call, [row | columns])
    uow.audit(f"call.{direction}", f"call:{row['id']}")
    return StoredCall(
        row["id"], sid, direction, phone, columns.get("touch_id"), columns.get("fencing"), columns.get("program_id"),
        columns.get("member_id"), columns.get("loop_id"),
    )  # fmt: skip


def change(uow: UnitOfWork, call_id: int, columns: Mapping[str, Any]) -> None:
    """Store changed columns of a call; what tells something of a member is sealed here."""
    values = {
        name: uow.keyring.seal(_SEALED[name], call_id, value) if name in _SEALED and value is not None else value
        for name, value in columns.items()
    }
    uow.execute(update(call).where(call.c.id == call_id).values(**values))


def _stored(uow: UnitOfWork, row: Any) -> StoredCall:
    def opened(name: str, sealed: Sealed | None) -> str | None:
        return None if sealed is None else uow.keyring.open(_SEALED[name], row.id, sealed)

    state = opened("state", row.state)
    return StoredCall(
        id=row.id,
        sid=row.sid,
        direction=Direction(row.direction),
        phone=row.contact_point_id,
        touch=row.touch_id,
        attempt=row.fencing,
        program=row.program_id,
        member=row.member_id,
        loop=row.loop_id,
        anchor_version=row.anchor_version,
        state=None if state is None else State.read(state),
        document=opened("document", row.document),
        status=row.status,
        sequence=row.sequence,
        answered_by=row.answered_by,
        keys=row.keys,
        refusal=row.refusal,
        voicemail=row.voicemail,
        answered_at=row.answered_at,
        ended_at=row.ended_at,
        outcome=row.outcome,
    )
