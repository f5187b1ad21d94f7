"""What a call can play, and in which languages a program can be heard: read once, and anew after every change."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any
from weakref import WeakKeyDictionary

from locales.languages import languages
from locales.recorded import Recording
from outreach.channels.voice.doors import Source
from outreach.engine.read_aloud import hash_of, recorded_languages, to_read
from outreach.store import recordings
from outreach.store.programs import StoredProgram
from outreach.store.recordings import APPROVED, StoredRecording
from outreach.store.unit_of_work import UnitOfWork

Playable = Mapping[str, Mapping[str, int]]  # language -> name of a sentence -> the recording of it


def playable(uow: UnitOfWork, program: StoredProgram) -> Playable:
    """Return what may be played of a program, in each language that it records: approved, and of today's words.

    Every turn of a call asks, and recordings change seldom: they are read anew when their stamp, read in the same
    transaction, is another one, or when what is spoken into them has changed (COPY-12).
    """
    spoken = recorded_languages(program)
    if not spoken:
        return {}
    stamp = (*recordings.stamp(uow, program.id), program.name, program.phone, program.office, spoken)
    known = _known.setdefault(uow.engine, {})
    if program.id not in known or known[program.id][0] != stamp:
        stored = [each for each in recordings.of_program(uow, program.id) if each.state == APPROVED]
        known[program.id] = stamp, {language: _fresh(stored, program, language) for language in spoken}
    return known[program.id][1]


_Read = dict[int, tuple[tuple[object, ...], Playable]]
_known: WeakKeyDictionary[Any, _Read] = WeakKeyDictionary()  # by database


def _fresh(stored: Iterable[StoredRecording], program: StoredProgram, language: str) -> Mapping[str, int]:
    sentences = to_read(program, language)
    return {each.name: each.id for each in stored if each.language == language and fresh(each, sentences)}


def fresh(stored: StoredRecording, sentences: Mapping[str, Recording]) -> bool:
    """Whether a recording says what is to be said today."""
    sentence = sentences.get(stored.name)
    return sentence is not None and stored.source_hash == hash_of(sentence)


def missing(uow: UnitOfWork, program: StoredProgram, language: str) -> tuple[Recording, ...]:
    """Return the sentences that a call in this language could not say; none where a machine speaks it."""
    if language not in recorded_languages(program):
        return ()
    there = playable(uow, program)[language]
    return tuple(each for name, each in to_read(program, language).items() if name not in there)


def can_be_heard(uow: UnitOfWork, program: StoredProgram, language: str) -> bool:
    """Whether a call can be held in a language: a machine speaks it, or all of it is recorded (TWI-47, TWI-48)."""
    known = languages().get(language)
    if known is None or known.says is not None:
        return known is not None
    return language in program.languages and not missing(uow, program, language)


def heard_languages(uow: UnitOfWork, program: StoredProgram) -> frozenset[str]:
    """Return the languages of a program in which a call can be held, in one look."""
    there, known = playable(uow, program), languages()
    spoken = {code for code in program.languages if code in known and known[code].says is not None}
    return frozenset(spoken | {code for code, names in there.items() if to_read(program, code).keys() <= names.keys()})


def source(uow: UnitOfWork, program: StoredProgram, url: Callable[[int], str]) -> Source:
    """Return where a call's recordings come from, as `Doors.played` wants it; it asks the database nothing more."""
    there = playable(uow, program)

    def played(language: str, recording: Recording) -> str | None:
        found = there.get(language, {}).get(recording.name)
        return None if found is None else url(found)

    return played
