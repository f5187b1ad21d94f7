"""Claim: lock the phones, then load the facts, then decide one touch after another, and write what was decided."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from itertools import takewhile
from typing import Any, assert_never

from conversations.prompt import prompt_for
from outreach.channels.carrier import Outgoing, OutgoingCall, OutgoingText
from outreach.engine import throughput
from outreach.engine.asking import Decided, open_prompt
from outreach.engine.deployment import Deployment
from outreach.engine.folder import Folder, gate_touch, load_folder, lock_loops
from outreach.engine.holds import name_holds
from outreach.engine.spoken import said_in
from outreach.engine.throughput import Meter
from outreach.engine.wording import body_of
from outreach.loops import rates
from outreach.loops.cadence import Queue
from outreach.loops.consent import Channel
from outreach.loops.events import TouchRefused
from outreach.loops.gate import decide
from outreach.loops.spreading import spread
from outreach.loops.verdict import Allowed, HeldUntil, Refused
from outreach.settings import number_called_from
from outreach.store import buckets, claims, events, people, rate_waits, replies, work
from outreach.store import lanes as due
from outreach.store.actor import WORKER
from outreach.store.lanes import Lane
from outreach.store.programs import Words
from outreach.store.touches import ASKS_CONSENT, WELCOME
from outreach.store.unit_of_work import UnitOfWork

SHORTEST_VALIDITY, LONGEST_VALIDITY = 60, 36_000  # TWI-02, TWI-08, seconds
BEFORE_VISIT = timedelta(minutes=10)
_WORKERS_BEFORE = 8  # batches that others may have in hand
_REHEARSED, _FEW = timedelta(days=1), 20  # how far ahead a process looks that begins, and at how many touches


def claim(
    deployment: Deployment, queue: Queue, sender: str, room: int, seen_due: Sequence[Lane] | None = None
) -> tuple[list[Outgoing], int]:
    """Claim due touches of one queue that leave from `sender`: at most `room`, and what its tokens pay for.

    `seen_due` is what a look just before found due from that sender; without it this is looked for. Returns what may
    leave, and how many touches were decided. What there are no tokens for stays due.
    """
    with deployment.write(WORKER) as uow:
        outgoing, done = _claim(deployment, uow, queue, sender, room, seen_due)
        uow.commit()
    return outgoing, done


def rehearse(deployment: Deployment) -> int:
    """Claim what will be due next in each queue, at that instant, and take all of it back; return how many touches.

    Nothing leaves and nothing is kept. A process that begins has then loaded and compiled what its first text would
    otherwise wait for, about a third of a second.
    """
    return sum(_rehearse(deployment, queue) for queue in Queue)


def _rehearse(deployment: Deployment, queue: Queue) -> int:
    with deployment.write(WORKER) as uow:  # never committed
        present, uow.now = uow.now, uow.now + _REHEARSED
        lanes = due.due(uow, queue)
        if not lanes:
            return 0
        first = min(lanes, key=lambda lane: lane.since)
        uow.now = max(first.since, present)
        _, done = _claim(deployment, uow, queue, deployment.settings.sender_for(first.sender), _FEW, [first])
        return done


def _claim(
    deployment: Deployment, uow: UnitOfWork, queue: Queue, sender: str, room: int, seen_due: Sequence[Lane] | None
) -> tuple[list[Outgoing], int]:
    seen = throughput.look(deployment, uow, queue, sender)
    wanted, room = room, rates.room(seen.left, queue, room, seen.now)
    lanes = lanes_of(deployment, lanes_due(deployment, uow, queue), sender) if seen_due is None else list(seen_due)
    ours = _candidates(uow, seen, lanes, room) if room else []
    if not ours:
        if not room:
            _note_wait(uow, seen, lanes)
        return [], 0
    stored = lock_loops(uow, [row.id for row in ours], {row.contact_point_id for row in ours})
    # A later statement than the locks: what another claim or a STOP committed before them is seen here.
    batch = claims.still_due(uow, [row.id for row in ours])
    decided = Decided()
    folder, meter = load_folder(uow, batch, stored, sender), throughput.lock(uow, seen)
    done = list(takewhile(lambda touch: _decide(deployment, uow, folder, touch, decided, meter), batch))
    _write(uow, decided)
    throughput.store(uow, meter)
    if room < wanted or meter.spent:
        _note_wait(uow, meter, lanes)
    name_holds(uow, [each.loop.id for each in stored])
    return decided.outgoing, len(done)


def _note_wait(uow: UnitOfWork, meter: Meter, lanes: Sequence[Lane]) -> None:
    """What is due waits for tokens and nobody forgot it: say until when (I6)."""
    until = rates.take(meter.left, meter.queue, [1.0], meter.now).again_at or meter.now
    rate_waits.note(uow, meter.queue, {lane.sender for lane in lanes}, until)


def _candidates(uow: UnitOfWork, seen: Meter, lanes: list[Lane], room: int) -> list[Any]:
    """Return (id, contact_point_id) of what is due next by a sender, its programs in turn, with their phones locked.

    Where other workers hold all of these phones, those behind them are free.
    """
    if len(lanes) > 1 and (last := buckets.last_turn(uow, seen.key)) is not None:
        lanes.sort(key=lambda lane: (lane.program <= last, lane.program))
    for skip in range(0, room * _WORKERS_BEFORE, room):
        rows = due.candidates(uow, seen.queue, lanes, room, skip)
        locked = set(people.lock_phones(uow, {row.contact_point_id for row in rows}, skip_locked=True))
        if locked or len(rows) < room:
            return [row for row in rows if row.contact_point_id in locked]
    return []


def lanes_due(deployment: Deployment, uow: UnitOfWork, queue: Queue) -> list[Lane]:
    """Return the lanes that have something due in a queue."""
    waterline = deployment.waterline
    return due.due(uow, queue) if waterline is None else waterline.lanes_due(uow, queue)


def lanes_of(deployment: Deployment, lanes: Iterable[Lane], sender: str) -> list[Lane]:
    """Return the lanes that really leave from one sender: a deployment may have one for all its programs."""
    return [lane for lane in lanes if deployment.settings.sender_for(lane.sender) == sender]


def _decide(
    deployment: Deployment, uow: UnitOfWork, folder: Folder, touch: Any, decided: Decided, meter: Meter
) -> bool:
    """Decide one touch; False when it may leave, and there are no tokens for it."""
    asked, facts = gate_touch(touch), folder.facts(touch)
    answer = decide(asked, facts, uow.now)
    match answer:
        case Allowed():
            return _allow(deployment, uow, folder, touch, answer, decided, meter)
        case HeldUntil(when, rule):
            due_at = spread(asked, facts, when, uow.now)
            decided.touches.append((touch.id, {"due_at": due_at, "rule": rule}))
        case Refused(rule):
            _refuse(uow, touch, rule, decided)
        case _:
            assert_never(answer)
    return True


def _refuse(uow: UnitOfWork, touch: Any, rule: str, decided: Decided) -> None:
    has_loop = touch.loop_id is not None
    decided.touches.append((touch.id, {"state": "refused", "rule": rule, "heard": not has_loop}))
    if has_loop:
        # What a person meant to say must not vanish: it goes back to a person as an answer that is owed.
        answers = touch.answers_at is not None or touch.author is not None
        of_a_ride = touch.of_a_booked_ride
        refused = TouchRefused(uow.now, touch.step, rule, answers=answers, of_a_ride=of_a_ride)
        decided.events.append((touch.loop_id, refused))
    uow.audit("touch.refused", f"touch:{touch.id}", rule)


def _allow(
    deployment: Deployment, uow: UnitOfWork, folder: Folder, touch: Any, allowed: Allowed, decided: Decided,
    meter: Meter,
) -> bool:  # fmt: skip
    words = folder.words_for(touch)
    body = _said(folder, touch, words) if words else None
    seconds = int((_hard_stop(folder, touch, allowed) - uow.now).total_seconds())
    if words is None or body is None or seconds < SHORTEST_VALIDITY:
        _refuse(uow, touch, "HIP-25" if body is None else "TIM-09", decided)
        return True
    if not meter.grants(body, touch.program_id):
        return False
    attempt = _attempt(deployment, uow, touch, body) | {"language": folder.language(touch)}
    attempt |= {"message_version_id": words.version_id, "rule": allowed.rule, "consent_id": allowed.consent}
    _claimed(deployment, uow, folder, touch, attempt, decided)
    fencing, to = attempt["fencing"], folder.phones[touch.contact_point_id].phone.number
    not_after = deployment.timer.monotonic() + deployment.settings.timing.give_back
    validity = min(LONGEST_VALIDITY, seconds)
    if touch.channel == Channel.VOICE:
        caller = number_called_from(meter.sender) or meter.sender
        call = OutgoingCall(touch.id, fencing, caller, to, _staffed(folder, touch), not_after)
        decided.outgoing.append(call)
    else:
        decided.outgoing.append(OutgoingText(touch.id, fencing, meter.sender, to, body, validity, not_after))
    return True


def _staffed(folder: Folder, touch: Any) -> bool:
    """Whether somebody may talk with the member: such a call lasts longer than one with a machine."""
    return folder.programs[touch.program_id].desk.staffed(folder.now)


def _said(folder: Folder, touch: Any, words: Words) -> str | None:
    """What a text says, or what a call asks, in the member's language; None when it may not be said."""
    language, stored = folder.language(touch), folder.loops.get(touch.loop_id)
    if touch.channel == Channel.VOICE:
        program = folder.programs[touch.program_id]
        return said_in(stored.loop if stored else None, program, touch, language, folder.words)
    return body_of(folder, touch, words, language)


def _hard_stop(folder: Folder, touch: Any, allowed: Allowed) -> datetime:
    """TWI-08: the carrier may hold a text no longer than its window, and one for the visit's day not into the visit."""
    stored = folder.loops.get(touch.loop_id) if touch.queue == Queue.DAY_OF else None
    if stored is None or stored.loop.anchor.wall_time is None or stored.loop.anchor.starts_at <= folder.now:
        return allowed.until
    return min(allowed.until, stored.loop.anchor.starts_at - BEFORE_VISIT)


def _claimed(
    deployment: Deployment, uow: UnitOfWork, folder: Folder, touch: Any, attempt: dict[str, Any], decided: Decided
) -> None:
    """Write down what leaves, and leave its mark for the decisions after it."""
    on_phone = folder.phones[touch.contact_point_id]
    decided.attempts.append(attempt)
    lease = deployment.timer.now() + timedelta(seconds=deployment.settings.timing.lease)
    claimed = {"state": "claimed", "attempts": attempt["fencing"], "looks": 0, "claimed_by": deployment.worker}
    decided.touches.append((touch.id, claimed | {"lease_until": lease, "rule": None}))
    question = prompt_for(touch.words)
    if question is not None and touch.channel == Channel.SMS:  # what a call asks is answered on the call
        open_prompt(uow, folder, touch, question, decided)
    on_phone.counted(touch).append(uow.now)
    if touch.words == WELCOME:
        on_phone.welcomed_at = uow.now
    if touch.words == ASKS_CONSENT:
        on_phone.asked.add(touch.member_id)


def _attempt(deployment: Deployment, uow: UnitOfWork, touch: Any, body: str) -> dict[str, Any]:
    return {
        "touch_id": touch.id,
        "fencing": touch.attempts + 1,
        "contact_point_id": touch.contact_point_id,
        "proactive": touch.answers_at is None,
        "claimed_at": uow.now,
        "started_at": deployment.timer.now(),
        "body": uow.keyring.seal(claims.BODY, touch.id, body),
        "body_sha256": sha256(body.encode()).hexdigest(),
        "outcome": "claimed",
    }


def _write(uow: UnitOfWork, decided: Decided) -> None:
    claims.set_touches(uow, decided.touches)
    claims.insert_attempts(uow, decided.attempts)
    replies.end_prompts(uow, decided.superseded, "superseded")
    work.end_waits_for_prompts(uow, decided.superseded, "dropped")
    replies.insert_prompts(uow, decided.prompts)
    work.await_signals(uow, decided.waits)
    events.append(uow, decided.events)
