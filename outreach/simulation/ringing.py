"""A call as it is drawn on a phone: it rings, or something is said and keys are awaited."""

from __future__ import annotations

from dataclasses import dataclass, field

from locales.languages import Direction, Language, languages
from outreach.engine.identity import Identity
from outreach.simulation.earpiece import Sentence, read
from outreach.store.reads.on_the_line import OnTheLine, birth_dates, on_the_line
from outreach.store.unit_of_work import UnitOfWork

_TAG = "en"


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that is said, in writing; `tag` is its language as a browser's voices name it."""

    text: str = field(repr=False)
    tag: str
    direction: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Ringing:
    """A call on a phone. While it rings nothing is said. `birthday` helps a visitor past the check, while it is asked.

    `digits` is how many keys make an answer, `turn` which words they answer, `seconds` how long they are awaited.
    """

    talks: bool
    to_us: bool
    says: tuple[Line, ...] = ()
    turn: int | None = None
    digits: int = 1
    seconds: int = 6
    birthday: str = field(default="", repr=False)


def ringing(uow: UnitOfWork, phones: list[int]) -> dict[int, Ringing]:
    """Return what goes on, by phone, for those of these phones where something does."""
    calls = {phone: call for phone, call in on_the_line(uow).items() if phone in phones}
    if not calls:
        return {}
    about = birth_dates(uow, calls)
    return {phone: _drawn(call, about.get(phone, [])) for phone, call in calls.items()}


def phones_with_a_call(uow: UnitOfWork) -> list[int]:
    """Return the phones that ring or are talked on."""
    return list(on_the_line(uow))


def _drawn(call: OnTheLine, about: list[str | None]) -> Ringing:
    to_us = not call.touch
    if call.document is None:
        return Ringing(False, to_us)
    heard = read(call.document)
    birthday = next((day for each in about if (day := Identity.read(each).birthday)), "") if heard.digits > 1 else ""
    says = tuple(_line(sentence) for sentence in heard.says)
    return Ringing(True, to_us, says, heard.turn, heard.digits, heard.seconds, birthday)


def _line(sentence: Sentence) -> Line:
    spoken = _of_tag(sentence.language)
    return Line(sentence.text, sentence.language or _TAG, spoken.direction if spoken else Direction.LTR, sentence.url)


def _of_tag(tag: str) -> Language | None:
    known = (each for each in languages().values() if each.says is not None and each.says.language == tag)
    return next(known, None)
