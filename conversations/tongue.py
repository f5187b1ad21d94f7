"""In which language a reply is written, where that is plain to see; one loan word shows nothing (HIP-24)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import regex

from conversations.normalise import normalise

# Scripts that one of our languages alone is written in.
_SCRIPTS = {
    "ko": r"\p{Hangul}",
    "th": r"\p{Thai}",
    "km": r"\p{Khmer}",
    "lo": r"\p{Lao}",
    "hy": r"\p{Armenian}",
    "hi": r"\p{Devanagari}",
    "pa": r"\p{Gurmukhi}",
    "ja": r"[\p{Hiragana}\p{Katakana}]",
}
_LETTERS = regex.compile(r"[\p{L}\p{M}]")
_FEWEST_LETTERS = 4
_FEWEST_WORDS = 3
_ENOUGH = 2
_LONG_ENOUGH = 8
_SIMPLIFIED = frozenset("们来说这个时车见医约谢没问题电话请为给还会点儿吗预")
_TRADITIONAL = frozenset("們來說這個時車見醫約謝沒問題電話請為給還會點兒嗎預")

# Small words, and no courtesies, that only this one of our Latin languages has: two different ones among three words
# make a sentence of it.
_SMALL_WORDS: Mapping[str, str] = {
    "es": "el los las una del con para pero porque que cuando donde como estoy soy tengo puedo quiero necesito voy"
    " mi muy hoy manana cita usted esta estan nos hay ir hacer tambien",
    "fr": "je ne pas vous nous est suis pour avec dans mais une des les du rendez oui peux veux"
    " demain aujourd sera cest jai ai au aux",
    "pt": "ir eu nao voce uma com mas posso quero preciso estou amanha hoje consulta minha meu tenho muito",
    "ht": "mwen pa ka li nou yo ap pou ak gen bezwen vini randevou demen jodi kisa pral te nan",
    "vi": "toi khong duoc den di ngay hom nay co the va hen cho benh vien anh chi lam",
    "tl": "ako hindi ang ng mga sa na lang bukas ngayon kasi wala pwede puwede punta kami ko mo",
    "so": "waan ma iyo waxaan aan berri maanta ballanta kama kari imaan karo",
    "pl": "nie jest moge na wizyte jutro dzisiaj mam ale ze przyjsc bede",
    "hmn": "kuv tsis tau mus ua hnub no tag kis lub caij teem tuaj xav koj peb",
}
# What English and other languages write too shows nothing.
_SHARED = (
    "a ai am an as at au be can co come con den des di do dos el est for go has hay he her hey him i in is it "
    "ko la las los lub ma man me mi mo my na no of on or pa po sa so son te that the they this to us va we "
    "will you "
)


@cache
def _small_words() -> Mapping[str, frozenset[str]]:
    listed = {code: frozenset(words.split()).difference(_SHARED.split()) for code, words in _SMALL_WORDS.items()}
    return {
        code: words.difference(*(others for other, others in listed.items() if other != code))
        for code, words in listed.items()
    }


def written_in(text: str) -> str | None:
    """Return the code of the language a reply is surely written in; None where it may be another, and for English."""
    normal = normalise(text)
    return _by_script(normal.raw) or _by_small_words(normal.folded.split())


def _by_script(raw: str) -> str | None:
    letters = len(_LETTERS.findall(raw))
    if letters < _FEWEST_LETTERS and not regex.search(r"\p{Han}{2}", raw):
        return None
    for code, script in _SCRIPTS.items():
        if _mostly(raw, script, letters):
            return code
    if _mostly(raw, r"\p{Cyrillic}", letters):
        return _cyrillic(raw.casefold())
    if _mostly(raw, r"\p{Han}", letters):
        return _han(raw)
    if _mostly(raw, r"\p{Arabic}", letters):
        return "fa" if regex.search("[پچژگ]|می‌|\\bاست\\b|\\bنمی", raw) else "ar"
    return None


def _mostly(raw: str, script: str, letters: int) -> bool:
    return len(regex.findall(script, raw)) * 3 > letters * 2


def _cyrillic(raw: str) -> str | None:
    """Ukrainian can hardly be written without its own letters, and a single word of either may be a loan."""
    if regex.search("[іїєґ]", raw):
        return None if regex.search("[ыэъё]", raw) else "uk"
    return "ru" if len(raw) >= _LONG_ENOUGH else None


def _han(raw: str) -> str | None:
    simplified, traditional = _SIMPLIFIED.intersection(raw), _TRADITIONAL.intersection(raw)
    if bool(simplified) == bool(traditional):
        return None
    return "zh-Hans" if simplified else "zh-Hant"


def _by_small_words(words: list[str]) -> str | None:
    if len(words) < _FEWEST_WORDS:
        return None
    counts = {code: len(small.intersection(words)) for code, small in _small_words().items()}
    best = max(counts, key=lambda code: counts[code])
    others = max(count for code, count in counts.items() if code != best)
    return best if counts[best] >= _ENOUGH and others == 0 else None
