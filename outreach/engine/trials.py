"""A trial: while it is on, texts reach its guests and nobody else; whoever writes is heard all the same."""

from __future__ import annotations

from collections.abc import Iterable

from outreach.clinics.cells import BadCell
from outreach.clinics.phone_numbers import e164
from outreach.engine.deployment import Deployment
from outreach.engine.refusals import NotAsked
from outreach.store import guests, switches
from outreach.store.actor import Actor


def begin_trial(deployment: Deployment, actor: Actor, lines: Iterable[str]) -> int:
    """Begin a trial with the numbers of a file, one a line; return how many guests there are. It replaces the last one.

    Empty lines and what follows a # are left out. Raises NotAsked, naming the line and never the number, for what is no
    number of the US, and for a file without any.
    """
    numbers = set()
    for place, line in enumerate(lines, start=1):
        written = line.partition("#")[0].strip()
        try:
            numbers |= {e164(written)} if written else set()
        except BadCell as bad:
            raise NotAsked("Line %(line)s: %(what)s", line=place, what=bad.what_to_do) from None
    if not numbers:
        raise NotAsked("The file names no guest: write one phone number a line.")
    with deployment.write(actor) as uow:
        count = guests.invite(uow, numbers)
        uow.commit()
    return count


def end_trial(deployment: Deployment, actor: Actor) -> None:
    """End the trial: everybody may be reached again, as far as the gate allows."""
    with deployment.write(actor) as uow:
        guests.end(uow)
        uow.commit()


def trial_guests(deployment: Deployment, actor: Actor) -> int | None:
    """Return how many guests the trial has, or None when there is no trial."""
    with deployment.read(actor) as uow:
        return guests.count(uow) if switches.is_on(uow, guests.TRIAL) else None
