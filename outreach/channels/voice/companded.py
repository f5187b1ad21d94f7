"""What the bytes of a telephone line stand for: ITU-T G.711, in its American (mu) and its European (A) form."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_BYTES = np.arange(256)


def _mu_law() -> NDArray[np.float64]:
    turned = ~_BYTES & 0xFF
    size = (((turned & 0x0F) * 8 + 0x84) << ((turned >> 4) & 7)) - 0x84
    return np.where(turned & 0x80, -size, size) / 2.0**15


def _a_law() -> NDArray[np.float64]:
    turned = _BYTES ^ 0x55
    steps, part = (turned & 0x0F) * 16, (turned >> 4) & 7
    size = np.where(part == 0, steps + 8, (steps + 0x108) << np.maximum(part - 1, 0))
    return np.where(turned & 0x80, size, -size) / 2.0**15


MU_LAW, A_LAW = _mu_law(), _a_law()  # each from -1 to 1, by byte
