"""What a member does with words ("yes", "another day", "no ride"), and whether every word is accounted for."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from conversations.bare import is_bare
from conversations.meaning import Reason
from conversations.reading import Reading, acts_alone, acts_in_sentences, grouped, listed
from locales.lexicon import lexicons

READ = 80  # words; a longer reply is a letter, and letters are read by people
_THUMBS_UP = frozenset("👍👌✅☑✔💯")
_THUMBS_DOWN = frozenset("👎❌🙅")
_THANKS = frozenset("🙏❤💕😊")


class Act(StrEnum):
    """A thing said, before the open question gives it a meaning."""

    YES = "yes"
    NO = "no"
    KEEP = "keep"
    CANNOT = "cannot"
    CHANGE = "change"
    RIDE = "ride"
    HAS_RIDE = "has_ride"
    LATE = "late"
    ON_WAY = "on_way"
    ARRIVED = "arrived"
    WENT = "went"
    MISSED = "missed"
    CALL_ME = "call_me"
    WHO = "who"
    THANKS = "thanks"


@dataclass(frozen=True, slots=True)
class Saying:
    """The acts and reasons in a reply, and the words that none of them explains."""

    acts: frozenset[Act]
    reasons: tuple[Reason, ...] = ()
    left_over: tuple[str, ...] = ()

    @property
    def explained(self) -> bool:
        """Whether every word is accounted for; only then is a visit confirmed or declined."""
        return not self.left_over

    @property
    def negated(self) -> bool:
        """Whether a "not" or an "if" is left over, which may turn everything else around."""
        return bool(negators() & set(self.left_over))


_Words = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Term:
    acts: frozenset[Act] = frozenset()
    reason: Reason | None = None


@cache
def negators() -> frozenset[str]:
    """Return the words that may turn a sentence around."""
    return frozenset(term.strip() for term in listed("negators").folded)


@cache
def _known(name: str) -> frozenset[_Words]:
    return frozenset(tuple(term.split()) for term in listed(name).folded)


def _silent(acts: frozenset[Act], said: int) -> frozenset[_Words]:
    """Return the words that add nothing: "but" only between two things, "I can" never beside a lone no."""
    filler = frozenset() if acts - {Act.THANKS} == {Act.NO} else _known("filler")
    return _known("courtesy") | filler | (_known("joiners") if said > 1 else frozenset())


@cache
def _terms() -> Mapping[_Words, _Term]:
    """Return every known phrase; one phrase may be an act and a reason at once ("no ride")."""
    acts = {(tuple(term.split()), act) for act in Act for term in acts_in_sentences(act).folded}
    reasons = {(tuple(term.split()), reason) for reason in Reason for term in grouped("reasons", reason).folded}
    words = {phrase for phrase, _ in acts} | {phrase for phrase, _ in reasons}
    found = {
        phrase: (
            frozenset(act for other, act in acts if other == phrase),
            min((r for p, r in reasons if p == phrase), default=None),
        )
        for phrase in words
    }
    return {phrase: _Term(*pair) for phrase, pair in found.items()}


@cache
def vocabulary() -> frozenset[str]:
    """Return every single word the acts and reasons are made of."""
    return frozenset(word for phrase in _terms() for word in phrase)


@cache
def _longest() -> int:
    return max(len(phrase) for phrase in (*_terms(), *_known("filler"), *_known("courtesy"), *_known("joiners")))


def pieces(words: _Words, more: Collection[_Words] = ()) -> Iterator[_Words]:
    """Cut words into the longest known phrases (and `more`), left to right; an unknown word stands alone."""
    known = (_terms().keys(), _known("filler"), _known("courtesy"), _known("joiners"), more)
    longest = max((_longest(), *map(len, more)))
    at = 0
    while at < len(words):
        size = next(
            (n for n in range(min(longest, len(words) - at), 1, -1) if any(words[at : at + n] in k for k in known)),
            1,
        )
        yield words[at : at + size]
        at += size


def _signed(reading: Reading) -> frozenset[Act]:
    signs = reading.normal.signs
    meant = ((_THUMBS_UP, Act.YES), (_THUMBS_DOWN, Act.NO), (_THANKS, Act.THANKS))
    return frozenset(act for shapes, act in meant if signs & shapes)


def say(words: _Words, language: str = "en") -> Saying:
    """Return what `words` do; words that mean something else in `language` explain nothing."""
    lexicon = lexicons().get(language.partition("-")[0])
    foreign = {(word,) for word in lexicon.ambiguous} if lexicon else set()
    cut = tuple(pieces(words[:READ]))
    # "y" alone is a yes; between other words it is Spanish for "and".
    linking = _known("joiners") if len(cut) > 1 else frozenset()
    known = [_terms()[piece] for piece in cut if piece in _terms() and piece not in foreign | linking]
    acts = frozenset(act for term in known for act in term.acts)
    silent = _silent(acts, len(known))
    left = [word for piece in cut if piece in foreign or not (piece in _terms() or piece in silent) for word in piece]
    reasons = tuple(dict.fromkeys(term.reason for term in known if term.reason))
    return Saying(acts, reasons, tuple(left) + words[READ:])


def hear(reading: Reading, language: str) -> Saying:
    """Return what a whole reply does, its signs included ("👍")."""
    signed = _signed(reading)
    if answer := frozenset(act for act in Act if is_bare(reading, acts_alone(act))):
        return Saying(answer | signed)
    said = say(reading.tokens, language)
    return Saying(said.acts | signed, said.reasons, said.left_over)
