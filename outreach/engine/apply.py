"""Each effect of a decision as rows to write."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, assert_never

from outreach.engine.episode import Changes, Episode
from outreach.loops.cadence import Queue
from outreach.loops.consent import Category
from outreach.loops.effects import Answer, Await, CloseTasks, Effect, OpenTask, StopAwaiting, Tell
from outreach.loops.held import Awaiting, Tasking, Touching
from outreach.loops.reasons import REASONS
from outreach.loops.tasks import TaskKind
from outreach.store import touches, work
from outreach.store.loops import write_preferences
from outreach.store.unit_of_work import UnitOfWork

ANSWER_USEFUL = timedelta(hours=12)  # a later answer would puzzle more than help
# Rulebook 7.1, step 14: that a person will answer is said once; the task says the rest.
_ONCE = frozenset({"ack_person"})
_ONCE_IN = timedelta(hours=12)


def apply(uow: UnitOfWork, episode: Episode, effect: Effect, changes: Changes) -> None:
    """Turn one effect into rows, and keep the episode's picture of what holds it up to date."""
    match effect:
        case OpenTask():
            _open(uow, episode, effect, changes)
        case CloseTasks():
            _close(episode, effect, changes)
        case Await(kind, deadline):
            apply(uow, episode, StopAwaiting(kind), changes)
            row = work.wait_row(uow, episode.loop.id, kind, deadline)
            changes.new_waits[episode.loop.id].append(row)
            episode.awaiting[row["id"]] = Awaiting(row["id"], deadline)
        case StopAwaiting(kind):
            _stop_awaiting(episode, kind, changes)
        case Answer():
            _answer(uow, episode, effect, changes)
        case Tell():
            _tell(uow, episode, effect, changes)
        case _:
            assert_never(effect)


def _open(uow: UnitOfWork, episode: Episode, effect: OpenTask, changes: Changes) -> None:
    open_kinds = {task.kind for task in episode.tasks if task.id in episode.tasking}
    open_kinds |= {row["kind"] for row in changes.new_tasks[episode.loop.id]}
    if effect.kind in open_kinds:
        return
    stored = episode.stored
    row = work.task_row(
        uow,
        effect.kind,
        effect.deadlines,
        program_id=stored.program,
        loop_id=episode.loop.id,
        member_id=stored.member,
        clinic_id=stored.clinic,
        reply_id=episode.reply,
    )
    changes.new_tasks[episode.loop.id].append(row)
    episode.tasking[row["id"]] = Tasking(row["id"], effect.deadlines.due_at, True)


def _close(episode: Episode, effect: CloseTasks, changes: Changes) -> None:
    done = [t.id for t in episode.tasks if t.id in episode.tasking and (not effect.kinds or t.kind in effect.kinds)]
    changes.closed_tasks.setdefault(effect.resolution, []).extend(done)
    kinds = effect.kinds or tuple(TaskKind)
    for task_id in done + changes.unmake_tasks(episode.loop.id, kinds):
        del episode.tasking[task_id]


def _stop_awaiting(episode: Episode, kind: str, changes: Changes) -> None:
    ended = [wait.id for wait in episode.waits if wait.kind == kind and wait.id in episode.awaiting]
    changes.dropped_waits.extend(ended)
    for wait_id in ended + changes.unmake_waits(episode.loop.id, kind):
        del episode.awaiting[wait_id]


def _answer(uow: UnitOfWork, episode: Episode, effect: Answer, changes: Changes) -> None:
    if effect.reply not in episode.heard_on:  # said in a call, and answered there
        changes.spoken[effect.reply] = effect.words
        return
    phone, received_at = episode.heard_on[effect.reply]
    if effect.words in _ONCE and _said_lately(uow, phone, effect.words, changes):
        return
    row = touches.new_row(
        uow,
        loop_id=episode.loop.id,
        member_id=episode.stored.member,
        program_id=episode.stored.program,
        contact_point_id=phone,
        anchor_version=episode.loop.anchor.version,
        step=f"answer:{effect.words}",
        nth=effect.reply,
        reply_id=effect.reply,
        words=effect.words,
        category=Category.APPOINTMENT,
        queue=Queue.REPLY,
        sender=episode.program.sender,
        due_at=uow.now,
        useful_until=uow.now + ANSWER_USEFUL,
        answers_at=received_at,
    )
    changes.new_touches.append(row)
    episode.touching[row["id"]] = Touching(row["id"], uow.now, True)


def _said_lately(uow: UnitOfWork, phone: int, words: str, changes: Changes) -> bool:
    just_now = any((row["contact_point_id"], row["words"]) == (phone, words) for row in changes.new_touches)
    return just_now or touches.answered_with(uow, phone, words, uow.now - _ONCE_IN)


def _tell(uow: UnitOfWork, episode: Episode, effect: Tell, changes: Changes) -> None:
    """FHIR-07: the clinic's own id, the signal, the source, barriers as codes; no words, no phone."""
    loop = episode.loop
    body: dict[str, Any] = {
        "signal": effect.signal,
        "occurred_at": uow.now.isoformat(),
        "outcome": loop.outcome,
        "source": loop.source,
        "reason": effect.reason,
        "reason_fhir": REASONS[effect.reason].fhir if effect.reason else None,
        "barriers": sorted(code for reason in loop.barriers if (code := REASONS[reason].barrier)),
        "plan": effect.plan,
        "preferences": write_preferences(loop.preferences),
    }
    changes.told.append((loop.id, episode.stored.clinic, [(effect.signal, body)]))
