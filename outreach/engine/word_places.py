"""Where a text stands: a program, a language and a key; which of them there are, and the English that holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from locales.factory import factory_texts, source_hash, voice_scripts
from outreach.engine.refusals import NotAsked
from outreach.store import message_versions, programs
from outreach.store.message_versions import APPROVED, SOURCE, StoredVersion
from outreach.store.programs import StoredProgram
from outreach.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Place:
    """One text of one program in one language."""

    program_id: int
    language: str
    key: str


def texts_of(program: StoredProgram) -> tuple[str, ...]:
    """Return the keys of what a program texts, in the order in which the product brings them."""
    return tuple(factory_texts(SOURCE))


def calls_of(program: StoredProgram) -> tuple[str, ...]:
    """Return the keys of what a telephone says for a program; none where it neither calls nor answers."""
    return tuple(voice_scripts(SOURCE)) if program.cadence.calls or program.desk.answers else ()


def program_of(uow: UnitOfWork, program_id: int, language: str | None = None) -> StoredProgram:
    """Return a program, which speaks the language; raises NotAsked where there is none."""
    found = programs.programs(uow, [program_id]).get(program_id)
    if found is None or language not in (None, *found.languages):
        raise NotAsked("There is no such program, or it does not speak this language.")
    return found


def known(uow: UnitOfWork, place: Place) -> StoredProgram:
    """Return the program of a place; raises NotAsked for a text or a language that it does not have."""
    program = program_of(uow, place.program_id, place.language)
    if place.key not in (*texts_of(program), *calls_of(program)):
        raise NotAsked("This program has no such text.")
    return program


def english_of(stored: Sequence[StoredVersion], key: str) -> StoredVersion | None:
    """Return the English that translations of a text are made for: what is approved of it, else its newest version."""
    mine = [each for each in stored if (each.key, each.language) == (key, SOURCE)]
    approved = message_versions.decided(mine).get((key, SOURCE))
    if approved is not None and approved.state == APPROVED:
        return approved
    return mine[-1] if mine else None


def english_by_hash(stored: Sequence[StoredVersion], version: StoredVersion) -> StoredVersion | None:
    """Return the English version that a translation was made for, if it is on record."""
    mine = (each for each in stored if (each.key, each.language) == (version.key, SOURCE))
    return next((each for each in mine if source_hash(each.body) == version.source_hash), None)
