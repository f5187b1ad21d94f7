"""The figures of what is under way: how long each queue has waited, who works, which limits still pay. A few seeks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from outreach.engine.deployment import Deployment
from outreach.engine.restoring import restoring
from outreach.store import buckets, callbacks, workers
from outreach.store.actor import Actor
from outreach.store.reads.queues import in_flight, queue_ages
from outreach.store.workers import Worker

_SCRAPER = Actor("service", "metrics")


class FlowFigures(Collector):
    """Reads them from the database at the moment of the scrape, so that all processes say the same."""

    def __init__(self, deployment: Deployment) -> None:
        self._deployment = deployment

    def describe(self) -> Iterator[Metric]:
        """Name nothing in advance: registering must not touch the database."""
        yield from ()

    def collect(self) -> Iterator[Metric]:
        """Return all families."""
        now = self._deployment.timer.now()
        with self._deployment.read(_SCRAPER) as uow:
            ages, flying, working = queue_ages(uow), in_flight(uow), workers.every(uow)
            limits, restored = list(buckets.every(uow)), restoring(uow)
            callbacks_waiting, _ = callbacks.backlog(uow)
        yield _labelled("outreach_queue_age_seconds", "How long the oldest due row of a queue waited.", "queue", ages)
        yield GaugeMetricFamily("outreach_callbacks_waiting", "Callbacks that nobody applied yet.", callbacks_waiting)
        yield _labelled("outreach_touches_in_flight", "Texts with the carrier, or in doubt.", "state", flying)
        left = {key: level for key, level, _, _ in limits}
        yield _labelled("outreach_bucket_segments", "Segments left when a limit was last used.", "limit", left)
        held = {key: max((until - now).total_seconds(), 0.0) for key, _, _, until in limits if until is not None}
        yield _labelled("outreach_bucket_closed_seconds", "How long a carrier's wait still holds.", "limit", held)
        yield GaugeMetricFamily("outreach_restore_mode", "1 until a restored backup is complete again.", int(restored))
        yield from _of_workers(working, now)


def _of_workers(working: list[Worker], now: datetime) -> Iterator[Metric]:
    names = ("up", "heartbeat_age_seconds", "decided_last_minute", "sent_last_minute", "lag_seconds")
    abouts = (
        "1 while it says that it works.",
        "Since it last said so.",
        "Texts it decided.",
        "Texts it sent.",
        "How long the oldest due text had waited when it last looked.",
    )
    families = [
        GaugeMetricFamily(f"outreach_worker_{name}", about, labels=["worker", "version"])
        for name, about in zip(names, abouts, strict=True)
    ]
    for each in working:
        age = (now - each.seen_at).total_seconds()
        values = (int(not each.gone(now)), age, each.decided, each.sent, each.lag)
        for family, value in zip(families, values, strict=True):
            family.add_metric([each.name, each.version], value)
    yield from families


def _labelled(name: str, about: str, label: str, values: dict[str, float] | dict[str, int]) -> Metric:
    family = GaugeMetricFamily(name, about, labels=[label])
    for key, value in sorted(values.items()):
        family.add_metric([key], value)
    return family
