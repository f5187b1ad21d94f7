"""What was said on a phone becomes a meaning, and the question that it answers: nothing is changed here."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from conversations.meaning import Because, Intent, Meaning, Safety
from conversations.signs import only_signs
from conversations.understand import understand
from outreach.engine import guarding
from outreach.engine.asked import may_mean_the_older, put_right
from outreach.engine.ear import Ear
from outreach.engine.piecing import Spoken, heard_in, screening_of
from outreach.store.replies import StoredPrompt
from outreach.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Understood:
    """What a reply means, and which question it answers: the open one, or an answered one that it puts right."""

    meaning: Meaning = field(repr=False)
    prompt: StoredPrompt | None
    corrects: bool = False
    automatic: bool = False  # a machine wrote it: nobody acts on it, and nothing answers (TWI-26)


def read(uow: UnitOfWork, ear: Ear, spoken: Spoken) -> Understood:
    """Return what was said."""
    reply, asked = spoken.last, ear.asked(spoken.pieces[0].received_at)
    prompt = asked.open
    if Safety.KEEP_RIDES in reply.safety:  # it was the answer to what a STOP covers, and has been acted on
        because = (Because("LAW-17", reply.body[:80]),)
        kept = Meaning(frozenset({Intent.OPT_IN}), safety=screening_of(spoken).safety, because=because)
        return Understood(kept, prompt)
    instead = put_right(asked, spoken.text, screening_of(spoken))
    if instead is not None:
        return Understood(instead, asked.answered, corrects=True)
    if prompt is not None and may_mean_the_older(uow, reply):
        return Understood(_unclear("TIM-15", reply.body), prompt)
    meaning = _meaning(ear, spoken, prompt)
    if meaning.intents == {Intent.UNCLEAR} and not meaning.safety and only_signs(spoken.text):
        closing = Because("7.1/signs", spoken.text[:80])
        meaning = replace(meaning, intents=frozenset({Intent.ACKNOWLEDGEMENT}), confidence=1.0, because=(closing,))
    if guarding.sounds_automatic(uow, spoken.pieces, spoken.text, meaning, ear.told):
        return Understood(_unclear("TWI-26", spoken.text), prompt, automatic=True)
    return Understood(meaning, prompt)


def given_up(_uow: UnitOfWork, ear: Ear, spoken: Spoken) -> Understood:
    """A text that we cannot read must not hold its phone: a person reads it."""
    unread = Meaning(frozenset({Intent.UNCLEAR}), safety=frozenset({Safety.REVIEW}), confidence=0.0)
    return Understood(unread, ear.asked(spoken.pieces[0].received_at).open)


def bound(ear: Ear, prompt: StoredPrompt | None) -> tuple[int | None, int | None]:
    """Return (loop, member): the prompt's, or the nearest visit when only one person's loops share the phone."""
    if prompt is not None and prompt.loop is not None:
        return prompt.loop, ear.loops[prompt.loop].member
    if ear.line.visit is not None:
        return ear.line.visit, ear.line.open_loops[0][0]
    return None, ear.line.only_member


def _meaning(ear: Ear, spoken: Spoken, prompt: StoredPrompt | None) -> Meaning:
    if len(spoken.pieces) == 1:
        return ear.alone(spoken.last)
    question = prompt.question if prompt is not None else None
    return understand(spoken.text, heard_in(ear.line, prompt), question, screening_of(spoken))


def _unclear(rule: str, quote: str) -> Meaning:
    return Meaning(frozenset({Intent.UNCLEAR}), confidence=0.3, because=(Because(rule, quote[:80]),))
