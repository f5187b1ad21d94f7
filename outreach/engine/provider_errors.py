"""What follows from a carrier's error: one function for both paths, answer and callback (TWI-33, rulebook 3.5)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from outreach.engine import opting
from outreach.engine.by_voice import called_instead
from outreach.engine.deployment import Deployment
from outreach.engine.line import line_of, open_tasks
from outreach.engine.opting import Word
from outreach.engine.soft_fails import count_soft
from outreach.engine.throughput import limits, sender_key
from outreach.loops.anchor import Anchor
from outreach.loops.cadence import Queue
from outreach.loops.events import Event, TouchFailed, TouchRefused
from outreach.loops.failures import Breaker, Failure, crowded, failure
from outreach.loops.pauses import Pause, What, pause_of
from outreach.loops.tasks import TaskKind
from outreach.store import buckets, carrier_errors, people, switches
from outreach.store.carrier_errors import Text
from outreach.store.unit_of_work import UnitOfWork

_LAST_USE = timedelta(minutes=1)  # TWI-08: less is none


@dataclass(frozen=True, slots=True)
class Failed:
    """An attempt that failed: its locked touch on its locked phone, the carrier's code, and the visit it was about.

    `sid` is the message that failed, or None where the carrier refused to make one.
    """

    touch: Any
    attempt: int
    code: int
    sid: str | None
    visit: Anchor | None


@dataclass(frozen=True, slots=True)
class Ending:
    """What becomes of a touch that failed: its columns, what its loop hears, what is paused, and whether to page."""

    columns: dict[str, Any]
    event: Event | None
    pause: Pause | None
    pages: bool


def apply_provider_error(deployment: Deployment, uow: UnitOfWork, failed: Failed) -> Ending:
    """Do to the number, the sender and the ledger what the row of the error says, and return the rest.

    What is wrong on our side costs the touch nothing: it goes back, and waits for a person to put that right.
    """
    row, touch = failure(failed.code), failed.touch
    outcome = "rejected" if failed.sid is None or row.pauses is not None else "failed"
    carrier_errors.note(uow, touch.id, failed.attempt, outcome, failed.code, failed.sid)
    out = _mark(deployment, uow, touch, failed.code, row)
    pause = _pause(deployment, uow, touch, row)
    again = uow.now if row.pauses else None if out or pause else _again(uow.now, failed, row)
    columns: dict[str, Any] = {"error_code": failed.code, "lease_until": None}
    if again is not None:
        columns |= {"state": "planned", "rule": f"CARRIER-{failed.code}", "sid": None, "sent_at": None}
        columns |= {"carrier_status": None, "carrier_rank": -1}
        if row.pauses is None:
            columns |= {"due_at": again, "retries": touch.retries + 1}
        uow.audit("touch.planned_again", f"touch:{touch.id}", f"CARRIER-{failed.code}")
        return Ending(columns, None, pause, row.pages)
    if row.expires:
        columns |= {"state": "expired", "rule": f"CARRIER-{failed.code}", "heard": touch.loop_id is None}
    _without_a_loop(uow, touch, row)
    return Ending(columns, _event(uow, failed, row), pause, row.pages)


def _event(uow: UnitOfWork, failed: Failed, row: Failure) -> Event:
    touch, at = failed.touch, uow.now
    if not row.expires:
        return TouchFailed(at, touch.step, failed.code, instead=called_instead(uow, touch, failed.code))
    # What ran out at the carrier is as if it had run out with us: a person acts where the member knows of nothing.
    answers = touch.answers_at is not None or touch.author is not None
    return TouchRefused(at, touch.step, "TIM-09", answers=answers, of_a_ride=touch.of_a_booked_ride)


def _mark(deployment: Deployment, uow: UnitOfWork, touch: Any, code: int, row: Failure) -> bool:
    """Write what the row says of the phone and the sender; return whether the number is out of use now."""
    phone = touch.contact_point_id
    if row.number is not None:
        people.set_state(uow, phone, row.number)
    if row.asks_line:
        people.ask_line(uow, phone, uow.now)  # nobody is asked while phones are locked
    if row.stops:
        _blocked(uow, touch, code)
    if row.quiets is not None:
        people.set_quiet(uow, phone, uow.now + row.quiets)
    if row.slows is not None:
        sender, now = deployment.settings.sender_for(touch.sender), deployment.timer.now()
        key = sender_key(sender)
        buckets.close(uow, key, limits(deployment.settings, sender)[key], now + row.slows, now)
    doubted = row.soft and not row.asks_line and count_soft(uow, phone)
    return doubted or row.stops or row.number is not None


def _blocked(uow: UnitOfWork, touch: Any, code: int) -> None:
    """21610 is not always a STOP (TWI-32): without another word it is treated as one, and a person finds out why."""
    line = line_of(uow, touch.contact_point_id)
    if line.silent:
        return
    opting.stopped(uow, line, Word("provider_sync", f"CARRIER-{code}", f"touch:{touch.id}"))
    open_tasks(uow, line, [TaskKind.UNKNOWN_BLOCK_REASON], member=touch.member_id)


def _pause(deployment: Deployment, uow: UnitOfWork, touch: Any, row: Failure) -> Pause | None:
    about = (deployment.settings.sender_for(touch.sender), touch.program_id, touch.words)
    if row.pauses is not None:
        return pause_of(row.pauses, *about)
    pause = pause_of(What.BREAKER, *about)
    return pause if row.breaker is not None and _opens(uow, touch, row, row.breaker, pause) else None


def _opens(uow: UnitOfWork, touch: Any, row: Failure, breaker: Breaker, pause: Pause) -> bool:
    """Whether a text fails so on its sender that no more of it should leave. What was released is counted anew."""
    text, since = Text(touch.program_id, touch.words, touch.sender), uow.now - max(breaker.within, breaker.over)
    since = max(since, switches.turned_at(uow, pause.name) or since)
    alike = [each.claimed_at for each in carrier_errors.of_text(uow, text, since) if failure(each.error_code) is row]
    if crowded(alike, breaker.count, breaker.within):
        return True
    left = carrier_errors.sent(uow, text, since)
    return 0 < breaker.least <= left and len(alike) > breaker.share * left


def _again(now: datetime, failed: Failed, row: Failure) -> datetime | None:
    """When a touch is tried again: while it is of use, and what is for the visit's day never after its start."""
    touch, visit = failed.touch, failed.visit
    if row.urgent_only and touch.queue == Queue.BULK:
        return None
    latest = touch.useful_until - _LAST_USE
    if touch.queue == Queue.DAY_OF and visit is not None:
        latest = min(latest, visit.starts_at if visit.wall_time else visit.ends_at)
    return row.retry_at(touch.retries, touch.id, now, latest)


def _without_a_loop(uow: UnitOfWork, touch: Any, row: Failure) -> None:
    """What was said to somebody without a visit is a person's as well; what may follow a STOP is owed once."""
    if touch.loop_id is None and touch.exempt is None:
        kind = TaskKind.ANSWER_MEMBER if row.task is TaskKind.CALL_MEMBER else row.task
        open_tasks(uow, line_of(uow, touch.contact_point_id), [kind], reply=touch.reply_id, member=touch.member_id)
