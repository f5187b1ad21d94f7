"""Lists what the built-in simulated phones were sent."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from outreach.channels.carrier import CannotLook, Listed
from outreach.channels.phones import Network


class PhonesLookout:
    """A Lookout over a Network."""

    def __init__(self, network: Network) -> None:
        self._network = network

    def sent_to(self, to: str, since: datetime) -> Sequence[Listed]:
        """Return what was accepted for E.164 `to` at or after `since` (UTC); raises CannotLook."""
        try:
            return self._network.listed(to, since)
        except Exception as error:
            raise CannotLook(type(error).__name__) from None
