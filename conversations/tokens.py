"""A reply as a row of words: letters where a script has no spaces, a bar where a sentence breaks, a name for a sign."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import regex

from conversations.normalise import Normal, folded, normalise

BREAK = "|"
NUMBER = "#"
MOST = 400  # words or, in a script without spaces, letters; the lists of the screens are looked for in the whole text
_PERSIAN_PRESENT = frozenset({"می", "نمی"})
_QUESTION = frozenset("?？؟՞")
_SPACELESS = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}\p{Thai}\p{Lao}\p{Khmer}"
_PIECE = regex.compile(
    r"(?P<clock>\d{1,2}[:.]\d{2}(?!\d))|(?P<date>(?<![\d/])\d{1,2}/\d{1,2}(?![\d/]))|(?P<number>\d+)(?=\D|$)(?![\p{L}--\p{Han}--\p{Hangul}--\p{Thai}]{2}[\p{L}\d])"
    rf"|(?P<letters>[{_SPACELESS}][\p{{M}}]*)|(?P<word>[[\p{{L}}\p{{M}}\p{{N}}]--[{_SPACELESS}]]+)"
    r"|(?P<break>[.,!?;:\n…。，、！？；：।؟،؛՞՝։፣\-–—/()\"“”«»]+)|(?P<sign>[\U0001f000-\U0001faff\u2600-\u27bf\u2b50\u203c\u2049])",
    regex.V1,
)
# A sign and the word that stands for it in patterns; any other sign says nothing.
_SIGNS: Mapping[str, str] = {
    sign: name
    for name, signs in {
        ":yes:": "👍👌✅☑✔💯🆗🤝✌🙆",
        ":no:": "👎❌🙅✖⛔🚫",
        ":thanks:": "🙏❤💕😊🥰🤗🫶♥😍😘🌹💐☺🙂😁😀😃",
        ":laugh:": "😂🤣😅😆",
        ":maybe:": "🤷🤔",
        ":run:": "🏃🚗🚌🚕",
    }.items()
    for sign in signs
}


@dataclass(frozen=True, slots=True)
class Tokens:
    """The words of a reply without accents, the same with them, and whether it asks something."""

    folded: tuple[str, ...] = field(repr=False)
    plain: tuple[str, ...] = field(repr=False)
    asks: bool = False

    def __len__(self) -> int:
        """How many there are, breaks included."""
        return len(self.folded)


def _pieces(text: str) -> Iterator[tuple[str, str]]:
    for found in _PIECE.finditer(text):
        yield found.lastgroup or "", found[0]


def _plain(text: str) -> Iterator[str]:
    for kind, piece in _pieces(text):
        match kind:
            case "break":
                yield BREAK
            case "sign":
                if name := _SIGNS.get(piece):
                    yield name
            case "clock":
                yield piece.replace(".", ":")
            case _:
                yield piece


def _joined(words: Iterable[str]) -> Iterator[str]:
    """Write the Persian prefix of the present tense as one word with its verb, however it was typed."""
    prefix = ""
    for word in words:
        if word in _PERSIAN_PRESENT and not prefix:
            prefix = word
            continue
        yield prefix + word if word != BREAK else word
        prefix = ""
    if prefix:
        yield prefix


# Hours, days and months in Chinese characters and in Korean words, where a unit follows; alone they are other words.
_HAN_NUMBER = regex.compile(r"[〇一二两兩三四五六七八九十廿]{1,3}(?=[点點时時号號日月分])")
_HAN_DIGITS = {digit: value for value, digit in enumerate("〇一二三四五六七八九")} | {"两": 2, "兩": 2}
_KOREAN_HOURS = ("한", "두", "세", "네", "다섯", "여섯", "일곱", "여덟", "아홉", "열", "열한", "열두")
_KOREAN_NUMBER = regex.compile(rf"(?:{'|'.join(sorted(_KOREAN_HOURS, key=len, reverse=True))})(?=\s?시)")
_HAN_SPACE = regex.compile(r"(?<=[\p{Han}\p{Hiragana}\p{Katakana}])[ \u3000]+(?=[\p{Han}\p{Hiragana}\p{Katakana}])")


def _han_value(found: regex.Match[str]) -> str:
    tens, ten, ones = found[0].replace("廿", "二十").partition("十")
    if not ten:
        return "".join(str(_HAN_DIGITS[digit]) for digit in tens)
    return str(_HAN_DIGITS.get(tens, 1) * 10 + _HAN_DIGITS.get(ones, 0))


def _unspaced(shown: str) -> str:
    """Write Asian number words as figures, and a space between two Chinese clauses as the comma it stands for."""
    if shown.isascii():
        return shown
    figures = _HAN_NUMBER.sub(_han_value, _HAN_SPACE.sub("，", shown))
    return str(_KOREAN_NUMBER.sub(lambda found: str(_KOREAN_HOURS.index(found[0]) + 1), figures))


def row(normal: Normal) -> Tokens:
    """Return the first 400 words of a reply that is normalised already."""
    words = tuple(_joined(word for word, _ in zip(_plain(_unspaced(normal.shown)), range(MOST), strict=False)))
    bare = words if normal.shown.isascii() else tuple(map(folded, words))
    return Tokens(bare, words, not _QUESTION.isdisjoint(normal.raw))


def tokenise(text: str) -> Tokens:
    """Return the first 400 words of any text at all; linear in its length, never raises (understanding 1)."""
    return row(normalise(text))
