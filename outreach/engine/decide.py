"""Protocol 1, Decide: load loops, advance them over what happened, store them, turn each effect into rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import chain

from outreach.engine.apply import apply
from outreach.engine.episode import Changes, Episode, load
from outreach.engine.reconcile import reconcile
from outreach.loops.advance import advance
from outreach.loops.events import Heard
from outreach.loops.tasks import RULES
from outreach.store import events, loops, touches, work
from outreach.store.unit_of_work import UnitOfWork


def decide(uow: UnitOfWork, loop_ids: Iterable[int]) -> Mapping[int, str]:
    """Consume every waiting event of these loops, in order, and make their rows what the loops now want.

    Returns the words of each answer to what was said in a call, by its reply: they are spoken there, and not sent.

    Must run inside `write()`. Calling it for a loop without events re-plans it: a moved visit, an edited cadence
    and a changed phone are all this same call. Raises LoopChangedMeanwhile when another transaction was faster.
    """
    changes = Changes()
    episodes = load(uow, loop_ids)
    for episode in episodes:
        _consume(uow, episode, changes)
        reconcile(uow, episode, changes)
    _write(uow, episodes, changes)
    return changes.spoken


def _consume(uow: UnitOfWork, episode: Episode, changes: Changes) -> None:
    for waiting in episode.waiting:
        step = advance(episode.loop, waiting.event)
        was_open = episode.loop.open
        episode.loop = step.loop
        episode.reply = waiting.event.reply if isinstance(waiting.event, Heard) else None
        for effect in step.effects:
            apply(uow, episode, effect, changes)
        if was_open and not episode.loop.open:
            _let_go(episode, changes)
        changes.consumed.append((waiting.id, [_in_words(step.loop.stage, effect) for effect in step.effects]))


def _in_words(stage: str, effect: object) -> str:
    shown = getattr(effect, "kind", None) or getattr(effect, "words", None) or getattr(effect, "signal", "")
    return f"{stage}: {type(effect).__name__} {shown}".rstrip()


_ENDS_WITH_THE_LOOP = frozenset(kind for kind, rule in RULES.items() if rule.ends_with_loop)


def _let_go(episode: Episode, changes: Changes) -> None:
    done = [task.id for task in episode.tasks if task.kind in _ENDS_WITH_THE_LOOP and task.id in episode.tasking]
    changes.closed_tasks.setdefault("loop_closed", []).extend(done)
    unmade = changes.unmake_tasks(episode.loop.id, _ENDS_WITH_THE_LOOP)
    changes.dropped_waits.extend(wait.id for wait in episode.waits)
    changes.new_waits.pop(episode.loop.id, None)
    for task_id in done + unmade:
        del episode.tasking[task_id]
    episode.awaiting.clear()


def _write(uow: UnitOfWork, episodes: list[Episode], changes: Changes) -> None:
    """In the lock order: loops, touches, tasks, awaited signals, signals; the audit trail follows at commit."""
    loops.save(uow, [(episode.stored, episode.loop, episode.held()) for episode in episodes])
    events.consume(uow, changes.consumed)
    touches.cancel(uow, changes.cancelled)
    touches.insert(uow, changes.new_touches)
    touches.replan(uow, changes.replans)
    touches.mark_heard(uow, [e.loop.id for e in episodes if any(not t.heard for t in e.touches)])
    for resolution, task_ids in changes.closed_tasks.items():
        work.close_tasks(uow, task_ids, resolution)
    work.open_task(uow, list(chain.from_iterable(changes.new_tasks.values())))
    work.end_waits(uow, changes.dropped_waits, "dropped")
    work.await_signals(uow, list(chain.from_iterable(changes.new_waits.values())))
    for loop_id, clinic_id, told in changes.told:
        work.tell(uow, loop_id, clinic_id, told)
    for episode in episodes:
        if episode.loop.stage is not episode.stored.loop.stage:
            uow.audit(f"loop.{episode.loop.stage}", f"loop:{episode.loop.id}")
