"""The member's own answer to a double opt-in: their yes is the consent, and nobody else's (LAW-28)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from conversations.meaning import Intent, Meaning, Safety
from outreach.engine.answering import answer
from outreach.engine.double_opt_in import requests
from outreach.engine.line import Line
from outreach.engine.reached import handed_over, reached
from outreach.loops.cadence import Queue
from outreach.loops.consent import Action, ConsentClass, ConsentEvent
from outreach.loops.tasks import TaskKind
from outreach.store import consents, texted
from outreach.store.replies import StoredPrompt, StoredReply
from outreach.store.touches import ASKS_CONSENT, WELCOME
from outreach.store.unit_of_work import UnitOfWork

_USEFUL = timedelta(hours=12)


def agrees(prompt: StoredPrompt | None, meaning: Meaning) -> bool | None:
    """Return whether a reply agrees or refuses; None when it answers no such question.

    START lifts a block and agrees to nothing (LAW-25), and a STOP is more than a no.
    """
    if prompt is None or prompt.question.key != ASKS_CONSENT or meaning.safety & {Safety.OPT_IN, Safety.OPT_OUT}:
        return None
    if Intent.OPT_IN in meaning.intents:
        return True
    return False if Intent.OPT_OUT in meaning.intents else None


def confirm(uow: UnitOfWork, line: Line, reply: StoredReply, prompt: StoredPrompt, yes: bool) -> None:
    """Write the member's own yes or no to everything that waited for it; their open visits, locked, decide.

    A yes is answered with the opt-in confirmation, a no with nothing: a person asks again, or calls (get_consent).
    """
    asked = texted.asked_by(uow, prompt.id)
    waiting = {entry.id: entry for entry in requests(line.ledger, asked.member).values()}
    for entry in waiting.values():
        consents.note(
            uow,
            line.phone,
            _answered(uow, entry, yes),
            "keyword",
            "LAW-28",
            f"reply:{reply.id}",
            text_version=asked.words,
            language=asked.language,
            prior=entry.id,
        )
    if not waiting:
        return
    if not yes:
        handed_over(uow, asked.member)
        return
    answer(
        uow, line, reply.id, WELCOME, received_at=reply.received_at, queue=Queue.REPLY, useful=_USEFUL,
        loop=prompt.loop, member=asked.member,
    )  # fmt: skip
    reached(uow, [asked.member], (TaskKind.GET_CONSENT,))


def _answered(uow: UnitOfWork, request: ConsentEvent, yes: bool) -> ConsentEvent:
    entry = replace(request, action=Action.REVOKE, at=None, received_at=uow.now, id=0)
    return replace(entry, action=Action.GRANT, consent_class=ConsentClass.PEC_OPTIN) if yes else entry
