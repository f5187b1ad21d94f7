"""Which limits a sender's texts count against, and the tokens of one claim (TWI-35, TWI-36)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from math import inf

from locales.segments import segments
from outreach.engine.deployment import Deployment
from outreach.loops import rates
from outreach.loops.cadence import Queue
from outreach.loops.rates import Bucket, Daily, Rate, Steady, Unlimited
from outreach.settings import Settings, number_called_from
from outreach.store import buckets
from outreach.store.unit_of_work import UnitOfWork

# What Twilio and the registry publish, at its lowest class, in segments a second (TWI-35).
_LONG_CODE, _TOLL_FREE, _SHORT_CODE, _ACCOUNT = 1.0, 3.0, 10.0, 100.0
_CAMPAIGN = 3.75  # a low-volume standard brand, over all carriers
# The strictest daily limit of such a brand is 2,000 segments on one carrier, which serves about a third of all phones.
_BRAND_DAY = 6000.0
_CALLS = "calls"
_IS_TOLL_FREE = re.compile(r"\+18(?:00|33|44|55|66|77|88)\d{7}")
_IS_SHORT_CODE = re.compile(r"\d{5,6}")


def limits(settings: Settings, sender: str) -> dict[str, Rate]:
    """Return the limits that a sender's texts count against, by key; the sender's own is first and always there.

    `sender` is what a text leaves from: a number or a Messaging Service. Toll-free numbers and short codes belong to no
    campaign and no brand's day. A carrier that is not Twilio has only the limits that are set. Calls have a bucket of
    the account's own, in calls.
    """
    if number_called_from(sender) is not None:
        a_second = settings.rates.calls
        calls = Unlimited() if a_second == inf else Steady(a_second, at_least=1.0)
        return {sender_key(sender): Unlimited(), _CALLS: calls}
    asked, kind, twilio = settings.rates, kind_of(sender), settings.carrier_is_twilio
    own = asked.senders.get(sender) or asked.sender
    found = {sender_key(sender): _steady(own, _OWN_RATES[kind] if twilio else None)}
    if kind in (SenderKind.LONG_CODE, SenderKind.SERVICE):
        campaign = f"campaign:{sender}" if kind is SenderKind.SERVICE else "campaign"
        found[campaign] = _steady(asked.campaign, _CAMPAIGN if twilio else None)
        a_day = asked.brand_day or (_BRAND_DAY if twilio else inf)
        found["brand-day"] = Unlimited() if a_day == inf else Daily(a_day)
    found["account"] = _steady(asked.account, _ACCOUNT if twilio else None)
    return {key: rate for key, rate in found.items() if key == sender_key(sender) or rate != Unlimited()}


def sender_key(sender: str) -> str:
    """Return the key of a sender's own bucket: the one that a carrier's "wait" closes."""
    return f"sender:{sender}"


class SenderKind(StrEnum):
    """What a text leaves from, as carriers tell senders apart."""

    LONG_CODE = "long_code"
    TOLL_FREE = "toll_free"
    SHORT_CODE = "short_code"
    SERVICE = "service"  # the carrier picks one of several numbers


def kind_of(sender: str) -> SenderKind:
    """Return what kind of sender a number, a short code or a Messaging Service is."""
    if sender.startswith("MG"):
        return SenderKind.SERVICE
    if _IS_TOLL_FREE.fullmatch(sender):
        return SenderKind.TOLL_FREE
    return SenderKind.SHORT_CODE if _IS_SHORT_CODE.fullmatch(sender) else SenderKind.LONG_CODE


_OWN_RATES = {
    SenderKind.LONG_CODE: _LONG_CODE,
    SenderKind.TOLL_FREE: _TOLL_FREE,
    SenderKind.SHORT_CODE: _SHORT_CODE,
    SenderKind.SERVICE: None,
}


def _steady(asked: float | None, usual: float | None) -> Rate:
    per_second = asked or usual or inf
    return Unlimited() if per_second == inf else Steady(per_second)


@dataclass(slots=True)
class Meter:
    """The tokens of one claim: each text asks for its segments, and what is left is stored once, at the end."""

    sender: str
    queue: Queue
    now: datetime
    limits: Mapping[str, Rate]
    left: tuple[Bucket, ...]
    program: int | None = None  # whose text was granted last
    spent: bool = False  # a text was turned away: those after it wait as well, or they would overtake it

    @property
    def key(self) -> str:
        """The key of the sender's own bucket."""
        return sender_key(self.sender)

    @property
    def counts(self) -> bool:
        """Whether any limit counts at all."""
        return any(rate != Unlimited() for rate in self.limits.values())

    def grants(self, body: str, program: int) -> bool:
        """Take the segments of a text that is about to leave, or what one call costs; False once there are too few."""
        if self.counts:
            cost = 1 if number_called_from(self.sender) is not None else segments(body).parts
            taken = rates.take(self.left, self.queue, [cost], self.now)
            self.left, self.spent = taken.left, taken.granted == 0
        if not self.spent:
            self.program = program
        return not self.spent


def look(deployment: Deployment, uow: UnitOfWork, queue: Queue, sender: str) -> Meter:
    """Return a sender's tokens without locks: how many texts are worth looking at."""
    found, now = limits(deployment.settings, sender), deployment.timer.now()
    return Meter(sender, queue, now, found, buckets.look(uow, found, now))


def lock(uow: UnitOfWork, seen: Meter) -> Meter:
    """Lock the same tokens, after phones, loops and touches; where nothing counts there is nothing to share."""
    return replace(seen, left=buckets.lock(uow, seen.limits, seen.now)) if seen.counts else seen


def store(uow: UnitOfWork, meter: Meter) -> None:
    """Store what a claim left in its buckets, and whose turn it was."""
    if meter.counts and meter.program is not None:
        buckets.store(uow, meter.left)
        buckets.note_turn(uow, meter.key, meter.program)
