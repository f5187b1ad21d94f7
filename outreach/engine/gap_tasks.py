"""What program staff do with a task about a language that cannot be heard: take it, and finish it (TWI-48)."""

from __future__ import annotations

from outreach.engine import tasks
from outreach.engine.coverage import coverage_of
from outreach.engine.deployment import Deployment
from outreach.engine.read_aloud import recorded_languages
from outreach.engine.refusals import NotAsked
from outreach.engine.tasks import Finish
from outreach.store import programs
from outreach.store.actor import Actor
from outreach.store.reads.language_gaps import GapTask, open_gaps
from outreach.store.unit_of_work import UnitOfWork

DONE, NOT_POSSIBLE = "done", "not_possible"


def take(deployment: Deployment, actor: Actor, task_id: int) -> None:
    """Take such a task; raises NotAsked for any other task, and where somebody else has it."""
    with deployment.read(actor) as uow:
        _gap(uow, task_id)
    tasks.claim(deployment, actor, task_id)


def finish(deployment: Deployment, actor: Actor, task_id: int, resolution: str) -> None:
    """Finish such a task: done when every sentence has its recording, or it cannot be done. Raises NotAsked otherwise.

    The next call that cannot be held in the language opens one anew.
    """
    with deployment.read(actor) as uow:
        found = _gap(uow, task_id)
        if resolution == DONE and missing(uow, found):
            raise NotAsked("Recordings are still missing: give and approve them, or say that it cannot be done.")
    tasks.resolve(deployment, actor, task_id, Finish(resolution))


def missing(uow: UnitOfWork, gap: GapTask) -> int:
    """Return how many sentences of the language no call can say yet; none where it is recorded no more."""
    program = programs.programs(uow, [gap.program_id])[gap.program_id]
    if gap.language not in recorded_languages(program):
        return 0
    found = coverage_of(uow, program, gap.language)
    return len(found.sentences) - found.ready


def _gap(uow: UnitOfWork, task_id: int) -> GapTask:
    found = next((each for each in open_gaps(uow) if each.id == task_id), None)
    if found is None:
        raise NotAsked("This is no open task about recordings: somebody finished it, or it never was.")
    return found
