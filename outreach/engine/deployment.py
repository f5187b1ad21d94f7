"""Everything a handler may reach, as one value: made by bootstrap, passed in, never imported."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from outreach.channels.carrier import Carrier, Lookout
from outreach.channels.look.numbers import NumberLookup
from outreach.clinics.webhooks import WebhookSender
from outreach.engine.vouching import Provider
from outreach.engine.waterline import Waterline
from outreach.settings import Settings
from outreach.store.actor import Actor
from outreach.store.database import Database
from outreach.store.unit_of_work import UnitOfWork


class Timer(Protocol):
    """Real time: `now` for leases that other processes read, `monotonic` for spans within this one."""

    def now(self) -> datetime:
        """Return the real instant, UTC."""
        ...

    def monotonic(self) -> float:
        """Return seconds that never run backwards."""
        ...

    def sleep(self, seconds: float) -> None:
        """Wait."""
        ...

    def token(self) -> str:
        """Return 256 unguessable bits, for a capability link or a claim."""
        ...


@dataclass(frozen=True, slots=True)
class Deployment:
    """One running Outreach."""

    settings: Settings
    database: Database
    timer: Timer
    carrier: Carrier
    lookout: Lookout
    webhooks: WebhookSender
    number_lookup: NumberLookup
    sign_on: Provider | None = None  # the organisation's own, where it has one
    worker: str = "worker"
    waterline: Waterline | None = None  # of a process that looks for what is due many times a second

    def read(self, actor: Actor) -> AbstractContextManager[UnitOfWork]:
        """Open a transaction that only reads."""
        return self.database.read(actor)

    def write(self, actor: Actor) -> AbstractContextManager[UnitOfWork]:
        """Open a transaction that writes; it rolls back unless committed."""
        return self.database.write(actor)

    def note(self, actor: Actor) -> AbstractContextManager[UnitOfWork]:
        """Open what writes by one statement alone."""
        return self.database.note(actor)
