"""One worker process: what it did in its last minute, what it says of itself, how it ends, how it waits."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from importlib.metadata import version

import structlog

from outreach.channels.carrier import Accepted, Answers, Carrier, Outgoing, Result
from outreach.engine.claim import rehearse
from outreach.engine.deployment import Deployment
from outreach.engine.missed import is_behind
from outreach.engine.pump import QUEUES, pump
from outreach.engine.waterline import Waterline
from outreach.loops.cadence import Queue
from outreach.store import workers
from outreach.store.actor import WORKER
from outreach.store.database import StoreAway
from outreach.store.reads.queues import due_lag
from outreach.store.workers import Worker
from scheduler.pace import LastMinute, Rest

log = structlog.get_logger()

BEAT = 5.0  # seconds
DRAIN = 19.0  # seconds from SIGTERM on; whoever asked for the end waits 20
_SENDING = frozenset(queue.value for queue in Queue)


@dataclass(slots=True)
class _Counted:
    """A carrier, with what it accepted counted."""

    carrier: Carrier
    sent: LastMinute
    slots: int

    def post(self, batch: Sequence[Outgoing]) -> Answers:
        """Pass a batch on, at once: it must be on its way while the next one is claimed."""
        answers = self.carrier.post(batch)
        return Answers(map(self._counted, answers), len(batch), answers.came)

    def _counted(self, result: Result) -> Result:
        self.sent.add(isinstance(result, Accepted))
        return result


class Working:
    """A process at work. `stopping` asks it to begin nothing new."""

    def __init__(self, deployment: Deployment) -> None:
        self._timer = deployment.timer
        self._sent = LastMinute(deployment.timer.monotonic)
        self._decided = LastMinute(deployment.timer.monotonic)
        embedded = deployment.database.dialect == "sqlite"
        self.deployment = replace(
            deployment,
            carrier=_Counted(deployment.carrier, self._sent, deployment.carrier.slots),
            waterline=None if embedded else Waterline(deployment.timer.monotonic),
        )
        self.stopping = threading.Event()
        self._started_at = deployment.timer.now()
        self._away = Rest()  # the database is away, for every queue
        self._rests = {queue: Rest() for queue in QUEUES}
        self._listens_until: float | None = self._timer.monotonic() + 2 * deployment.settings.timing.reconcile_again
        self.free = list(QUEUES)  # what nobody in this process works
        self._taking = threading.Lock()
        self._cut = threading.Timer(DRAIN, self._cut_off)

    def pump(self, queue: str) -> int:
        """Do what is due in a queue, unless the process is to end or waits for the database; return how many rows.

        Whatever goes wrong, the clock must go on: the rows are still due, and the next call meets them again.
        """
        rests = self._rests[queue]
        if self.stopping.is_set() or max(self._away.until, rests.until) > self._timer.monotonic():
            return 0
        try:
            worked = 0 if queue in _SENDING and self._hears_first() else pump(self.deployment, queue)
        except StoreAway:
            again_in = self._away.begin(self._timer.monotonic())
            log.warning("store_away", worker=self.deployment.worker, again_in=again_in)
            return 0
        except Exception:
            again_in = rests.begin(self._timer.monotonic())
            log.exception("pump_failed", worker=self.deployment.worker, queue=queue, again_in=again_in)
            return 0
        self._away.end()
        rests.end()
        if queue in _SENDING:
            self._decided.add(worked)
        return worked

    def rehearse(self) -> None:
        """Load and compile what the first text needs, before it is due; what hinders that hinders nothing else."""
        try:
            rehearse(self.deployment)
        except Exception as problem:
            log.warning("not_rehearsed", worker=self.deployment.worker, problem=type(problem).__name__)

    @contextmanager
    def alone(self, queue: str) -> Iterator[bool]:
        """Yield whether nobody else in this process works a queue; two at once would only be in each other's way."""
        with self._taking:
            if alone := queue in self.free:
                self.free.remove(queue)
        try:
            yield alone
        finally:
            if alone:
                self.free.append(queue)

    def _hears_first(self) -> bool:
        """Whether nothing leaves yet: where nobody listened for a while, what was missed is heard first (TWI-23).

        A carrier that shows no list holds it up no longer than two looks would.
        """
        if self._listens_until is None:
            return False
        if self._timer.monotonic() < self._listens_until and is_behind(self.deployment):
            return True
        self._listens_until = None
        return False

    def pump_all(self) -> None:
        """Pump every queue once, in order."""
        for queue in QUEUES:
            self.pump(queue)

    def beat(self) -> None:
        """Say what this process does, in a transaction of its own; a database that is away hears it later."""
        if self.stopping.is_set():
            return
        try:
            with self.deployment.read(WORKER) as uow:
                lag = due_lag(uow)
            with self.deployment.write(WORKER) as uow:
                workers.beat(uow, self._says(lag))
                uow.commit()
        except StoreAway:
            log.warning("store_away", worker=self.deployment.worker)
        except Exception:
            log.exception("beat_failed", worker=self.deployment.worker)

    def stop(self) -> None:
        """Begin nothing new. What is not done in time is cut off: leases and look-ups are made for that."""
        self.stopping.set()
        self._cut.daemon = True
        self._cut.start()

    def leave(self) -> None:
        """Say that this process has ended its work."""
        self.stopping.set()
        self._cut.cancel()
        try:
            with self.deployment.write(WORKER) as uow:
                workers.leave(uow, self.deployment.worker)
                uow.commit()
        except StoreAway:
            log.warning("store_away", worker=self.deployment.worker)

    def _says(self, lag: float) -> Worker:
        return Worker(
            name=self.deployment.worker,
            host=socket.gethostname(),
            pid=os.getpid(),
            version=version("outreach"),
            started_at=self._started_at,
            seen_at=self._timer.now(),
            queues=tuple(QUEUES),
            decided=self._decided.total(),
            sent=self._sent.total(),
            lag=lag,
        )

    def _cut_off(self) -> None:
        log.error("drain_cut_off", worker=self.deployment.worker, after=DRAIN)
        os._exit(1)
