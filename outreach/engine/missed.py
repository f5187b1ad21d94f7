"""What phones said and no webhook brought: found in the carrier's list, and stored through the same door (TWI-23)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from outreach.channels.carrier import Arrived, CannotLook
from outreach.engine import inbound
from outreach.engine.deployment import Deployment
from outreach.store import replies, rounds
from outreach.store.actor import CARRIER, Actor
from outreach.store.database import StoreAway

log = structlog.get_logger()
_ROUND = "missed"
_SLICE = timedelta(hours=1)  # of a long gap is remembered, slice by slice, how far it was read


@dataclass(frozen=True, slots=True)
class Looked:
    """How many texts were new, and whether every one of them could be stored."""

    found: int
    whole: bool


def hear_missed(deployment: Deployment) -> int:
    """Look, at its time, for what came since the last look and a little before; return how many texts were new."""
    now, timing = deployment.timer.now(), deployment.settings.timing
    with deployment.read(CARRIER) as uow:
        if not rounds.is_due(uow, _ROUND, now):
            return 0
        since = rounds.reached(uow, _ROUND) or now
    found, whole = 0, True
    try:
        # The list lags: what came before the last look may show only now.
        for reached, looked in _slices(deployment, since - timedelta(seconds=timing.list_lag)):
            found, whole = found + looked.found, whole and looked.whole
            if whole:
                _reach(deployment, reached)
    except CannotLook as problem:
        log.warning("list_unreadable", problem=str(problem))
        whole = False
    wait = timing.reconcile if whole else timing.reconcile_again
    with deployment.write(CARRIER) as uow:
        rounds.made(uow, _ROUND, now + timedelta(seconds=wait))
        if found:
            uow.audit("inbound.reconciled", f"replies:{found}", "TWI-23")
        uow.commit()
    return found


def reconcile(deployment: Deployment, actor: Actor, since: datetime) -> Looked:
    """Look for everything that came since an instant, as somebody asked; raises CannotLook. Again changes nothing."""
    each = [looked for _, looked in _slices(deployment, since)]
    looked = Looked(sum(part.found for part in each), all(part.whole for part in each))
    with deployment.write(actor) as uow:
        uow.audit("inbound.reconciled", f"replies:{looked.found}", "TWI-23")
        uow.commit()
    return looked


def is_behind(deployment: Deployment) -> bool:
    """Whether nobody looked for two rounds: a STOP that no webhook brought may be waiting in the carrier's list."""
    with deployment.read(CARRIER) as uow:
        reached = rounds.reached(uow, _ROUND)
    longest = 2 * deployment.settings.timing.reconcile
    return reached is not None and deployment.timer.now() - reached > timedelta(seconds=longest)


def look_soon(deployment: Deployment) -> None:
    """There was a gap in which texts may have been lost: the next pump looks for them."""
    with deployment.write(CARRIER) as uow:
        rounds.made(uow, _ROUND, deployment.timer.now())
        uow.commit()


def _slices(deployment: Deployment, since: datetime) -> Iterator[tuple[datetime, Looked]]:
    """Store what came, oldest first; yield how far that was read, and what was new."""
    until = deployment.timer.now()
    while since < until:
        reached = min(since + _SLICE, until)
        yield reached, _hear(deployment, since, reached)
        since = reached


def _hear(deployment: Deployment, since: datetime, until: datetime) -> Looked:
    arrived = deployment.lookout.arrived(since, until)
    with deployment.read(CARRIER) as uow:
        known = replies.known(uow, (message.sid for message in arrived))
    found = [_store(deployment, message) for message in arrived if message.sid not in known]
    return Looked(found.count(True), None not in found)


def _store(deployment: Deployment, message: Arrived) -> bool | None:
    """Return whether it was new, or None when it cannot be stored: it is tried again, and the STOP behind it waits not.

    Whoever said STOP meanwhile in another way is not asked again: the fold over consents goes by the carrier's time.
    """
    try:
        received = inbound.receive(
            deployment,
            sid=message.sid,
            number=message.from_,
            body=message.body,
            media_count=message.media_count,
            media=message.media,
            provider_word=None,
            said_at=message.said_at,
            found=True,
        )
    except StoreAway:
        raise
    except Exception as problem:
        log.error("missed_reply_not_stored", sid=message.sid, problem=type(problem).__name__)
        return None
    return received.reply_id is not None


def _reach(deployment: Deployment, at: datetime) -> None:
    with deployment.write(CARRIER) as uow:
        rounds.reach(uow, _ROUND, at)
        uow.commit()
