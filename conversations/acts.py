"""What a member does with words ("yes", "another day", "no ride"), and which words nothing accounts for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache

import regex

from conversations.grammar import EVERYWHERE, FILLER, Said, grammar
from conversations.meaning import Reason
from conversations.reading import listed
from conversations.tokens import BREAK, Tokens

_LATIN = regex.compile(r"\p{Latin}")


class Act(StrEnum):
    """A thing said, before the open question gives it a meaning."""

    YES = "yes"
    OK = "ok"  # agrees, or only takes note
    NO = "no"
    COME = "come"
    CANNOT = "cannot"
    CHANGE = "change"
    RIDE = "ride"  # wants one
    NO_RIDE = "no_ride"  # has none: a barrier
    HAS_RIDE = "has_ride"
    LATE = "late"
    ON_WAY = "on_way"
    ARRIVED = "arrived"
    WENT = "went"
    MISSED = "missed"
    PERSON = "person"
    WHO = "who"
    ASK = "ask"
    HELP = "help"
    THANKS = "thanks"
    MAYBE = "maybe"
    WAIT = "wait"  # takes back what stands before it
    START = "start"
    STOP = "stop"
    NOT_STOP = "not_stop"
    WRONG = "wrong"
    DEAD = "dead"
    NOT_DEAD = "not_dead"
    MEDICINE = "medicine"
    NOT_MEDICINE = "not_medicine"
    DANGER = "danger"
    ABUSE = "abuse"
    IDIOM = "idiom"


@dataclass(frozen=True, slots=True)
class Saying:
    """What a reply says, in the order said, and the words that nothing of it explains."""

    said: tuple[Said, ...]
    left: tuple[str, ...] = field(default=(), repr=False)
    words: int = 0
    asks: bool = False

    @property
    def acts(self) -> frozenset[Act]:
        """The acts, without their order."""
        return frozenset(Act(each.what) for each in self.said if ":" not in each.what)

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """The reasons given, in order, once each."""
        named = (each.what.removeprefix("why:") for each in self.said if each.what.startswith("why:"))
        return tuple(dict.fromkeys(Reason(name) for name in named))

    @property
    def speaks(self) -> str | None:
        """The language wished for, "any" for "not this one", None when none is."""
        return next((each.what.removeprefix("speak:") for each in self.said if each.what.startswith("speak:")), None)

    @property
    def times(self) -> tuple[Said, ...]:
        """The days and times named."""
        return tuple(each for each in self.said if each.what.startswith("when:"))

    @property
    def explained(self) -> bool:
        """Whether every word is accounted for; only then is a visit confirmed or declined."""
        return not self.left

    @property
    def negated(self) -> bool:
        """Whether a "not" or an "if" is left over, which may turn everything else around."""
        return bool(negators() & set(self.left))


@cache
def negators() -> frozenset[str]:
    """Return the words that may turn a sentence around."""
    return frozenset(term.strip() for term in listed("negators").folded + listed("negators").joined)


@cache
def vocabulary() -> frozenset[str]:
    """Return every word that stands in a pattern of any language."""
    return frozenset(grammar().words)


def _trusted(found: Iterable[Said], tokens: Tokens, language: str) -> dict[str, int]:
    """Return how far each language may be listened to, the least first: a lone "no" is not Polish for yes."""
    covered: dict[str, set[int]] = defaultdict(set)
    for each in found:
        covered[each.language].update(each.used)
    words = sum(word != BREAK for word in tokens.folded)
    home = (language.partition("-")[0], language, *EVERYWHERE)
    best = max((len(covered[code]) for code in home if code in covered), default=0)
    ranks: dict[str, int] = {}
    for code, places in covered.items():
        foreign = any(not _LATIN.match(tokens.folded[place]) for place in places)
        if code in home[:2]:
            ranks[code] = -1_000
        elif code in home or foreign or (len(places) * 2 >= words and len(places) > best):
            ranks[code] = -len(places)
    return ranks


def _chosen(found: Iterable[Said], ranks: dict[str, int], taken: dict[int, Said]) -> list[Said]:
    """Return the longest of what was found, one for each word; what is said by the very same words stands together."""
    kept: list[Said] = []
    order = sorted(
        (each for each in found if each.language in ranks), key=lambda each: (-each.weight, ranks[each.language])
    )
    for each in order:
        holders = {id(taken[place]): taken[place] for place in each.used if place in taken}
        same = [holder for holder in holders.values() if (holder.used, holder.language) == (each.used, each.language)]
        if holders and not same:
            continue
        kept.append(each)
        if not holders:
            taken.update(dict.fromkeys(each.used, each))
    return kept


def _after_second_thoughts(kept: list[Said]) -> list[Said]:
    """Drop what was taken back: "yes, no wait I can't" says that they cannot."""
    last = max((place for place, each in enumerate(kept) if each.what == Act.WAIT), default=-1)
    return kept[last:] if 0 <= last < len(kept) - 1 else kept


def resolve(found: Iterable[Said], tokens: Tokens, language: str) -> Saying:
    """Return what a reply says to someone who expects `language`: the longest pattern wins each word."""
    found = list(found)
    ranks = _trusted(found, tokens, language)
    taken: dict[int, Said] = {}
    kept = _chosen((each for each in found if each.what != FILLER), ranks, taken)
    _chosen((each for each in found if each.what == FILLER), ranks, taken)
    kept = _after_second_thoughts(sorted(kept, key=lambda each: each.used))
    skipped = grammar().skipped
    left = tuple(
        word
        for place, word in enumerate(tokens.folded)
        if place not in taken and word != BREAK and not word.startswith(":") and word not in skipped
    )
    return Saying(tuple(kept), left, sum(word != BREAK for word in tokens.folded), tokens.asks)
