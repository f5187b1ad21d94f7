"""Protocol 2, Send: claim, post, record. Each is committed before the next begins; a crash after any is recoverable."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

from outreach.channels.carrier import Outgoing, Result
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
_AHEAD = 1


def send_due(deployment: Deployment, queue: Queue) -> int:
    """Send what is due in one queue, until nothing is or its turn is over; return how many touches were decided.

    Before each batch the more urgent queues have theirs: a backlog never keeps an answer waiting (TWI-36).
    """
    began, done, line = deployment.timer.monotonic(), 0, _Line(deployment)
    before = list(Queue)[: list(Queue).index(queue)]
    while decided := _round(deployment, queue, line):
        done += decided
        if deployment.timer.monotonic() - began > LONGEST_TURN:
            break
        for urgent in before:
            while more := _round(deployment, urgent, line):
                done += more
    line.hang_up()
    return done


def _round(deployment: Deployment, queue: Queue, line: _Line) -> int:
    """Claim and post one batch of every sender that has something due: none waits for the end of another's backlog."""
    with deployment.read(WORKER) as uow:
        lanes = lanes_due(deployment, uow, queue)
    senders = sorted({deployment.settings.sender_for(lane.sender) for lane in lanes})
    return sum(_batch(deployment, queue, sender, lanes_of(deployment, lanes, sender), line) for sender in senders)


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
    """What is with the carrier: one batch is on its way while the next is claimed. No transaction is open meanwhile."""

    deployment: Deployment
    batches: deque[Iterator[Result]] = field(default_factory=deque)

    @property
    def room(self) -> int:
        """How many texts a batch may have, so that all batches together fit the carrier's slots."""
        return (self.deployment.carrier.slots + _AHEAD) // (_AHEAD + 1)

    def post(self, outgoing: Sequence[Outgoing]) -> None:
        """Hand a batch to the carrier, then record the batches before it."""
        deployment = self.deployment
        if outgoing:
            self.batches.append(deployment.carrier.post(outgoing))
        while len(self.batches) > _AHEAD:
            self._record_next()

    def hang_up(self) -> None:
        """Wait for every answer and record it."""
        while self.batches:
            self._record_next()

    def _record_next(self) -> None:
        answers = self.batches.popleft()
        while results := list(islice(answers, _RECORD_AT)):
            record(self.deployment, results)
