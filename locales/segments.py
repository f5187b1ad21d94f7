"""What a text costs: its encoding, its length in that encoding, and the parts it is sent in (TWI-50..54)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

import regex

from locales.gsm import ALPHABET, EXTENSION

_GRAPHEME = regex.compile(r"\X")


class Encoding(StrEnum):
    """The two ways a carrier encodes a text."""

    GSM7 = "GSM-7"
    UCS2 = "UCS-2"


# Units that fit in a text sent whole, and in each part of one that is split.
_LIMITS = {Encoding.GSM7: (160, 153), Encoding.UCS2: (70, 67)}


@dataclass(frozen=True, slots=True)
class Segments:
    """How a text is carried: septets or UTF-16 units, and parts as billed."""

    encoding: Encoding
    units: int
    parts: int


class EmptyBody(ValueError):
    """A text without characters cannot be sent, so it is not counted."""


def _septets(cluster: str) -> int:
    return sum(2 if character in EXTENSION else 1 for character in cluster)


def _utf16(cluster: str) -> int:
    return len(cluster.encode("utf-16-le", "surrogatepass")) // 2


def _parts(sizes: Iterable[int], limit: int) -> int:
    """Fill parts greedily; what a reader sees as one character is never split unless it alone exceeds a part."""
    parts, used = 1, 0
    for size in sizes:
        if used + size <= limit:
            used += size
        elif size <= limit:
            parts, used = parts + 1, size
        else:
            more, rest = divmod(used + size - 1, limit)
            parts, used = parts + more, rest + 1
    return parts


def segments(text: str) -> Segments:
    """Return encoding, units and parts of `text`; EmptyBody when there is nothing to count (TWI-50..54)."""
    if not text:
        raise EmptyBody
    is_gsm = ALPHABET.issuperset(text)
    encoding = Encoding.GSM7 if is_gsm else Encoding.UCS2
    size = _septets if is_gsm else _utf16
    sizes = [size(cluster) for cluster in _GRAPHEME.findall(text)]
    single, each = _LIMITS[encoding]
    units = sum(sizes)
    return Segments(encoding, units, 1 if units <= single else _parts(sizes, each))
