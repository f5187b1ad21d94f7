"""What callbacks make of their touches: one lock of all of them, one after the other in order, one write (TWI-06)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from outreach.engine.deployment import Deployment
from outreach.engine.holds import name_holds
from outreach.engine.provider_errors import Failed, apply_provider_error
from outreach.engine.record import LEFT, Recorded, sent, visit_of, write
from outreach.loops.events import TouchDelivered
from outreach.loops.lattice import failed, rank
from outreach.store import carrier_errors, claims, loops, parking, people, touches
from outreach.store.callbacks import Told
from outreach.store.loops import StoredLoop
from outreach.store.unit_of_work import UnitOfWork

_FAILED_AT_MOST = "undelivered"


def settle(deployment: Deployment, uow: UnitOfWork, told: Sequence[Told]) -> Callable[[], None]:
    """Apply what was told, in this order. It carries our ids, so it settles even a touch whose worker died (TWI-06).

    Returns what calls operations, if it has to: to be called once all is committed.
    """
    touch_ids = {each.touch for each in told}
    people.lock_phones(uow, touches.phones_of(uow, touch_ids))
    loop_ids = claims.loops_of(uow, touch_ids)
    loops.lock_rows(uow, loop_ids)
    known = {row.id: SimpleNamespace(**row._mapping) for row in claims.lock_touches(uow, touch_ids).values()}
    bad = {each.touch for each in told if failed(each.status)}
    visits = loops.get(uow, {loop for touch in bad & set(known) if (loop := known[touch].loop_id) is not None})
    batch = _Batch(deployment, uow, known, visits)
    for each in told:
        batch.hear(each)
    batch.recorded.touches = list(batch.columns.items())
    batch.recorded.attempts = [(touch, attempt, "accepted") for touch, attempt in batch.accepted]
    paused = write(uow, batch.recorded)
    name_holds(uow, batch.moved)
    return lambda: batch.recorded.page(paused)


@dataclass(slots=True)
class _Batch:
    """The touches as they stand after what was heard so far, and what is to be written in the end, once for each."""

    deployment: Deployment
    uow: UnitOfWork
    touches: dict[int, Any]
    visits: Iterable[StoredLoop]
    recorded: Recorded = field(default_factory=Recorded)
    columns: dict[int, dict[str, Any]] = field(default_factory=dict)
    accepted: dict[tuple[int, int], None] = field(default_factory=dict)
    moved: set[int] = field(default_factory=set)  # loops whose hold may have changed

    def hear(self, told: Told) -> None:
        """Apply one callback, or park it."""
        touch = self.touches.get(told.touch)
        before = None
        if touch is not None and touch.sid is None:
            before = carrier_errors.ended(self.uow, touch.id, touch.attempts)
        why = _misfit(touch, told.attempt, told.sid, before)
        if why is not None:
            parking.park(self.uow, told, why)
        elif not _known(touch, told.status, before):
            self._apply(touch, told, left=before is not None)

    def _apply(self, touch: Any, told: Told, left: bool) -> None:
        """`left` says that an attempt which the touch no longer shows is known to have left."""
        if touch.sid is None and not left:
            self.uow.audit(LEFT, f"touch:{touch.id}")
        # A planned touch with this very attempt was given up for lost too early: the carrier has it after all.
        columns, this = sent(self.uow, touch, told.sid, told.status), (touch.id, touch.attempts)
        climbs = touch.state == "sent"  # nothing but its status changes
        if failed(told.status):
            visit = visit_of(self.visits, touch)
            error = Failed(touch, touch.attempts, told.error_code or 0, told.sid, visit)
            ending = apply_provider_error(self.deployment, self.uow, error)
            columns |= {"heard": touch.heard} | ending.columns
            self.recorded.failed(touch, error.code, ending)
            self.accepted.pop(this, None)  # how the attempt ended is written by now
        else:
            if not climbs or touch.error_code is not None:
                self.accepted[this] = None
            if told.status == "delivered":
                self.recorded.happened(touch, TouchDelivered(self.uow.now, touch.step))
        if touch.loop_id is not None and (failed(told.status) or not climbs):
            self.moved.add(touch.loop_id)
        vars(touch).update(columns)
        self.columns.setdefault(told.touch, {}).update(columns)


def _misfit(touch: Any, attempt: int | None, sid: str, before: str | None) -> str | None:
    """Say why a callback cannot be about this touch's present attempt, or None when it is.

    `before` is the message by which this attempt has failed already, where the touch waits to be tried again.
    """
    if touch is None:
        return "unknown touch"
    if attempt != touch.attempts:
        return "old attempt"
    if (touch.sid or before or sid) != sid:
        return "another message id"
    return None


def _known(touch: Any, status: str, before: str | None) -> bool:
    """Whether a status says nothing new: the lattice only goes up, and an attempt fails once (TWI-12)."""
    if before is not None:
        return rank(status) <= rank(_FAILED_AT_MOST)
    return touch.state in ("sent", "expired") and rank(status) <= touch.carrier_rank
