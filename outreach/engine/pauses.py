"""What the carrier's answers paused: turned on by an error, with a task and a page; lifted by a person alone."""

from __future__ import annotations

from collections.abc import Mapping

import structlog

from outreach.engine.deployment import Deployment
from outreach.engine.refusals import NotAsked
from outreach.loops.pauses import Pause, What, pauses_in
from outreach.loops.tasks import TaskKind
from outreach.store import programs, switches, work
from outreach.store.actor import Actor
from outreach.store.reads.paused import PausedNow, open_tasks_of, paused
from outreach.store.unit_of_work import UnitOfWork

log = structlog.get_logger()


def begin(uow: UnitOfWork, pauses: Mapping[Pause, tuple[int, int]]) -> list[tuple[Pause, int]]:
    """Pause by (code, program), each with a task for a person; return those that did not stand yet, with their code."""
    new = []
    for pause in sorted(pauses):
        code, program = pauses[pause]
        if switches.turn(uow, pause.name, True, code):
            new.append((pause, code))
            uow.audit(f"sends.paused.{pause.what}", f"program:{program}", f"CARRIER-{code}")
            kind = TaskKind.TEXT_HELD if pause.what is What.BREAKER else TaskKind.SENDING_PAUSED
            clock = programs.programs(uow, [program])[program].clock(kind, uow.now)
            about = {"pause": pause.name, "code": code}
            work.open_task(uow, [work.task_row(uow, kind, clock, program_id=program, about=about)])
    return new


def page(new: list[tuple[Pause, int]]) -> None:
    """Call operations about new pauses, once they are committed: one line of level error each, without a number."""
    for pause, code in new:
        log.error("sending_paused", what=str(pause.what), program=pause.program, words=pause.words, code=code)


def stand(deployment: Deployment, actor: Actor) -> list[PausedNow]:
    """Return every pause that stands, the oldest first."""
    with deployment.read(actor) as uow:
        return paused(uow)


def release(deployment: Deployment, actor: Actor, name: str) -> None:
    """A person has put right what was wrong: what waited is sent. Raises NotAsked for what is not paused."""
    with deployment.write(actor) as uow:
        if not lift(uow, name):
            raise NotAsked("This is not paused. Look again at what is.")
        uow.commit()


def lift(uow: UnitOfWork, name: str) -> bool:
    """End a pause and the tasks about it; return whether it stood."""
    stood = bool(pauses_in([name])) and switches.turn(uow, name, False)
    if stood:
        work.close_tasks(uow, open_tasks_of(uow, name), "released")
        uow.audit("sends.released", "sends")
    return stood
