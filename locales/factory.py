"""The texts the product ships with, read from the gettext catalogues of each reviewed language (COPY-12)."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

import polib

_HERE = Path(__file__).parent


class NoFactoryTexts(LookupError):
    """The product ships no texts in this language."""


@cache
def factory_languages() -> tuple[str, ...]:
    """Return the languages that have a catalogue, in order of code (HIP-22)."""
    return tuple(sorted(path.parent.name for path in _HERE.glob("*/outreach.po")))


def factory_texts(language: str) -> Mapping[str, str]:
    """Return the texts of `language` by message key; NoFactoryTexts when it has no catalogue (COPY-12)."""
    return _catalogue(language, "outreach.po")


def voice_scripts(language: str) -> Mapping[str, str]:
    """Return what a telephone says in `language` by key; NoFactoryTexts when it has no scripts (COPY-10, HIP-10)."""
    return _catalogue(language, "voice.po")


@cache
def _catalogue(language: str, name: str) -> Mapping[str, str]:
    path = _HERE / language / name
    if not path.is_file():
        raise NoFactoryTexts(language)
    entries = polib.pofile(str(path), encoding="utf-8")
    return MappingProxyType({entry.msgctxt: entry.msgstr for entry in entries if entry.msgctxt and entry.msgstr})


def source_hash(english_body: str) -> str:
    """Return the SHA-256 of the English text, by which a translation knows that its source changed (COPY-12)."""
    return hashlib.sha256(english_body.encode()).hexdigest()
