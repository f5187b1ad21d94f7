"""The words a program may send: seeded from the factory texts as drafts, sent only after a person approved them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from locales.dates import NoReviewedPattern, day_text, time_text
from locales.factory import factory_languages, factory_texts, source_hash
from locales.render import UnusableText, render, variables
from locales.segments import EmptyBody, segments
from outreach.engine.deployment import Deployment
from outreach.store import message_versions, programs
from outreach.store.actor import Actor
from outreach.store.message_versions import APPROVED, DRAFT, StoredVersion
from outreach.store.programs import StoredProgram
from outreach.store.unit_of_work import UnitOfWork

MAX_PARTS = 2
_LONGEST_PLACE = "12345 Martin Luther King"


class WordsRefused(Exception):
    """These words cannot be approved; one sentence for each of them."""


@dataclass(frozen=True, slots=True)
class WordsStatus:
    """How far the words of one program in one language are. Without factory texts there is nothing to approve."""

    program: str
    language: str
    approved: int
    waiting: tuple[str, ...]

    @property
    def ready(self) -> bool:
        """Whether every text of this language may be sent."""
        return self.approved > 0 and not self.waiting


def seed_words(uow: UnitOfWork, program: StoredProgram) -> int:
    """Add factory texts that are new here as drafts; a changed English text makes its translations drafts too.

    A text that was seeded before is left alone, so that what staff wrote after it stays the newest. Returns how many.
    """
    english = factory_texts("en")
    known = {(v.key, v.language, v.body, v.source_hash) for v in message_versions.versions(uow, program.id)}
    wanted = [
        (key, language, body, source_hash(english[key]))
        for language in factory_languages()
        if language in program.languages
        for key, body in factory_texts(language).items()
        if key in english
    ]
    drafts = [text for text in wanted if text not in known]
    message_versions.add_drafts(uow, program.id, drafts)
    return len(drafts)


def seed_all(deployment: Deployment, actor: Actor) -> int:
    """Seed the words of every program, as after an upgrade; return how many are new."""
    with deployment.write(actor) as uow:
        added = sum(seed_words(uow, program) for program in programs.programs(uow).values())
        uow.commit()
    return added


def approve(deployment: Deployment, actor: Actor, language: str, by: str, program_key: str | None = None) -> int:
    """Approve every draft of a language, in the name of the person who read them; all of them, or none.

    Raises WordsRefused, which says what is wrong with which text.
    """
    if not by.strip():
        raise WordsRefused("Say who read and approved these words: --by NAME.")
    with deployment.write(actor) as uow:
        found = [
            (program, version)
            for program in _programs(uow, program_key)
            for version in message_versions.newest(uow, program.id)
            if version.language == language
        ]
        if not found:
            raise WordsRefused(f"There are no words in {language!r}: configure a program that speaks it first.")
        drafts = [(program, version) for program, version in found if version.state == DRAFT]
        if problems := [sentence for program, version in drafts for sentence in _problems(program, version)]:
            raise WordsRefused("\n".join(problems))
        message_versions.approve(uow, (version.id for _, version in drafts), by.strip())
        uow.commit()
    return len(drafts)


def status(deployment: Deployment, actor: Actor) -> list[WordsStatus]:
    """Return how far each language of each program is, in the order the program names them."""
    with deployment.read(actor) as uow:
        return [
            _status(program, language, message_versions.newest(uow, program.id))
            for program in programs.programs(uow).values()
            for language in program.languages
        ]


def _status(program: StoredProgram, language: str, newest: Iterable[StoredVersion]) -> WordsStatus:
    mine = [version for version in newest if version.language == language]
    waiting = tuple(version.key for version in mine if version.state != APPROVED)
    return WordsStatus(program.key, language, len(mine) - len(waiting), waiting)


def _programs(uow: UnitOfWork, key: str | None) -> list[StoredProgram]:
    found = [program for program in programs.programs(uow).values() if key in (None, program.key)]
    if not found:
        raise WordsRefused(f"There is no program {key!r}." if key else "No program is configured yet.")
    return found


def _problems(program: StoredProgram, version: StoredVersion) -> list[str]:
    name = f"{program.key}/{version.language}/{version.key}"
    try:
        needs = variables(version.body)
        dated = needs - {"program", "phone", "place", "return_phone"}
        values = {"program": program.name, "phone": program.phone, "place": _LONGEST_PLACE}
        values |= _longest(version.language) if dated else {}
        values |= {"return_phone": program.broker_phone or program.phone}
        parts = segments(render(version.body, values)).parts
    except NoReviewedPattern:
        return [f"{name}: nobody has reviewed how {version.language} writes dates (COPY-04); add the pattern first."]
    except UnusableText as problem:
        return [f"{name}: {problem.__doc__} ({problem})" if str(problem) else f"{name}: {problem.__doc__}"]
    except EmptyBody:
        return [f"{name}: it is empty."]
    too_long = f"{name}: it takes {parts} message parts and may take {MAX_PARTS}; shorten it."
    return [too_long] if parts > MAX_PARTS else []


@cache
def _longest(language: str) -> Mapping[str, str]:
    """The longest day and time the language can write: what fits with these fits always."""
    days = (dt.date(2028, 1, 1) + dt.timedelta(days=n) for n in range(366))
    day = max((day_text(day, language) for day in days), key=len)
    time = time_text(dt.time(12, 30), language)
    return {"day": day, "time": time, "ready_day": day, "ready_time": time, "return_time": time}
