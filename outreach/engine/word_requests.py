"""Asking somebody to translate or review a text or a language, by a day; a request ends when the work is done."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from outreach.engine.deployment import Deployment
from outreach.engine.refusals import NotAsked
from outreach.engine.word_matrix import Cell, Far, matrix
from outreach.engine.word_people import same_name
from outreach.engine.word_places import Place, calls_of, known, program_of, texts_of
from outreach.store import message_versions, word_requests
from outreach.store.actor import Actor
from outreach.store.message_versions import SOURCE
from outreach.store.unit_of_work import UnitOfWork
from outreach.store.word_requests import StoredRequest, Work

_LATEST = timedelta(days=366)
_LEFT = {
    Work.TRANSLATE: frozenset({Far.MISSING, Far.SENT_BACK, Far.WITHDRAWN, Far.CHANGED, Far.DRAFT}),
    Work.REVIEW: frozenset({Far.MISSING, Far.SENT_BACK, Far.WITHDRAWN, Far.CHANGED, Far.DRAFT, Far.TRANSLATED}),
}
_NOW = _LEFT | {Work.REVIEW: frozenset({Far.TRANSLATED})}


def ask(deployment: Deployment, actor: Actor, place: Place, work: Work, of: str, due_on: date) -> None:
    """Ask a person to translate or review one text, or with an empty key all of a language that is left.

    Raises NotAsked for English, which is no translation, without a name, for a day that is past, for what is done
    already, and for what the same person is asked already.
    """
    of = " ".join(of.split())
    with deployment.write(actor) as uow:
        program = program_of(uow, place.program_id, place.language)
        if place.key:
            known(uow, place)
        if place.language == SOURCE:
            raise NotAsked("English is no translation: write it, and let somebody else approve it.")
        if not of:
            raise NotAsked("Say who is asked.")
        if not uow.now.date() <= due_on <= uow.now.date() + _LATEST:
            raise NotAsked("Give a day from today on, within a year.")
        message_versions.lock_words(uow, program.id)
        before = [each for each in word_requests.open_requests(uow, program.id) if _alike(each, place, work)]
        if any(same_name(of, each.asked_of) for each in before):
            raise NotAsked("%(who)s is asked for this already.", who=of)
        if not left(_cells(uow, place.program_id, place.language), place.key or None, work):
            raise NotAsked("Nothing of this is left to do.")
        word_requests.add(uow, program.id, place.language, place.key or None, work, of, due_on)
        uow.commit()


def take_back(deployment: Deployment, actor: Actor, request_id: int) -> None:
    """Ask for it no more. Raises NotAsked for a request that is not open."""
    with deployment.write(actor) as uow:
        found = next((each for each in word_requests.open_requests(uow) if each.id == request_id), None)
        if found is None:
            raise NotAsked("This is asked of nobody any more.")
        message_versions.lock_words(uow, found.program_id)
        word_requests.end(uow, [found.id], "taken_back")
        uow.commit()


def left(cells: Iterable[Cell], key: str | None, work: str) -> list[Cell]:
    """Return the texts of a request on which its work is not done, whoever does it."""
    return [each for each in cells if key in (None, each.key) and each.far in _LEFT[Work(work)]]


def ready(cells: Iterable[Cell], key: str | None, work: str) -> list[Cell]:
    """Return those on which it can be done now: nobody reviews what is not translated."""
    return [each for each in cells if key in (None, each.key) and each.far in _NOW[Work(work)]]


def end_done(uow: UnitOfWork, program_id: int) -> None:
    """End the requests of a program of which nothing is left. Its words are locked."""
    asked = word_requests.open_requests(uow, program_id)
    cells = {language: _cells(uow, program_id, language) for language in {each.language for each in asked}}
    word_requests.end(uow, [e.id for e in asked if not left(cells[e.language], e.key, e.work)], "done")


def _cells(uow: UnitOfWork, program_id: int, language: str) -> list[Cell]:
    program = program_of(uow, program_id)
    stored = message_versions.versions(uow, program_id)
    return matrix(stored, [language], (*texts_of(program), *calls_of(program)))[0]


def _alike(asked: StoredRequest, place: Place, work: Work) -> bool:
    return (asked.language, asked.key, asked.work) == (place.language, place.key or None, work)
