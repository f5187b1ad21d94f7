"""Retention: what may be purged, purging it, and the legal hold that stops it (LAW-30, HIP-14)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from outreach.engine.deployment import Deployment
from outreach.engine.refusals import NotAsked
from outreach.store import glass, sessions
from outreach.store.actor import Actor
from outreach.store.batches import chunks
from outreach.store.entry import Purpose
from outreach.store.purge import lock_free_phones, lock_members, purge_members, purge_phones, set_hold
from outreach.store.reads import retention as reads
from outreach.store.scrub import scrub
from outreach.store.unit_of_work import UnitOfWork

_BATCH = 200


@dataclass(frozen=True, slots=True)
class Due:
    """What a purge would take: members by the year something last concerned them, and phones that nobody has."""

    by_year: Mapping[int, int]
    phones: int

    @property
    def members(self) -> int:
        """How many members are past their date."""
        return sum(self.by_year.values())


@dataclass(frozen=True, slots=True)
class Kept:
    """Members who are kept however old: on legal hold, or with nothing on record that says since when."""

    held: int
    undated: int


@dataclass(frozen=True, slots=True)
class Purged:
    """What a purge took, sessions of staff too; `clean` is False while a SQLite file may hold what its rows do not."""

    members: int
    phones: int
    clean: bool
    sessions: int = 0


def due(deployment: Deployment, actor: Actor) -> Due:
    """Say what is past its date now; nothing is changed."""
    with deployment.read(actor) as uow:
        limit = years_before(uow.now, deployment.settings.retention_years)
        past = reads.members_past(uow, limit)
        years = Counter(at.year for at in past.values())
        return Due(dict(sorted(years.items())), len(reads.phones_past(uow, limit)))


def kept(deployment: Deployment, actor: Actor) -> Kept:
    """Say how many members no purge takes."""
    with deployment.read(actor) as uow:
        return Kept(len(reads.on_hold(uow)), reads.never_concerned(uow))


def purge(
    deployment: Deployment, actor: Actor, progress: Callable[[int, int], None] = lambda done, total: None
) -> Purged:
    """Take out what was personal about everybody whose time is over, then about phones that nobody has any more.

    Each batch is one transaction, and one entry in the trail for each member and phone; a run that was interrupted
    is finished by the next.
    """
    with deployment.read(actor) as uow:
        limit = years_before(uow.now, deployment.settings.retention_years)
        members = sorted(reads.members_past(uow, limit))
    gone = 0
    for part in chunks(members, _BATCH):
        gone += _members(deployment, actor, limit, part)
        progress(gone, len(members))
    with deployment.read(actor) as uow:
        phones = reads.phones_past(uow, limit)
    freed = sum(_phones(deployment, actor, limit, part) for part in chunks(phones, _BATCH))
    sessions = _of_staff(deployment, actor)
    return Purged(gone, freed, scrub(deployment.database), sessions)


def hold(deployment: Deployment, actor: Actor, member_id: int, reason: Purpose) -> None:
    """Keep everything about a member until the hold is released; `reason` names the matter. Raises NotAsked."""
    _set_hold(deployment, actor, member_id, True, reason)


def release(deployment: Deployment, actor: Actor, member_id: int, reason: Purpose) -> None:
    """End a member's legal hold; `reason` names the matter that is over. Raises NotAsked."""
    _set_hold(deployment, actor, member_id, False, reason)


def years_before(now: datetime, years: int) -> datetime:
    """Return the same day `years` ago; of 29 February the day before, which keeps a day longer."""
    try:
        return now.replace(year=now.year - years)
    except ValueError:
        return now.replace(year=now.year - years, day=28)


def _members(deployment: Deployment, actor: Actor, limit: datetime, member_ids: Sequence[int]) -> int:
    with deployment.write(actor) as uow:
        lock_members(uow, member_ids)
        # Looked at once more: a reply, a hold or a file may have come since they were chosen.
        still = sorted(reads.members_past(uow, limit, member_ids))
        if still:
            purge_members(uow, still)
            uow.commit()
    return len(still)


def _phones(deployment: Deployment, actor: Actor, limit: datetime, phone_ids: Sequence[int]) -> int:
    with deployment.write(actor) as uow:
        lock_free_phones(uow, phone_ids)
        still = reads.phones_past(uow, limit, phone_ids)
        if still:
            purge_phones(uow, still)
            uow.commit()
    return len(still)


def _of_staff(deployment: Deployment, actor: Actor) -> int:
    """Forget from where staff were signed in, and what they said when they broke a glass, after the same years."""
    limit = years_before(deployment.timer.now(), deployment.settings.retention_years)
    with deployment.write(actor) as uow:
        gone = sessions.forget(uow, limit)
        glass.forget(uow, limit)
        if gone:
            uow.audit("session.purged", "session", "LAW-30")
        uow.commit()
    return gone


def _set_hold(deployment: Deployment, actor: Actor, member_id: int, on: bool, reason: Purpose) -> None:
    with deployment.write(actor) as uow:
        if not set_hold(uow, member_id, on):
            raise NotAsked(_no_hold(uow, member_id, on))
        uow.audit(f"member.{'held' if on else 'released'}", f"member:{member_id}", "LAW-30", reason)
        uow.commit()


def _no_hold(uow: UnitOfWork, member_id: int, on: bool) -> str:
    if member_id in reads.on_hold(uow) or not on:
        return f"Member {member_id} is {'on hold already' if on else 'not on hold'}."
    return f"There is no record of member {member_id} to hold."
