"""The figures an operator watches, in Prometheus text: unheld loops and sends after a STOP must be zero."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from flask import Blueprint, Response
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.registry import Collector

from outreach.engine.deployment import Deployment
from outreach.store.actor import Actor
from outreach.store.reads.metrics import Figures, figures
from outreach.web.running import running

doors = Blueprint("metrics", __name__)
_SCRAPER = Actor("service", "metrics")


@doors.get("/metrics")
def metrics() -> Response:
    """Answer a scrape."""
    return Response(generate_latest(running().registry), content_type=CONTENT_TYPE_LATEST)


class StoreFigures(Collector):
    """Reads every gauge from the database at the moment of the scrape, so that all processes say the same."""

    def __init__(self, deployment: Deployment) -> None:
        self._deployment = deployment

    def describe(self) -> Iterator[Metric]:
        """Name nothing in advance: registering must not touch the database."""
        yield from ()

    def collect(self) -> Iterator[Metric]:
        """Return all families."""
        with self._deployment.read(_SCRAPER) as uow:
            found = figures(uow)
        yield from _single(found)
        yield _labelled("outreach_touches", "Texts and calls by state.", "state", found.touches)
        ended = "Calls by what became of them; none: under way, or nobody has said yet."
        yield _labelled("outreach_calls", ended, "outcome", found.calls)
        yield _labelled("outreach_tasks_open", "Open tasks by the queue that owns them.", "queue", found.tasks)
        yield _labelled("outreach_signals", "Signals to clinics by state.", "state", found.signals)
        about = "What the carrier's answers have paused; anything above 0 calls for operations."
        yield _labelled("outreach_paused", about, "what", found.paused)
        refused = CounterMetricFamily("outreach_touches_refused", "Texts the gate refused, by rule.", labels=["rule"])
        for rule, count in sorted(found.refused.items()):
            refused.add_metric([rule], count)
        yield refused


def _single(found: Figures) -> Iterator[Metric]:
    yield GaugeMetricFamily("outreach_loops_unheld", "Open loops that nothing holds; must be 0.", found.unheld)
    yield GaugeMetricFamily(
        "outreach_sends_after_stop", "Texts that left after a STOP; must be 0.", found.sends_after_stop
    )
    yield GaugeMetricFamily("outreach_loops_open", "Open loops.", found.open_loops)
    yield GaugeMetricFamily("outreach_due_lag_seconds", "How long the oldest due text has waited.", found.due_lag)
    yield GaugeMetricFamily("outreach_replies_unread", "Replies stored but not understood yet.", found.unread)


def _labelled(name: str, about: str, label: str, counts: Mapping[str, int]) -> Metric:
    family = GaugeMetricFamily(name, about, labels=[label])
    for value, count in sorted(counts.items()):
        family.add_metric([value], count)
    return family
