"""Simulated phones in a mood: slow, failing or ambiguous, so that one can watch how each ends."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from hashlib import sha256
from typing import assert_never

from outreach.channels.carrier import (
    Accepted,
    Answers,
    Carrier,
    InDoubt,
    Outgoing,
    OutgoingCall,
    OutgoingText,
    Rejected,
    Result,
)
from outreach.channels.phones import Mood, Receipt, Temper

SLOW_ANSWER = 1.0  # seconds that a slow network takes to answer a batch
LATE_RECEIPT = 3.0
FAILURE_RECEIPT = 1.0
_NOT_A_MOBILE = 21614
_UNDELIVERED = (30003, 30003, 30003, 30003, 30008, 30008, 30005)  # most are away for a while, a few for good
_REFUSED_SHARE = 0.15
_KEPT_SHARE = 0.5


class MoodyPhones:
    """A Carrier around the phones that behaves as its temper says; what happens to a text depends on its attempt."""

    def __init__(
        self, phones: Carrier, temper: Temper, monotonic: Callable[[], float], sleep: Callable[[float], None]
    ) -> None:
        self.slots = phones.slots
        self._phones = phones
        self._temper = temper
        self._monotonic = monotonic
        self._sleep = sleep

    def post(self, batch: Sequence[Outgoing]) -> Answers:
        """Answer each message as the mood is."""
        return Answers(self._post(batch), len(batch))

    def _post(self, batch: Sequence[Outgoing]) -> Iterator[Result]:
        match self._temper.mood:
            case Mood.WORKING:
                yield from self._phones.post(batch)
            case Mood.SLOW:
                yield from self._slowly(batch)
            case Mood.FAILING:
                yield from self._failing(batch)
            case Mood.AMBIGUOUS:
                yield from self._cut_off(batch)
            case mood:
                assert_never(mood)

    def _slowly(self, batch: Sequence[Outgoing]) -> Iterator[Result]:
        # Taken first, answered late: a claim must not grow too old to leave while the network dawdles.
        results = list(self._phones.post(batch))
        calls = {each.touch for each in batch if isinstance(each, OutgoingCall)}
        self._sleep(SLOW_ANSWER)
        for result in results:
            is_call = result.touch in calls
            yield result if is_call else self._with_receipt(result, "delivered", None, LATE_RECEIPT)

    def _failing(self, batch: Sequence[Outgoing]) -> Iterator[Result]:
        texts = [message for message in batch if isinstance(message, OutgoingText)]
        refused = [message for message in texts if _fate(message, "refused") < _REFUSED_SHARE]
        yield from (Rejected(message.touch, message.attempt, _NOT_A_MOBILE) for message in refused)
        taken = [message for message in texts if message not in refused]
        codes = {message.touch: _UNDELIVERED[int(_fate(message, "code") * len(_UNDELIVERED))] for message in taken}
        for result in self._phones.post(taken):
            yield self._with_receipt(result, "undelivered", codes[result.touch], FAILURE_RECEIPT)
        yield from self._phones.post([call for call in batch if isinstance(call, OutgoingCall)])  # a phone rings

    def _cut_off(self, batch: Sequence[Outgoing]) -> Iterator[Result]:
        """The connection breaks after every request left; the network kept about half of them."""
        kept = [message for message in batch if _fate(message, "kept") < _KEPT_SHARE]
        yield from (_doubt(message.touch, message.attempt) for message in batch if message not in kept)
        for result in self._phones.post(kept):
            yield _doubt(result.touch, result.attempt) if isinstance(result, Accepted) else result

    def _with_receipt(self, result: Result, status: str, error_code: int | None, seconds: float) -> Result:
        if not isinstance(result, Accepted):
            return result
        due = self._monotonic() + seconds
        self._temper.owe(Receipt(result.touch, result.attempt, result.sid, status, error_code, due))
        return Accepted(result.touch, result.attempt, result.sid, "sent")


def _doubt(touch: int, attempt: int) -> InDoubt:
    return InDoubt(touch, attempt, "ConnectionResetError")


def _fate(message: Outgoing, question: str) -> float:
    """Return a number in [0, 1): the same attempt always meets the same fate."""
    digest = sha256(f"{question}:{message.touch}:{message.attempt}".encode()).digest()
    return int.from_bytes(digest[:8], "big") / 2**64
