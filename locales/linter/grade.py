"""How many years of school a text asks for: in English and Spanish, for the others have no formula (HIP-26)."""

from __future__ import annotations

import re
import unicodedata

HIGHEST_GRADE = 6.0
_EASY = 70.0  # Fernandez-Huerta: 70 to 80 is what a sixth year reads
_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")
_END = re.compile(r"[.?!:]+(?:\s|$)|,\s(?=\d\s)")  # the options of a menu are read one by one
_GROUPS = re.compile(r"[aeiouy]+")
_SILENT = re.compile(r"[^le]e$|\w\w[^aeioutd]e[sd]$")
_STRONG = re.compile(r"[aeoáéíóú]|[iuü]+(?![aeoáéíóú])")


def grade(text: str, language: str) -> float | None:
    """Return the school year for which `text` is easy; None in a language without a formula (HIP-26).

    English: Flesch-Kincaid. Spanish: Fernandez-Huerta, turned into years by its own table.
    """
    count = {"en": _english_syllables, "es": _spanish_syllables}.get(language)
    if count is None:
        return None
    words = _WORD.findall(unicodedata.normalize("NFC", text).casefold())
    if not words:
        return 0.0
    sentences = sum(1 for part in _END.split(text) if part and _WORD.search(part))
    length, syllables = len(words) / sentences, sum(map(count, words)) / len(words)
    if language == "en":
        return max(0.0, 0.39 * length + 11.8 * syllables - 15.59)
    return max(0.0, HIGHEST_GRADE + (_EASY - (206.84 - 60 * syllables - 1.02 * length)) / 10)


def _english_syllables(word: str) -> int:
    spoken = word.split("'")[0]
    return max(1, len(_GROUPS.findall(spoken)) - (_SILENT.search(spoken) is not None))


def _spanish_syllables(word: str) -> int:
    return max(1, len(_STRONG.findall(re.sub(r"(?<=[gq])u(?=[eiéí])", "", word))))
