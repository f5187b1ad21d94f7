"""Reads what a person wrote to one member before it may leave: what forbids it, and what they have to agree to."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256

import regex

from conversations.tongue import written_in
from locales.languages import languages
from locales.linter import Finding, Weight, lint, longest_values
from locales.linter.house import OWN_WORDS_SAID, vocabulary
from locales.segments import Segments, segments
from outreach.engine.person_texts import PersonText
from outreach.engine.refusals import NotAsked
from outreach.engine.word_drafts import clean, unusable
from outreach.engine.wording import body_of
from outreach.store import names
from outreach.store.own_words import OwnWords
from outreach.store.touches import OWN_WORDS

# How it is said, and days: a person may mean it so, and answers for it. Everything else is as for approved words.
_AGREED_TO = frozenset({"COPY-03", "COPY-04", "HIP-26"})
_A_DAY = "Is it right? Once the visit moves, this text is not sent any more, and comes back to you."
_SPACES = re.compile(r"[^\S\n]+")
_WORD = regex.compile(r"[\p{L}\p{M}'’-]+")
_SHORTEST_NAME = 2
_CHINESE = frozenset({"zh-Hans", "zh-Hant"})


@dataclass(frozen=True, slots=True)
class Read:
    """A text as it would arrive, and what was found in it.

    `refusals` forbid it, `warnings` are agreed to by the person who sends it, `notes` are only shown. `agreement`
    stands for these very words with these very warnings: whoever agrees, agrees to that.
    """

    body: str = field(repr=False)
    language: str
    cost: Segments
    refusals: tuple[Finding, ...] = field(repr=False)
    warnings: tuple[Finding, ...] = field(repr=False)
    notes: tuple[Finding, ...] = field(repr=False)
    agreement: str


def tidy(written: str) -> str:
    """Return what was written as it is sent: one kind of space and of line end, nothing around it."""
    return "\n".join(_SPACES.sub(" ", line).strip() for line in clean(written).split("\n"))


def read_text(text: PersonText, own: OwnWords, known_as: tuple[str, ...]) -> Read:
    """Read what a person wrote. `known_as` are the names of whoever has the phone: none of them is ever texted.

    Raises NotAsked for what no phone could show, and where the text round it is not approved in its language.
    """
    if problem := unusable(own.body) or _braces(own.body):
        raise NotAsked(problem)
    text.folder.own[0] = own  # the touch that is judged before there is one
    touch = text.touch(OWN_WORDS)
    frame = text.folder.words_for(touch)
    body = body_of(text.folder, touch, frame, own.language) if frame else None
    if frame is None or body is None:
        raise NotAsked("Nobody has approved the text that stands round own words in this language. Choose another one.")
    phone = text.folder.programs[touch.program_id].phone
    found = [*_linted(frame.body, own, phone), *_named(own.body, known_as)]
    theirs = text.folder.members[text.stored.member].language
    doubts = [*_of_the_language(own, theirs), *(each for each in found if _is_a_doubt(each))]
    return Read(
        body=body,
        language=own.language,
        cost=segments(body),
        refusals=tuple(each for each in found if each.weight is Weight.ERROR and not _is_a_doubt(each)),
        warnings=tuple(doubts),
        notes=tuple(each for each in found if each.weight is Weight.WARNING),
        agreement=_agreement(own, doubts),
    )


def _braces(body: str) -> str | None:
    return (
        "Nothing is filled in here: take the braces out, and write what you mean." if re.search("[{}]", body) else None
    )


def _is_a_doubt(finding: Finding) -> bool:
    return finding.weight is Weight.ERROR and finding.rule in _AGREED_TO


def _linted(frame: str, own: OwnWords, phone: str) -> Iterator[Finding]:
    """Read it with the linter of approved words; the program's own number may stand in it (LAW-46)."""
    body = frame.replace("{message}", own.body.replace(phone, "{phone}"))
    values = {**longest_values(own.language), "phone": phone}
    for each in lint(OWN_WORDS_SAID, own.language, body, values, frozenset()):
        remedy = _A_DAY if each.rule == "COPY-04" else each.remedy.replace("{phone}", phone)
        yield Finding(each.rule, each.wrong, remedy, each.weight)


def _named(body: str, known_as: tuple[str, ...]) -> Iterator[Finding]:
    """Whoever holds the phone must not learn from a text whose it is (HIP-02)."""
    capitals = (word for word in _WORD.findall(body) if word != word.lower() or word == word.upper())
    written = {part for word in capitals for part in names.words(word)}
    if any(len(part) >= _SHORTEST_NAME and part in written for name in known_as for part in names.words(name)):
        yield Finding("HIP-02", "it says a member's name", "Leave the name out: somebody else may hold the phone.")


def _of_the_language(own: OwnWords, theirs: str) -> Iterator[Finding]:
    """What makes it doubtful that the member can read it (HIP-22, HIP-24)."""
    here, there = _called(own.language), _called(theirs)
    if own.language != theirs:
        yield Finding("HIP-24", f"the member reads {there}, and this is in {here}", "Write it in their language.")
    seen, script = written_in(own.body), vocabulary(own.language).script
    if seen is not None and seen != own.language and not {seen, own.language} <= _CHINESE:
        yield Finding("HIP-22", f"it looks like {_called(seen)}, not {here}", "Say in which language it is.")
    elif script and not regex.search(rf"\p{{{script}}}", own.body):
        yield Finding("HIP-22", f"no letter of it is of the script of {here}", "Say in which language it is.")


def _called(language: str) -> str:
    found = languages().get(language)
    return found.english_name if found else language


def _agreement(own: OwnWords, doubts: list[Finding]) -> str:
    said = "\n".join((own.language, *(f"{each.rule} {each.wrong}" for each in doubts), own.body))
    return sha256(said.encode()).hexdigest()[:16]
