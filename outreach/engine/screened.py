"""What the screens found, turned into suppression, tasks and the few answers that may follow a STOP."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from conversations.meaning import Safety
from outreach.engine.decide import decide
from outreach.loops.business_days import NO_PROGRAM
from outreach.loops.cadence import Queue
from outreach.loops.consent import EVERY_CATEGORY, Action, Category, ConsentEvent, suppressed
from outreach.loops.events import Reachable, Suppressed
from outreach.loops.facts import Exempt
from outreach.loops.tasks import TaskKind, deadlines
from outreach.store import events, loops, people, programs, touches, work
from outreach.store.programs import StoredProgram
from outreach.store.unit_of_work import UnitOfWork

ONCE_PER = timedelta(minutes=30)  # CRI-04
_USEFUL = timedelta(hours=1)

_TASKS = {
    Safety.EMERGENCY: TaskKind.CRISIS,
    Safety.ABUSE: TaskKind.CRISIS,
    Safety.REVIEW: TaskKind.SAFETY_REVIEW,
    Safety.DECEASED_REPORT: TaskKind.DECEASED_REPORT,
    Safety.POSSIBLE_VISIT_CANCEL: TaskKind.POSSIBLE_VISIT_CANCEL,
}


def act_on_safety(uow: UnitOfWork, phone: int, reply: int, safety: frozenset[Safety], *, stop_reply: bool) -> None:
    """Act on every flag, additively (CRI-01): nobody's STOP waits for a crisis, and no crisis for a STOP."""
    if not safety:
        return
    members = people.members_on(uow, [phone]).get(phone, [])
    open_loops = loops.open_of_members(uow, members)
    # The visit a task is about is known only when one person's visits share the phone.
    about_visit = open_loops[0][1] if len({member for member, _ in open_loops}) == 1 else None
    kinds = dict.fromkeys(kind for flag, kind in _TASKS.items() if flag in safety)
    bound = [about_visit] if kinds and about_visit else []
    loops.lock(uow, bound)
    was_suppressed = suppressed(people.consents(uow, [phone]).get(phone, ()))
    _suppress(uow, phone, reply, safety, open_loops)
    program = _program(uow, members)
    office = program.office if program else NO_PROGRAM
    about = {"contact_point_id": phone, "reply_id": reply, "member_id": members[0] if len(members) == 1 else None}
    about |= {"program_id": program.id if program else None}
    about |= {"loop_id": about_visit}
    rows = [work.task_row(uow, kind, deadlines(kind, uow.now, office), **about) for kind in kinds]
    work.open_task(uow, rows)
    if program is not None:
        for words, exempt in _answers(uow, phone, safety, stop_reply and not was_suppressed):
            _answer(uow, phone, reply, program, about["member_id"], words, exempt)
    if bound:
        decide(uow, bound)  # a task of the visit may be what holds it now


def _suppress(
    uow: UnitOfWork, phone: int, reply: int, safety: frozenset[Safety], open_loops: list[tuple[int, int]]
) -> None:
    evidence = f"reply:{reply}"
    entries = (
        (Safety.OPT_OUT, Action.STOP, "LAW-19"),
        (Safety.DECEASED_REPORT, Action.STOP, "CARE-10"),
        (Safety.WRONG_NUMBER, Action.WRONG_NUMBER, "LAW-39"),
    )
    for flag, action, rule in entries:
        if flag in safety:
            entry = ConsentEvent(action, None, uow.now, None, "sms", EVERY_CATEGORY)
            people.note_consent(uow, phone, entry, "member_reply", rule, evidence)
            events.append(uow, [(loop_id, Suppressed(uow.now, rule)) for _, loop_id in open_loops])
    if Safety.OPT_IN in safety and not safety & {Safety.OPT_OUT, Safety.WRONG_NUMBER, Safety.DECEASED_REPORT}:
        start = ConsentEvent(Action.START, None, uow.now, None, "sms", EVERY_CATEGORY)
        people.note_consent(uow, phone, start, "member_reply", "LAW-25", evidence)
        events.append(uow, [(loop_id, Reachable(uow.now)) for _, loop_id in open_loops])


def _answers(
    uow: UnitOfWork, phone: int, safety: frozenset[Safety], confirm_stop: bool
) -> list[tuple[str, Exempt | None]]:
    if Safety.EMERGENCY in safety or Safety.ABUSE in safety:
        words = "safety_neutral" if Safety.ABUSE in safety else "emergency"  # CRI-07: an abuser may read it
        last = touches.last_answer(uow, phone, words)
        return [] if last is not None and uow.now - last < ONCE_PER else [(words, Exempt.SAFETY_REPLY)]
    if Safety.DECEASED_REPORT in safety:
        return []  # CARE-10: no further automated message
    if Safety.WRONG_NUMBER in safety:
        return [("wrong", Exempt.STOP_CONFIRMATION)]
    if Safety.OPT_OUT in safety:
        return [("stop", Exempt.STOP_CONFIRMATION)] if confirm_stop else []
    if Safety.OPT_IN in safety:
        return [("start", Exempt.START_CONFIRMATION)]
    return [("help", Exempt.HELP)] if Safety.HELP in safety else []


def _answer(
    uow: UnitOfWork, phone: int, reply: int, program: StoredProgram, member: Any, words: str, exempt: Exempt | None
) -> None:
    row = touches.new_row(
        uow,
        member_id=member,
        program_id=program.id,
        contact_point_id=phone,
        step=f"answer:{words}",
        nth=reply,
        reply_id=reply,
        words=words,
        category=Category.APPOINTMENT,
        queue=Queue.SAFETY,
        sender=program.sender,
        exempt=exempt,
        due_at=uow.now,
        useful_until=uow.now + _USEFUL,
        answers_at=uow.now,
    )
    touches.insert(uow, [row])


def _program(uow: UnitOfWork, members: list[int]) -> StoredProgram | None:
    """Return who answers: the member's program, or the deployment's first for a stranger."""
    found = people.members(uow, members[:1])
    known = programs.programs(uow, [m.program for m in found.values()]) if found else programs.programs(uow)
    return min(known.values(), key=lambda program: program.id, default=None)
