"""A person writes to a member in their own words: with consent, read before it leaves, and past the same gate.

The words stand in an approved text that says who writes and how to stop. Where nobody approved that text in a language,
nothing leaves in it: to withdraw its approval is to switch own words off (HIP-25).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from outreach.engine.deployment import Deployment
from outreach.engine.holds import name_holds
from outreach.engine.own_words_check import Read, read_text, tidy
from outreach.engine.person_texts import PersonText, asked_already, leaves_at, open_text
from outreach.engine.pump import pump
from outreach.engine.refusals import NotAsked
from outreach.loops.cadence import Queue
from outreach.loops.verdict import Decision, Refused
from outreach.store import own_words
from outreach.store.actor import Actor
from outreach.store.own_words import OwnWords
from outreach.store.touches import OWN_WORDS
from outreach.store.unit_of_work import UnitOfWork, by_all_there_is

CONSOLE = "en"  # whoever works here writes it; for any other language somebody answers (HIP-22)
LONGEST = 1000  # characters that are read at all; the parts they make are counted


class Vouched(StrEnum):
    """Who answers for the language of a text (HIP-22, HIP-23)."""

    AUTHOR = "author"
    SPEAKER = "speaker"
    INTERPRETER = "interpreter"


@dataclass(frozen=True, slots=True)
class Writing:
    """What a person wrote, in which language, who answers for it, and the `agreement` that they saw and gave."""

    text: str = field(repr=False)
    language: str
    vouched: Vouched | None = None
    agreement: str = ""

    def own_words(self) -> OwnWords:
        """Return it as it is stored; without a name for it, its author answers for the language."""
        return OwnWords(tidy(self.text), self.language, self.vouched or Vouched.AUTHOR)


@dataclass(frozen=True, slots=True)
class Desk:
    """In which languages a member may be written to, theirs first, and what the gate says to it now."""

    languages: tuple[str, ...]
    verdict: Decision


def desk(text: PersonText) -> Desk:
    """Return what may be written to the member of an opened conversation; without languages nothing."""
    theirs = text.folder.members[text.stored.member].language
    approved = {code for program, key, code in text.folder.words if (program, key) == (text.stored.program, OWN_WORDS)}
    codes = tuple(sorted(approved, key=lambda code: (code != theirs, code != CONSOLE, code)))
    text.folder.own[0] = OwnWords("", codes[0] if codes else theirs, Vouched.AUTHOR)
    return Desk(codes, text.decide(OWN_WORDS))


@by_all_there_is
def read(uow: UnitOfWork, loop_id: int, writing: Writing) -> Read:
    """Return how a text would arrive and what is found in it; raises NotAsked for what cannot be one."""
    return _read(uow, _opened(uow, loop_id, lock=False), writing)


def write(
    deployment: Deployment,
    actor: Actor,
    loop_id: int,
    writing: Writing,
    seen: str,
    held_back: timedelta = timedelta(),
    later: datetime | None = None,
) -> int:
    """Plan what a person wrote and let it leave as soon as it may; return its touch.

    Everything is as for an approved answer (`staff_texts.say`): the gate, `held_back` and `later`, one text for one
    request. Raises NotAsked, with a sentence to show, also for what the linter refuses, for a language that nobody
    answers for, and where the person did not agree to these very warnings.
    """
    with deployment.write(actor) as uow:
        due = leaves_at(uow, held_back, later)
        touch_id, waits = _plan(uow, loop_id, writing, seen, due), due > uow.now
        uow.commit()
    if not waits:
        pump(deployment, Queue.REPLY)
    return touch_id


def _plan(uow: UnitOfWork, loop_id: int, writing: Writing, seen: str, due: datetime) -> int:
    text, own = _opened(uow, loop_id, lock=True), writing.own_words()
    if (twice := asked_already(uow, text.touch(OWN_WORDS), seen, own)) is not None:
        return twice
    found = _read(uow, text, writing)
    if isinstance(verdict := text.decide(OWN_WORDS), Refused):
        raise NotAsked("This text may not leave now: %(rule)s. It was not sent.", rule=verdict.rule)
    _sendable(found, writing)
    new = text.plan(uow, OWN_WORDS, due)
    own_words.add(uow, new, own, sorted({each.rule for each in found.warnings}))
    name_holds(uow, [text.stored.loop.id])
    uow.audit("text.written", f"touch:{new}", "HIP-22")
    return new


def _sendable(found: Read, writing: Writing) -> None:
    """Raise NotAsked for what may not be sent as it stands."""
    if found.refusals:
        raise NotAsked("This text may not be sent as it stands. See below what to change. It was not sent.")
    if writing.language != CONSOLE and writing.vouched not in (Vouched.SPEAKER, Vouched.INTERPRETER):
        raise NotAsked("Say who answers for the language. Your text was not sent.")
    if writing.agreement != found.agreement:
        raise NotAsked("Read how it arrives, and agree to what is said about it. Your text was not sent.")


def _opened(uow: UnitOfWork, loop_id: int, *, lock: bool) -> PersonText:
    text = open_text(uow, loop_id, lock=lock)
    if text is None:
        raise NotAsked("There is no phone to answer on. Call the member, or find a number first.")
    return text


def _read(uow: UnitOfWork, text: PersonText, writing: Writing) -> Read:
    if len(writing.text) > LONGEST:
        raise NotAsked("The text has more than %(most)s characters. Say it shorter, or call.", most=f"{LONGEST:,}")
    return read_text(text, writing.own_words(), own_words.names_on(uow, text.phone))
