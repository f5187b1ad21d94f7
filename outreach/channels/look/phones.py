"""Lists what the built-in simulated phones were sent."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from outreach.channels.carrier import Arrived, Called, CallStatus, CannotLook, Fate, Listed
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

    def arrived(self, since: datetime, until: datetime) -> Sequence[Arrived]:
        """Nothing: what a simulated phone says is stored at once, by the page it is said on."""
        return ()

    def left(self, since: datetime) -> Sequence[Listed]:
        """Nothing: the simulated network lies in the same database, and is restored with it."""
        return ()

    def fates(self, sids: Sequence[str]) -> Iterator[Fate]:
        """Nothing: a simulated phone says at once what became of a text."""
        return iter(())

    def called(self, sender: str, to: str, since: datetime) -> Sequence[Called]:
        """Return the calls to E.164 `to` at or after `since` (UTC); raises CannotLook."""
        try:
            return self._network.rung(to, since)
        except Exception as error:
            raise CannotLook(type(error).__name__) from None

    def call_fates(self, sids: Sequence[str]) -> Iterator[CallStatus]:
        """Yield what became of each call."""
        return iter(self._network.ends(sids))
