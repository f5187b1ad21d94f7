"""The opt-out screen: any clear wish for no more texts, in any language; doubt goes to a person (LAW-14..23)."""

from __future__ import annotations

from functools import cache
from itertools import pairwise

import regex

from conversations.bare import is_bare
from conversations.crisis import Found, is_tapback
from conversations.disguise import doubtful
from conversations.meaning import Because, Safety
from conversations.reading import Phrases, Reading, listed

_NEAR = 4  # words from the verb of ceasing to what should cease
_STOP_SIGNS = frozenset("🛑🖕⛔🚫")
_THANKS = frozenset("🙏❤💕😊👍👌")
# Chinese puts no space before it: "请STOP".
_KEYWORD = regex.compile(r"\A\W*(?:STOP|UNSUBSCRIBE)(?![\p{Latin}\d_])|(?<![\p{Latin}\d_])(?:STOP|UNSUBSCRIBE)\W*\Z")
_NOTHING: Found = (frozenset(), ())


@cache
def _loud() -> Phrases:
    """Return the stop words that mean something inside a sentence too."""
    quiet = {*listed("bare_only").folded, *listed("bare_only").joined, *listed("bare_only").plain}

    def keep(terms: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(term for term in terms if term not in quiet)

    words, cancels = listed("opt_out"), listed("visit_cancel")
    return Phrases(
        keep(words.plain + cancels.plain), keep(words.folded + cancels.folded), keep(words.joined + cancels.joined)
    )


def _bare(reading: Reading) -> Found:
    quote = reading.normal.raw[:80]
    if is_bare(reading, listed("visit_cancel")):
        flags = frozenset({Safety.OPT_OUT, Safety.POSSIBLE_VISIT_CANCEL})
        return flags, (Because("LAW-14", quote), Because("LAW-21", quote))
    if is_bare(reading, listed("opt_out")):
        return frozenset({Safety.OPT_OUT}), (Because("LAW-14", quote),)
    if (signs := reading.normal.signs) & _STOP_SIGNS:
        alone = signs <= _STOP_SIGNS | _THANKS and (not reading.normal.plain or is_bare(reading, listed("courtesy")))
        return frozenset({Safety.OPT_OUT if alone else Safety.REVIEW}), (Because("LAW-22", quote),)
    return _NOTHING


def _positions(tokens: tuple[str, ...], name: str) -> list[tuple[int, int]]:
    """Return where (first word, word after the last) each term of a list stands, in order."""
    terms = _by_first_word(name)
    return [
        (start, start + len(term))
        for start, word in enumerate(tokens)
        for term in terms.get(word, ())
        if tokens[start : start + len(term)] == term
    ]


@cache
def _by_first_word(name: str) -> dict[str, tuple[tuple[str, ...], ...]]:
    terms = [tuple(term.split()) for term in listed(name).folded]
    return {term[0]: tuple(other for other in terms if other[0] == term[0]) for term in terms}


def _ceasing(reading: Reading) -> str | None:
    """Return "stop sending me these messages": a verb of ceasing with messaging within four words after it."""
    tokens = reading.tokens
    marks = [(end, start, "cease") for start, end in _positions(tokens, "cease")]
    marks += [(start, end, "messaging") for start, end in _positions(tokens, "messaging")]
    for (here, begin, kind), (there, end, other) in pairwise(sorted(marks)):
        if kind == "cease" and other == "messaging" and there - here < _NEAR and "|" not in tokens[begin:end]:
            return " ".join(tokens[begin:end])
    return None


def _shouted(text: str) -> bool:
    """Return whether capitals tell nothing, because every letter is one; letters without capitals do not shout."""
    return all(letter.isupper() for letter in text if letter.isalpha())


def _names_something_else(reading: Reading) -> bool:
    """Return whether a reply names a visit, a ride or a medicine, and not our texts."""
    things = any(listed(name).found(reading) for name in ("visit", "transport", "medicine"))
    return things and not listed("messaging").found(reading)


def _in_sentence(reading: Reading, harmless: Reading) -> Found:
    rest = listed("not_opt_out").without(harmless)
    other = _names_something_else(reading)
    if other:
        rest = listed("visit_cancel").without(rest)
    less = listed("wants_less").found(rest)
    if less and not other:
        return frozenset({Safety.OPT_OUT}), (Because("LAW-22", less[0]),)
    if hits := listed("opt_out_phrases").found(rest):
        return frozenset({Safety.OPT_OUT}), (Because("LAW-22", hits[0]),)
    if words := _ceasing(rest):
        return frozenset({Safety.OPT_OUT}), (Because("LAW-22", words),)
    if hits := less or _loud().found(rest):
        # Texts tell people to reply STOP: in capitals at either end it is the keyword, whatever stands beside it.
        if rest == reading and not _shouted(reading.normal.raw) and _KEYWORD.search(reading.normal.raw):
            return frozenset({Safety.OPT_OUT}), (Because("LAW-22/keyword", hits[0]),)
        return frozenset({Safety.REVIEW}), (Because("LAW-23", hits[0]),)
    return _NOTHING


def _disguised(reading: Reading, bare: Reading | None) -> Found:
    """Return what is found under a disguise, ST0P and S T O P being as clear as STOP; else what is only suspected."""
    if bare is None:
        return doubtful(reading)
    for found in (_bare(bare), _in_sentence(bare, bare), doubtful(bare)):
        if found != _NOTHING:
            return found[0], (Because("LAW-22/disguised", reading.normal.raw[:80]),)
    return _NOTHING


def opt_outs(reading: Reading, harmless: Reading, bare: Reading | None = None) -> Found:
    """Return OPT_OUT (with POSSIBLE_VISIT_CANCEL for a bare CANCEL), REVIEW, or nothing (LAW-14, LAW-21..23).

    `harmless` is the same reply without what only sounds like a stop, `bare` without its disguises where it wears any.
    """
    if is_tapback(reading.normal.raw):
        return _NOTHING
    for found in (_bare(reading), _in_sentence(reading, harmless)):
        if found != _NOTHING:
            return found
    return _disguised(reading, bare)
