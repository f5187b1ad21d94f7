"""Which text comes before and after another, of all in its language or of those that wait for some work of mine."""

from __future__ import annotations

from typing import Any

from flask import request

from admin.access import deployment, signed_in
from outreach.engine.word_matrix import matrix
from outreach.engine.word_people import next_step, objection
from outreach.engine.word_places import Place, calls_of, program_of, texts_of
from outreach.engine.word_requests import ready
from outreach.store import message_versions
from outreach.store.message_versions import APPROVED
from outreach.store.programs import StoredProgram
from outreach.store.unit_of_work import UnitOfWork
from outreach.store.word_requests import Work


def following(place: Place, work: str) -> str | None:
    """Return the key of the next text of a language on which this work can be done; None when nothing is left of it."""
    with deployment().read(signed_in().actor) as uow:
        keys = _waiting(uow, program_of(uow, place.program_id, place.language), place, work)
    behind = keys[keys.index(place.key) + 1 :]
    return next((key for key in (*behind, *keys) if key != place.key), None)


def beside(uow: UnitOfWork, program: StoredProgram, place: Place) -> dict[str, Any]:
    """Return where among the texts of its language this one stands: all of them, or those that wait for some work."""
    asked = request.values.get("work", "") if request.method == "GET" else request.form.get("going", "")
    work = asked if asked in (*Work, APPROVED) else ""
    keys = _waiting(uow, program, place, work) if work else _alike(program, place)
    at = keys.index(place.key)
    return {
        "at": at + 1,
        "of": len(keys),
        "before": keys[at - 1] if at else None,
        "after": keys[at + 1] if at + 1 < len(keys) else None,
        "work": work,
    }


def _alike(program: StoredProgram, place: Place) -> tuple[str, ...]:
    return texts_of(program) if place.key in texts_of(program) else calls_of(program)


def _waiting(uow: UnitOfWork, program: StoredProgram, place: Place, work: str) -> tuple[str, ...]:
    """Return the keys that wait for some work of who looks, and this one, in order."""
    keys = (*texts_of(program), *calls_of(program))
    row = matrix(message_versions.versions(uow, program.id, keys), [place.language], keys)[0]
    me = signed_in().name
    mine = (each for each in row if each.version and next_step(each.version) == APPROVED)
    waits = [each for each in mine if each.version and not objection(each.version, APPROVED, me)]
    fits = {each.key for each in (waits if work == APPROVED else ready(row, None, work))}
    return tuple(key for key in keys if key in fits or key == place.key)
