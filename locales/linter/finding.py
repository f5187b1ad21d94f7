"""What the linter is given, and what it says."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from locales.linter.house import Vocabulary, vocabulary
from locales.render import PLACEHOLDER


class Weight(StrEnum):
    """Whether a finding keeps a text from being approved, or is only shown."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing about a text: the rule, what is wrong in words, and what to do about it."""

    rule: str
    wrong: str
    remedy: str
    weight: Weight = Weight.ERROR


@dataclass(frozen=True, slots=True)
class Written:
    """A text as it was written, and `filled` as it arrives at its longest. `options`: the digits that are read back."""

    key: str
    language: str
    body: str
    filled: str
    values: Mapping[str, str]
    options: frozenset[str] | None = None

    @property
    def says(self) -> Vocabulary:
        """The words of its language."""
        return vocabulary(self.language)

    @property
    def bare(self) -> str:
        """The text without its variables: what somebody wrote by hand."""
        return PLACEHOLDER.sub(" ", self.body)

    def has(self, words: tuple[str, ...]) -> bool:
        """Whether one of these stands in the text, in any case."""
        body = self.body.casefold()
        return any(word.casefold() in body for word in words)

    @property
    def sentences(self) -> list[str]:
        """The sentences of the body, each with the mark it ends in."""
        return [found[0].strip() for found in _SENTENCE.finditer(self.body) if found[0].strip()]


_SENTENCE = re.compile(r".*?(?:[.?!:](?=\s|$)|[。？！；؟।։។]|$)", re.DOTALL)
Check = Callable[[Written], Iterator[Finding]]
