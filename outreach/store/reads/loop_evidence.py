"""What an auditor reads about one loop: consent, every text and reply, decisions, work, and the trail of it all."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import and_, or_

from outreach.store.reads import evidence_rows, loops
from outreach.store.reads.evidence_rows import Consent, Entry, Reply, Text, Work
from outreach.store.reads.loops import LoopRow
from outreach.store.reads.signals import SignalRow, signals
from outreach.store.reads.timeline import Decided, decided
from outreach.store.tables import reply, task, touch
from outreach.store.unit_of_work import UnitOfWork
from outreach.store.verification import Verdict


@dataclass(frozen=True, slots=True)
class LoopEvidence:
    """Everything on record about one loop, each part oldest first."""

    loop: LoopRow
    consents: tuple[Consent, ...]
    texts: tuple[Text, ...]
    replies: tuple[Reply, ...]
    events: tuple[Decided, ...]
    tasks: tuple[Work, ...]
    signals: tuple[SignalRow, ...]
    trail: tuple[Entry, ...]
    chain: Verdict


def loop_evidence(uow: UnitOfWork, loop_id: int) -> LoopEvidence | None:
    """Return what is on record about a loop, opened, or None; the caller audits that it was viewed or exported.

    The audit chain is recomputed from its start to the last entry shown: seconds for each million of entries.
    """
    about = loops.one(uow, loop_id)
    if about is None:
        return None
    consents = evidence_rows.consents(uow, about.member_id)
    texts = evidence_rows.texts(uow, touch.c.loop_id == loop_id)
    theirs = and_(reply.c.loop_id.is_(None), reply.c.member_id == about.member_id)
    replies = evidence_rows.replies(uow, or_(reply.c.loop_id == loop_id, theirs))
    tasks = evidence_rows.tasks(uow, task.c.loop_id == loop_id)
    objects = [f"loop:{loop_id}", f"member:{about.member_id}"]
    objects += [f"contact_point:{phone}" for phone in sorted({found.phone for found in consents})]
    for kind, rows in (("touch", texts), ("reply", replies), ("task", tasks)):
        objects += [f"{kind}:{row.id}" for row in rows]
    trail, verdict = evidence_rows.trail(uow, objects)
    return LoopEvidence(
        loop=about,
        consents=consents,
        texts=texts,
        replies=replies,
        events=tuple(sorted(decided(uow, loop_id), key=lambda event: (event.at, event.id))),
        tasks=tasks,
        signals=tuple(signals(uow, loop_id)),
        trail=trail,
        chain=verdict,
    )
