"""Posts messages and calls to the built-in simulated phones, which always have their screens on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from outreach.channels.carrier import (
    Accepted,
    Answers,
    GivenBack,
    InDoubt,
    Outgoing,
    OutgoingCall,
    OutgoingText,
    Result,
)
from outreach.channels.phones import RINGING, Network


class Phones:
    """A Carrier over a Network: one call keeps the whole batch, and what is kept is delivered."""

    slots = 200

    def __init__(self, network: Network, monotonic: Callable[[], float]) -> None:
        self._network = network
        self._monotonic = monotonic

    def post(self, batch: Sequence[Outgoing]) -> Answers:
        """Answer GivenBack for what came too late, then one result for each of the others; a call rings."""
        return Answers(self._post(batch), len(batch))

    def _post(self, batch: Sequence[Outgoing]) -> Iterator[Result]:
        started = self._monotonic()
        for message in batch:
            if started > message.not_after:
                yield GivenBack(message.touch, message.attempt)
        in_time = [message for message in batch if started <= message.not_after]
        texts = [message for message in in_time if isinstance(message, OutgoingText)]
        calls = [message for message in in_time if isinstance(message, OutgoingCall)]
        if texts:
            yield from self._keep(texts, lambda: self._network.accept(texts), "delivered")
        if calls:
            yield from self._keep(calls, lambda: self._network.ring(calls), RINGING)

    def _keep(self, batch: Sequence[Outgoing], keep: Callable[[], Sequence[str]], status: str) -> Iterator[Result]:
        try:
            kept = list(zip(batch, keep(), strict=True))
        except Exception as error:  # it may have failed after keeping them: the list will tell
            yield from (InDoubt(message.touch, message.attempt, type(error).__name__) for message in batch)
        else:
            yield from (Accepted(message.touch, message.attempt, sid, status) for message, sid in kept)
