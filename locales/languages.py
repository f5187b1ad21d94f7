"""The languages a member may choose: their names and the direction they are written in."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from types import MappingProxyType

_TABLE = Path(__file__).parent / "languages.toml"


class Direction(StrEnum):
    """How a line of text runs."""

    LTR = "ltr"
    RTL = "rtl"


@dataclass(frozen=True, slots=True)
class Language:
    """A language as members and staff read its name."""

    code: str
    own_name: str
    english_name: str
    direction: Direction


@cache
def languages() -> Mapping[str, Language]:
    """Return the languages by code, English and Spanish first (HIP-22: being listed is not being reviewed)."""
    rows = tomllib.loads(_TABLE.read_text(encoding="utf-8"))
    return MappingProxyType(
        {
            code: Language(code, row["own_name"], row["english_name"], Direction(row["direction"]))
            for code, row in rows.items()
        }
    )
