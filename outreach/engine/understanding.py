"""A stored reply becomes a meaning, the meaning reaches its loop, and the phone is free again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta

import structlog

from outreach.engine import reading
from outreach.engine.delivering import Delivered
from outreach.engine.deployment import Deployment
from outreach.engine.ear import Ear, ears
from outreach.engine.isolating import together
from outreach.engine.piecing import Spoken
from outreach.engine.reading import Understood
from outreach.engine.turns import first_of, spoken_now, spoken_with, waits_until
from outreach.store import people, replies, unread
from outreach.store.actor import WORKER
from outreach.store.batches import chunks
from outreach.store.database import StoreAway
from outreach.store.loops import LoopChangedMeanwhile
from outreach.store.replies import StoredReply
from outreach.store.unit_of_work import UnitOfWork

log = structlog.get_logger()
Reader = Callable[[UnitOfWork, Ear, Spoken], Understood]

_PHONES, _PHONES_EMBEDDED = 50, 10  # a transaction; on SQLite a longer one would keep a STOP waiting
_WORKERS = 4  # whose batches may lie before ours
_LONGEST_TURN = 5.0  # seconds: then the other queues have theirs
_PAUSE = 0.005  # on SQLite, so that a webhook has its turn
_LOOK_AGAIN = timedelta(minutes=5)


def understand_waiting(deployment: Deployment) -> int:
    """Read every reply that is due, until none is or the turn is over; return at how many phones something was done.

    What is no complete answer waits, stored, a few seconds for the rest. One that cannot even be opened holds its own
    phone, and shows in the metrics, but not the replies behind it.
    """
    began, done = deployment.timer.monotonic(), 0
    while worked := _some(deployment):
        done += worked
        if deployment.timer.monotonic() - began > _LONGEST_TURN:
            break
    return done


def understand_now(deployment: Deployment, reply_id: int) -> None:
    """Understand one reply, with its pieces, however complete it is. Asking twice changes nothing."""
    try:
        _read_one(deployment, reply_id, reading.read)
    except (ValueError, LookupError, TypeError) as problem:
        # A text that we cannot read must not hold its phone, nor all the replies behind it: a person reads it.
        log.error("reply_not_understood", reply=reply_id, problem=type(problem).__name__)
        _read_one(deployment, reply_id, reading.given_up)


def _some(deployment: Deployment) -> int:
    embedded = deployment.database.dialect == "sqlite"
    size = _PHONES_EMBEDDED if embedded else _PHONES
    with deployment.read(WORKER) as uow:
        due = unread.due(uow, size * _WORKERS)
    for phones in chunks(dict.fromkeys(phone for _, phone in due), size):
        if worked := together(
            phones, lambda some: _read(deployment, some), lambda one, _: _read_apart(deployment, one)
        ):
            if embedded:
                deployment.timer.sleep(_PAUSE)
            return worked
    return 0


def _read(deployment: Deployment, phones: Sequence[int]) -> int:
    """Read, on each of these phones that nobody else has locked, what comes first there; return how many those were."""
    with deployment.write(WORKER) as uow:
        free = people.lock_phones(uow, phones, skip_locked=True)
        texts, broken = unread.of_phones(uow, free)
        hearing = ears(uow, {phone: first for phone, each in texts.items() if (first := first_of(each)) is not None})
        delivered, busy = Delivered(uow), set[int]()
        order = [phone for phone in phones if phone in hearing]
        worked = sum(_next_on(uow, hearing[phone], texts[phone], delivered, busy) for phone in order)
        delivered.write()
        unread.read_later(uow, dict.fromkeys(broken, uow.now + _LOOK_AGAIN))
        uow.commit()
    for reply_id in broken:
        log.error("reply_unreadable", reply=reply_id)
    return worked + len(broken)


def _next_on(uow: UnitOfWork, ear: Ear, texts: Sequence[StoredReply], delivered: Delivered, busy: set[int]) -> bool:
    """Read what comes first on a phone, or let all of it wait; return False where another phone's reply comes first.

    `busy` are the members whose loops have something to decide already: what they decide is read first.
    """
    theirs = {*ear.line.members, *(ear.loops[each.loop].member for each in ear.prompts if each.loop is not None)}
    if theirs & busy:
        return False
    spoken = spoken_now(ear, texts)
    if spoken is not None:
        busy |= theirs
        delivered.deliver(ear, spoken, reading.read(uow, ear, spoken))
        return True
    for each in texts:
        if each.read_from is None and each.read_with is None:
            delivered.waiting[each.id] = waits_until(ear, texts, each)
    return True


def _read_apart(deployment: Deployment, phone: int) -> None:
    """Something on this phone breaks the reading: its replies are read one by one, and what must be a person does."""
    with deployment.read(WORKER) as uow:
        waiting = unread.due_of(uow, phone)
    for reply_id in waiting:
        try:
            understand_now(deployment, reply_id)
        except (StoreAway, LoopChangedMeanwhile):
            raise
        except Exception:
            log.exception("reply_unreadable", reply=reply_id)
            with deployment.write(WORKER) as uow:
                unread.read_later(uow, {reply_id: uow.now + _LOOK_AGAIN})
                uow.commit()


def _read_one(deployment: Deployment, reply_id: int, read: Reader) -> None:
    with deployment.write(WORKER) as uow:
        phone = replies.phone_of(uow, reply_id)
        people.lock_phones(uow, [phone])
        texts = unread.of_phones(uow, [phone])[0].get(phone, [])
        reply = next((each for each in texts if each.id == reply_id and each.read_with is None), None)
        if reply is None:
            return
        ear = ears(uow, {phone: reply})[phone]
        spoken, delivered = spoken_with(ear, texts, reply), Delivered(uow)
        delivered.deliver(ear, spoken, read(uow, ear, spoken))
        delivered.write()
        uow.commit()
