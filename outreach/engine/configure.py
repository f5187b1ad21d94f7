"""Making the stored programs, clinics and cadences those of a program file; a second run changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from outreach.engine import replanning
from outreach.engine.deployment import Deployment
from outreach.engine.program_file import BadProgramFile, ProgramFile, read_program_file
from outreach.engine.program_tables import clinic_columns, program_columns
from outreach.engine.words import seed_words
from outreach.loops.anchor import Sensitivity
from outreach.loops.cadence import write_step
from outreach.store import cadences, configuration, programs, visits
from outreach.store.actor import Actor
from outreach.store.configuration import Kept, NoSecret
from outreach.store.unit_of_work import UnitOfWork

PLANS_REST_ON = frozenset({"hours", "cadence", "ride", "zone", "state", "double_opt_in", "sender"})
PLANS_REST_ON_OF_A_CLINIC = frozenset({"office", "zone", "sensitivity"})
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
    cadence: bool = False,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Configured:
    """Apply a program file, given as a path or as its text. Raises BadProgramFile before anything is stored.

    A new cadence, new hours of texts or of a clinic, and new rules for rides plan every open loop again. `replan` asks
    for that without a change, which finishes a run that was interrupted: what was sent is never planned twice, so it
    may be repeated. What two people published in the console is not undone unseen: a file with another cadence is
    refused then, unless `cadence` says that the file's is to be published in its place.
    """
    file, secrets = read_program_file(_text(source), environ)
    with deployment.write(actor) as uow:
        if not cadence:
            _keep_the_consoles(uow, file)
        found = store(uow, file, secrets)
        work = found.work or (replanning.ask(uow, found.program_id, "asked for") if replan else None)
        if found.changes or work:
            uow.commit()
    done = replanning.finish(deployment, actor, work, progress) if work else 0
    return Configured(file.program.key, found.changes, done)


def without_state(deployment: Deployment, actor: Actor) -> list[str]:
    """Return the names of programs that do not say in which state their members live (LAW-32)."""
    with deployment.read(actor) as uow:
        return sorted(found.name for found in programs.programs(uow).values() if found.state is None)


def _text(source: Path | str) -> str:
    if isinstance(source, str):
        return source
    try:
        return source.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise BadProgramFile("The file is not UTF-8 text: save it as UTF-8.") from None


@dataclass(frozen=True, slots=True)
class Stored:
    """What was stored: the program, one entry for each change, and the planning that follows from it."""

    program_id: int
    changes: tuple[str, ...]
    work: int | None
    seeded: int = 0  # texts that are new and wait to be approved


def store(uow: UnitOfWork, file: ProgramFile, secrets: Mapping[str, str | Kept | None]) -> Stored:
    """Make a stored program, its cadence and these clinics what the file says, the one way there is to set them.

    What plans rest on asks for the open loops to be planned again: those of a clinic, where it is the clinic's alone.
    Raises BadProgramFile where a secret is to stay that is not there.
    """
    program_id, changes = configuration.set_program(uow, program_columns(file.program))
    moved: set[int | None] = {None} if PLANS_REST_ON.intersection(changes) else set()
    for clinic in file.clinic:
        try:
            clinic_id, changed = configuration.set_clinic(uow, program_id, clinic_columns(clinic), secrets[clinic.key])
        except NoSecret as missing:
            raise BadProgramFile(f"Clinic {missing}: webhook_secret_kept, and no secret is stored; give one.") from None
        if "sensitivity" in changed and clinic.sensitivity is not Sensitivity.ORDINARY:
            visits.keep_secret(uow, clinic_id, clinic.sensitivity)
        if PLANS_REST_ON_OF_A_CLINIC.intersection(changed):
            moved.add(clinic_id)
        changes += [f"clinic {clinic.key}: {name}" for name in changed]
    if _publish(uow, program_id, file):
        changes.append("cadence")
        moved.add(None)
    seeded = seed_words(uow, programs.programs(uow, [program_id])[program_id])
    if seeded:
        changes.append(f"{seeded} texts to approve")
    if not moved:
        return Stored(program_id, tuple(changes), None, seeded)
    only = moved.pop() if len(moved) == 1 else None  # of several clinics: all of the program is one piece of work
    return Stored(program_id, tuple(changes), replanning.ask(uow, program_id, ", ".join(changes), only), seeded)


def _keep_the_consoles(uow: UnitOfWork, file: ProgramFile) -> None:
    program_id = configuration.program_ids(uow).get(file.program.key)
    live = cadences.live(uow).get(program_id) if program_id is not None else None
    if live is None or not live.written_by:
        return
    wanted = file.published(live.version)
    if (live.steps, live.escalate_after) != ([write_step(step) for step in wanted.steps], wanted.escalate_after):
        raise BadProgramFile(
            f"Version {live.version} of the cadence was published in the console, and the file has another one. Print "
            "it with `outreach show-program` and put it into the file, or publish the file's with --cadence."
        )


def _publish(uow: UnitOfWork, program_id: int, file: ProgramFile) -> bool:
    """Store the file's cadence as a new version, unless it is the published one."""
    version, steps, escalate_after = configuration.published_cadence(uow, program_id)
    wanted = file.published(version + 1)
    rows = [write_step(step) for step in wanted.steps]
    if (steps, escalate_after) == (rows, wanted.escalate_after):
        return False
    configuration.publish_cadence(uow, program_id, wanted.version, rows, wanted.escalate_after)
    return True
