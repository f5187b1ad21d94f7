"""What a text costs at its longest (TWI-53, TWI-57)."""

from __future__ import annotations

from collections.abc import Iterator

from locales.gsm import ALPHABET, plain
from locales.linter.finding import Finding, Weight, Written
from locales.linter.house import house
from locales.segments import Encoding, segments

LONGEST = 1600
_TARGET = {Encoding.GSM7: 1, Encoding.UCS2: 2}
MOST = {Encoding.GSM7: 2, Encoding.UCS2: 3}


def cost(written: Written) -> Iterator[Finding]:
    """A text fits the parts its encoding allows with the longest values it may have (TWI-57)."""
    counted = segments(written.filled)
    parts, most, target = counted.parts, MOST[counted.encoding], _TARGET[counted.encoding]
    if len(written.filled) > LONGEST:
        yield Finding("TWI-57", f"it has {len(written.filled)} characters and may have {LONGEST}", "Shorten it.")
    elif parts > most:
        wrong = f"it takes {parts} message parts at its longest and may take {most} ({counted.encoding})"
        yield Finding("TWI-57", wrong, "Shorten it.")
    elif parts > target and written.key not in house().two_parts:
        wrong = f"it takes {parts} message parts at its longest and should take {target} ({counted.encoding})"
        yield Finding("TWI-57", wrong, "Shorten it if you can.", Weight.WARNING)


def dear_letters(written: Written) -> Iterator[Finding]:
    """One letter outside the cheap alphabet doubles what a text costs (TWI-52); the translator decides (TWI-53)."""
    if written.says.gsm and (dear := sorted(set(plain(written.bare)) - ALPHABET)):
        wrong = f"{' '.join(dear)} makes it {Encoding.UCS2}"
        yield Finding("TWI-53", wrong, "Find a word without it, unless the meaning needs it.", Weight.WARNING)
