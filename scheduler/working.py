"""One worker process: what it did in its last minute, what it says of itself, how it ends, how it waits."""

from __future__ import annotations

import os
import socket
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from importlib.metadata import version

import structlog

from outreach.channels.carrier import Accepted, Carrier, Outgoing, Result
from outreach.engine.deployment import Deployment
from outreach.engine.pump import QUEUES, pump
from outreach.loops.cadence import Queue
from outreach.store import workers
from outreach.store.actor import WORKER
from outreach.store.database import StoreAway
from outreach.store.reads.queues import due_lag
from outreach.store.workers import Worker

log = structlog.get_logger()

BEAT = 5.0  # seconds
DRAIN = 19.0  # seconds from SIGTERM on; whoever asked for the end waits 20
_MINUTE = 60.0
_SHORTEST_WAIT, _LONGEST_WAIT = 0.5, 15.0
_SENDING = frozenset(queue.value for queue in Queue)


@dataclass(slots=True)
class LastMinute:
    """A count of what happened in the last minute; threads may share it."""

    monotonic: Callable[[], float]
    _seconds: deque[list[float]] = field(default_factory=deque)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, count: int) -> None:
        """Count something that happened now."""
        with self._lock:
            second = float(int(self.monotonic()))
            if not self._seconds or self._seconds[-1][0] != second:
                self._seconds.append([second, 0.0])
            self._seconds[-1][1] += count
            self._forget()

    def total(self) -> int:
        """Return how much it was."""
        with self._lock:
            self._forget()
            return int(sum(count for _, count in self._seconds))

    def _forget(self) -> None:
        while self._seconds and self._seconds[0][0] < self.monotonic() - _MINUTE:
            self._seconds.popleft()


@dataclass(slots=True)
class _Counted:
    """A carrier, with what it accepted counted."""

    carrier: Carrier
    sent: LastMinute
    slots: int

    def post(self, batch: Sequence[Outgoing]) -> Iterator[Result]:
        """Pass a batch on, at once: it must be on its way while the next one is claimed."""
        return map(self._counted, self.carrier.post(batch))

    def _counted(self, result: Result) -> Result:
        self.sent.add(isinstance(result, Accepted))
        return result


class Working:
    """A process at work. `stopping` asks it to begin nothing new."""

    def __init__(self, deployment: Deployment) -> None:
        self._timer = deployment.timer
        self._sent = LastMinute(deployment.timer.monotonic)
        self._decided = LastMinute(deployment.timer.monotonic)
        self.deployment = replace(
            deployment, carrier=_Counted(deployment.carrier, self._sent, deployment.carrier.slots)
        )
        self.stopping = threading.Event()
        self._started_at = deployment.timer.now()
        self._wait, self._again_at = 0.0, float("-inf")
        self._cut = threading.Timer(DRAIN, self._cut_off)

    def pump(self, queue: str) -> int:
        """Do what is due in a queue, unless the process is to end or waits for the database; return how many rows.

        Whatever goes wrong, the clock must go on: the rows are still due, and the next call meets them again.
        """
        if self.stopping.is_set() or self._timer.monotonic() < self._again_at:
            return 0
        try:
            worked = pump(self.deployment, queue)
        except StoreAway:
            self._away()
            return 0
        except Exception:
            log.exception("pump_failed", worker=self.deployment.worker, queue=queue)
            return 0
        self._wait = 0.0
        if queue in _SENDING:
            self._decided.add(worked)
        return worked

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

    def _away(self) -> None:
        self._wait = min(max(2 * self._wait, _SHORTEST_WAIT), _LONGEST_WAIT)
        self._again_at = self._timer.monotonic() + self._wait
        log.warning("store_away", worker=self.deployment.worker, again_in=self._wait)
