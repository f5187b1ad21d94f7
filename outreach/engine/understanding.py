"""A stored reply becomes a meaning, the meaning reaches its loop, and the phone is free again."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta

import structlog

from conversations.meaning import Because, Intent, Meaning, Safety
from conversations.normalise import normalise
from conversations.understand import understand
from outreach.engine.decide import decide
from outreach.engine.deployment import Deployment
from outreach.engine.unbound import to_a_person
from outreach.loops.events import Heard
from outreach.store import events, loops, people, programs, replies, work
from outreach.store.actor import WORKER
from outreach.store.database import StoreAway
from outreach.store.loops import LoopChangedMeanwhile
from outreach.store.replies import StoredPrompt, StoredReply
from outreach.store.unit_of_work import UnitOfWork

log = structlog.get_logger()

Reader = Callable[[UnitOfWork, StoredReply, StoredPrompt | None], Meaning]

ASK_BACK = timedelta(minutes=30)  # TIM-15: how long a bare digit may still mean the older question
_BATCH = 50
_SCREENED = frozenset({Intent.OPT_OUT, Intent.WRONG_NUMBER, Intent.DECEASED_REPORT, Intent.EMERGENCY, Intent.HELP})
_SCREENED |= {Intent.OPT_IN}
# What is said beside the question leaves it open: the next "1" still answers it.
_BESIDE = _SCREENED | {
    Intent.UNCLEAR,
    Intent.QUESTION_OTHER,
    Intent.ACKNOWLEDGEMENT,
    Intent.MEDICATION_QUESTION,
    Intent.LANGUAGE_SWITCH,
}


def understand_waiting(deployment: Deployment) -> int:
    """Read every reply that is not understood yet, oldest first; return how many were.

    One that cannot even be opened holds its own phone, and shows in the metrics, but not the replies behind it.
    """
    with deployment.read(WORKER) as uow:
        waiting = replies.unread(uow, _BATCH)
    read = 0
    for reply_id, _ in waiting:
        try:
            understand_now(deployment, reply_id)
            read += 1
        except (StoreAway, LoopChangedMeanwhile):
            raise
        except Exception:
            log.exception("reply_unreadable", reply=reply_id)
    return read


def understand_now(deployment: Deployment, reply_id: int) -> None:
    """Understand one reply and let its loop act on it. Asking twice changes nothing."""
    try:
        _understand(deployment, reply_id, _read)
    except (ValueError, LookupError, TypeError) as problem:
        # A text that we cannot read must not hold its phone, nor all the replies behind it: a person reads it.
        log.error("reply_not_understood", reply=reply_id, problem=type(problem).__name__)
        _understand(deployment, reply_id, lambda uow, reply, prompt: _given_up())


def _understand(deployment: Deployment, reply_id: int, read: Reader) -> None:
    with deployment.write(WORKER) as uow:
        phone = replies.phone_of(uow, reply_id)
        people.lock_phones(uow, [phone])
        reply = replies.get(uow, reply_id)
        if reply is None:
            return
        prompt = _prompt(uow, reply)
        meaning = read(uow, reply, prompt)
        loop_id, member = _bind(uow, phone, prompt)
        replies.mark_read(
            uow,
            reply.id,
            json.dumps([[because.rule, because.quote] for because in meaning.because]),
            loop_id=loop_id,
            member_id=member,
            prompt_id=prompt.id if prompt else None,
            intents=sorted(meaning.intents),
            reason=meaning.reason,
        )
        _deliver(uow, reply, prompt, meaning, loop_id)
        uow.commit()


def _read(uow: UnitOfWork, reply: StoredReply, prompt: StoredPrompt | None) -> Meaning:
    if prompt is not None and _may_mean_the_older(uow, reply):
        return Meaning(frozenset({Intent.UNCLEAR}), confidence=0.3, because=(Because("TIM-15", reply.body),))
    members = people.members(uow, people.members_on(uow, [reply.contact_point]).get(reply.contact_point, []))
    language = prompt.language if prompt else next((member.language for member in members.values()), "en")
    return understand(reply.body, language, prompt.question if prompt else None)


def _given_up() -> Meaning:
    return Meaning(frozenset({Intent.UNCLEAR}), safety=frozenset({Safety.REVIEW}), confidence=0.0)


def _prompt(uow: UnitOfWork, reply: StoredReply) -> StoredPrompt | None:
    """Return the question this reply answers: the phone's open one, if its visit is still as the text said (TIM-14)."""
    prompt = replies.last_prompt(uow, reply.contact_point, ("open",))
    if prompt is None or prompt.expires_at <= uow.now:
        return None
    if prompt.loop is None:
        return prompt
    # Every loop this reply may reach, at once: locking another one later would break the lock order.
    members = people.members_on(uow, [reply.contact_point]).get(reply.contact_point, [])
    reachable = {loop for _, loop in loops.open_of_members(uow, members)} | {prompt.loop}
    versions = {found.loop.id: found.loop.anchor.version for found in loops.lock(uow, reachable)}
    return prompt if versions[prompt.loop] == prompt.anchor_version else None


def _may_mean_the_older(uow: UnitOfWork, reply: StoredReply) -> bool:
    older = replies.last_prompt(uow, reply.contact_point, ("superseded",))
    current = replies.last_prompt(uow, reply.contact_point, ("open",))
    if older is None or current is None or older.ended_at is None:
        return False
    if older.loop == current.loop and older.question.key == current.question.key:
        return False  # asked again
    return reply.received_at - older.ended_at < ASK_BACK and normalise(reply.body).plain.strip().isdigit()


def _bind(uow: UnitOfWork, phone: int, prompt: StoredPrompt | None) -> tuple[int | None, int | None]:
    """Return (loop, member): the prompt's, or the nearest visit when only one person's loops share the phone."""
    members = people.members_on(uow, [phone]).get(phone, [])
    open_loops = loops.open_of_members(uow, members)
    if prompt is not None and prompt.loop is not None:
        return prompt.loop, loops.member_of(uow, prompt.loop)
    with_visits = {member for member, _ in open_loops}
    if len(with_visits) == 1:
        return open_loops[0][1], open_loops[0][0]
    return None, members[0] if len(members) == 1 else None


def _deliver(
    uow: UnitOfWork, reply: StoredReply, prompt: StoredPrompt | None, meaning: Meaning, loop_id: int | None
) -> None:
    if prompt is not None and meaning.intents - _BESIDE:
        replies.end_prompts(uow, [prompt.id], "answered")
        work.end_waits_for_prompts(uow, [prompt.id], "met")
    if Intent.LANGUAGE_SWITCH in meaning.intents and meaning.language:
        _switch_language(uow, reply, meaning.language)
    if loop_id is not None:
        repeats = prompt.repeats if prompt else 0
        heard = Heard(uow.now, reply.id, meaning, prompt.question.key if prompt else None, repeats)
        events.append(uow, [(loop_id, heard)])
        decide(uow, [loop_id])
    elif not meaning.intents & (_SCREENED | {Intent.ACKNOWLEDGEMENT}) and meaning.intents != {Intent.LANGUAGE_SWITCH}:
        to_a_person(uow, reply)


def _switch_language(uow: UnitOfWork, reply: StoredReply, language: str) -> None:
    """Write in the language that was asked for, where the program has approved words in it."""
    members = people.members(uow, people.members_on(uow, [reply.contact_point]).get(reply.contact_point, []))
    approved = programs.approved_words(uow, {member.program for member in members.values()})
    spoken = {key[2] for key in approved}
    if language in spoken:
        people.set_language(uow, members, language)
    else:
        to_a_person(uow, reply)
