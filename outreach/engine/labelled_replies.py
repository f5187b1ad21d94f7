"""Corrections as labelled data: what people say replies mean, without names and numbers, for those who teach words."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from conversations.acts import vocabulary
from conversations.answers import Topic, topic
from conversations.unnamed import unnamed
from outreach.engine.deployment import Deployment
from outreach.engine.line import line_of
from outreach.store import corrections, programs
from outreach.store.actor import Actor
from outreach.store.corrections import Correction, ReadReply
from outreach.store.reads.loops import named
from outreach.store.unit_of_work import UnitOfWork

_CONTEXTS: Mapping[Topic, str] = {
    Topic.VISIT: "confirm_appointment",
    Topic.TODAY: "day_of_checkin",
    Topic.RIDE: "transport_need",
    Topic.OUTCOME: "visit_completed",
    Topic.WHY: "decline_reason",
    Topic.WHEN: "reschedule_preference",
    Topic.CONSENT: "consent_optin",
    Topic.MISSED: "none",
    Topic.NOTHING: "none",
}


def export(deployment: Deployment, actor: Actor, path: Path, since: datetime | None = None) -> int:
    """Write one JSON line for each corrected reply to `path`, readable by its owner only; return how many."""
    with deployment.write(actor) as uow:
        uow.audit("replies.exported", "correction")
        uow.commit()
    with deployment.read(actor) as uow, path.open("w", encoding="utf-8") as file:
        path.chmod(0o600)
        count = 0
        for row in _rows(uow, since):
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
            count += 1
    return count


def _rows(uow: UnitOfWork, since: datetime | None) -> Iterator[dict[str, Any]]:
    clinics = [clinic.name for clinic in programs.clinics(uow).values()]
    for found, label in corrections.corrected(uow, since):
        line = line_of(uow, found.phone, everybody=True)
        names = [*clinics, *(each.name for each in named(uow, line.members).values() if each.name)]
        yield _row(found, label, names, uow.keyring.index("reply:label", str(found.id)).hex()[:16])


def _row(found: ReadReply, label: Correction, names: list[str], key: str) -> dict[str, Any]:
    rules = [rule for rule, _ in found.trail]
    return {
        "id": key,
        "text": unnamed(found.body, names, vocabulary()),
        "lang": found.language or "en",
        "context": _CONTEXTS[topic(found.question)],
        "intents": sorted(label.intents),
        "reason": label.reason,
        "understood": {"intents": sorted(found.intents), "reason": found.reason},
        "because": rules,
    }
