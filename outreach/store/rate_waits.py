"""Until when a sender's due texts wait for the carrier's tokens: the health view does not call these forgotten (I6)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import select, update

from outreach.store.tables import rate_wait
from outreach.store.unit_of_work import UnitOfWork

_NEWS = timedelta(minutes=1)  # a backlog that moves every second is written down once a minute


def note(uow: UnitOfWork, queue: str, senders: Collection[str], until: datetime) -> None:
    """Store that texts of these senders in a queue wait, on the Timer; again only where that is news."""
    mine = rate_wait.c.queue == queue
    known = {row.sender: row.until for row in uow.all(select(rate_wait).where(mine))}
    new = [sender for sender in sorted(senders) if sender not in known]
    later = [sender for sender in sorted(senders) if sender in known and until - known[sender] > _NEWS]
    for sender in new:
        uow.insert_new(rate_wait, {"queue": queue, "sender": sender, "until": until})
    if later:
        uow.execute(update(rate_wait).where(mine, rate_wait.c.sender.in_(later)).values(until=until))
