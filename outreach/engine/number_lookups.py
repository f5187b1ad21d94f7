"""Numbers are looked up before they first ring, and again once nothing was heard from them for a month (LAW-37)."""

from __future__ import annotations

from collections.abc import Sequence

from outreach.channels.look.numbers import Question
from outreach.engine.decide import decide
from outreach.engine.deployment import Deployment
from outreach.loops.consent import Action
from outreach.loops.events import Suppressed
from outreach.loops.numbers import FRESH, NumberState, Reassigned
from outreach.store import consents, events, loops, number_checks, people
from outreach.store.actor import WORKER
from outreach.store.lanes import Lane
from outreach.store.unit_of_work import UnitOfWork


def look_up_due(deployment: Deployment, queue: str, lanes: Sequence[Lane], room: int) -> int:
    """Look up the stale numbers behind the next `room` due texts of each lane; return how many were answered.

    No transaction is open meanwhile. What nobody could answer stays stale, and the gate holds its texts.
    """
    with deployment.read(WORKER) as uow:
        phones = number_checks.stale_behind(uow, queue, lanes, room, uow.now - FRESH)
        questions = _questions(uow, phones) if phones else []
    if not questions:
        return 0
    answers = list(deployment.number_lookup.answers(questions))
    with deployment.write(WORKER) as uow:
        gone = [question.phone for question, answer in answers if answer is Reassigned.YES]
        people.lock_phones(uow, gone)
        number_checks.note(uow, [(q.phone, q.since, answer) for q, answer in answers], deployment.number_lookup.source)
        for phone in gone:
            _given_up(uow, phone)
        uow.commit()
    return len(answers)


def _questions(uow: UnitOfWork, phones: list[int]) -> list[Question]:
    """Ask about the time since somebody was surely there: a reply, a person's word, else the day of the consent."""
    ledgers = consents.consents(uow, phones)
    found = []
    for phone_id, phone in people.phones(uow, phones).items():
        given = [event.effective for event in ledgers.get(phone_id, ()) if event.action is Action.GRANT]
        since = phone.verified_at or max(given, default=uow.now)
        found.append(Question(phone_id, phone.number, since.date()))
    return found


def _given_up(uow: UnitOfWork, phone: int) -> None:
    """Somebody else may have the number by now: it rings no more until a person found out."""
    people.set_state(uow, phone, NumberState.REASSIGNED_HOLD)
    members = people.members_on(uow, [phone]).get(phone, [])
    open_loops = [loop_id for _, loop_id in loops.open_of_members(uow, members)]
    loops.lock(uow, open_loops)
    events.append(uow, [(loop_id, Suppressed(uow.now, "LAW-37")) for loop_id in open_loops])
    decide(uow, open_loops)
