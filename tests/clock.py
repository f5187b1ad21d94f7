"""A Timer whose time passes only when a test says so."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta

NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)  # a Monday, 10:00 in New York


class FakeTimer:
    """Deterministic time and tokens; `sleep` is how it passes."""

    def __init__(self, at: datetime = NOW) -> None:
        self.at = at
        self._started = at
        self._tokens = itertools.count(1)

    def now(self) -> datetime:
        return self.at

    def monotonic(self) -> float:
        return (self.at - self._started).total_seconds()

    def sleep(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)

    def token(self) -> str:
        return f"token-{next(self._tokens):037d}"
