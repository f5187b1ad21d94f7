"""The lexicon of rulebook 1.10, every word of every language, however it is typed (LAW-14, LAW-21, LAW-22, LAW-25)."""

from __future__ import annotations

import tomllib
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest

from conversations.meaning import Safety
from conversations.screens import screen

TABLE = tomllib.loads((Path(__file__).parent / "leaving.toml").read_text(encoding="utf-8"))
KINDS = {"opt_out": Safety.OPT_OUT, "help": Safety.HELP, "restart": Safety.OPT_IN}
# LAW-21: the words the law names that are also said of visits; the stars of the table are the others.
ENGLISH_CANCELS = {"cancel", "end", "quit"}
COURTESY = {
    "en": "hello {} thanks",
    "es": "buenos días {} muchas gracias",
    "zh": "请{}谢谢",
    "vi": "xin {} cảm ơn",
    "ko": "{} 감사합니다",
    "tl": "{} po salamat",
    "ru": "пожалуйста {} спасибо",
    "uk": "будь ласка {} дякую",
    "pl": "proszę {} dziękuję",
    "ar": "من فضلك {} شكرا",
    "fa": "لطفا {} ممنون",
    "ht": "tanpri {} mèsi",
    "pt": "bom dia {} obrigado",
    "fr": "s'il vous plaît {} merci",
    "hy": "խնդրում եմ {} շնորհակալություն",
    "hmn": "thov {} ua tsaug",
    "km": "សូម {} អរគុណ",
    "hi": "कृपया {} धन्यवाद",
    "pa": "ਕਿਰਪਾ ਕਰਕੇ {} ਧੰਨਵਾਦ",
    "lo": "ກະລຸນາ {} ຂອບໃຈ",
    "th": "กรุณา {} ขอบคุณ",
    "ja": "すみません{}お願いします",
    "so": "fadlan {} mahadsanid",
}


def cased(text: str) -> bool:
    return all(
        "LATIN" in unicodedata.name(letter) or "CYRILLIC" in unicodedata.name(letter)
        for letter in text
        if letter.isalpha()
    )


def without_accents(text: str) -> str:
    if not cased(text):
        return text
    bare = "".join(mark for mark in unicodedata.normalize("NFD", text) if not unicodedata.combining(mark))
    return bare.replace("đ", "d")


def full_width(text: str) -> str:
    return "".join(chr(ord(letter) + 0xFEE0) if "!" <= letter <= "~" else letter for letter in text)


def stretched(text: str) -> str:
    """Return the word as it is shouted; only a single word is."""
    return text + 3 * text[-1] if cased(text) and " " not in text and "-" not in text else text


WAYS: dict[str, Callable[[str], str]] = {
    "as it is": str,
    "upper case": str.upper,
    "a capital first": str.capitalize,
    "quoted, with a full stop": lambda text: f' "{text}". ',
    "exclaimed": lambda text: f"¡{text}!!",
    "full width": lambda text: full_width(text.upper()),
    "without accents": without_accents,
    "composed the other way": lambda text: unicodedata.normalize("NFD", text),
    "stretched": stretched,
    "three times": lambda text: f"{text} {text} {text}",
    "with a picture": lambda text: f"{text} 🙏",
    "on a line of its own": lambda text: f"\n{text}\n\n",
}


def entries() -> list[tuple[str, str, str, frozenset[Safety]]]:
    rows = []
    for code, lists in TABLE.items():
        for kind, words in lists.items():
            for written in words:
                word = written.rstrip("*")
                also = written.endswith("*") or (code == "en" and word in ENGLISH_CANCELS)
                flags = {KINDS[kind]} | ({Safety.POSSIBLE_VISIT_CANCEL} if also else set())
                rows.append((code, kind, word, frozenset(flags)))
    return rows


ROWS = entries()
REST = {Safety.KEEP_RIDES}


@pytest.mark.parametrize(
    ("code", "kind", "word", "flags"), ROWS, ids=[f"1.10-{row[0]}-{row[1]}-{row[2]}" for row in ROWS]
)
def test_every_word_of_the_lexicon_is_heard_in_every_way_of_typing_it(
    code: str, kind: str, word: str, flags: frozenset[Safety]
) -> None:
    ways = WAYS | {"politely": COURTESY[code].format}
    found = {way: screen(typed(word)).safety - REST for way, typed in ways.items()}
    assert found == dict.fromkeys(ways, flags)


def test_the_lexicon_is_whole() -> None:
    assert len(TABLE) == len(COURTESY) == 23
    assert sum(row[1] == "opt_out" for row in ROWS) == 144
    assert sum(Safety.POSSIBLE_VISIT_CANCEL in row[3] for row in ROWS) == 27
