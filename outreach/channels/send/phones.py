"""Posts messages to the built-in simulated phones, which always have their screens on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from outreach.channels.carrier import Accepted, GivenBack, InDoubt, Outgoing, Result
from outreach.channels.phones import Network


class Phones:
    """A Carrier over a Network: one call keeps the whole batch, and what is kept is delivered."""

    slots = 200

    def __init__(self, network: Network, monotonic: Callable[[], float]) -> None:
        self._network = network
        self._monotonic = monotonic

    def post(self, batch: Sequence[Outgoing]) -> Iterator[Result]:
        """Yield GivenBack for what came too late, then one result for each of the others."""
        started = self._monotonic()
        for message in batch:
            if started > message.not_after:
                yield GivenBack(message.touch, message.attempt)
        yield from self._accept([message for message in batch if started <= message.not_after])

    def _accept(self, messages: Sequence[Outgoing]) -> Iterator[Result]:
        try:
            kept = list(zip(messages, self._network.accept(messages), strict=True))
        except Exception as error:  # it may have failed after keeping them: the list will tell
            yield from (InDoubt(message.touch, message.attempt, type(error).__name__) for message in messages)
        else:
            yield from (Accepted(message.touch, message.attempt, sid, "delivered") for message, sid in kept)
