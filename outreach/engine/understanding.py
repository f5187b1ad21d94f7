"""A stored reply becomes a meaning, the meaning reaches its loop, and the phone is free again."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

import structlog

from conversations.meaning import Because, Intent, Meaning, Safety
from conversations.pieces import whole
from conversations.prompt import UNCLEAR_WORDS
from conversations.signs import only_signs
from conversations.understand import understand
from outreach.engine import agreeing, guarding, heard, speaking
from outreach.engine.asked import Asked, asked_on, may_mean_the_older, put_right
from outreach.engine.decide import decide
from outreach.engine.deployment import Deployment
from outreach.engine.line import Line, line_of
from outreach.engine.piecing import Spoken, heard_alone, heard_in, only_pictures, screening_of, spoken_with
from outreach.engine.screened import act_late
from outreach.engine.unbound import to_a_person
from outreach.loops.events import Heard
from outreach.store import events, loops, people, replies, touches, work
from outreach.store.actor import WORKER
from outreach.store.database import StoreAway
from outreach.store.loops import LoopChangedMeanwhile
from outreach.store.replies import StoredPrompt
from outreach.store.unit_of_work import UnitOfWork

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Understood:
    """What a reply means, and which question it answers: the open one, or an answered one that it puts right."""

    meaning: Meaning = field(repr=False)
    prompt: StoredPrompt | None
    corrects: bool = False
    automatic: bool = False  # a machine wrote it: nobody acts on it, and nothing answers (TWI-26)


Reader = Callable[[UnitOfWork, Line, Spoken, Asked], Understood]

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
    return _each(deployment, [reply_id for reply_id, _ in waiting])


def understand_soon(deployment: Deployment, reply_id: int) -> None:
    """Read a reply at once when it is whole; a piece of one waits, stored, a few seconds for the rest.

    What waits is read by the pump, and so is all that is left when this process ends here (`read_from`).
    """
    with deployment.write(WORKER) as uow:
        phone = replies.phone_of(uow, reply_id)
        people.lock_phones(uow, [phone])
        reply = replies.get(uow, reply_id)
        if reply is None:
            return
        line = line_of(uow, phone)
        if not (reply.safety or whole(heard_alone(line, asked_on(uow, line, reply.received_at), reply))):
            return
    with deployment.read(WORKER) as uow:
        earlier = replies.unread_before(uow, reply_id)
    _each(deployment, earlier)


def _each(deployment: Deployment, reply_ids: Iterable[int]) -> int:
    read = 0
    for reply_id in reply_ids:
        try:
            understand_now(deployment, reply_id)
            read += 1
        except (StoreAway, LoopChangedMeanwhile):
            raise
        except Exception:
            log.exception("reply_unreadable", reply=reply_id)
    return read


def understand_now(deployment: Deployment, reply_id: int) -> None:
    """Understand one reply, with its pieces, and let its loop act on it. Asking twice changes nothing."""
    try:
        _understand(deployment, reply_id, _read)
    except (ValueError, LookupError, TypeError) as problem:
        # A text that we cannot read must not hold its phone, nor all the replies behind it: a person reads it.
        log.error("reply_not_understood", reply=reply_id, problem=type(problem).__name__)
        _understand(deployment, reply_id, lambda uow, line, spoken, asked: _given_up(asked))


def _understand(deployment: Deployment, reply_id: int, read: Reader) -> None:
    with deployment.write(WORKER) as uow:
        phone = replies.phone_of(uow, reply_id)
        people.lock_phones(uow, [phone])
        reply = replies.get(uow, reply_id)
        if reply is None:
            return
        # Who says that we have the wrong number answers the texts of those whose number it was.
        line = line_of(uow, phone, everybody=Safety.WRONG_NUMBER in reply.safety)
        asked = asked_on(uow, line, reply.received_at)
        spoken = spoken_with(uow, line, asked, reply)
        found = read(uow, line, spoken, asked)
        loop_id, member = _bind(uow, line, found.prompt)
        replies.mark_read(
            uow,
            spoken.last.id,
            json.dumps([[because.rule, because.quote] for because in found.meaning.because]),
            loop_id=loop_id,
            member_id=member,
            prompt_id=found.prompt.id if found.prompt else None,
            intents=sorted(found.meaning.intents),
            reason=found.meaning.reason,
        )
        for piece in spoken.pieces[:-1]:
            replies.mark_piece(uow, piece.id, spoken.last.id, loop_id, member)
        if only_pictures(spoken):
            to_a_person(uow, line, spoken.last)
        elif found.automatic:
            guarding.fall_silent(uow, line, spoken.last)
        else:
            # What is stored is what was heard; what is done on it needs certainty.
            _deliver(uow, line, spoken, asked, replace(found, meaning=found.meaning.acted_on), loop_id)
        uow.commit()


def _read(uow: UnitOfWork, line: Line, spoken: Spoken, asked: Asked) -> Understood:
    reply, prompt = spoken.last, asked.open
    if Safety.KEEP_RIDES in reply.safety:  # it was the answer to what a STOP covers, and has been acted on
        because = (Because("LAW-17", reply.body[:80]),)
        kept = Meaning(frozenset({Intent.OPT_IN}), safety=screening_of(spoken).safety, because=because)
        return Understood(kept, prompt)
    screening = screening_of(spoken)
    instead = put_right(asked, spoken.text, screening)
    if instead is not None:
        return Understood(instead, asked.answered, corrects=True)
    if prompt is not None and may_mean_the_older(uow, reply):
        return Understood(_unclear("TIM-15", reply.body), prompt)
    question = prompt.question if prompt else None
    meaning = understand(spoken.text, heard_in(line, asked), question, screening)
    if meaning.intents == {Intent.UNCLEAR} and not meaning.safety and only_signs(spoken.text):
        closing = Because("7.1/signs", spoken.text[:80])
        meaning = replace(meaning, intents=frozenset({Intent.ACKNOWLEDGEMENT}), confidence=1.0, because=(closing,))
    if guarding.sounds_automatic(uow, spoken.pieces, spoken.text, meaning):
        return Understood(_unclear("TWI-26", spoken.text), prompt, automatic=True)
    return Understood(meaning, prompt)


def _unclear(rule: str, quote: str) -> Meaning:
    return Meaning(frozenset({Intent.UNCLEAR}), confidence=0.3, because=(Because(rule, quote[:80]),))


def _given_up(asked: Asked) -> Understood:
    unread = Meaning(frozenset({Intent.UNCLEAR}), safety=frozenset({Safety.REVIEW}), confidence=0.0)
    return Understood(unread, asked.open)


def _bind(uow: UnitOfWork, line: Line, prompt: StoredPrompt | None) -> tuple[int | None, int | None]:
    """Return (loop, member): the prompt's, or the nearest visit when only one person's loops share the phone."""
    if prompt is not None and prompt.loop is not None:
        return prompt.loop, loops.member_of(uow, prompt.loop)
    if line.visit is not None:
        return line.visit, line.open_loops[0][0]
    return None, line.only_member


def _deliver(uow: UnitOfWork, line: Line, spoken: Spoken, asked: Asked, found: Understood, loop_id: int | None) -> None:
    reply, meaning, prompt = spoken.last, found.meaning, found.prompt
    act_late(uow, line, reply, meaning)
    agrees = agreeing.agrees(prompt, meaning)
    answers_prompt = prompt is not None and (agrees is not None or bool(meaning.intents - _BESIDE))
    if prompt is not None and answers_prompt:
        _answered(uow, asked, prompt, found.corrects)
    if prompt is not None and agrees is not None:
        agreeing.confirm(uow, line, reply, prompt, agrees)
    heard.verify(uow, line, meaning, answers_prompt)
    heard.check_who_it_was(uow, line, reply, meaning)
    if Intent.LANGUAGE_SWITCH in meaning.intents:
        speaking.asked_for(uow, line, reply, meaning, loop_id)
    elif not meaning.safety:
        speaking.noticed(uow, line, reply, spoken.text, loop_id)
    if heard.asks_who(meaning):
        heard.say_who_we_are(uow, line, reply, loop_id)
    elif loop_id is None and agrees is None and not meaning.intents & _NEEDS_NOBODY:
        to_a_person(uow, line, reply)
    if loop_id is not None:
        key, repeats = (prompt.question.key, prompt.repeats) if prompt else (None, 0)
        events.append(uow, [(loop_id, Heard(uow.now, reply.id, meaning, key, repeats, found.corrects))])
        decide(uow, [loop_id])


# What asks more about an answer that was taken back.
_ASKS_MORE = ("why_cannot", "why_not", "when_better", "unclear_why", "unclear_when")


def _answered(uow: UnitOfWork, asked: Asked, prompt: StoredPrompt, corrects: bool) -> None:
    """The question is answered: what would have asked it again, or more about the answer before, does not leave."""
    replies.end_prompts(uow, [prompt.id], "answered")
    work.end_waits_for_prompts(uow, [prompt.id], "met")
    instead = _ASKS_MORE if corrects else set(UNCLEAR_WORDS.values())
    touches.withdraw_answers(uow, prompt.contact_point, prompt.loop, instead)
    if corrects and asked.open is not None:
        replies.end_prompts(uow, [asked.open.id], "withdrawn")
        work.end_waits_for_prompts(uow, [asked.open.id], "dropped")
