"""A language that cannot be heard: one task for program staff, however many calls were not made (TWI-48)."""

from __future__ import annotations

from outreach.engine.coverage import coverage_of
from outreach.engine.read_aloud import recorded_languages
from outreach.loops.tasks import TaskKind
from outreach.store import recordings, work
from outreach.store.programs import StoredProgram
from outreach.store.reads.language_gaps import open_tasks_of
from outreach.store.unit_of_work import UnitOfWork

QUEUE = "program_staff"


def note_gap(uow: UnitOfWork, program: StoredProgram, language: str) -> bool:
    """Open the task to record what is missing, if anything is, unless it is open; return whether it is new.

    The member's own loop has its own task meanwhile: a person calls with an interpreter. Call this as late in a
    transaction as the tasks stand in the lock order: two calls that find the gap at once wait here for each other.
    """
    if language not in recorded_languages(program):
        return False
    recordings.lock_program(uow, program.id)
    if open_tasks_of(uow, program.id, language) or coverage_of(uow, program, language).whole:
        return False
    clock = program.clock(TaskKind.LANGUAGE_GAP, uow.now)
    about = {"program_id": program.id, "owner_queue": QUEUE, "about": {"recordings": language}}
    work.open_task(uow, [work.task_row(uow, TaskKind.LANGUAGE_GAP, clock, **about)])
    return True


def close_if_whole(uow: UnitOfWork, program: StoredProgram, language: str) -> None:
    """End the task when the last recording is there. The program is locked."""
    if coverage_of(uow, program, language).whole:
        work.close_tasks(uow, open_tasks_of(uow, program.id, language), "done")
