"""How much a process did in its last minute, and how long it leaves alone what failed."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

_MINUTE = 60.0
_SHORTEST_WAIT, _LONGEST_WAIT = 0.5, 15.0


@dataclass(slots=True)
class LastMinute:
    """A count of what happened in the last minute; threads may share it."""

    monotonic: Callable[[], float]
    _seconds: deque[list[float]] = field(default_factory=deque)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, count: int) -> None:
        """Count something that happened now."""
        with self._lock:
            second = float(int(self.monotonic()))
            if not self._seconds or self._seconds[-1][0] != second:
                self._seconds.append([second, 0.0])
            self._seconds[-1][1] += count
            self._forget()

    def total(self) -> int:
        """Return how much it was."""
        with self._lock:
            self._forget()
            return int(sum(count for _, count in self._seconds))

    def _forget(self) -> None:
        while self._seconds and self._seconds[0][0] < self.monotonic() - _MINUTE:
            self._seconds.popleft()


@dataclass(slots=True)
class Rest:
    """How long to leave something alone that failed: twice as long each time, until it works again."""

    until: float = float("-inf")
    wait: float = 0.0

    def begin(self, now: float) -> float:
        """Rest from now on; return for how many seconds."""
        self.wait = min(max(2 * self.wait, _SHORTEST_WAIT), _LONGEST_WAIT)
        self.until = now + self.wait
        return self.wait

    def end(self) -> None:
        """It works."""
        self.wait = 0.0
