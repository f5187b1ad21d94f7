"""Record: what the carrier answered, batched, and only over the attempt that asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, assert_never

import structlog

from outreach.channels.carrier import Accepted, GivenBack, InDoubt, Rejected, Result, Throttled
from outreach.engine import pauses
from outreach.engine.deployment import Deployment
from outreach.engine.holds import name_holds
from outreach.engine.provider_errors import Ending, Failed, apply_provider_error
from outreach.engine.throttling import hold_back
from outreach.loops.anchor import Anchor
from outreach.loops.consent import Channel
from outreach.loops.events import Event, TouchDelivered
from outreach.loops.lattice import rank
from outreach.loops.pauses import Pause
from outreach.store import carrier_errors, claims, events, loops, people, replies, touches, work
from outreach.store.actor import CARRIER
from outreach.store.carrier_errors import Text
from outreach.store.loops import StoredLoop
from outreach.store.unit_of_work import UnitOfWork

log = structlog.get_logger()
LEFT = "touch.sent"  # the trail's entry: once for each attempt that the carrier took, whoever learns of it first


@dataclass(slots=True)
class Recorded:
    """What one record transaction writes."""

    touches: list[tuple[int, dict[str, Any]]] = field(default_factory=list)
    attempts: list[tuple[int, int, str]] = field(default_factory=list)
    events: list[tuple[int, Event]] = field(default_factory=list)
    withdrawn: list[int] = field(default_factory=list)
    left: Counter[Text] = field(default_factory=Counter)
    pauses: dict[Pause, tuple[int, int]] = field(default_factory=dict)
    pages: Counter[int] = field(default_factory=Counter)

    def happened(self, touch: Any, event: Event) -> None:
        """Give the touch's loop an event, if it has one."""
        if touch.loop_id is not None:
            self.events.append((touch.loop_id, event))

    def failed(self, touch: Any, code: int, ending: Ending) -> None:
        """Note what follows from an error beside the touch's columns; the question never reached anybody."""
        self.withdrawn.append(touch.id)
        if ending.event is not None:
            self.happened(touch, ending.event)
        if ending.pause is not None:
            self.pauses.setdefault(ending.pause, (code, touch.program_id))
        if ending.pages:
            self.pages[code] += 1

    def page(self, paused: list[tuple[Pause, int]]) -> None:
        """Call operations, once all is committed: a line of level error for each code, and never a number."""
        for code, texts in self.pages.items():
            log.error("carrier_error", code=code, texts=texts)
        pauses.page(paused)


def record(deployment: Deployment, results: Sequence[Result]) -> None:
    """Store results. One whose touch was meanwhile adopted, or claimed again, changes nothing (the fence)."""
    if not results:
        return
    with deployment.write(CARRIER) as uow:
        rejected = [result.touch for result in results if isinstance(result, Rejected)]
        people.lock_phones(uow, touches.phones_of(uow, rejected))
        loop_ids = claims.loops_of(uow, [result.touch for result in results])
        loops.lock_rows(uow, loop_ids)
        rows = claims.lock_touches(uow, [result.touch for result in results])
        stored = loops.get(uow, (loop_id for touch in rejected if (loop_id := rows[touch].loop_id)))
        recorded = Recorded()
        for result in results:
            touch = rows[result.touch]
            if touch.attempts == result.attempt and _may_settle(touch, result):
                _record(deployment, uow, touch, result, recorded, visit_of(stored, touch))
        paused = write(uow, recorded)
        name_holds(uow, loop_ids)
        uow.commit()
    recorded.page(paused)


def _may_settle(touch: Any, result: Result) -> bool:
    """In flight it may be anything; one given up for lost may still turn out to have been accepted."""
    return touch.state in ("claimed", "unknown") or (isinstance(result, Accepted) and touch.state != "sent")


def visit_of(stored: Iterable[StoredLoop], touch: Any) -> Anchor | None:
    """Return the visit of a touch, among the locked loops."""
    return next((found.loop.anchor for found in stored if found.loop.id == touch.loop_id), None)


def _record(
    deployment: Deployment, uow: UnitOfWork, touch: Any, result: Result, recorded: Recorded, visit: Anchor | None
) -> None:
    now, ended = uow.now, recorded.attempts
    match result:
        case Accepted(touch_id, attempt, sid, status):
            ended.append((touch_id, attempt, "accepted"))
            recorded.touches.append((touch_id, left(deployment, uow, touch, sid, status)))
            uow.audit(LEFT, f"touch:{touch_id}")
            recorded.left[Text(touch.program_id, touch.words, touch.sender)] += 1
            if status == "delivered":
                recorded.happened(touch, TouchDelivered(now, touch.step))
        case Rejected(touch_id, attempt, code):
            ending = apply_provider_error(deployment, uow, Failed(touch, attempt, code, None, visit))
            refused = {"state": "refused", "rule": f"CARRIER-{code}", "heard": touch.loop_id is None}
            recorded.touches.append((touch_id, (refused if ending.event else {}) | ending.columns))
            recorded.failed(touch, code, ending)
        case Throttled(touch_id, attempt, retry_after):
            ended.append((touch_id, attempt, "throttled"))
            recorded.touches.append((touch_id, hold_back(deployment, uow, touch, retry_after)))
            recorded.withdrawn.append(touch_id)
        case GivenBack(touch_id, attempt):
            ended.append((touch_id, attempt, "given_back"))
            recorded.touches.append((touch_id, {"state": "planned", "lease_until": None}))
            recorded.withdrawn.append(touch_id)
        case InDoubt(touch_id, attempt):
            ended.append((touch_id, attempt, "unknown"))
            settled = deployment.timer.now() + timedelta(seconds=deployment.settings.timing.settle)
            recorded.touches.append((touch_id, {"state": "unknown", "lease_until": settled}))
        case _:
            assert_never(result)


def left(deployment: Deployment, uow: UnitOfWork, touch: Any, sid: str, status: str) -> dict[str, Any]:
    """Return the columns of a text, or of a call, that the carrier took.

    A call goes on after that: until its end is known it is under a lease, and holds its loop.
    """
    if touch.channel != Channel.VOICE:
        return sent(uow, touch, sid, status)
    ends = deployment.timer.now() + timedelta(seconds=deployment.settings.timing.call_ends)
    return placed(uow, touch, sid, status) | {"looks": 0, "lease_until": ends}


def placed(uow: UnitOfWork, touch: Any, sid: str, status: str) -> dict[str, Any]:
    """Return the columns of a call that was certainly made, and of which nothing more is awaited."""
    made = {"state": "sent", "sid": sid, "sent_at": touch.sent_at or uow.now, "lease_until": None, "rule": None}
    return made | {"carrier_status": status}


def sent(uow: UnitOfWork, touch: Any, sid: str, status: str) -> dict[str, Any]:
    """Return the columns of a touch that certainly left; the carrier's status only moves up."""
    left = {"state": "sent", "sid": sid, "sent_at": touch.sent_at or uow.now, "lease_until": None, "rule": None}
    if rank(status) > touch.carrier_rank:
        left |= {"carrier_status": status, "carrier_rank": rank(status)}
    return left


def write(uow: UnitOfWork, recorded: Recorded) -> list[tuple[Pause, int]]:
    """Write in the lock order: touches and prompts, awaited signals, the events, tasks; return what is paused now."""
    claims.set_touches(uow, recorded.touches)
    claims.end_attempts(uow, recorded.attempts)
    withdraw(uow, recorded.withdrawn)
    events.append(uow, recorded.events)
    paused = pauses.begin(uow, recorded.pauses)
    carrier_errors.tally(uow, recorded.left)
    return paused


def withdraw(uow: UnitOfWork, touch_ids: Iterable[int]) -> None:
    """Definitely not sent: the question was never asked."""
    prompts = replies.prompts_of_touches(uow, touch_ids)
    replies.end_prompts(uow, prompts, "withdrawn")
    work.end_waits_for_prompts(uow, prompts, "dropped")
