"""How long the carrier waits for our answer to a webhook (TWI-22: it gives up after 15 seconds)."""

from __future__ import annotations

from collections.abc import Callable, Set

from flask import Flask, Response, g, request
from prometheus_client import CollectorRegistry, Histogram

_BOUNDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.3, 0.5, 1, 2, 5, 10, 15)


def measure(app: Flask, doors: Set[str], registry: CollectorRegistry, monotonic: Callable[[], float]) -> None:
    """Measure every answer of these blueprints' doors, a refusal and a 503 as well."""
    seconds = Histogram(
        "outreach_webhook_seconds", "Time to answer a webhook, by status.", ["answer"], buckets=_BOUNDS,
        registry=registry,
    )  # fmt: skip

    def begin() -> None:
        if request.blueprint in doors:
            g.webhook_began = monotonic()

    def end(response: Response) -> Response:
        if (began := g.pop("webhook_began", None)) is not None:
            seconds.labels(str(response.status_code)).observe(monotonic() - began)
        return response

    app.before_request(begin)
    app.after_request(end)
