"""The GSM 7-bit alphabet, and the look-alikes that are written in it before a text is counted (TWI-51, TWI-56)."""

from __future__ import annotations

BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENSION = frozenset("^{}\\[~]|€\f")
ALPHABET = BASIC | EXTENSION

_SPACES = dict.fromkeys(
    "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000\t", " "
)
_QUOTES = {**dict.fromkeys("‘’‚‛′`´ʼ", "'"), **dict.fromkeys("“”„‟″", '"')}
_DASHES = dict.fromkeys("‐‑‒–—―−", "-")
# Joiners (U+200C, U+200D) stay: Farsi and the Indic scripts are misspelt without them.
_NOTHING = dict.fromkeys("\u00ad\u200b\u2060\ufeff", "")
_PLAIN = str.maketrans({**_SPACES, **_QUOTES, **_DASHES, **_NOTHING, "…": "..."})


def plain(text: str) -> str:
    """Return `text` with typographic look-alikes as GSM characters; accented letters stay (TWI-53, TWI-56)."""
    return text.translate(_PLAIN)
