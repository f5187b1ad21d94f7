"""Words that stop texts, written so that a computer does not know them: a person does (LAW-22, LAW-23)."""

from __future__ import annotations

import re
from functools import cache

from rapidfuzz.distance import OSA

from conversations.acts import vocabulary
from conversations.bare import LONGEST, core, cores
from conversations.crisis import Found
from conversations.meaning import Because, Safety
from conversations.normalise import normalise, visible
from conversations.reading import Reading, listed, read
from conversations.shapes import likeness, unmasked, unread, unsigned
from locales.lexicon import every

_SHORTEST = 3  # letters; fewer look like anything
_NEAR = 4
_LETTERS = re.compile(r"[^\W\d_].*[^\W\d_]", re.DOTALL)
_NOTHING: Found = (frozenset(), ())


@cache
def _leaving() -> tuple[frozenset[str], frozenset[str]]:
    """Return the words that stop texts, as a reply is searched for them and as they are written ("do not", "dont")."""
    lists = listed("opt_out"), listed("visit_cancel")
    folded = {term.strip() for words in lists for term in words.folded + words.joined}
    plain = {term.strip() for words in lists for term in words.plain}
    written = {normalise(term).folded for term in every("opt_out") if read(term).plain.strip() not in plain}
    return frozenset(folded | written), frozenset(plain)


@cache
def _shapes() -> tuple[frozenset[str], frozenset[str]]:
    folded, plain = _leaving()
    return frozenset(map(likeness, folded)), frozenset(map(likeness, plain))


def _looks_like_one(reading: Reading) -> bool:
    """Return whether a short reply has the shape of such a word: courtesies and signs read in every way."""
    forms, shown = [reading.normal], visible(reading.normal.raw)
    bare = unsigned(shown)
    if (bare != shown or not reading.normal.raw.isascii()) and _LETTERS.search(reading.folded):
        forms.append(normalise(bare))
    of_form = {text: {likeness(each) for each in cores(text)} for form in forms for text in (form.folded, form.plain)}
    folded = {likeness(core(reading))}.union(*(of_form[form.folded] for form in forms))
    plain = set[str]().union(*(of_form[form.plain] for form in forms))
    shapes_folded, shapes_plain = _shapes()
    return any(len(shape) >= _SHORTEST for shape in folded & shapes_folded | plain & shapes_plain)


def _whole(reading: Reading) -> bool:
    """Return whether the reply is one word with no letter doubled: then only its alphabet is strange."""
    typed = core(reading).strip()
    return len(typed) == len(likeness(typed))


def _is_slip(typed: str, word: str) -> bool:
    starts_alike = typed[0] in word[:2] or word[0] in typed[:2]
    return starts_alike and len(word) >= _NEAR and OSA.distance(typed, word, score_cutoff=1) == 1


def _near_one(reading: Reading) -> bool:
    """Return whether the whole reply is one word, no answer we know, and a slip away from one that stops texts."""
    typed = core(reading).strip()
    if len(typed) < _SHORTEST or " " in typed or typed in vocabulary():
        return False
    return any(_is_slip(typed, word) for word in _leaving()[0] if " " not in word)


def unmask(reading: Reading) -> Reading | None:
    """Return a reply without its disguises; None when it wears none that a computer can take off."""
    shown = visible(reading.normal.raw)
    bare = unmasked(shown)
    return None if bare == shown else read(bare)


def doubtful(reading: Reading) -> Found:
    """Return REVIEW for a reply that a person may read as a wish to stop; OPT_OUT for the very shape of such a word."""
    quote = reading.normal.raw[:80]
    if len(reading.folded) <= LONGEST and _looks_like_one(reading):
        flag = Safety.OPT_OUT if _whole(reading) else Safety.REVIEW
        return frozenset({flag}), (Because("LAW-22/disguised", quote),)
    if _near_one(reading):
        return frozenset({Safety.REVIEW}), (Because("LAW-22/near", quote),)
    if unread(visible(reading.normal.raw)):
        return frozenset({Safety.REVIEW}), (Because("LAW-23/alphabet", quote),)
    return _NOTHING
