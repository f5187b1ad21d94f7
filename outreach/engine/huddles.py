"""The weekly huddle: where everything stands, kept as a snapshot; work given to whoever has room."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from outreach.engine.deployment import Deployment
from outreach.engine.refusals import NotAsked
from outreach.loops.huddle import Board, Load, Move, board, proposal
from outreach.store import huddles, tasks
from outreach.store.actor import Actor, Scope
from outreach.store.reads import huddle as reads
from outreach.store.reads.huddle import Closed, Late, Part
from outreach.store.unit_of_work import UnitOfWork

WEEK = timedelta(weeks=1)
MOST_LATE, MOST_MOVED = 100, 50


@dataclass(frozen=True, slots=True)
class Huddle:
    """What a huddle looks at, at one instant."""

    at: datetime
    part: Part
    board: Board
    late: tuple[Late, ...]
    closed: tuple[Closed, ...]
    loads: tuple[Load, ...]

    @property
    def proposal(self) -> Move | None:
        """What would even out the load, if anything."""
        return proposal(self.loads)

    @property
    def closed_loops(self) -> int:
        """Loops closed in the last week."""
        return sum(each.loops for each in self.closed)

    def figures(self) -> dict[str, Any]:
        """Return what a snapshot keeps: counts, loops by their numbers; no member is named."""
        return {
            "rows": [[row.status.value, list(row.ages), row.overdue] for row in self.board.rows],
            "blocked": dict(self.board.blocked),
            "late": [[each.loop, each.kind, each.blocker, each.owner_person or each.owner_queue] for each in self.late],
            "closed": [[each.outcome, each.loops] for each in self.closed],
            "loads": [[load.person, load.tasks, load.overdue] for load in self.loads],
        }


def look(uow: UnitOfWork, part: Part) -> Huddle:
    """Return where everything of a part stands now."""
    return Huddle(
        at=uow.now,
        part=part,
        board=board(reads.quiet(uow, part), reads.owed(uow, part)),
        late=tuple(reads.late(uow, part, MOST_LATE)),
        closed=tuple(reads.closed_since(uow, part, uow.now - WEEK)),
        loads=tuple(reads.loads(uow, part)),
    )


def keep(deployment: Deployment, actor: Actor, part: Part, who_was_there: str, decisions: str) -> int:
    """Keep where everything stands, with who was there and what was decided; return the snapshot's id."""
    who = " ".join(who_was_there.split())
    if not who:
        raise NotAsked("Say who was there: a huddle is of people.")
    if actor.scope is not None and part == Part():
        raise NotAsked("Choose a clinic: what you see is of several, and the snapshot has to say of which.")
    with deployment.read(actor) as uow:
        found = look(uow, part)
    with deployment.write(actor) as uow:
        new = huddles.keep(uow, part.program, part.clinic, who[:400], found.figures(), decisions.strip())
        uow.commit()
    return new


def own_part(part: Part, scope: Scope | None) -> Part:
    """Return the part that somebody looks at who asks for everything they may see: it has a name where it is one."""
    if scope is None or part != Part():
        return part
    match (sorted(scope.programs), sorted(scope.clinics)):
        case ([program], []):
            return Part(program=program)
        case ([], [clinic]):
            return Part(clinic=clinic)
    return part


def give(deployment: Deployment, actor: Actor, task_ids: Collection[int], giver: str, taker: str, note: str) -> int:
    """Give tasks of one person to another, or back to their queue where `taker` is empty; return how many.

    All of them in one transaction, each in its own lock order; one that its owner finished meanwhile, or that changed
    hands, stays where it is. Raises NotAsked without tasks, without a note, or for more than fifty at once.
    """
    if not task_ids:
        raise NotAsked("Choose the tasks that change hands.")
    if len(task_ids) > MOST_MOVED:
        raise NotAsked("Move at most %(most)s tasks at once.", most=MOST_MOVED)
    if giver == taker:
        raise NotAsked("Choose somebody else to take them.")
    if not note.strip():
        raise NotAsked("Say in a note why they change hands: whoever takes them reads it first.")
    moved = 0
    with deployment.write(actor) as uow:
        for row in tasks.lock_many(uow, task_ids):
            if row.owner_person == giver:
                values = {"owner_person": taker or None, "acknowledged_at": None, "snoozed_until": None}
                tasks.change(uow, row.id, "handed_over", values, note.strip())
                moved += 1
        uow.commit()
    return moved
