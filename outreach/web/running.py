"""What the machine doors of one running app share besides the deployment: the verifier and the metrics registry."""

from __future__ import annotations

from dataclasses import dataclass, field

from flask import current_app
from prometheus_client import CollectorRegistry, Counter
from werkzeug.routing import BaseConverter

from outreach.channels.receive.signature import Verifier
from outreach.engine import missed
from outreach.engine.deployment import Deployment
from outreach.store.database import StoreAway


class RowId(BaseConverter):
    """A row id in an address: digits that fit the database, or the address does not exist."""

    regex = r"[1-9][0-9]{0,17}"

    def to_python(self, value: str) -> int:
        """Return the id."""
        return int(value)


@dataclass(slots=True)
class Running:
    """Made once per app; `verifier` is None without a carrier, and then no webhook is believed."""

    verifier: Verifier | None = None
    registry: CollectorRegistry = field(default_factory=CollectorRegistry)
    webhooks: Counter = field(init=False)
    refused: Counter = field(init=False)
    gap: bool = True  # webhooks may have been lost: this process has just started, or could not store one

    def __post_init__(self) -> None:
        """Register what the doors count themselves."""
        self.webhooks = Counter(
            "outreach_webhooks", "Webhooks answered, by door and status.", ["door", "answer"], registry=self.registry
        )
        self.refused = Counter(
            "outreach_webhooks_refused", "Webhooks not believed, by the reason.", ["why"], registry=self.registry
        )


def running() -> Running:
    """Return what the doors of this app share."""
    found: Running = current_app.extensions["outreach.web"]
    return found


def close_gap() -> None:
    """The database can be written again: what webhooks may not have told us meanwhile is looked for soon."""
    shared = running()
    if shared.gap and shared.verifier is not None:
        shared.gap = False
        try:
            missed.look_soon(deployment())
        except StoreAway:
            shared.gap = True


def deployment() -> Deployment:
    """Return the deployment that this app serves."""
    found: Deployment = current_app.extensions["outreach"]
    return found
