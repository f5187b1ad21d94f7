"""Bringing a clinic's files in: streamed in chunks, each chunk one transaction, no row lost and none twice."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Generic, Protocol, TypeVar

from outreach.clinics.appointments_file import read_appointments
from outreach.clinics.column_map import ColumnMap
from outreach.clinics.members_file import MemberRow, read_members, scan_members
from outreach.clinics.rejects import RejectsFile
from outreach.clinics.rows import Rejected
from outreach.clinics.scan import Scan, scan_appointments
from outreach.clinics.visits import VisitRow
from outreach.engine.deployment import Deployment
from outreach.engine.imported import Imported, ImportRefused
from outreach.engine.importing_members import MembersImport
from outreach.engine.importing_visits import VisitsImport
from outreach.loops.instants import local_date
from outreach.store import import_runs, programs
from outreach.store.actor import Actor
from outreach.store.programs import StoredProgram
from outreach.store.unit_of_work import UnitOfWork

# Rows in a transaction: on SQLite a STOP waits for no longer than this takes; PostgreSQL locks only these visits.
CHUNK = {"sqlite": 250, "postgresql": 1000}

Progress = Callable[[int, int], None]
Read = TypeVar("Read")
Taken = TypeVar("Taken", contravariant=True)


class Importer(Protocol[Taken]):
    """Stores one kind of rows."""

    def take(self, uow: UnitOfWork, rows: Sequence[Taken], result: Imported) -> Sequence[Rejected]:
        """Store these rows, count each of them in `result`, and return those that cannot be taken after all."""
        ...

    def finish(self, uow: UnitOfWork, result: Imported) -> None:
        """Do what needs the whole file."""
        ...


@dataclass(frozen=True, slots=True)
class Request:
    """Who imports into which program, and whether it is only tried out."""

    deployment: Deployment
    actor: Actor
    program_key: str | None = None
    dry_run: bool = False
    progress: Progress = lambda done, total: None


def import_members(request: Request, path: Path, column_map: ColumnMap) -> Imported:
    """Import a members file. Raises UnreadableFile and ImportRefused before anything is stored.

    Members that the file does not name are left alone; so is a phone where the file has none.
    """
    program, today = _program(request)
    columns, formats = column_map.members, column_map.formats
    with path.open("rb") as source:
        scan = scan_members(source, columns, formats)
    with path.open("rb") as source:
        rows = read_members(source, columns, formats, scan, today)
        return _Run[MemberRow](request, program, path, scan).store("members", rows, MembersImport(program))


def import_appointments(request: Request, path: Path, column_map: ColumnMap) -> Imported:
    """Import a visits file. Raises UnreadableFile and ImportRefused before anything is stored.

    What is to come is opened, planned and held; what is past is kept as history. Absent visits are left alone.
    """
    program, today = _program(request)
    with request.deployment.read(request.actor) as uow:
        zones = {key: clinic.zone for key, clinic in programs.clinics_of(uow, program.id).items() if clinic.listed}
    with path.open("rb") as source:
        scan = scan_appointments(source, column_map)
    shifted = column_map.appointments.shift_to is not None
    with path.open("rb") as source:
        rows = read_appointments(source, column_map, scan, today, zones)
        return _Run[VisitRow](request, program, path, scan).store("visits", rows, VisitsImport(program, shifted))


def rejects_path(path: Path) -> Path:
    """Return where the rejected rows of a file go."""
    return path.with_name(f"{path.name}.rejects.csv")


def _program(request: Request) -> tuple[StoredProgram, date]:
    with request.deployment.read(request.actor) as uow:
        known = {program.key: program for program in programs.programs(uow).values()}
        if not known:
            raise ImportRefused("No program is configured yet: run `outreach configure FILE` first.")
        if request.program_key is None and len(known) > 1:
            raise ImportRefused(f"Say whose file this is, with --program: {', '.join(sorted(known))}.")
        program = known.get(request.program_key or next(iter(known)))
        if program is None:
            raise ImportRefused(f"There is no program {request.program_key!r}; there is {', '.join(sorted(known))}.")
        return program, local_date(uow.now, program.zone)


class _Run(Generic[Read]):
    """One file on its way in."""

    def __init__(self, request: Request, program: StoredProgram, path: Path, scan: Scan) -> None:
        self._request, self._program, self._path, self._scan = request, program, path, scan

    def store(self, kind: str, rows: Iterator[Read | Rejected], importer: Importer[Read]) -> Imported:
        result = Imported(kind, self._scan.rows, warnings=self._scan.warnings())
        result.notes["rounded_ids"] = self._scan.rounded
        request, chunk = self._request, CHUNK[self._request.deployment.database.dialect]
        with _transactions(request) as transaction, RejectsFile(rejects_path(self._path), self._scan.header) as rejects:
            with transaction() as uow:
                result.run = import_runs.begin(uow, self._program.id, kind)
            while part := list(itertools.islice(rows, chunk)):
                with transaction() as uow:
                    refused = self._take(uow, part, importer, result)
                for rejected in refused:
                    rejects.write(rejected)
                request.progress(result.counts.total(), result.rows)
            result.check()
            with transaction() as uow:
                importer.finish(uow, result)
                import_runs.note(uow, result.run, result.stored())
                uow.audit(f"import.{kind}.finished", f"import_run:{result.run}")
            result.rejects = rejects_path(self._path) if rejects.count else None
        return result

    def _take(
        self, uow: UnitOfWork, part: Iterable[Read | Rejected], importer: Importer[Read], result: Imported
    ) -> list[Rejected]:
        import_runs.wait_for_others(uow, self._program.id)
        good: list[Read] = []
        refused: list[Rejected] = []
        for row in part:
            if isinstance(row, Rejected):
                refused.append(row)
            else:
                good.append(row)
        refused += importer.take(uow, good, result)
        result.counts["rejected"] += len(refused)
        import_runs.note(uow, result.run, result.stored())
        return sorted(refused, key=lambda rejected: rejected.line)


@contextmanager
def _transactions(request: Request) -> Iterator[Callable[[], AbstractContextManager[UnitOfWork]]]:
    """A transaction for each chunk; a dry run has one for the whole file, which it never commits."""

    @contextmanager
    def committed() -> Iterator[UnitOfWork]:
        with request.deployment.write(request.actor) as uow:
            yield uow
            uow.commit()

    with ExitStack() as rehearsal:
        if request.dry_run:
            only = rehearsal.enter_context(request.deployment.write(request.actor))
            yield lambda: nullcontext(only)
        else:
            yield committed
