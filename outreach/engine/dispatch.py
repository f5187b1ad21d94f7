"""Protocol 2, Send: claim, post, record. Each is committed before the next begins; a crash after any is recoverable."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import islice

from outreach.channels.carrier import Answers, Outgoing
from outreach.engine.claim import claim, lanes_due, lanes_of
from outreach.engine.deployment import Deployment
from outreach.engine.number_lookups import look_up_due
from outreach.engine.record import record
from outreach.loops.cadence import Queue
from outreach.store.actor import WORKER
from outreach.store.lanes import Lane

SQLITE_BATCH = 50  # a longer transaction would keep inbound replies waiting
SQLITE_PAUSE = 0.005
LONGEST_TURN = 5.0  # seconds: then the other queues have theirs, however much is due in this one
_RECORD_AT = 100
_MOMENT = 0.02  # seconds between two looks while the carrier has not answered


def send_due(deployment: Deployment, queue: Queue) -> int:
    """Send what is due in one queue, until nothing is or its turn is over; return how many touches were decided.

    Before each batch the more urgent queues have theirs: a backlog never keeps an answer waiting (TWI-36).
    """
    began, done, line = deployment.timer.monotonic(), 0, _Line(deployment)
    while deployment.timer.monotonic() - began <= LONGEST_TURN:
        if decided := _round(deployment, queue, line):
            done += decided
        elif not line.listen():
            break
    line.hang_up()
    return done


def _round(deployment: Deployment, queue: Queue, line: _Line) -> int:
    """Claim and post one batch of every sender that has something due: none waits for the end of another's backlog.

    They are of the most urgent queue of which anything may leave now. Return how many touches were decided.
    """
    for urgent, lanes in _due(deployment, queue):
        senders = sorted({deployment.settings.sender_for(lane.sender) for lane in lanes})
        batches = (_batch(deployment, urgent, each, lanes_of(deployment, lanes, each), line) for each in senders)
        if decided := sum(batches):
            return decided
    return 0


def _due(deployment: Deployment, queue: Queue) -> list[tuple[Queue, list[Lane]]]:
    """Return what is due in a queue, behind what is in the more urgent ones; nothing, where it has nothing itself."""
    with deployment.read(WORKER) as uow:
        if not (lanes := lanes_due(deployment, uow, queue)):
            return []
        before = list(Queue)[: list(Queue).index(queue)]
        return [(urgent, lanes_due(deployment, uow, urgent)) for urgent in before] + [(queue, lanes)]


def _batch(deployment: Deployment, queue: Queue, sender: str, lanes: list[Lane], line: _Line) -> int:
    embedded = deployment.database.dialect == "sqlite"
    room = min(line.room, SQLITE_BATCH) if embedded else line.room
    try:
        look_up_due(deployment, queue, lanes, room)
        outgoing, decided = claim(deployment, queue, sender, room, lanes)
    except Exception:
        line.hang_up()  # what is on the line already must be recorded, whatever keeps us from the next
        raise
    line.post(outgoing)
    if embedded and decided:
        deployment.timer.sleep(SQLITE_PAUSE)
    return decided


@dataclass(slots=True)
class _Line:
    """What is with the carrier: batches on their way while the next is claimed. No transaction is open meanwhile."""

    deployment: Deployment
    batches: deque[Answers] = field(default_factory=deque)

    @property
    def room(self) -> int:
        """How many texts a batch may have, so that two of this size fit the carrier's slots."""
        return (self.deployment.carrier.slots + 1) // 2

    def post(self, outgoing: Sequence[Outgoing]) -> None:
        """Hand a batch to the carrier, then record what was answered of those before it, or must make room."""
        before = list(self.batches)
        if outgoing:
            self.batches.append(self.deployment.carrier.post(outgoing))
        self._record_what_came(before)
        while sum(batch.left for batch in self.batches) > self.room:
            self._record(self.batches[0])

    def listen(self) -> bool:
        """Record what was answered, or give the carrier a moment; return whether to look for what is due meanwhile.

        On SQLite all queues share one thread, which rather waits for the answers and goes on to the next queue.
        """
        if self.deployment.database.dialect == "sqlite":
            return False
        if not self._record_what_came(list(self.batches)) and self.batches:
            self.deployment.timer.sleep(_MOMENT)
        return bool(self.batches)

    def hang_up(self) -> None:
        """Wait for every answer and record it."""
        while self.batches:
            self._record(self.batches[0])

    def _record_what_came(self, batches: Iterable[Answers]) -> bool:
        """Record batches that were answered, whole or enough of them for a transaction; return whether any was."""
        came = [batch for batch in batches if batch.came() >= min(batch.left, _RECORD_AT)]
        for batch in came:
            self._record(batch)
        return bool(came)

    def _record(self, batch: Answers) -> None:
        self.batches.remove(batch)
        results = list(islice(batch, _RECORD_AT))
        record(self.deployment, results)
        if results and batch.left:
            self.batches.appendleft(batch)
