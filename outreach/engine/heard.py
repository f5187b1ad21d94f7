"""What follows from having heard somebody on a phone, beside what they said."""

from __future__ import annotations

from conversations.meaning import Intent, Meaning
from conversations.notices import IDENTITY
from outreach.engine.answering import answer
from outreach.engine.line import Line, open_tasks
from outreach.engine.unbound import to_a_person
from outreach.loops.cadence import Queue
from outreach.loops.consent import suppressed
from outreach.loops.facts import Exempt
from outreach.loops.numbers import NumberState
from outreach.loops.tasks import TaskKind
from outreach.store import people
from outreach.store.replies import StoredReply
from outreach.store.unit_of_work import UnitOfWork

# Who says one of these has not shown to be the member: strangers say them too.
_SHOWS_NOBODY = frozenset({Intent.WRONG_NUMBER, Intent.DECEASED_REPORT, Intent.OPT_OUT})
_LOST = frozenset({NumberState.SUSPECT, NumberState.INVALID, NumberState.REASSIGNED_HOLD})
_TAKES_BACK = frozenset({Intent.DECLINE, Intent.RESCHEDULE_REQUEST})


def asks_who(meaning: Meaning) -> bool:
    """Return whether somebody asks who we are: they do not know us, whoever they are."""
    return any(because.rule == IDENTITY for because in meaning.because)


def shows_themselves(uow: UnitOfWork, line: Line, state: NumberState, meaning: Meaning, answers_prompt: bool) -> bool:
    """Return whether a number is surely theirs: one person has it, or a question of ours was answered (LAW-38).

    A number that was lost is found again only by an answer; anybody may write from it (rulebook 0.2).
    """
    stranger = meaning.intents & _SHOWS_NOBODY or asks_who(meaning)
    if stranger or not (answers_prompt or line.only_member is not None):
        return False
    if state in _LOST and not answers_prompt:
        return False
    if state is NumberState.UNVERIFIED or state in _LOST:
        people.set_state(uow, line.phone, NumberState.ACTIVE)
    return True


def check_who_it_was(uow: UnitOfWork, line: Line, reply: StoredReply, meaning: Meaning) -> None:
    """CRI-07: what gives up a visit from the phone of an endangered member is checked in the way that is safe."""
    if line.endangered and meaning.intents & _TAKES_BACK:
        open_tasks(uow, line, [TaskKind.SAFE_CONTACT_CHECK], reply=reply.id, loop=line.visit)


def say_who_we_are(uow: UnitOfWork, line: Line, reply: StoredReply, loop: int | None) -> None:
    """Answer "who is this?" without a word about anybody (HIP-13), after a STOP too; else a person does."""
    if line.program is None or not line.answerable:
        to_a_person(uow, line, reply)
        return
    exempt = Exempt.HELP if suppressed(line.ledger) else None  # it asks for help; but two machines must not talk
    queue, received_at = Queue.REPLY, reply.received_at
    answer(uow, line, reply.id, "identity", received_at=received_at, queue=queue, exempt=exempt, loop=loop)
