"""Making the stored programs, clinics and cadences those of a program file; a second run changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from outreach.engine.decide import decide
from outreach.engine.deployment import Deployment
from outreach.engine.program_file import BadProgramFile, ProgramFile, read_program_file
from outreach.engine.program_tables import ClinicTable, ProgramTable, stored
from outreach.engine.words import seed_words
from outreach.loops.cadence import write_step
from outreach.store import configuration, loops, programs
from outreach.store.actor import Actor
from outreach.store.batches import chunks
from outreach.store.unit_of_work import UnitOfWork

REPLAN = 200  # loops in a transaction: on SQLite a STOP waits for no longer than this takes
_PLANNING_RESTS_ON = frozenset({"hours", "cadence", "ride", "state", "double_opt_in"})
_OPENING = ": office"  # of a clinic: its business days
_NO_ENVIRONMENT: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Configured:
    """What a run changed: one entry for each thing, and how many loops were planned again."""

    program: str
    changes: tuple[str, ...]
    replanned: int

    @property
    def summary(self) -> str:
        """Say in one line what was done."""
        if not self.changes and not self.replanned:
            return f"Program {self.program} is as the file says; nothing changed."
        done = ", ".join(self.changes) or "nothing changed"
        again = f"; {self.replanned:,} open visits planned again" if self.replanned else ""
        return f"Program {self.program}: {done}{again}."


def configure(
    deployment: Deployment,
    actor: Actor,
    source: Path | str,
    *,
    environ: Mapping[str, str] = _NO_ENVIRONMENT,
    replan: bool = False,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Configured:
    """Apply a program file, given as a path or as its text. Raises BadProgramFile before anything is stored.

    A new cadence, new hours of texts or of a clinic, and new rules for rides plan every open loop again. `replan` asks
    for that without a change, which finishes a run that was interrupted: what was sent is never planned twice, so it
    may be repeated.
    """
    file, secrets = read_program_file(_text(source), environ)
    with deployment.write(actor) as uow:
        program_id, changes = _store(uow, file, secrets)
        open_loops = loops.open_of_program(uow, program_id)
        if changes:
            uow.commit()
    again = open_loops if replan or any(map(_moves_plans, changes)) else []
    done = 0
    for part in chunks(again, REPLAN):
        with deployment.write(actor) as uow:
            decide(uow, part)
            uow.commit()
        done += len(part)
        progress(done, len(again))
    return Configured(file.program.key, tuple(changes), done)


def without_state(deployment: Deployment, actor: Actor) -> list[str]:
    """Return the names of programs that do not say in which state their members live (LAW-32)."""
    with deployment.read(actor) as uow:
        return sorted(found.name for found in programs.programs(uow).values() if found.state is None)


def _moves_plans(change: str) -> bool:
    return change in _PLANNING_RESTS_ON or change.endswith(_OPENING)


def _text(source: Path | str) -> str:
    if isinstance(source, str):
        return source
    try:
        return source.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise BadProgramFile("The file is not UTF-8 text: save it as UTF-8.") from None


def _store(uow: UnitOfWork, file: ProgramFile, secrets: Mapping[str, str | None]) -> tuple[int, list[str]]:
    program_id, changes = configuration.set_program(uow, _program(file.program))
    for clinic in file.clinic:
        changed = configuration.set_clinic(uow, program_id, _clinic(clinic), secrets[clinic.key])
        changes += [f"clinic {clinic.key}: {name}" for name in changed]
    if _publish(uow, program_id, file):
        changes.append("cadence")
    seeded = seed_words(uow, programs.programs(uow, [program_id])[program_id])
    if seeded:
        changes.append(f"{seeded} texts to approve")
    return program_id, changes


def _publish(uow: UnitOfWork, program_id: int, file: ProgramFile) -> bool:
    """Store the file's cadence as a new version, unless it is the published one."""
    version, steps, escalate_after = configuration.published_cadence(uow, program_id)
    wanted = file.published(version + 1)
    rows = [write_step(step) for step in wanted.steps]
    if (steps, escalate_after) == (rows, wanted.escalate_after):
        return False
    configuration.publish_cadence(uow, program_id, wanted.version, rows, wanted.escalate_after)
    return True


def _program(table: ProgramTable) -> dict[str, object]:
    plain = table.model_dump(include={"key", "name", "phone", "sender", "zone", "state", "double_opt_in"})
    caps = table.caps.model_dump()
    office, ride = stored(table.office), stored(table.ride)
    settings = {"hours": table.hours.stored(), "caps": caps, "office": office, "ride": ride}
    settings["voice"] = stored(table.voice)
    return plain | {"languages": list(table.languages)} | settings


def _clinic(table: ClinicTable) -> dict[str, object]:
    plain = table.model_dump(include={"key", "name", "zone", "place", "sensitivity", "webhook_url"})
    return plain | {"office": stored(table.office)}
