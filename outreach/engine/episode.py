"""One loop with everything around it, as Decide works on it: loaded in bulk, changed in memory, written in bulk."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from outreach.engine.by_voice import NOT_CALLED, ByVoice, by_voice
from outreach.engine.double_opt_in import Unconfirmed, unconfirmed
from outreach.loops.events import Event, Heard, Opened, OutcomeReported, TaskResolved, VisitMoved
from outreach.loops.held import Awaiting, Hold, Tasking, Touching, hold
from outreach.loops.loop import Loop
from outreach.loops.setting import Setting
from outreach.store import events, history, loops, people, programs, replies, touches, work
from outreach.store.events import StoredEvent
from outreach.store.loops import StoredLoop
from outreach.store.people import StoredMember
from outreach.store.programs import StoredClinic, StoredProgram
from outreach.store.touches import StoredTouch
from outreach.store.unit_of_work import UnitOfWork, by_all_there_is
from outreach.store.work import StoredTask, StoredWait

_MAY_BE_MISSED = (Heard, OutcomeReported, TaskResolved)
_MAY_CLASH = (Opened, VisitMoved)


@dataclass(slots=True)
class Changes:
    """Rows to write for a batch of loops."""

    new_touches: list[dict[str, Any]] = field(default_factory=list)
    replans: list[tuple[int, dict[str, Any]]] = field(default_factory=list)
    cancelled: list[int] = field(default_factory=list)
    new_tasks: dict[int, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))  # by loop
    closed_tasks: dict[str, list[int]] = field(default_factory=dict)
    new_waits: dict[int, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))  # by loop
    dropped_waits: list[int] = field(default_factory=list)
    told: list[tuple[int, int, list[tuple[str, dict[str, Any]]]]] = field(default_factory=list)
    consumed: list[tuple[int, list[str]]] = field(default_factory=list)
    spoken: dict[int, str] = field(default_factory=dict)  # by reply: what a call says to what was said in it

    def unmake_tasks(self, loop_id: int, kinds: Collection[str]) -> list[int]:
        """Forget tasks of these kinds that an earlier event of this very decision opened; return their ids."""
        theirs = self.new_tasks.pop(loop_id, [])
        self.new_tasks[loop_id] = [row for row in theirs if row["kind"] not in kinds]
        return [row["id"] for row in theirs if row["kind"] in kinds]

    def unmake_waits(self, loop_id: int, kind: str) -> list[int]:
        """Forget what an earlier event of this very decision began to wait for; return the ids."""
        theirs = self.new_waits.pop(loop_id, [])
        self.new_waits[loop_id] = [row for row in theirs if row["kind"] != kind]
        return [row["id"] for row in theirs if row["kind"] == kind]


@dataclass(slots=True)
class Episode:
    """A loop, the rows around it, and what planning needs to know."""

    stored: StoredLoop
    loop: Loop
    program: StoredProgram
    clinic: StoredClinic
    member: StoredMember
    waiting: list[StoredEvent]
    touches: list[StoredTouch]
    tasks: list[StoredTask]
    waits: list[StoredWait]
    phone: int | None
    welcomed: bool
    unconfirmed: Unconfirmed | None
    heard_on: dict[int, tuple[int, datetime]]
    by_voice: ByVoice = field(default=NOT_CALLED)
    reply: int | None = None  # whose event is being consumed: a task that it opens is about it
    touching: dict[int, Touching] = field(default_factory=dict)
    tasking: dict[int, Tasking] = field(default_factory=dict)
    awaiting: dict[int, Awaiting] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Start from what holds the loop now."""
        # What these events report has been heard once this transaction commits.
        self.touching = {t.id: t.touching() for t in self.touches if t.heard}
        self.tasking = {t.id: t.tasking() for t in self.tasks}
        self.awaiting = {w.id: w.awaiting() for w in self.waits}

    def held(self) -> Hold | None:
        """Return what holds the loop after this decision; a closed loop needs nothing."""
        if not self.loop.open:
            return None
        return hold(self.touching.values(), self.tasking.values(), self.awaiting.values())


def load(uow: UnitOfWork, loop_ids: Iterable[int]) -> list[Episode]:
    """Lock these loops and load everything around them, in a handful of queries for the whole batch."""
    return _around(uow, loops.lock(uow, loop_ids))


@by_all_there_is
def look(uow: UnitOfWork, loop_ids: Iterable[int], *, may_call: bool) -> list[Episode]:
    """Return the same for whoever only looks: nothing is locked, and nothing may be stored of it.

    `may_call`: what members agreed to be called about is asked for, though their cadence calls nobody.
    """
    return _around(uow, loops.get(uow, loop_ids), may_call=may_call)


def _around(uow: UnitOfWork, stored: list[StoredLoop], *, may_call: bool = False) -> list[Episode]:
    ids = [found.loop.id for found in stored]
    waiting = events.waiting(uow, ids)
    around = touches.of_loops(uow, ids), work.open_tasks(uow, ids), work.waits(uow, ids)
    members = people.members(uow, (found.member for found in stored))
    known = programs.programs(uow, (found.program for found in stored))
    phones = {phone for member in members.values() for phone in member.contact_points}
    welcomed = touches.welcomed(uow, phones)
    waiting_for_yes = unconfirmed(uow, members)
    called = by_voice(uow, (m for m in members.values() if may_call or known[m.program].cadence.calls))
    heard = [e.event.reply for each in waiting.values() for e in each if isinstance(e.event, Heard)]
    heard_on = replies.heard_from(uow, heard)
    clinics = programs.clinics(uow, {found.clinic for found in stored})
    settings = _settings(uow, stored, waiting, members, known, clinics)
    return [
        _episode(
            found,
            settings[found.loop.id],
            waiting,
            around,
            members,
            known,
            clinics,
            welcomed,
            waiting_for_yes,
            heard_on,
            called,
        )
        for found in stored
    ]


def _settings(
    uow: UnitOfWork,
    stored: list[StoredLoop],
    waiting: Mapping[int, list[StoredEvent]],
    members: Mapping[int, StoredMember],
    known: Mapping[int, StoredProgram],
    clinics: Mapping[int, StoredClinic],
) -> dict[int, Setting]:
    """What each loop lives in; the member's other visits are only looked at when an event asks for them."""
    misses = history.misses(uow, [found for found in stored if _any(waiting, found, _MAY_BE_MISSED)])
    clashes = history.clashes(uow, [found for found in stored if _any(waiting, found, _MAY_CLASH)])
    return {
        found.loop.id: _setting(
            known[found.program],
            clinics[found.clinic],
            members[found.member],
            misses.get(found.loop.id, 0),
            found.loop.id in clashes,
        )
        for found in stored
    }


def _setting(program: StoredProgram, clinic: StoredClinic, member: StoredMember, misses: int, clashes: bool) -> Setting:
    return Setting(
        office=program.office,
        clinic=clinic.office,
        notice=program.notice,
        tier=member.tier,
        standing=member.standing,
        escalate_after=program.cadence.escalate_after,
        misses=misses,
        clashes=clashes,
        levels=program.levels,
    )


def _any(waiting: Mapping[int, list[StoredEvent]], found: StoredLoop, kinds: tuple[type[Event], ...]) -> bool:
    return any(isinstance(each.event, kinds) for each in waiting.get(found.loop.id, ()))


def _episode(
    stored: StoredLoop,
    setting: Setting,
    waiting: dict[int, list[StoredEvent]],
    around: tuple[dict[int, list[StoredTouch]], dict[int, list[StoredTask]], dict[int, list[StoredWait]]],
    members: dict[int, StoredMember],
    known: Mapping[int, StoredProgram],
    clinics: Mapping[int, StoredClinic],
    welcomed: dict[int, datetime],
    waiting_for_yes: Mapping[int, Unconfirmed],
    heard_on: dict[int, tuple[int, datetime]],
    called: Mapping[int, ByVoice],
) -> Episode:
    loop_id, member = stored.loop.id, members[stored.member]
    phone = member.phone
    return Episode(
        stored=stored,
        loop=replace(stored.loop, setting=setting),
        program=known[stored.program],
        clinic=clinics[stored.clinic],
        member=member,
        waiting=waiting.get(loop_id, []),
        touches=around[0].get(loop_id, []),
        tasks=around[1].get(loop_id, []),
        waits=around[2].get(loop_id, []),
        phone=phone,
        welcomed=phone in welcomed,
        unconfirmed=waiting_for_yes.get(stored.member),
        heard_on=heard_on,
        by_voice=called.get(stored.member, ByVoice(phone, frozenset())),
    )
