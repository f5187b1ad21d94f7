"""What a phone was asked: the question a reply answers, and the one it may put right (TIM-14, TIM-15)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from conversations.answers import asks_when, asks_why
from conversations.corrections import corrected
from conversations.meaning import Because, Meaning, Screening
from conversations.normalise import normalise
from conversations.prompt import Prompt
from conversations.understand import understand
from outreach.engine.line import Line
from outreach.store import replies
from outreach.store.loops import StoredLoop
from outreach.store.replies import StoredPrompt, StoredReply
from outreach.store.touches import ASKS_CONSENT
from outreach.store.unit_of_work import UnitOfWork

ASK_BACK = timedelta(minutes=30)  # TIM-15: how long a bare digit may still mean the older question
PUT_RIGHT = timedelta(minutes=30)  # a slip is noticed within minutes; later it is a change of mind, for a person


@dataclass(frozen=True, slots=True)
class Asked:
    """The question that is open on a phone, and the one that was answered a moment ago, if nothing newer was asked."""

    open: StoredPrompt | None
    answered: StoredPrompt | None


def asked_of(
    line: Line, prompts: Sequence[StoredPrompt], stored: Mapping[int, StoredLoop], said_at: datetime, now: datetime
) -> Asked:
    """Return what a locked phone was asked before `said_at`: of its `prompts`, oldest first, about these locked loops.

    A question counts while its visit is as the text said (TIM-14); a consent is asked whatever the visit does. Who has
    a number that is nobody's we know answers nothing (LAW-39).
    """
    known = list(prompts) if line.members else []
    known = [each for each in known if each.opened_at <= said_at]  # a reply may be found long after it was said
    still = next((each for each in reversed(known) if each.state == "open" and each.expires_at > now), None)
    answered = next((each for each in reversed(known) if each.state == "answered"), None)
    if answered is not None and not _newest(answered, known):
        answered = None

    def stands(prompt: StoredPrompt) -> bool:
        any_version = prompt.loop is None or prompt.question.key == ASKS_CONSENT
        return any_version or stored[prompt.loop or 0].loop.anchor.version == prompt.anchor_version

    may_be_put_right = answered is not None and answered.loop is not None and answered.question.key != ASKS_CONSENT
    return Asked(
        still if still is not None and stands(still) else None,
        answered if answered is not None and may_be_put_right and stands(answered) else None,
    )


def _newest(answered: StoredPrompt, known: list[StoredPrompt]) -> bool:
    """Whether nothing was asked since but why, or when instead: nobody means that when they take an answer back."""
    newer = [each for each in known if (each.opened_at, each.id) > (answered.opened_at, answered.id)]
    return all(each.state == "open" and each.loop == answered.loop and follows_up(each.question) for each in newer)


def follows_up(question: Prompt) -> bool:
    """Return whether a question only asks more about the answer before it."""
    return asks_why(question) or asks_when(question)


def may_mean_the_older(uow: UnitOfWork, reply: StoredReply) -> bool:
    """TIM-15: whether a bare digit came so soon after another question took over that it may answer the older one."""
    if not normalise(reply.body).plain.strip().isdigit():
        return False
    older = replies.last_prompt(uow, reply.contact_point, ("superseded",))
    current = replies.last_prompt(uow, reply.contact_point, ("open",))
    if older is None or current is None or older.ended_at is None:
        return False
    if older.loop == current.loop and older.question.key == current.question.key:
        return False  # asked again
    return reply.received_at - older.ended_at < ASK_BACK


def put_right(asked: Asked, text: str, screening: Screening) -> Meaning | None:
    """Return what a text says in place of the answer that was just given; None when it takes nothing back."""
    prompt = asked.answered
    instead = corrected(text) if prompt is not None and not screening.safety else None
    if prompt is None or instead is None:
        return None
    meaning = understand(instead, prompt.language, prompt.question, Screening(frozenset()))
    offered = {option.intent for option in prompt.question.options.values()}
    if meaning.confidence < 1.0 or not meaning.intents <= offered:
        return None
    because = (Because("7.1/put-right", text[:80]), *meaning.because)
    return Meaning(meaning.intents, meaning.reason, because=because, preferences=meaning.preferences)
