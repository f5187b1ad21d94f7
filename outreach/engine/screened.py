"""What the screens found, turned into suppression, tasks and the few answers that may follow a STOP."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from conversations.meaning import Meaning, Safety
from conversations.pieces import GRAVE
from outreach.engine import opting
from outreach.engine.answering import answer
from outreach.engine.decide import decide
from outreach.engine.line import Line, open_tasks
from outreach.engine.opting import BY_REPLY, Word
from outreach.loops.cadence import Queue
from outreach.loops.consent import Category, Channel, granted, suppressed
from outreach.loops.consent import wrong_number as not_theirs
from outreach.loops.facts import Exempt
from outreach.loops.gate_refusals import SOLICITED
from outreach.loops.tasks import TaskKind
from outreach.store import consents, loops, programs, touches
from outreach.store.replies import StoredReply
from outreach.store.texted import SCOPE_QUESTION
from outreach.store.unit_of_work import UnitOfWork

ONCE_PER = timedelta(minutes=30)  # CRI-04
CRITICAL = 4  # rulebook 6.1
_NOBODY = 0

_TASKS = {
    Safety.EMERGENCY: TaskKind.CRISIS,
    Safety.ABUSE: TaskKind.CRISIS,
    Safety.REVIEW: TaskKind.SAFETY_REVIEW,
    Safety.DECEASED_REPORT: TaskKind.DECEASED_REPORT,
}


@dataclass(frozen=True, slots=True)
class Said:
    """One stored reply as the screens saw it. `rule` took it for an opt-out, `at` is the provider's time if known.

    `ours` when a STOP is for us to confirm (TWI-30), `ask_scope` when we may ask what it covers (LAW-17). What was
    said in a call (`how` names it) is answered in the call, and not by a text.
    """

    reply: int
    safety: frozenset[Safety]
    rule: str
    at: datetime | None
    ours: bool
    ask_scope: bool
    how: str = BY_REPLY

    def word(self, rule: str) -> Word:
        """Return where an entry that follows from it comes from."""
        return Word(self.how, rule, f"reply:{self.reply}", self.at)


def act_on_safety(uow: UnitOfWork, line: Line, said: Said) -> None:
    """Act on every flag, additively (CRI-01): nobody's STOP waits for a crisis, and no crisis for a STOP.

    `line` is the phone as it was before.
    """
    if not said.safety:
        return
    kinds = list(_work(line, said.safety))
    bound = [line.visit] if kinds and line.visit else []
    begins_again = said.safety & {Safety.OPT_IN, Safety.KEEP_RIDES}
    loops.lock(uow, [loop_id for _, loop_id in line.open_loops] if begins_again else bound)
    _write(uow, line, said)
    open_tasks(uow, line, kinds, reply=said.reply, loop=line.visit)
    said_at = min(said.at or uow.now, uow.now)
    for words, exempt in _answers(uow, line, said) if said.how == BY_REPLY else ():
        # Said long ago, and only found now: nothing but what saves a life may leave at any hour.
        late = uow.now - said_at > SOLICITED and exempt is not Exempt.SAFETY_REPLY
        queue = Queue.REPLY if late else Queue.SAFETY
        answer(uow, line, said.reply, words, received_at=said_at, exempt=exempt, queue=queue)
    if bound:
        decide(uow, bound)  # a task of the visit may be what holds it now


def act_late(uow: UnitOfWork, line: Line, reply: StoredReply, meaning: Meaning) -> None:
    """Act on what only the pieces of a text say together, where nobody saw it as they came (CRI-01)."""
    late = (meaning.safety & GRAVE) - {Safety(flag) for flag in reply.safety}
    if late:
        act_on_safety(uow, line, Said(reply.id, late, "LAW-22", None, ours=True, ask_scope=False))


def _work(line: Line, safety: frozenset[Safety]) -> Iterator[TaskKind]:
    yield from (kind for flag, kind in _TASKS.items() if flag in safety)
    if Safety.POSSIBLE_VISIT_CANCEL in safety and line.open_loops:  # LAW-21: without a visit they meant the texts
        yield TaskKind.POSSIBLE_VISIT_CANCEL
    if Safety.HELP in safety and any(member.tier >= CRITICAL for member in line.members.values()):
        yield TaskKind.SAFETY_REVIEW  # TWI-28: a frightened person may write no more than this
    if Safety.OPT_OUT in safety and line.endangered:
        yield TaskKind.SAFE_CONTACT_CHECK


def _write(uow: UnitOfWork, line: Line, said: Said) -> None:
    """Write what the reply does to the ledger. A STOP inside a crisis is one all the same."""
    if Safety.OPT_OUT in said.safety:
        opting.stopped(uow, line, said.word(said.rule))
    if Safety.DECEASED_REPORT in said.safety:
        opting.died(uow, line, said.word("CARE-10"))
    if Safety.WRONG_NUMBER in said.safety:
        opting.not_theirs(uow, line, said.word("LAW-39"))
    if said.safety & {Safety.OPT_OUT, Safety.WRONG_NUMBER, Safety.DECEASED_REPORT}:
        return
    if Safety.OPT_IN in said.safety:
        opting.started(uow, line, said.word("LAW-25"))
    elif Safety.KEEP_RIDES in said.safety:
        opting.kept_rides(uow, line, said.word("LAW-17"))


def _answers(uow: UnitOfWork, line: Line, said: Said) -> Iterator[tuple[str, Exempt]]:
    """At most one, of what matters most. A death is not answered by a machine (CARE-10)."""
    safety = said.safety
    if Safety.EMERGENCY in safety or Safety.ABUSE in safety:
        words = "safety_neutral" if Safety.ABUSE in safety else "emergency"  # CRI-07: an abuser may read it
        last = touches.last_answer(uow, line.phone, words)
        if last is None or uow.now - last >= ONCE_PER:
            yield words, Exempt.SAFETY_REPLY
    elif Safety.DECEASED_REPORT in safety:
        return
    elif Safety.WRONG_NUMBER in safety:
        if line.members or not not_theirs(line.ledger, _NOBODY):  # LAW-39: one apology
            yield "wrong", Exempt.STOP_CONFIRMATION
    elif Safety.OPT_OUT in safety:
        # CRI-07: where somebody reads along, a confirmation would tell them that there were texts.
        if said.ours and not suppressed(line.ledger) and not line.endangered:
            yield SCOPE_QUESTION if said.ask_scope and _may_ask(uow, line) else "stop", Exempt.STOP_CONFIRMATION
    elif Safety.OPT_IN in safety:
        if not suppressed(consents.consents(uow, [line.phone]).get(line.phone, ())):  # a late one lifts nothing
            yield "start", Exempt.START_CONFIRMATION
    elif Safety.HELP in safety:
        yield "help", Exempt.HELP


def _may_ask(uow: UnitOfWork, line: Line) -> bool:
    """LAW-17: there is something to keep beside rides, and approved words to ask in."""
    agreed = {
        category
        for category in Category
        if any(granted(line.ledger, member, Channel.SMS, category) for member in line.members)
    }
    if line.program is None or not agreed > {Category.TRANSPORT}:
        return False
    return (line.program.id, SCOPE_QUESTION, line.language) in programs.approved_words(uow, [line.program.id])
