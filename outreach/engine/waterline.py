"""Below this nothing is due any more: what one process learned of a queue, so that its next look begins there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from outreach.store import lanes
from outreach.store.lanes import Lane, Pair
from outreach.store.unit_of_work import UnitOfWork

MARGIN = timedelta(seconds=10)  # a transaction may commit what was due when it began
SWEEP = 15.0  # seconds: then everything is looked at once, whatever it was that became due late


@dataclass(slots=True)
class Waterline:
    """The low-water marks of one process. SQLite leaves nothing behind in its indexes, and needs none."""

    monotonic: Callable[[], float]
    _lows: dict[str, dict[Pair, datetime]] = field(default_factory=dict)
    _swept: dict[str, float] = field(default_factory=dict)

    def lanes_due(self, uow: UnitOfWork, queue: str) -> list[Lane]:
        """Return the lanes that have something due in a queue; at most `SWEEP` late what became due in the past."""
        again = self.monotonic() - self._swept.get(queue, float("-inf")) >= SWEEP
        found = lanes.every(uow, queue) if again else lanes.above(uow, queue, self._lows[queue])
        self._lows[queue] = {pair: (since or uow.now) - MARGIN for pair, since in found.items()}
        if again:
            self._swept[queue] = self.monotonic()
        return lanes.lanes_in(found)
