"""The story of a world for whoever watched it: a few sentences, and the numbers under them."""

from __future__ import annotations

from dataclasses import dataclass

from admin import rule_words
from locales.languages import languages
from outreach.simulation.board import Board
from outreach.store.reads.outcomes import by_language, refusals, work_done
from outreach.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Spoken:
    """The promises to members of one language."""

    name: str
    promises: int
    kept: int
    still_open: int


@dataclass(frozen=True, slots=True)
class Told:
    """Sentences; refusals as (why, rule, count); what people did as (name, tasks, texts); and by language."""

    sentences: tuple[str, ...]
    refusals: tuple[tuple[str, str, int], ...]
    people: tuple[tuple[str, int, int], ...]
    spoken: tuple[Spoken, ...]


def story(uow: UnitOfWork, counted: Board) -> Told:
    """Return the story of the visits that are counted on the board."""
    known = languages()
    spoken = tuple(
        Spoken(known[code].english_name if code in known else code, *counts)
        for code, *counts in by_language(uow, counted.first)
    )
    refused = tuple((rule_words.why(rule) or "Another rule.", rule, count) for rule, count in refusals(uow))
    people = tuple(work_done(uow))
    return Told(tuple(_sentences(counted, len(spoken), sum(tasks for _, tasks, _ in people))), refused, people, spoken)


def _sentences(counted: Board, spoken: int, tasks: int) -> list[str]:
    score = counted.score
    ended = score.kept + counted.not_kept + score.unknown
    found = [
        f"{_n(score.promises, 'visit')}, {_n(score.promises, 'promise')}: each member will be there, and if not, "
        f"we will know why and what happens next.",
        f"{ended} of {_n(score.promises, 'loop')} {_are(ended)} closed. {score.kept} kept, "
        f"{counted.not_kept} not kept{_mostly(counted)}, {score.unknown} unknown.",
        f"{score.owned + score.waiting} {_are(score.owned + score.waiting)} still open: {score.owned} with a person "
        f"who owns the next step, {score.waiting} with a text or an answer that is due. {score.unheld} unheld.",
        f"{_n(score.texts, 'text')} left in {_n(spoken, 'language')}. {score.held} waited for a lawful or better hour, "
        f"{score.refused} never left because of a rule, {score.not_delivered} did not arrive.",
    ]
    return [*found, f"People finished {_n(tasks, 'task')} that no rule could."]


def _mostly(counted: Board) -> str:
    return f" (most often: {counted.why[0][0].lower()}, {counted.why[0][1]})" if counted.why else ""


def _n(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def _are(count: int) -> str:
    return "is" if count == 1 else "are"
