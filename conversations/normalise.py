"""A reply in the shape that words are looked up in; the member's own text is kept beside it (rulebook 1.10)."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field

import regex

from conversations.shapes import unmixed

# Characters that show nothing: whatever hides inside a word must not hide the word.
_INVISIBLE = regex.compile(
    r"[\p{Cf}\p{Cc}--[\t\n\r]]|[\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0\ufe00-\ufe0f\u20e3]", regex.V1
)
_APOSTROPHES = regex.compile(r"(?<=\w)['’‘‛ʼʻ`´′＇]+(?=\w)")
_MARKS = regex.compile(r"(?<=[\p{Latin}\p{Cyrillic}])\p{M}+")
_ARABIC_MARKS = regex.compile(r"[\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed\u0640]")
_ARABIC_LETTERS = str.maketrans(
    {**dict.fromkeys("أإآٱ", "ا"), **dict.fromkeys("ىيئ", "ی"), "ك": "ک", "ة": "ه", "ؤ": "و"}
)
# Armenian marks a question, an order or a stress inside the word: what is asked is seen in the raw text.
_ARMENIAN_STRESS: dict[int, int | None] = dict.fromkeys(map(ord, "՛՜՞"))
# Letters with a stroke are no letter and mark to Unicode; a cheap keyboard leaves the stroke out.
# Devanagari and Gurmukhi: the dot below and the moon over the letter are left out at random, in print too.
_DOTS = {0x093C: None, 0x0A3C: None, 0x0901: 0x0902, 0x0A01: 0x0A02}
_STROKES = str.maketrans({"ł": "l", "đ": "d", "ø": "o", "ı": "i", "æ": "ae", "œ": "oe"})
_INDIC = regex.compile(r"[\u0929\u0931\u0934\u0958-\u095f\u0a33\u0a36\u0a59-\u0a5e]")
_LEFT_OUT = _ARMENIAN_STRESS | _DOTS
_DIGIT = regex.compile(r"(?![0-9])\p{Nd}")
_BREAKS = regex.compile(r"[^\p{L}\p{M}\p{N}]+")
# Where a script without spaces meets another letter or a digit there is a border without a space: "请STOP", "1号".
_SPACELESS = r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}\p{Thai}\p{Lao}\p{Khmer}]"
_SPACED = r"[\p{Latin}\p{Cyrillic}\p{Greek}\p{Armenian}\p{Devanagari}\p{Gurmukhi}0-9]"
_BORDER = regex.compile(rf"(?<={_SPACELESS})(?={_SPACED})|(?<={_SPACED})(?={_SPACELESS})")
_STRETCHED = regex.compile(r"([\p{Latin}\p{Cyrillic}])\1{2,}")
_SIGN = regex.compile(r"[👍👌✅☑✔💯👎❌🙅🙏❤💕😊🛑🖕⛔🚫]")
_MARK_RUN = regex.compile(r"(\p{M}{4})\p{M}+")


@dataclass(frozen=True, slots=True)
class Normal:
    """One reply: as sent, in lookup form with its accents, without them, and the signs it held."""

    raw: str = field(repr=False)
    shown: str = field(repr=False)  # what shows of it, its punctuation included
    plain: str = field(repr=False)
    folded: str = field(repr=False)
    signs: frozenset[str] = frozenset()


def visible(text: str) -> str:
    """Return the characters of a text that show, case-folded and in their plain form (NFKC)."""
    if text.isascii():
        return str(_INVISIBLE.sub("", text)).casefold()
    # Twice, because NFKC can bring out a filler that was not one before. A run of marks is cut first:
    # composing thousands of them on one letter takes quadratic time.
    text = _MARK_RUN.sub(r"\1", _INVISIBLE.sub("", text))
    shown: str = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text))
    return shown.casefold()


def _arabic(text: str) -> str:
    """Write Arabic and Farsi one way: no vowel signs or stretching, one alef, one yeh, one kaf."""
    bare: str = _ARABIC_MARKS.sub("", text)
    return bare.translate(_ARABIC_LETTERS)


def folded(text: str) -> str:
    """Drop accents from Latin and Cyrillic only; a vowel sign of Hindi or Thai is a letter, not an accent."""
    if text.isascii():
        return text
    return unicodedata.normalize("NFC", _MARKS.sub("", unicodedata.normalize("NFD", text))).translate(_STROKES)


def plainly(text: str) -> str:
    """Return what shows of a text: lower case, ASCII digits, one alphabet a word, no stretched letters."""
    plain = visible(_APOSTROPHES.sub("", text))
    if not plain.isascii():
        plain = _INDIC.sub(lambda found: unicodedata.normalize("NFD", found[0]), plain).translate(_LEFT_OUT)
        plain = _arabic(_DIGIT.sub(lambda found: str(unicodedata.decimal(found[0], found[0])), plain))
        plain = unmixed(_BORDER.sub(" ", plain))
    return unicodedata.normalize("NFC", _STRETCHED.sub(r"\1", plain))


def normalise(text: str) -> Normal:
    """Return the lookup forms of any text at all; never raises (rulebook 1.10, understanding 1)."""
    shown = plainly(text)
    plain = _BREAKS.sub(" ", shown).strip()
    return Normal(text, shown, plain, folded(plain), frozenset(_SIGN.findall(text)))
