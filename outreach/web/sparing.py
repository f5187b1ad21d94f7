"""Figures that are dear to count: asked for as often as one likes, counted for at most a twentieth of the time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from prometheus_client.core import Metric
from prometheus_client.registry import Collector

_SHARE = 20


class Sparing(Collector):
    """Gives what another collector last said, until twenty times as long has passed as it took to say it."""

    def __init__(self, dear: Collector, monotonic: Callable[[], float]) -> None:
        self._dear = dear
        self._monotonic = monotonic
        self._said: Iterable[Metric] = ()
        self._again_at = float("-inf")

    def describe(self) -> Iterator[Metric]:
        """Name nothing in advance: registering must not touch the database."""
        yield from ()

    def collect(self) -> Iterable[Metric]:
        """Return the families, as fresh as they may be."""
        began = self._monotonic()
        if began >= self._again_at:
            self._said = list(self._dear.collect())
            ended = self._monotonic()
            self._again_at = ended + _SHARE * (ended - began)
        return self._said
