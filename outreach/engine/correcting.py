"""A person says what a reply means: it is noted as a label, and done as if the member had been understood at once."""

from __future__ import annotations

from collections.abc import Sequence

from conversations.meaning import Because, Intent, Meaning, Reason, Safety
from outreach.engine.decide import decide
from outreach.engine.deployment import Deployment
from outreach.engine.line import line_of
from outreach.engine.refusals import NotAsked
from outreach.engine.screened import Said, act_on_safety
from outreach.loops.events import Heard
from outreach.store import corrections, events, loops, people, replies
from outreach.store.actor import Actor
from outreach.store.corrections import ReadReply
from outreach.store.unit_of_work import UnitOfWork

# What the screens would have done at once, had they heard it.
_FLAGS = {
    Intent.EMERGENCY: Safety.EMERGENCY,
    Intent.OPT_OUT: Safety.OPT_OUT,
    Intent.WRONG_NUMBER: Safety.WRONG_NUMBER,
    Intent.DECEASED_REPORT: Safety.DECEASED_REPORT,
    Intent.MEDICATION_QUESTION: Safety.MEDICATION_QUESTION,
}


def correct(
    deployment: Deployment, actor: Actor, reply_id: int, intents: Sequence[Intent], reason: Reason | None
) -> bool:
    """Note what a reply means, and let the visit follow it; return whether there was an open visit to follow.

    Raises NotAsked for a reply that nobody has read yet, and for a label that says what is understood already.
    """
    with deployment.write(actor) as uow:
        found = corrections.read_reply(uow, reply_id)
        if found is None:
            raise NotAsked("This reply is not read yet. Wait a moment and load the page again.")
        people.lock_phones(uow, [found.phone])
        if not intents:
            raise NotAsked("Choose what the reply means.")
        if _same(uow, found, intents, reason):
            raise NotAsked("That is how it is understood already.")
        corrections.add(uow, reply_id, sorted(intents), reason)
        meaning = _meaning(actor, intents, reason)
        _act_at_once(uow, found, meaning)
        followed = _follow(uow, found, meaning)
        uow.commit()
        return followed


def _same(uow: UnitOfWork, found: ReadReply, intents: Sequence[Intent], reason: Reason | None) -> bool:
    before = corrections.newest(uow, [found.id]).get(found.id, found)
    return set(before.intents) == set(intents) and before.reason == reason


def _meaning(actor: Actor, intents: Sequence[Intent], reason: Reason | None) -> Meaning:
    flags = frozenset(_FLAGS[intent] for intent in intents if intent in _FLAGS)
    return Meaning(frozenset(intents), reason, safety=flags, because=(Because("staff", actor.name),))


def _act_at_once(uow: UnitOfWork, found: ReadReply, meaning: Meaning) -> None:
    late = meaning.safety - {Safety(flag) for flag in found.safety}
    if late:
        act_on_safety(uow, line_of(uow, found.phone), Said(found.id, late, "LAW-22", None, ours=True, ask_scope=False))


def _follow(uow: UnitOfWork, found: ReadReply, meaning: Meaning) -> bool:
    """Let the reply's own loop hear it again, as a correction of what it heard; a closed one stays closed."""
    if found.loop is None:
        return False
    state = loops.lock(uow, [found.loop])[0].loop
    prompt = replies.last_prompt(uow, found.phone, ("open",))
    if prompt is not None and found.question is not None and prompt.question.key == found.question.key:
        replies.end_prompts(uow, [prompt.id], "answered")
    key = found.question.key if found.question else None
    events.append(uow, [(found.loop, Heard(uow.now, found.id, meaning, key, corrects=bool(found.intents)))])
    decide(uow, [found.loop])
    return state.open
