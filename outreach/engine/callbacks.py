"""What a carrier says later about a text: stored as it comes, then adopted, moved up the lattice, or parked."""

from __future__ import annotations

from collections.abc import Sequence

import structlog

from outreach.engine.deployment import Deployment
from outreach.engine.isolating import together
from outreach.engine.settling import settle
from outreach.store import callbacks, parking
from outreach.store.actor import CARRIER
from outreach.store.callbacks import Told

log = structlog.get_logger()
_BATCH, _EMBEDDED_BATCH = 200, 50  # rows a transaction; on SQLite a longer one would keep a STOP waiting
_WORKERS = 2  # whose batches may lie before ours
_LONGEST_TURN = 5.0  # seconds: then the other queues have theirs
_PAUSE = 0.005  # on SQLite, so that a webhook has its turn


def receive(
    deployment: Deployment, *, touch_id: int, attempt: int, sid: str, status: str, error_code: int | None
) -> None:
    """Store one callback, to be applied by the pump. Raises StoreAway: answer 503, so that the carrier retries."""
    with deployment.note(CARRIER) as uow:
        callbacks.store(uow, Told(touch_id, attempt, sid, status, error_code))
        uow.commit()


def note_status(
    deployment: Deployment, *, touch_id: int, attempt: int, sid: str, status: str, error_code: int | None
) -> None:
    """Apply at once what was learned in another way than by a callback."""
    with deployment.write(CARRIER) as uow:
        page = settle(deployment, uow, [Told(touch_id, attempt, sid, status, error_code)])
        uow.commit()
    page()


def apply_waiting(deployment: Deployment) -> int:
    """Apply the callbacks that wait, in the order in which they came, until few do or the turn is over.

    Returns how many. One that breaks what applies it is parked. What comes meanwhile is for the next call: there are
    more of them by then, and a transaction for each of a few costs more than they do.
    """
    limit = _EMBEDDED_BATCH if deployment.database.dialect == "sqlite" else _BATCH
    began, done = deployment.timer.monotonic(), 0
    while deployment.timer.monotonic() - began <= _LONGEST_TURN:
        done += (worked := _some(deployment, limit))
        if worked < limit:
            break
    return done


def _some(deployment: Deployment, limit: int) -> int:
    with deployment.read(CARRIER) as uow:
        waiting = callbacks.waiting(uow, limit * _WORKERS)
    if not waiting:
        return 0
    worked = together(
        waiting,
        lambda row_ids: _apply(deployment, row_ids, limit),
        lambda row_id, problem: _set_aside(deployment, row_id, problem),
    )
    if deployment.database.dialect == "sqlite":
        deployment.timer.sleep(_PAUSE)
    return worked


def _apply(deployment: Deployment, row_ids: Sequence[int], limit: int) -> int:
    with deployment.write(CARRIER) as uow:
        told = callbacks.take(uow, row_ids, limit)
        page = settle(deployment, uow, list(told.values()))
        callbacks.forget(uow, list(told))
        uow.commit()
    page()
    return len(told)


def _set_aside(deployment: Deployment, row_id: int, problem: Exception) -> None:
    """It is kept for a person, and out of the way of those behind it."""
    with deployment.write(CARRIER) as uow:
        told = callbacks.take(uow, [row_id], 1).get(row_id)
        if told is not None:
            parking.park(uow, told, parking.BROKEN)
            callbacks.forget(uow, [row_id])
        uow.commit()
    log.error("callback_not_applied", callback=row_id, problem=type(problem).__name__)
