"""Fills a text: a fixed grammar of names in braces, nothing that can reach beyond them (HIP-02)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from locales.gsm import plain

# `message` is what a person writes to one member in their own words; one text alone carries it.
ALLOWED = frozenset(
    {"program", "day", "time", "place", "phone", "ready_day", "ready_time", "return_phone", "return_time", "message"}
)
# A call may also say a first name, where the contact rule allows it, when the office is open, and which key speaks
# another language (HIP-10, CRI-09).
SPOKEN = ALLOWED | {"name", "hours", "key"}
PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_BRACE = re.compile(r"[{}]")


class UnusableText(ValueError):
    """A text that cannot be filled as it stands."""


class UnknownVariable(UnusableText):
    """The text names something that no text may carry (HIP-02)."""


class MissingValue(UnusableText):
    """The text names something that this message has no value for."""


class StrayBrace(UnusableText):
    """A brace is left over, so a name was mistyped or a value carries one."""


@lru_cache(maxsize=4096)
def variables(body: str, allowed: frozenset[str] = ALLOWED) -> frozenset[str]:
    """Return the names `body` uses; UnknownVariable or StrayBrace when it is no text of ours (HIP-02)."""
    names = frozenset(PLACEHOLDER.findall(body))
    if _BRACE.search(PLACEHOLDER.sub("", body)):
        raise StrayBrace
    if strange := names - allowed:
        raise UnknownVariable(", ".join(sorted(strange)))
    return names


def render(body: str, values: Mapping[str, str], allowed: frozenset[str] = ALLOWED) -> str:
    """Return `body` filled and in plain typography; values it does not name are ignored (HIP-02, TWI-56).

    MissingValue for a name without a value or with an empty one; UnknownVariable and StrayBrace as in `variables`.
    """
    names = variables(body, allowed)
    if missing := sorted(name for name in names if not values.get(name, "").strip()):
        raise MissingValue(", ".join(missing))
    if any(_BRACE.search(values[name]) for name in names):
        raise StrayBrace
    return plain(PLACEHOLDER.sub(lambda found: values[found[1]].strip(), body))
