"""Which words a text says: looked for whole, whatever their case, accents, look-alike letters or invisible ones."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache

import regex

from locales.linter.finding import Finding, Written
from locales.linter.house import Vocabulary, house, vocabulary

_LOOKALIKES = str.maketrans("аеорсухіјѕһԁԛԝвнкмтзєαοεικνρτυχβημγω", "aeopcyxijshdqwbhkmt3eaoeikvptuxbhmyw")
_ARABIC = str.maketrans({"أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ة": "ه", "ـ": None})
# And, so, with, as, for, the: written together with the word they stand before.
_PARTICLES = ("ل", "لل", "ولل", *(before + the for before in ("", "و", "ف", "ب", "ك", "وب") for the in ("", "ال")))
_CAMEL = regex.compile(r"(?<=\p{Ll})(?=\p{Lu})|(?<=\p{L})(?=\d)|(?<=\p{Han})(?=\p{Latin})|(?<=\p{Latin})(?=\p{Han})")
_MARKS = regex.compile(r"\p{Mn}+")
_HIDDEN = regex.compile(r"[\p{Cf}\p{Cc}&&[^\n\t ]]+", regex.VERSION1)
_BREAKS = regex.compile(r"[.?!:;。？！；؟।։។\n]+")
_BETWEEN = regex.compile(r"[^\w|]+|_+")
_MIXED = regex.compile(r"(?=\w*\p{Latin})(?=\w*[\p{Cyrillic}\p{Greek}])\w+")
_FOREIGN = regex.compile(r"\w*[\p{L}--\p{Latin}]\w*", regex.VERSION1)
_END = " | "  # no phrase reaches from one sentence into the next


def normal(text: str, says: Vocabulary) -> str:
    """Return `text` as words between single spaces, folded as its language allows; sentences end in `|`."""
    text = unicodedata.normalize("NFKC", _HIDDEN.sub("", _CAMEL.sub(" ", text))).casefold().translate(_ARABIC)
    if says.fold:
        text = unicodedata.normalize("NFC", _MARKS.sub("", unicodedata.normalize("NFD", text)))
    text = _BETWEEN.sub(" ", _BREAKS.sub(_END, text))
    if says.script == "Latin":
        text = text.translate(_LOOKALIKES)
    else:
        text = _MIXED.sub(lambda found: found[0].translate(_LOOKALIKES), text)
    return f" {text.strip()} "


def find(words: tuple[str, ...], text: str, says: Vocabulary) -> tuple[str, ...]:
    """Return which of `words` stand in `text`, which is `normal`: whole, or anywhere where words have no spaces."""
    return tuple(
        dict.fromkeys(_standing(text, at, needle) for needle in _needles(words, says) if (at := text.find(needle)) >= 0)
    )


def _standing(text: str, at: int, needle: str) -> str:
    """The whole word at which a needle was found."""
    end = at + len(needle)
    return text[at : text.index(" ", end) if needle[0] == " " != needle[-1] else end].strip()


@cache
def _needles(words: tuple[str, ...], says: Vocabulary) -> tuple[str, ...]:
    """What to look for: a word with its spaces, and a stem, which ends in *, with the first of them."""
    return tuple(needle for word in words for needle in _shapes(word, says))


def _shapes(word: str, says: Vocabulary) -> Iterable[str]:
    plain = normal(word.strip("*"), says).strip()
    if not says.spaced:
        return [plain]
    heads = _PARTICLES if word.startswith("*") else ("",)
    return [f" {head}{plain}{'' if word.endswith('*') else ' '}" for head in heads]


def banned(written: Written) -> Iterator[Finding]:
    """Find the words that no text may carry, by category (HIP-03, LAW-06, LAW-46, LAW-47, COPY-03, TIM-12)."""
    yield from banned_in(written.bare, written.language, written.key)


def banned_in(text: str, language: str, key: str = "") -> Iterator[Finding]:
    """Find them in any words that a text of `key` would carry, such as a program's name."""
    rules, own, english = house(), vocabulary(language), vocabulary("en")
    in_own, in_english = normal(text, own), normal(text, english)
    for name, category in rules.categories.items():
        if category.only and key not in category.only:
            continue
        if rules.pardoned(key, name, language) or (name == "day_word" and key in rules.day_words):
            continue
        said = find(own.banned.get(name, ()), in_own, own)
        said += find(rules.everywhere.get(name, ()), in_english, english)
        if said:
            quoted = ", ".join(f'"{word}"' for word in dict.fromkeys(said))
            yield Finding(category.rule, f"it says {quoted}, which is {category.name}", category.remedy)


def letters(written: Written) -> Iterator[Finding]:
    """Find letters of another alphabet: they hide words from this reader, and cost the dearer encoding (TWI-56)."""
    strange = set(_MIXED.findall(written.bare))
    if written.says.script == "Latin":
        strange |= set(_FOREIGN.findall(written.bare))
    if strange:
        quoted = ", ".join(f'"{word}"' for word in sorted(strange))
        yield Finding("TWI-56", f"letters of another alphabet stand in {quoted}", "Write the word again by keyboard.")


def unknown_language(written: Written) -> Iterator[Finding]:
    """Refuse a language whose words nobody has listed: what cannot be read must not be approved (HIP-03, HIP-22)."""
    if not written.says.script:
        yield Finding(
            "HIP-03",
            f"no list says which words may not be sent in {written.language}",
            f"Have a qualified translator write locales/{written.language}/linter.toml first.",
        )
