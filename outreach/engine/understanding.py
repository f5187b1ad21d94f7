"""A stored reply becomes a meaning, the meaning reaches its loop, and the phone is free again."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta

import structlog

from conversations.meaning import Because, Intent, Meaning, Safety, Screening
from conversations.normalise import normalise
from conversations.screens import screen
from conversations.understand import understand
from outreach.engine import agreeing, heard
from outreach.engine.decide import decide
from outreach.engine.deployment import Deployment
from outreach.engine.line import Line, line_of
from outreach.engine.unbound import to_a_person
from outreach.loops.events import Heard
from outreach.store import events, loops, people, programs, replies, work
from outreach.store.actor import WORKER
from outreach.store.database import StoreAway
from outreach.store.loops import LoopChangedMeanwhile
from outreach.store.replies import StoredPrompt, StoredReply
from outreach.store.touches import ASKS_CONSENT
from outreach.store.unit_of_work import UnitOfWork

log = structlog.get_logger()

Reader = Callable[[UnitOfWork, Line, StoredReply, StoredPrompt | None], Meaning]

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
# Acted on when it was stored, or asking for nothing.
_NEEDS_NOBODY = _SCREENED | {Intent.ACKNOWLEDGEMENT, Intent.LANGUAGE_SWITCH}


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
        _understand(deployment, reply_id, lambda uow, line, reply, prompt: _given_up())


def _understand(deployment: Deployment, reply_id: int, read: Reader) -> None:
    with deployment.write(WORKER) as uow:
        phone = replies.phone_of(uow, reply_id)
        people.lock_phones(uow, [phone])
        reply = replies.get(uow, reply_id)
        if reply is None:
            return
        # Who says that we have the wrong number answers the texts of those whose number it was.
        line = line_of(uow, phone, everybody=Safety.WRONG_NUMBER in reply.safety)
        prompt = _prompt(uow, line)
        meaning = read(uow, line, reply, prompt)
        loop_id, member = _bind(uow, line, prompt)
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
        _deliver(uow, line, reply, prompt, meaning, loop_id)
        uow.commit()


def _read(uow: UnitOfWork, line: Line, reply: StoredReply, prompt: StoredPrompt | None) -> Meaning:
    screening = _screening(reply)
    if Safety.KEEP_RIDES in reply.safety:  # it was the answer to what a STOP covers, and has been acted on
        because = (Because("LAW-17", reply.body[:80]),)
        return Meaning(frozenset({Intent.OPT_IN}), safety=screening.safety, because=because)
    if prompt is not None and _may_mean_the_older(uow, reply):
        return Meaning(frozenset({Intent.UNCLEAR}), confidence=0.3, because=(Because("TIM-15", reply.body),))
    language = prompt.language if prompt else next((member.language for member in line.members.values()), "en")
    return understand(reply.body, language, prompt.question if prompt else None, screening)


def _screening(reply: StoredReply) -> Screening:
    """Return what was found when the reply was stored: the carrier's own word is heard too (TWI-29)."""
    ours, stored = screen(reply.body), frozenset(Safety(flag) for flag in reply.safety)
    if stored <= ours.safety:
        return ours
    return Screening(ours.safety | stored, (*ours.because, Because("TWI-29", reply.body[:80])))


def _given_up() -> Meaning:
    return Meaning(frozenset({Intent.UNCLEAR}), safety=frozenset({Safety.REVIEW}), confidence=0.0)


def _prompt(uow: UnitOfWork, line: Line) -> StoredPrompt | None:
    """Return the question a reply answers: the phone's open one, if its visit is still as the text said (TIM-14).

    Who has a number that is nobody's we know answers nothing (LAW-39); a consent is asked whatever the visit does.
    """
    prompt = replies.last_prompt(uow, line.phone, ("open",))
    if prompt is None or prompt.expires_at <= uow.now or not line.members:
        return None
    if prompt.loop is None:
        return prompt
    # Every loop this reply may reach, at once: locking another one later would break the lock order.
    reachable = {loop for _, loop in line.open_loops} | {prompt.loop}
    versions = {found.loop.id: found.loop.anchor.version for found in loops.lock(uow, reachable)}
    same = versions[prompt.loop] == prompt.anchor_version or prompt.question.key == ASKS_CONSENT
    return prompt if same else None


def _may_mean_the_older(uow: UnitOfWork, reply: StoredReply) -> bool:
    older = replies.last_prompt(uow, reply.contact_point, ("superseded",))
    current = replies.last_prompt(uow, reply.contact_point, ("open",))
    if older is None or current is None or older.ended_at is None:
        return False
    if older.loop == current.loop and older.question.key == current.question.key:
        return False  # asked again
    return reply.received_at - older.ended_at < ASK_BACK and normalise(reply.body).plain.strip().isdigit()


def _bind(uow: UnitOfWork, line: Line, prompt: StoredPrompt | None) -> tuple[int | None, int | None]:
    """Return (loop, member): the prompt's, or the nearest visit when only one person's loops share the phone."""
    if prompt is not None and prompt.loop is not None:
        return prompt.loop, loops.member_of(uow, prompt.loop)
    if line.visit is not None:
        return line.visit, line.open_loops[0][0]
    return None, line.only_member


def _deliver(
    uow: UnitOfWork,
    line: Line,
    reply: StoredReply,
    prompt: StoredPrompt | None,
    meaning: Meaning,
    loop_id: int | None,
) -> None:
    agrees = agreeing.agrees(prompt, meaning)
    answers_prompt = prompt is not None and (agrees is not None or bool(meaning.intents - _BESIDE))
    if prompt is not None and answers_prompt:
        replies.end_prompts(uow, [prompt.id], "answered")
        work.end_waits_for_prompts(uow, [prompt.id], "met")
    if prompt is not None and agrees is not None:
        agreeing.confirm(uow, line, reply, prompt, agrees)
    heard.verify(uow, line, meaning, answers_prompt)
    heard.check_who_it_was(uow, line, reply, meaning)
    if Intent.LANGUAGE_SWITCH in meaning.intents and meaning.language:
        _switch_language(uow, line, reply, meaning.language)
    if heard.asks_who(meaning):
        heard.say_who_we_are(uow, line, reply, loop_id)
    elif loop_id is None and agrees is None and not meaning.intents & _NEEDS_NOBODY:
        to_a_person(uow, line, reply)
    if loop_id is not None:
        asked, repeats = (prompt.question.key, prompt.repeats) if prompt else (None, 0)
        events.append(uow, [(loop_id, Heard(uow.now, reply.id, meaning, asked, repeats))])
        decide(uow, [loop_id])


def _switch_language(uow: UnitOfWork, line: Line, reply: StoredReply, language: str) -> None:
    """Write in the language that was asked for, where the program has approved words in it."""
    approved = programs.approved_words(uow, {member.program for member in line.members.values()})
    spoken = {key[2] for key in approved}
    if language in spoken:
        people.set_language(uow, line.members, language)
    else:
        to_a_person(uow, line, reply)
