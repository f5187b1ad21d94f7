"""What is read out to a member before they agree, by version and language: read once from disclosures.toml (LAW-26)."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

_NAMES = "names"

NEWEST = "verbal-1"


@cache
def _file() -> Mapping[str, Any]:
    text = (Path(__file__).parent / "disclosures.toml").read_text(encoding="utf-8")
    return MappingProxyType(tomllib.loads(text))


@cache
def disclosures() -> Mapping[str, Mapping[str, str]]:
    """Return each version's words by language, as they are kept: with names in braces still to be filled."""
    versions = {version: words for version, words in _file().items() if version != _NAMES}
    return MappingProxyType(
        {
            version: MappingProxyType({language: " ".join(body.split()) for language, body in words.items()})
            for version, words in versions.items()
        }
    )


def spoken(
    version: str, language: str, *, program: str, phone: str, channels: Sequence[str], categories: Sequence[str]
) -> str:
    """Return the words to read out, naming the program, its phone, the ways and what about, each in this language.

    Raises KeyError for a version or language there is none of, and for a way or category that has no name.
    """
    names: Mapping[str, str] = _file()[_NAMES][language]
    values = {
        "program": program,
        "phone": phone,
        "channels": _listed(channels, names),
        "categories": _listed(categories, names),
    }
    return disclosures()[version][language].format_map(values)


def _listed(codes: Sequence[str], names: Mapping[str, str]) -> str:
    *most, last = (names[code] for code in codes)
    return f"{', '.join(most)} {names['and']} {last}" if most else last
