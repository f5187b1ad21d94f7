"""A reply laid out once, for the screens and for its meaning: its letters, its words, and all that they may say."""

from __future__ import annotations

from dataclasses import dataclass

from conversations.acts import Act, Saying, resolve
from conversations.grammar import Said, grammar
from conversations.reading import Reading, every_one, read
from conversations.second_reader import Weighed, weigh
from conversations.spelling import misspelt
from conversations.tokens import Tokens, row

_GUARDED = {  # what each harmless phrase guards against
    Act.IDIOM: {Act.DANGER, Act.ABUSE},
    Act.NOT_STOP: {Act.STOP},
    Act.NOT_DEAD: {Act.DEAD},
    Act.NOT_MEDICINE: {Act.MEDICINE},
}


def _reaches_over(used: tuple[int, ...], guarded: set[int]) -> bool:
    """Return whether what a guard is for begins in a gap of it ("don't stop the rides but stop texting me")."""
    return any(place in guarded and place not in used for place in range(used[0], used[-1]))


@dataclass(frozen=True, slots=True)
class LaidOut:
    """One reply: as it is searched for phrases, as a row of words, and all that any language finds in them."""

    reading: Reading
    tokens: Tokens
    found: tuple[Said, ...]

    @property
    def weighed(self) -> Weighed:
        """What its pieces say together: asked once at most, of what no pattern decides."""
        return weigh(self.tokens)

    def quote(self, said: Said) -> str:
        """Return the member's words that say it."""
        return " ".join(self.tokens.plain[place] for place in said.used)[:80]

    def unguarded(self, *acts: Act) -> list[Said]:
        """Return where any language finds one of `acts`, unless a longer harmless phrase holds the same words."""
        guards = [set(each.used) for each in self.found if each.what in _GUARDED]
        return [
            each for each in self.found if each.what in acts and not any(set(each.used) <= guard for guard in guards)
        ]

    def without(self, guard: Act) -> Reading:
        """Return the reply with the harmless phrases of one kind blanked out ("bus stop", "dying to see you")."""
        folded, phrases = self.reading.folded, self._phrases(guard)
        for phrase in phrases:
            folded = every_one(folded, f" {phrase} ", " | ")
        return self.reading.reworded(folded, *phrases) if phrases else self.reading

    def _phrases(self, guard: Act) -> tuple[str, ...]:
        guarded = {each.used[0] for each in self.found if each.what in _GUARDED[guard]}
        spans = [each.used for each in self.found if each.what == guard and not _reaches_over(each.used, guarded)]
        return tuple({" ".join(self.tokens.folded[used[0] : used[-1] + 1]): None for used in spans})


@dataclass(frozen=True, slots=True)
class Heard:
    """A reply and what it says to someone who expects its language."""

    text: LaidOut
    said: Saying


def lay_out(text: str, language: str = "") -> LaidOut:
    """Return `text` laid out, whatever its language; `language` is the member's, if known."""
    reading = read(text)
    tokens = row(reading.normal)
    return LaidOut(reading, tokens, tuple(grammar().find(tokens, {}, language)))


def hear(text: str, language: str) -> Heard:
    """Return `text` heard by someone who expects `language`; a slip of the keys is read as the word it resembles."""
    laid_out = lay_out(text, language)
    slips = misspelt(laid_out.tokens, language)
    found = grammar().find(laid_out.tokens, slips, language) if slips else laid_out.found
    return Heard(laid_out, resolve(found, laid_out.tokens, language))
