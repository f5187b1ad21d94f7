"""The whole reading of one text, in the order in which a person would put it right."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from locales.linter import asks, cost, frame, manner, words
from locales.linter.finding import Check, Finding, Written
from locales.linter.longest import longest_values
from locales.render import MissingValue, UnusableText, render

_CHECKS: tuple[Check, ...] = (
    words.unknown_language,
    words.banned,
    words.letters,
    frame.place,
    frame.message,
    frame.prefix,
    frame.stop_line,
    frame.content,
    frame.emergency,
    frame.phones,
    asks.ascii_digits,
    asks.menu,
    asks.one_question,
    asks.invited,
    asks.dates,
    manner.capitals,
    manner.pictures,
    manner.money,
    manner.links,
    manner.sentences,
    manner.reading_grade,
    cost.cost,
    cost.dear_letters,
)


def lint(
    key: str,
    language: str,
    body: str,
    values: Mapping[str, str] | None = None,
    options: frozenset[str] | None = None,
) -> tuple[Finding, ...]:
    """Return what is wrong with a text, errors and warnings; nothing when a person may approve it (COPY-01..12).

    `values` are the longest it may be filled with (`longest_values`, when none are given), `options` the digits that
    are read back as answers to it, unless they are not known. A text that cannot be filled is read no further.
    """
    values = longest_values(language) if values is None else values
    return _findings(key, language, body, tuple(sorted(values.items())), options)


@lru_cache(maxsize=4096)
def _findings(
    key: str, language: str, body: str, sorted_values: tuple[tuple[str, str], ...], options: frozenset[str] | None
) -> tuple[Finding, ...]:
    """Read a text once: programs share the texts they are given."""
    values = dict(sorted_values)
    written = Written(key, language, body, body, values, options)
    if found := tuple(frame.unusable(written)):
        return found
    try:
        filled = render(body, values)
    except MissingValue as missing:
        remedy = f"Say in locales/{language}/dates.toml how days and times are written, or leave it out."
        return (Finding("COPY-04", f"nothing says how to write its {missing}", remedy),)
    except UnusableText as problem:
        return (Finding("HIP-02", str(problem.__doc__), "Put the value right in the program file."),)
    written = Written(key, language, body, filled, values, options)
    return tuple(finding for check in _CHECKS for finding in check(written))


def name_findings(name: str, language: str) -> tuple[Finding, ...]:
    """Return what is wrong with a program's name as a word of every text: a name may tell too much (HIP-20, HIP-21)."""
    return tuple(words.banned_in(name, language))
