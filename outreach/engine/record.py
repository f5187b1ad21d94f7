"""Record: what the carrier answered, batched, and only over the attempt that asked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, assert_never

from outreach.channels.carrier import Accepted, GivenBack, InDoubt, Rejected, Result, Throttled
from outreach.engine.deployment import Deployment
from outreach.engine.holds import name_holds
from outreach.engine.provider_errors import act_on_error
from outreach.loops.events import Event, TouchDelivered, TouchFailed
from outreach.loops.lattice import TERMINAL, rank
from outreach.store import claims, events, loops, people, replies, touches, work
from outreach.store.actor import CARRIER
from outreach.store.unit_of_work import UnitOfWork

_SHORTEST_WAIT = 1.0  # a carrier that says "retry after 0" would be asked in a circle


@dataclass(slots=True)
class Recorded:
    """What one record transaction writes."""

    touches: list[tuple[int, dict[str, Any]]] = field(default_factory=list)
    attempts: list[tuple[int, int, str]] = field(default_factory=list)
    events: list[tuple[int, Event]] = field(default_factory=list)
    withdrawn: list[int] = field(default_factory=list)

    def happened(self, touch: Any, event: Event) -> None:
        """Give the touch's loop an event, if it has one."""
        if touch.loop_id is not None:
            self.events.append((touch.loop_id, event))


def record(deployment: Deployment, results: Sequence[Result]) -> None:
    """Store results. One whose touch was meanwhile adopted, or claimed again, changes nothing (the fence)."""
    if not results:
        return
    with deployment.write(CARRIER) as uow:
        rejected = [result.touch for result in results if isinstance(result, Rejected)]
        people.lock_phones(uow, touches.phones_of(uow, rejected))
        stored = loops.lock(uow, claims.loops_of(uow, [result.touch for result in results]))
        rows = claims.lock_touches(uow, [result.touch for result in results])
        recorded = Recorded()
        for result in results:
            touch = rows[result.touch]
            if touch.attempts == result.attempt and _may_settle(touch, result):
                _record(deployment, uow, touch, result, recorded)
        write(uow, recorded)
        name_holds(uow, stored)
        uow.commit()


def _may_settle(touch: Any, result: Result) -> bool:
    """In flight it may be anything; one given up for lost may still turn out to have been accepted."""
    return touch.state in ("claimed", "unknown") or (isinstance(result, Accepted) and touch.state != "sent")


def _record(deployment: Deployment, uow: UnitOfWork, touch: Any, result: Result, recorded: Recorded) -> None:
    now, ended = uow.now, recorded.attempts
    match result:
        case Accepted(touch_id, attempt, sid, status):
            ended.append((touch_id, attempt, "accepted"))
            recorded.touches.append((touch_id, sent(uow, touch, sid, status)))
            if status == "delivered":
                recorded.happened(touch, TouchDelivered(now, touch.step))
        case Rejected(touch_id, attempt, code):
            ended.append((touch_id, attempt, "rejected"))
            refused = {"state": "refused", "rule": f"CARRIER-{code}", "error_code": code, "lease_until": None}
            recorded.touches.append((touch_id, refused | {"heard": touch.loop_id is None}))
            recorded.withdrawn.append(touch_id)
            recorded.happened(touch, TouchFailed(now, touch.step, code))
            act_on_error(uow, touch, code)
        case Throttled(touch_id, attempt, retry_after):
            ended.append((touch_id, attempt, "throttled"))
            wait = timedelta(seconds=max(retry_after, _SHORTEST_WAIT))
            again = {"state": "planned", "due_at": now + wait, "lease_until": None}
            recorded.touches.append((touch_id, again))
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


def sent(uow: UnitOfWork, touch: Any, sid: str, status: str) -> dict[str, Any]:
    """Return the columns of a touch that certainly left; the carrier's status only moves up."""
    left = {"state": "sent", "sid": sid, "sent_at": touch.sent_at or uow.now, "lease_until": None, "rule": None}
    if rank(status) > touch.carrier_rank:
        left |= {"carrier_status": status, "carrier_rank": rank(status)}
    return left


def failed(status: str) -> bool:
    """Whether a carrier status ends a text without delivery."""
    return status in TERMINAL and status not in ("delivered", "read", "partially_delivered")


def write(uow: UnitOfWork, recorded: Recorded) -> None:
    """Write in the lock order: touches and prompts, awaited signals, then the events."""
    claims.set_touches(uow, recorded.touches)
    claims.end_attempts(uow, recorded.attempts)
    withdraw(uow, recorded.withdrawn)
    events.append(uow, recorded.events)


def withdraw(uow: UnitOfWork, touch_ids: Iterable[int]) -> None:
    """Definitely not sent: the question was never asked."""
    prompts = replies.prompts_of_touches(uow, touch_ids)
    replies.end_prompts(uow, prompts, "withdrawn")
    work.end_waits_for_prompts(uow, prompts, "dropped")
