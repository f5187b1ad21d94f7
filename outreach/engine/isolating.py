"""Rows worked together, of which one that breaks the work must not stop the others."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from outreach.store.database import StoreAway
from outreach.store.loops import LoopChangedMeanwhile

Work = Callable[[Sequence[int]], int]  # one transaction: what it raises has changed nothing
SetAside = Callable[[int, Exception], None]


def together(row_ids: Sequence[int], work: Work, set_aside: SetAside) -> int:
    """Work rows in one go; where that breaks, each half alone, down to the row it was, which is set aside.

    Returns how many were worked or set aside. Raises StoreAway and LoopChangedMeanwhile: these are no row's fault.
    """
    try:
        return work(row_ids)
    except (StoreAway, LoopChangedMeanwhile):
        raise
    except Exception as problem:
        if len(row_ids) == 1:
            set_aside(row_ids[0], problem)
            return 1
    half = len(row_ids) // 2
    return together(row_ids[:half], work, set_aside) + together(row_ids[half:], work, set_aside)
