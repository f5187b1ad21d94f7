"""The figures of receiving: what the carrier still owes us, in Prometheus text."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from outreach.engine.deployment import Deployment
from outreach.store.actor import Actor
from outreach.store.reads.receiving import owed

_SCRAPER = Actor("service", "metrics")


class OwedFigures(Collector):
    """Reads them from the database at the moment of the scrape."""

    def __init__(self, deployment: Deployment) -> None:
        self._deployment = deployment

    def describe(self) -> Iterator[Metric]:
        """Name nothing in advance: registering must not touch the database."""
        yield from ()

    def collect(self) -> Iterator[Metric]:
        """Return all families."""
        parked_for = timedelta(seconds=self._deployment.settings.timing.parked_for)
        with self._deployment.read(_SCRAPER) as uow:
            found = owed(uow, parked_for)
        parked = GaugeMetricFamily(
            "outreach_callbacks_parked", "Callbacks that fit no text: waiting for it, or left for good.", labels=["for"]
        )
        parked.add_metric(["waiting"], found.callbacks_waiting)
        parked.add_metric(["left"], found.callbacks_left)
        yield parked
        yield GaugeMetricFamily("outreach_texts_without_end", "Texts without a final word yet.", found.unconfirmed)
        yield GaugeMetricFamily("outreach_texts_unconfirmed", "Texts whose end was never told.", found.given_up)
        yield CounterMetricFamily("outreach_replies_found", "Texts that no webhook brought.", found.found)
