"""Touches as rows: what is planned, moved and cancelled, and what holds a loop."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any, NamedTuple

from sqlalchemy import bindparam, func, or_, select, update

from outreach.loops.cadence import Queue
from outreach.loops.call_outcomes import CallOutcome
from outreach.loops.consent import Channel
from outreach.loops.held import Touching
from outreach.loops.lattice import rank
from outreach.store.batches import chunks, rows_in
from outreach.store.tables import touch
from outreach.store.unit_of_work import UnitOfWork

WELCOME = "optin_confirm"
ASKS_CONSENT = "optin_ask"  # double opt-in: the one text on a consent still to be confirmed (LAW-28)
OWN_WORDS = "own_words"  # a person wrote them to one member; the approved text of that name stands round them
# A person's answers that say when or where the visit is: stale once it moved, and told once they left (TIM-13).
ON_THE_VISIT = frozenset({"reply_visit", "reply_place", "reply_ride"})
LEFT = ("claimed", "unknown", "sent")  # it left, or it may have


@dataclass(frozen=True, slots=True)
class StoredTouch:
    """One touch of a loop, as planning sees it."""

    id: int
    loop_id: int
    contact_point_id: int
    anchor_version: int | None
    step: str
    channel: str
    nth: int
    words: str
    reply_id: int | None
    planned_for: datetime
    due_at: datetime
    state: str
    heard: bool
    lease_until: datetime | None
    author: str | None
    sent_at: datetime | None = None
    carrier_status: str | None = None
    error_code: int | None = None
    rule: str | None = None
    call_outcome: str | None = None

    @property
    def by_cadence(self) -> bool:
        """Whether planning wants it, and may move or cancel it; answers and people's texts are not its to touch."""
        return self.reply_id is None and self.author is None

    @property
    def tells_of_visit(self) -> bool:
        """Whether the member knows of the visit once it left; of a call, once somebody spoke with us (TWI-40)."""
        if self.channel == Channel.VOICE and self.call_outcome != CallOutcome.REACHED:
            return False
        return (self.by_cadence and self.words not in (WELCOME, ASKS_CONSENT)) or self.words in ON_THE_VISIT

    def touching(self) -> Touching:
        """Return what a hold needs."""
        return _touching(self)


def _touching(row: Any) -> Touching:
    """A touch is live while planned, in flight under a deadline, or refused and not yet heard.

    A call that left is in flight until somebody says how it ended; a text has no deadline then.
    """
    in_flight = row.state in LEFT and row.lease_until is not None
    waits_to_be_heard = row.state in ("refused", "expired") and not row.heard
    return Touching(row.id, row.due_at, row.state == "planned" or in_flight or waits_to_be_heard)


_MAY_HOLD = select(
    touch.c.loop_id, touch.c.id, touch.c.due_at, touch.c.state, touch.c.lease_until, touch.c.heard
).where(
    touch.c.state.in_(("planned", "claimed", "unknown", "refused", "expired"))
    | ((touch.c.state == "sent") & touch.c.lease_until.is_not(None))
)


def touching(uow: UnitOfWork, loop_ids: Iterable[int]) -> dict[int, list[Touching]]:
    """Return what may hold these loops, of all their touches."""
    found: dict[int, list[Touching]] = defaultdict(list)
    for row in rows_in(uow, _MAY_HOLD, touch.c.loop_id, loop_ids):
        found[row.loop_id].append(_touching(row))
    return found


def of_loops(uow: UnitOfWork, loop_ids: Iterable[int]) -> dict[int, list[StoredTouch]]:
    """Return every touch of these loops."""
    columns = [touch.c[name] for name in StoredTouch.__dataclass_fields__]
    found: dict[int, list[StoredTouch]] = defaultdict(list)
    for row in rows_in(uow, select(*columns).order_by(touch.c.id), touch.c.loop_id, loop_ids):
        found[row.loop_id].append(StoredTouch(**row._mapping))
    return found


def new_row(uow: UnitOfWork, **values: Any) -> dict[str, Any]:
    """Return a complete row for a new planned touch; what is not named has its default."""
    return _NEW | {"id": uow.next_id(), "planned_for": values["due_at"]} | values


def unsaved_row(touch_id: int, **values: Any) -> dict[str, Any]:
    """Return the same for an id at hand: a touch may be judged before there is one."""
    return _NEW | {"id": touch_id, "planned_for": values["due_at"]} | values


_NEW = MappingProxyType[str, Any](
    {
        "id": None, "loop_id": None, "member_id": None, "anchor_version": None, "channel": "sms", "nth": 1,
        "reply_id": None, "exempt": None, "answers_at": None, "planned_for": None, "state": "planned",
        "attempts": 0, "looks": 0, "heard": True, "of_a_booked_ride": False, "author": None,
    }
)  # fmt: skip


def insert(uow: UnitOfWork, rows: Sequence[Mapping[str, Any]]) -> None:
    """Store new touches, each made by `new_row`."""
    uow.insert(touch, rows)


def replan(uow: UnitOfWork, moves: Sequence[tuple[int, Mapping[str, Any]]]) -> None:
    """Move planned touches, or bring cancelled ones back: (touch, {due_at, useful_until, words, contact_point_id})."""
    if not moves:
        return
    fields = ("due_at", "useful_until", "words", "contact_point_id")
    statement = (
        update(touch)
        .where(touch.c.id == bindparam("touch_id"), or_(touch.c.state == "planned", touch.c.state == "cancelled"))
        .values(
            state="planned",
            planned_for=bindparam("new_due_at", type_=touch.c.due_at.type),
            **{name: bindparam(f"new_{name}", type_=touch.c[name].type) for name in fields},
        )
    )
    uow.execute(statement, [{"touch_id": row_id} | {f"new_{k}": new[k] for k in fields} for row_id, new in moves])


def send_from(uow: UnitOfWork, loop_ids: Sequence[int], sender: str, channel: Channel) -> None:
    """Let what is planned for these loops leave from this sender, as their program now says."""
    planned = (touch.c.state == "planned") & (touch.c.channel == channel) & (touch.c.sender != sender)
    uow.execute(update(touch).where(touch.c.loop_id.in_(loop_ids), planned).values(sender=sender))


def cancel(uow: UnitOfWork, touch_ids: Iterable[int]) -> None:
    """Cancel touches that are still only planned."""
    for part in chunks(touch_ids):
        uow.execute(update(touch).where(touch.c.id.in_(part), touch.c.state == "planned").values(state="cancelled"))


def held_on(uow: UnitOfWork, contact_point_id: int, rule: str) -> Sequence[Any]:
    """Return (id, loop_id) of what is planned on a phone and was last held by a rule."""
    query = select(touch.c.id, touch.c.loop_id).where(touch.c.contact_point_id == contact_point_id)
    return uow.all(query.where(touch.c.state == "planned", touch.c.rule == rule))


def look_again(uow: UnitOfWork, touch_ids: Iterable[int], at: datetime) -> None:
    """Let planned touches that were held be looked at again at an instant."""
    for part in chunks(touch_ids):
        uow.execute(update(touch).where(touch.c.id.in_(part), touch.c.state == "planned").values(due_at=at))


def by_a_person(uow: UnitOfWork, touch_id: int) -> Any | None:
    """Return (loop_id, contact_point_id, state, author) of a text that a person chose, or None."""
    columns = [touch.c[name] for name in ("loop_id", "contact_point_id", "state", "author")]
    rows = uow.all(select(*columns).where(touch.c.id == touch_id, touch.c.author.is_not(None)))
    return rows[0] if rows else None


def bring_back(uow: UnitOfWork, loop_ids: Iterable[int], rules: Iterable[str]) -> None:
    """Let planning have again what the gate refused by these rules and is still of use, and its loop has heard of."""
    theirs = touch.c.reply_id.is_(None) & touch.c.author.is_(None)
    again = theirs & (touch.c.state == "refused") & touch.c.heard & (touch.c.useful_until > uow.now)
    again &= touch.c.rule.in_(list(rules))
    for part in chunks(loop_ids):
        uow.execute(update(touch).where(touch.c.loop_id.in_(part), again).values(state="cancelled"))


def mark_heard(uow: UnitOfWork, loop_ids: Iterable[int]) -> None:
    """The loops have consumed the ends of their touches."""
    for part in chunks(loop_ids):
        uow.execute(update(touch).where(touch.c.loop_id.in_(part), touch.c.heard.is_(False)).values(heard=True))


class History(NamedTuple):
    """What became of a phone's texts: its opt-in confirmation, the last one that arrived, and what there is of rides.

    `welcomed_at` is when the confirmation left, or may have (LAW-28); `pressing` whether what cannot wait is planned.
    """

    welcomed_at: datetime | None = None
    delivered_at: datetime | None = None
    of_booked_rides: bool = False
    pressing: bool = False


_HISTORIES = select(
    touch.c.contact_point_id,
    func.min(func.coalesce(touch.c.sent_at, touch.c.due_at)).filter(touch.c.words == WELCOME, touch.c.state.in_(LEFT)),
    func.max(touch.c.sent_at).filter(touch.c.carrier_rank >= rank("delivered")),
    func.count().filter(touch.c.of_a_booked_ride, touch.c.state.in_(LEFT)) > 0,
    func.count().filter(touch.c.queue == Queue.DAY_OF, touch.c.state == "planned") > 0,
).group_by(touch.c.contact_point_id)


def welcomed(uow: UnitOfWork, contact_point_ids: Iterable[int]) -> dict[int, datetime]:
    """Return when each phone got its opt-in confirmation (LAW-28); one that may have left counts."""
    return {phone: had.welcomed_at for phone, had in histories(uow, contact_point_ids).items() if had.welcomed_at}


def histories(uow: UnitOfWork, contact_point_ids: Iterable[int]) -> dict[int, History]:
    """Return the history of each phone that has any, in one look: what is rare is asked about only where it is."""
    rows = rows_in(uow, _HISTORIES, touch.c.contact_point_id, contact_point_ids)
    return {phone: History(*had) for phone, *had in rows}


def of_booked_rides(uow: UnitOfWork, contact_point_ids: Iterable[int]) -> set[int]:
    """Return the touches about a booked ride that left to these phones."""
    query = select(touch.c.id).where(touch.c.of_a_booked_ride, touch.c.state.in_(LEFT))
    return {row.id for row in rows_in(uow, query, touch.c.contact_point_id, contact_point_ids)}


def phones_of(uow: UnitOfWork, touch_ids: Iterable[int]) -> list[int]:
    """Return the contact points of these touches."""
    rows = rows_in(uow, select(touch.c.contact_point_id), touch.c.id, touch_ids)
    return sorted({row.contact_point_id for row in rows})


def withdraw_answers(uow: UnitOfWork, contact_point_id: int, loop_id: int | None, words: Iterable[str]) -> None:
    """Cancel what would answer a phone about a loop with these words and has not left: what it asks for came."""
    theirs = (touch.c.contact_point_id == contact_point_id, touch.c.state == "planned", touch.c.words.in_(list(words)))
    mine = (touch.c.loop_id == loop_id, touch.c.reply_id.is_not(None), touch.c.author.is_(None))
    uow.execute(update(touch).where(*theirs, *mine).values(state="cancelled"))


def answered_with(uow: UnitOfWork, contact_point_id: int, words: str, since: datetime) -> bool:
    """Return whether a phone was answered with these words at or after `since`, or is about to be."""
    query = select(touch.c.id).where(touch.c.contact_point_id == contact_point_id, touch.c.words == words)
    live = query.where(touch.c.state.in_(("planned", *LEFT)), touch.c.due_at >= since)
    return bool(uow.all(live.limit(1)))


def last_answer(uow: UnitOfWork, contact_point_id: int, words: str) -> datetime | None:
    """Return when these words were last planned as an answer to a phone."""
    query = select(func.max(touch.c.due_at).label("at"))
    rows = uow.all(query.where(touch.c.contact_point_id == contact_point_id, touch.c.words == words))
    found: datetime | None = rows[0].at
    return found
