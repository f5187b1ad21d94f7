"""What was understood reaches its loop: the question is answered, and what nobody is bound to becomes a person's."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime

from conversations.meaning import Intent
from conversations.prompt import UNCLEAR_WORDS
from outreach.engine import agreeing, guarding, heard, speaking
from outreach.engine.decide import decide
from outreach.engine.ear import Ear
from outreach.engine.piecing import Spoken, only_pictures
from outreach.engine.reading import Understood, bound
from outreach.engine.screened import act_late
from outreach.engine.unbound import to_a_person
from outreach.loops.events import Heard
from outreach.store import events, people, replies, touches, unread, work
from outreach.store.replies import StoredPrompt
from outreach.store.unit_of_work import UnitOfWork
from outreach.store.unread import Read

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
# What asks more about an answer that was taken back.
_ASKS_MORE = ("why_cannot", "why_not", "when_better", "unclear_why", "unclear_when")


@dataclass(slots=True)
class Delivered:
    """What several phones' replies change, to be written together: each phone, and each loop, at most once."""

    uow: UnitOfWork
    read: list[Read] = field(default_factory=list)
    waiting: dict[int, datetime] = field(default_factory=dict)  # for the rest, by reply: until when
    answered: list[int] = field(default_factory=list)
    withdrawn: list[int] = field(default_factory=list)
    verified: list[int] = field(default_factory=list)
    heard: dict[int, Heard] = field(default_factory=dict)  # by loop

    def deliver(self, ear: Ear, spoken: Spoken, found: Understood) -> None:
        """Note what was understood, and do what follows from it beside what its loop decides."""
        loop_id, member = bound(ear, found.prompt)
        self._note(spoken, found, loop_id, member)
        if only_pictures(spoken):
            to_a_person(self.uow, ear.line, spoken.last)
        elif found.automatic:
            guarding.fall_silent(self.uow, ear.line, spoken.last)
        else:
            # What is stored is what was heard; what is done on it needs certainty.
            self._act(ear, spoken, replace(found, meaning=found.meaning.acted_on), loop_id)

    def write(self) -> None:
        """Write all of it, and let the loops decide."""
        unread.mark_read(self.uow, self.read)
        unread.read_later(self.uow, self.waiting)
        self._end_questions()
        people.verified(self.uow, *self.verified)
        events.append(self.uow, list(self.heard.items()))
        if self.heard:
            decide(self.uow, self.heard)

    def _note(self, spoken: Spoken, found: Understood, loop: int | None, member: int | None) -> None:
        meaning, last = found.meaning, spoken.last.id
        trail = [[because.rule, because.quote] for because in meaning.because]
        prompt = found.prompt.id if found.prompt is not None else None
        self.read.append(Read(last, trail, loop, member, prompt, sorted(meaning.intents), meaning.reason))
        for piece in spoken.pieces[:-1]:
            self.read.append(Read(piece.id, [["7.1/piece", ""]], loop, member, whole=last))

    def _act(self, ear: Ear, spoken: Spoken, found: Understood, loop_id: int | None) -> None:
        uow, line, reply, meaning, prompt = self.uow, ear.line, spoken.last, found.meaning, found.prompt
        act_late(uow, line, reply, meaning)
        agrees = agreeing.agrees(prompt, meaning)
        answers_prompt = prompt is not None and (agrees is not None or bool(meaning.intents - _BESIDE))
        if prompt is not None and answers_prompt:
            self._answer(ear, spoken, prompt, found.corrects)
        if prompt is not None and agrees is not None:
            self._end_questions()  # their open visits decide at once
            agreeing.confirm(uow, line, reply, prompt, agrees)
        if heard.shows_themselves(uow, line, ear.phone.state, meaning, answers_prompt):
            self.verified.append(line.phone)
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
            self.heard[loop_id] = Heard(uow.now, reply.id, meaning, key, repeats, found.corrects)

    def _answer(self, ear: Ear, spoken: Spoken, prompt: StoredPrompt, corrects: bool) -> None:
        """The question is answered: what would have asked it again, or more about the answer before, is not sent."""
        self.answered.append(prompt.id)
        if ear.answering:
            instead = _ASKS_MORE if corrects else set(UNCLEAR_WORDS.values())
            touches.withdraw_answers(self.uow, prompt.contact_point, prompt.loop, instead)
        asked = ear.asked(spoken.pieces[0].received_at).open
        if corrects and asked is not None:
            self.withdrawn.append(asked.id)

    def _end_questions(self) -> None:
        for prompts, state, met in ((self.answered, "answered", "met"), (self.withdrawn, "withdrawn", "dropped")):
            replies.end_prompts(self.uow, prompts, state)
            work.end_waits_for_prompts(self.uow, prompts, met)
            prompts.clear()
