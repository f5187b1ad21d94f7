"""In which language a phone is written to: what its member asks for, and what they plainly write (HIP-24)."""

from __future__ import annotations

from datetime import timedelta

from conversations.meaning import Intent, Meaning
from conversations.tongue import written_in
from outreach.engine.answering import answer
from outreach.engine.line import Line
from outreach.engine.unbound import to_a_person
from outreach.loops.cadence import Queue
from outreach.store import people, programs, touches
from outreach.store.replies import StoredReply
from outreach.store.unit_of_work import UnitOfWork

CHANGED = "language_changed"
AGAIN = timedelta(days=30)  # who was told how to change it back, and did not, is not told again for a month
_USEFUL = timedelta(hours=12)


def asked_for(uow: UnitOfWork, line: Line, reply: StoredReply, meaning: Meaning, loop: int | None) -> None:
    """Write in the language that was asked for from now on, and say so in it; without approved words a person does."""
    if meaning.language is None or meaning.language not in {language for _, language in _approved(uow, line)}:
        to_a_person(uow, line, reply)
        return
    people.set_language(uow, line.members, meaning.language)
    if meaning.intents == {Intent.LANGUAGE_SWITCH}:  # else what answers the rest is in the new language
        _say_so(uow, line, reply, loop)


def noticed(uow: UnitOfWork, line: Line, reply: StoredReply, text: str, loop: int | None) -> None:
    """Go on in the language somebody plainly writes, where there are approved words; those say how to change it back.

    Once in 30 days, only for who has the phone alone and nobody who may be in danger, and never away from their own
    language into English: there, many members answer with a few English words.
    """
    member = line.members[line.only_member] if line.only_member is not None else None
    if member is None or line.endangered:
        return
    language = written_in(text)
    if language is None or language == member.language or (CHANGED, language) not in _approved(uow, line):
        return
    if touches.answered_with(uow, line.phone, CHANGED, uow.now - AGAIN):
        return
    people.set_language(uow, line.members, language)
    _say_so(uow, line, reply, loop)


def _approved(uow: UnitOfWork, line: Line) -> set[tuple[str, str]]:
    programs_there = {member.program for member in line.members.values()}
    return {(key, language) for _, key, language in programs.approved_words(uow, programs_there)}


def _say_so(uow: UnitOfWork, line: Line, reply: StoredReply, loop: int | None) -> None:
    member = min(line.members, default=None)
    answer(
        uow, line, reply.id, CHANGED, received_at=reply.received_at, queue=Queue.REPLY, loop=loop, member=member,
        useful=_USEFUL,
    )  # fmt: skip
