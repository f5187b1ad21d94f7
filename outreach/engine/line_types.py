"""Which kind of line a number is, asked once the carrier said that it may be a landline (30006, TWI-37)."""

from __future__ import annotations

from datetime import timedelta

from outreach.channels.look.numbers import Question
from outreach.engine.deployment import Deployment
from outreach.engine.soft_fails import count_soft
from outreach.loops.numbers import LineType
from outreach.store import people, rounds
from outreach.store.actor import WORKER
from outreach.store.unit_of_work import UnitOfWork

_ROUND = "lines"
_EVERY = timedelta(minutes=1)
_BATCH = 50


def ask_line_types(deployment: Deployment) -> int:
    """Look up the lines of numbers in doubt, with no transaction open; return how many were answered.

    A landline takes no texts any more; of any other the failure counts softly. What nobody could answer is asked again,
    and the gate holds its texts meanwhile.
    """
    now = deployment.timer.now()
    with deployment.read(WORKER) as uow:
        phones = people.lines_asked(uow, _BATCH)
        if not phones or not rounds.is_due(uow, _ROUND, now):
            return 0
        numbers = people.phones(uow, phones)
        questions = [Question(phone, numbers[phone].number, uow.now.date()) for phone in phones]
    answers = [(question.phone, line) for question, line in deployment.number_lookup.lines(questions)]
    with deployment.write(WORKER) as uow:
        people.lock_phones(uow, phones)
        for phone, line in answers:
            _decide(uow, phone, line)
        unanswered = set(phones) - {phone for phone, _ in answers}
        for phone in unanswered:
            people.ask_line(uow, phone, uow.now)  # after the others, the next time
        if unanswered:
            rounds.made(uow, _ROUND, now + _EVERY)
        uow.commit()
    return len(answers)


def _decide(uow: UnitOfWork, phone: int, line: LineType) -> None:
    people.ask_line(uow, phone, None)
    uow.audit(f"number.line.{line}", f"contact_point:{phone}", "TWI-37")
    if line.state is not None:
        people.set_state(uow, phone, line.state)
    else:
        count_soft(uow, phone)
