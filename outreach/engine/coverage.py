"""How far a program's recordings are: every sentence with its words, what is played of it, and what waits (TWI-48)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from locales.recorded import Recording
from outreach.engine.deployment import Deployment
from outreach.engine.played import fresh
from outreach.engine.read_aloud import recorded_languages, to_read
from outreach.engine.refusals import NotAsked
from outreach.store import programs, recordings
from outreach.store.actor import Actor
from outreach.store.programs import StoredProgram
from outreach.store.recordings import APPROVED, DRAFT, StoredRecording
from outreach.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence with the words to read, what is played of it, and what waits for somebody to approve it."""

    recording: Recording
    played: StoredRecording | None = None
    waiting: StoredRecording | None = None
    stale: bool = False  # what was approved says other words than these (COPY-12)

    @property
    def ready(self) -> bool:
        """Whether a call can say it."""
        return self.played is not None and not self.stale


@dataclass(frozen=True, slots=True)
class Coverage:
    """How far a program is in one language."""

    program: StoredProgram
    language: str
    sentences: tuple[Sentence, ...]

    @property
    def ready(self) -> int:
        """How many sentences a call can say."""
        return sum(each.ready for each in self.sentences)

    @property
    def waiting(self) -> int:
        """How many recordings wait for somebody to approve them."""
        return sum(each.waiting is not None for each in self.sentences)

    @property
    def whole(self) -> bool:
        """Whether a call can be held in this language."""
        return self.ready == len(self.sentences)


def coverage(deployment: Deployment, actor: Actor) -> list[Coverage]:
    """Return how far each program is in each language that it records, in its own order."""
    with deployment.read(actor) as uow:
        known = programs.programs(uow).values()
        return [coverage_of(uow, program, language) for program in known for language in recorded_languages(program)]


def covered(deployment: Deployment, actor: Actor, program_id: int, language: str) -> Coverage:
    """Return how far a program is in one language; raises NotAsked where it records nothing in it."""
    with deployment.read(actor) as uow:
        return coverage_of(uow, recording_program(uow, program_id, language), language)


def recording_program(uow: UnitOfWork, program_id: int, language: str) -> StoredProgram:
    """Return a program that records a language; raises NotAsked for another."""
    found = programs.programs(uow, [program_id]).get(program_id)
    if found is None or language not in recorded_languages(found):
        raise NotAsked("Nothing is recorded in this language: a machine speaks it, or the program does not.")
    return found


def recording_programs(uow: UnitOfWork, language: str, key: str | None) -> list[StoredProgram]:
    """Return the programs that record a language, or the one of that key; raises NotAsked where there is none."""
    known = [each for each in programs.programs(uow).values() if key in (None, each.key)]
    found = [each for each in known if language in recorded_languages(each)]
    if not found:
        raise NotAsked(
            "Nothing is recorded in %(language)r: a machine speaks it, or no program does.", language=language
        )
    return found


def coverage_of(uow: UnitOfWork, program: StoredProgram, language: str) -> Coverage:
    """Return how far a program is in one of the languages that it records, as this transaction sees it."""
    stored, wanted = recordings.of_program(uow, program.id, language), to_read(program, language)
    played = {each.name: each for each in stored if each.state == APPROVED}
    waiting = {each.name: each for each in stored if each.state == DRAFT and fresh(each, wanted)}
    return Coverage(program, language, tuple(_found(each, wanted, played, waiting) for each in wanted.values()))


def _found(
    sentence: Recording,
    wanted: Mapping[str, Recording],
    played: Mapping[str, StoredRecording],
    waiting: Mapping[str, StoredRecording],
) -> Sentence:
    there = played.get(sentence.name)
    return Sentence(sentence, there, waiting.get(sentence.name), there is not None and not fresh(there, wanted))
