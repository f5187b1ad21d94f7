"""How a text speaks: calmly, briefly, in plain words, and without what carriers filter."""

from __future__ import annotations

from collections.abc import Iterator

import regex

from locales.linter.finding import Finding, Weight, Written
from locales.linter.grade import HIGHEST_GRADE, grade
from locales.linter.house import house

LONGEST_SENTENCE = 12
_CAPITALS = regex.compile(r"(?<![\w{])[\p{Lu}]{2,}(?![\w}])")
_PICTURE = regex.compile(r"[\p{Emoji_Presentation}\p{Extended_Pictographic}\ufe0f\u20e3\U0001f1e6-\U0001f1ff]")
_MONEY = regex.compile(r"\p{Sc}")
_LINK = regex.compile(
    r"https?:|www\.|[\w.+-]+@[\w-]+\.\w|\b[\w-]+\.(?:com|org|net|gov|edu|us|ly|co|io|me|info|link|app|gl|health|care)\b(?!\s*\{)",
    regex.IGNORECASE,
)
_MEASURED = ("en", "es")
_PARTS = regex.compile(r"[,，،;]\s*(?=\d\s)|\n")
_HAN = regex.compile(r"\p{Han}")


def capitals(written: Written) -> Iterator[Finding]:
    """No word shouts; keywords are written as people text them (COPY-03, LAW-46)."""
    if loud := sorted(set(_CAPITALS.findall(written.bare)) - house().capitals.keys()):
        yield Finding("COPY-03", f"{', '.join(loud)} is in capitals", "Write it small: only keywords are capitals.")


def pictures(written: Written) -> Iterator[Finding]:
    """No emoji (COPY-03)."""
    if _PICTURE.search(written.body):
        yield Finding("COPY-03", "it has an emoji", "Leave it out.")


def money(written: Written) -> Iterator[Finding]:
    """No sums, and no sign of money (LAW-46)."""
    if found := _MONEY.search(written.body):
        yield Finding("LAW-46", f"it has a {found[0]}", "Leave it out: carriers filter it.")


def links(written: Written) -> Iterator[Finding]:
    """No links, shortened or not, and no addresses of mail (LAW-45)."""
    if found := _LINK.search(written.bare):
        yield Finding("LAW-45", f"it has a link or address, {found[0]!r}", "Leave it out, and write {phone}.")


def sentences(written: Written) -> Iterator[Finding]:
    """A sentence has at most twelve words; an option of a menu counts by itself (COPY-03)."""
    weight = Weight.ERROR if written.language in _MEASURED else Weight.WARNING
    for sentence in written.sentences:
        for part in _PARTS.split(sentence):
            if (words := round(_length(part, written.says.words_per_word))) > LONGEST_SENTENCE:
                wrong = f"a sentence has {words} words and may have {LONGEST_SENTENCE}: {part.strip()!r}"
                yield Finding("COPY-03", wrong, "Make two of it.", weight)


def _length(part: str, each: float) -> float:
    """Count words; a variable is one, and two characters of Chinese are about one."""
    han = len(_HAN.findall(part))
    return han / 2 + len(_HAN.sub(" ", part).split()) / each


def reading_grade(written: Written) -> Iterator[Finding]:
    """A sixth year of school is enough, where a formula is known; elsewhere a person judges it (HIP-26)."""
    years = grade(written.filled, written.language)
    if years is not None and years > HIGHEST_GRADE:
        wrong = f"it asks for {years:.1f} years of school and may ask for {HIGHEST_GRADE:.0f}"
        yield Finding("HIP-26", wrong, "Use shorter words and sentences.")
