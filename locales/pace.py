"""How long a script takes to say, language by language: a voicemail ends before it is cut off (HIP-12)."""

from __future__ import annotations

import re
from collections.abc import Mapping

from locales.languages import languages

VOICEMAIL_SECONDS = 30
WORDS_A_SECOND = 2.5  # of English; 150 a minute
# How many words a language needs where English has one: short ones are said sooner.
_WORDS_FOR_ONE: Mapping[str, float] = {"hmn": 1.5, "tl": 1.3, "vi": 1.5}
# Characters a second where words say little: a character of Chinese or Korean is a syllable, kana are short, and in
# Thai, Lao and Khmer three make one.
_CHARACTERS_A_SECOND = {"Hans": 4, "Hant": 4, "Kore": 5, "Jpan": 6, "Thai": 12, "Laoo": 12, "Khmr": 12}


def seconds(text: str, language: str) -> float:
    """Return how long `text`, filled as it is spoken, takes to say in `language`."""
    pace = _CHARACTERS_A_SECOND.get(languages()[language].script)
    if pace is None:
        return len(text.split()) / _WORDS_FOR_ONE.get(language, 1.0) / WORDS_A_SECOND
    letters, latin = re.findall(r"(?![a-zA-Z])[^\W\d_]", text), re.findall(r"[a-zA-Z]+|\d", text)
    return len(letters) / pace + len(latin) / WORDS_A_SECOND
