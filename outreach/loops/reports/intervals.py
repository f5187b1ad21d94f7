"""How sure a rate is: Wilson's interval, and Newcombe's for the difference of two rates; no outcome is explained."""

from __future__ import annotations

from math import sqrt

_Z = 1.959963984540054  # 95 %


def wilson(part: int, whole: int) -> tuple[float, float]:
    """Return the 95 % interval of part / whole, both ends within 0 and 1; nothing is known of nothing (0, 1)."""
    if whole <= 0:
        return 0.0, 1.0
    rate, share = part / whole, _Z * _Z / whole
    middle = (rate + share / 2) / (1 + share)
    half = _Z * sqrt(rate * (1 - rate) / whole + share / (4 * whole)) / (1 + share)
    # At the ends the arithmetic misses 0 and 1 by its last digit.
    low = 0.0 if part == 0 else max(0.0, middle - half)
    return low, 1.0 if part == whole else min(1.0, middle + half)


def newcombe(part: int, whole: int, other_part: int, other_whole: int) -> tuple[float, float, float]:
    """Return part/whole - other_part/other_whole and its 95 % interval, by Newcombe's hybrid score method (10).

    Both wholes must be above 0.
    """
    one, other = part / whole, other_part / other_whole
    (low, high), (other_low, other_high) = wilson(part, whole), wilson(other_part, other_whole)
    gap = one - other
    down = sqrt((one - low) ** 2 + (other_high - other) ** 2)
    up = sqrt((high - one) ** 2 + (other - other_low) ** 2)
    return gap, max(-1.0, gap - down), min(1.0, gap + up)
