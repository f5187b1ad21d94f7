"""Takes names, numbers and addresses out of a reply, so that what is left can be learnt from (HIP-02)."""

from __future__ import annotations

from collections.abc import Iterable

import regex

from conversations.normalise import folded, visible

NAME, NUMBER, LINK = "[name]", "[number]", "[link]"
_LINK = regex.compile(r"(?:https?://|www\.)\S+|\S+@\S+\.\S+", regex.IGNORECASE)
_NUMBER = regex.compile(r"\+?\p{Nd}[\p{Nd}\s().\-/]*\p{Nd}")
_CLOCK = regex.compile(r"\p{Nd}{1,2}(?:[:.]\p{Nd}{2})?|\p{Nd}{1,2}\s*-\s*\p{Nd}{1,2}|\p{Nd}{1,2}/\p{Nd}{1,2}")
_WORD = regex.compile(r"[\p{L}\p{M}]+(?:['’\-][\p{L}\p{M}]+)*")
_BEGINS = regex.compile(r"(?:^|[.!?¿¡。！？\n])[\s\"“]*$")
_LONG = 3  # figures: two are an hour or an option, three are somebody's


def _bare(word: str) -> str:
    return folded(visible(word))


def _numbers(text: str) -> str:
    def hidden(found: regex.Match[str]) -> str:
        figures = sum(letter.isdecimal() for letter in found[0])
        short = figures < _LONG or _CLOCK.fullmatch(found[0].strip()) is not None
        return str(found[0]) if short else NUMBER

    return str(_NUMBER.sub(hidden, text))


def unnamed(text: str, names: Iterable[str], known: frozenset[str]) -> str:
    """Return `text` without `names` (in any case and with any accents), long numbers, links and mail addresses.

    A capitalised word inside a sentence that is not `known` is taken for a name as well.
    """
    secret = {_bare(part) for name in names for part in _WORD.findall(name)} | {_bare(name) for name in names}
    shown = _numbers(_LINK.sub(LINK, text))

    def hidden(found: regex.Match[str]) -> str:
        word = str(found[0])
        plain = _bare(word)
        if shown[: found.start()].endswith("[") and f"[{word}]" in (NAME, NUMBER, LINK):
            return word
        inside = not _BEGINS.search(shown[: found.start()])
        named = word[0].isupper() and not word.isupper() and inside and plain not in known
        return NAME if plain in secret or any(part in secret for part in _parts(plain)) or named else word

    return str(_WORD.sub(hidden, shown))


def _parts(word: str) -> list[str]:
    return [part for part in regex.split(r"['’\-]", word) if len(part) > 1]
