"""What became of the rows of a file: each is counted once, and the counts must add up to the file."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


class RowsLost(Exception):
    """Not every row was counted: the file changed while it was read, or the fault is ours. Import it again."""


class ImportRefused(Exception):
    """This import cannot start."""


@dataclass(slots=True)
class Imported:
    """One run. `counts` has every row once, by what became of it; `notes` are things to know about some of them."""

    kind: str
    rows: int
    run: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    notes: Counter[str] = field(default_factory=Counter)
    warnings: tuple[str, ...] = ()
    rejects: Path | None = None

    def check(self) -> None:
        """Raise RowsLost unless every row of the file is accounted for."""
        if self.counts.total() != self.rows:
            raise RowsLost(f"{RowsLost.__doc__} It had {self.rows:,} rows, counted were {self.counts.total():,}.")

    def stored(self) -> dict[str, Any]:
        """Return the counts as the run's row keeps them; nothing in them is about a person."""
        return {"kind": self.kind, "rows": self.rows, "counts": dict(self.counts), "notes": dict(self.notes)}
