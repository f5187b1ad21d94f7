"""Breaking the glass: seeing members without the right to, for a while, on record before anything is seen."""

from __future__ import annotations

from datetime import timedelta

from outreach.engine.deployment import Deployment
from outreach.engine.refusals import NotAsked
from outreach.store import glass as notes
from outreach.store import sessions
from outreach.store.actor import Actor
from outreach.store.entry import Purpose
from outreach.store.reads import glass

LASTS = timedelta(minutes=30)
FEWEST, MOST = 10, 500  # characters of what somebody says for it


def break_it(deployment: Deployment, actor: Actor, session_id: int, why: Purpose, words: str) -> None:
    """Let members be seen in one session for half an hour; why stands in the trail in the same transaction.

    `words` are their own, kept sealed beside it. Raises NotAsked for none.
    """
    words = " ".join(words.split())
    if not FEWEST <= len(words) <= MOST:
        raise NotAsked("Say in a sentence what you need it for.")
    with deployment.write(actor) as uow:
        sessions.open_glass(uow, session_id, deployment.timer.now() + LASTS)
        notes.note(uow, words)
        uow.audit(glass.BROKEN, glass.GLASS, "HIP-14", why)
        uow.commit()


def mend(deployment: Deployment, actor: Actor, session_id: int) -> None:
    """End it before its time."""
    with deployment.write(actor) as uow:
        sessions.open_glass(uow, session_id, None)
        uow.audit(glass.MENDED, glass.GLASS, "HIP-14")
        uow.commit()
