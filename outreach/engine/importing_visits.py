"""Visits as a file brings them: the clinics and members they name, and what becomes of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from outreach.clinics.rows import Rejected
from outreach.clinics.visits import VisitRow
from outreach.clinics.zones import ZoneSource
from outreach.engine.decide import decide
from outreach.engine.identity import Identity
from outreach.engine.imported import Imported
from outreach.engine.visit_changes import VisitChanges
from outreach.loops.events import VisitCancelled, VisitMoved
from outreach.loops.tasks import TaskKind
from outreach.store import enrolment, events, import_runs, loops, programs, signals, visits, work
from outreach.store.enrolment import EnrolledMember
from outreach.store.programs import StoredClinic, StoredProgram
from outreach.store.unit_of_work import UnitOfWork

_ANOTHER_PERSON = (
    "An earlier file has another sex or age for this member id: find out in the clinic's system who it is."
)
_NOT_FIXED = (ZoneSource.POOLED, ZoneSource.CLINIC)


class VisitsImport:
    """One visits file. `shifted` says that its days are not the true ones, so that ages tell nothing."""

    def __init__(self, program: StoredProgram, shifted: bool) -> None:
        self._program, self._shifted = program, shifted
        self._clinics: dict[str, StoredClinic] | None = None
        self._missing_outcomes: int | None = None  # the task

    def take(self, uow: UnitOfWork, rows: Sequence[VisitRow], result: Imported) -> Sequence[Rejected]:
        """Store these visits; every loop they open or change is decided, and so held, in the same transaction."""
        if self._clinics is None:
            self._clinics = programs.clinics_of(uow, self._program.id)
        people = _People(uow, self._program, rows)
        stored = visits.lock_visits(uow, self._program.id, {row.external_id for row in rows})
        changes = VisitChanges(uow, self._program.id, stored)
        refused: list[Rejected] = []
        for row in rows:
            about = Identity.of_age(row.sex, None if self._shifted else row.age, row.day)
            member = people.member(row, about)
            advice = _ANOTHER_PERSON if member is None else changes.objection(row, member)
            if member is None or advice:
                refused.append(Rejected(row.line, "", advice or _ANOTHER_PERSON, ()))
                continue
            result.counts[changes.add(row, member, self._clinic(uow, row))] += 1
            _note(row, result)
        people.store()
        self._store(uow, changes, people.moved_zones)
        self._ask_for_outcomes(uow, result)
        return refused

    def finish(self, uow: UnitOfWork, result: Imported) -> None:
        """Nothing needs the whole file: the task for missing outcomes grew with each chunk."""

    def _store(self, uow: UnitOfWork, changes: VisitChanges, moved_zones: set[int]) -> None:
        visits.add_visits(uow, changes.new)
        visits.change_anchors(uow, list(changes.anchors.values()))
        visits.correct(uow, changes.corrected)
        events.append(uow, changes.events)
        changed = [loop_id for loop_id, event in changes.events if isinstance(event, VisitMoved | VisitCancelled)]
        signals.acted_by_change(uow, changed)
        touched = {loop_id for loop_id, _ in changes.events} | changes.to_replan
        touched |= {loop_id for _, loop_id in loops.open_of_members(uow, moved_zones)}
        if touched:
            decide(uow, touched)

    def _clinic(self, uow: UnitOfWork, row: VisitRow) -> StoredClinic:
        clinics = self._clinics if self._clinics is not None else {}
        if row.clinic_key not in clinics:
            clinics[row.clinic_key] = programs.add_unlisted_clinic(uow, self._program.id, row.clinic_key, row.zone)
        return clinics[row.clinic_key]

    def _ask_for_outcomes(self, uow: UnitOfWork, result: Imported) -> None:
        """One task for the file, opened with its first visit without an outcome, so that no crash can lose it."""
        if not result.counts["unknown"]:
            return
        about = {"import_run": result.run, "count": result.counts["unknown"]}
        if self._missing_outcomes is None:
            kind = TaskKind.MISSING_OUTCOMES
            clock = self._program.clock(kind, uow.now)
            row = work.task_row(uow, kind, clock, program_id=self._program.id, about=about)
            work.open_task(uow, [row])
            self._missing_outcomes = row["id"]
        else:
            import_runs.describe_task(uow, self._missing_outcomes, about)


def _note(row: VisitRow, result: Imported) -> None:
    result.notes["outcomes_ignored"] += row.outcome_ignored
    result.notes["ambiguous_times"] += row.ambiguous_time


class _People:
    """The members that some rows name. One that no file has described is enrolled with what the visit tells."""

    def __init__(self, uow: UnitOfWork, program: StoredProgram, rows: Sequence[VisitRow]) -> None:
        self.moved_zones: set[int] = set()
        self._uow, self._program = uow, program
        self._members = enrolment.find_members(uow, program.id, {row.member_external_id for row in rows})
        self._new: set[str] = set()
        self._changed: set[str] = set()

    def member(self, row: VisitRow, who: Identity) -> EnrolledMember | None:
        """Return the member of a row, or None when that id is somebody else."""
        key = row.member_external_id
        known = self._members.get(key)
        about = Identity.read(known.about if known else None).joined(who)
        if about is None:
            return None
        if known is None:
            language = self._program.languages[0]
            zones = (row.zone,)
            found = EnrolledMember(self._uow.next_id(), None, about.text(), language, zones, ZoneSource.CLINIC)
            self._new.add(key)
        else:
            found = replace(known, about=about.text(), zones=self._zones(known, row.zone))
            if found != known and key not in self._new:
                self._changed.add(key)
            if found.zones != known.zones:
                self.moved_zones.add(known.id)
        self._members[key] = found
        return found

    def store(self) -> None:
        """Write what is new about these members."""
        enrolment.add_members(self._uow, self._program.id, {key: self._members[key] for key in sorted(self._new)})
        enrolment.change_members(self._uow, [self._members[key] for key in sorted(self._changed)])

    @staticmethod
    def _zones(known: EnrolledMember, zone: str) -> tuple[str, ...]:
        """TIM-02: where nothing decides alone, the clinic's zone counts with all others."""
        if known.zone_source not in _NOT_FIXED or zone in known.zones:
            return known.zones
        return tuple(sorted({*known.zones, zone}))
