"""A text from an unknown number is placed: somebody found out whose phone it is, or that it is nobody's we know."""

from __future__ import annotations

from enum import StrEnum

from outreach.engine import opting
from outreach.engine.decide import decide
from outreach.engine.deployment import Deployment
from outreach.engine.line import Line, line_of
from outreach.engine.opting import StopHow, Word
from outreach.engine.reached import ask_where_none, reached
from outreach.engine.refusals import NotAsked
from outreach.loops.tasks import TaskKind
from outreach.store import consents, enrolment, loops, people, tasks
from outreach.store.actor import Actor
from outreach.store.reads import unmatched
from outreach.store.unit_of_work import UnitOfWork


class Aside(StrEnum):
    """Why a text belongs to no member we know; it is how its task ends."""

    OPTED_OUT = "opted_out"  # they want no texts
    WRONG_NUMBER = "wrong_number"  # they do not know us, and never gave this number
    NOT_FOR_US = "not_for_us"  # an advertisement, or meant for somebody else
    NOBODY_ANSWERS = "nobody_answers"  # asked, and nobody says who they are


def place(deployment: Deployment, actor: Actor, task_id: int, member: int) -> int:
    """Let the phone of an unmatched text be a member's, and end its task; return the phone.

    It carries no consent (LAW-40): somebody is asked to get it. Raises NotAsked when the text was placed already, and
    for a member who is not there.
    """
    with deployment.read(actor) as uow:
        if not people.members(uow, [member]):
            raise NotAsked("This member is not there. Search again.")
    with deployment.write(actor) as uow:
        phone = unmatched.phone_of(uow, task_id)
        if phone is None:
            raise NotAsked("This text was placed already, or it has no number. Look at the list again.")
        known = people.members(uow, [member])[member]
        people.lock_phones(uow, [phone, *known.contact_points])
        if phone not in known.contact_points:
            enrolment.link_phones(uow, [(member, phone)])
            uow.audit("phone.linked", f"member:{member}", "LAW-40")
            ask_where_none(uow, known, consents.consents(uow, [phone]).get(phone, ()))
        reached(uow, [member], (TaskKind.VERIFY_PHONE,))
        if tasks.lock_open(uow, task_id) is None:
            raise NotAsked("Somebody placed this text meanwhile. Look at the list again.")
        tasks.resolve(uow, task_id, "done", None)
        uow.audit("text.placed", f"contact_point:{phone}")
        uow.commit()
    return phone


def set_aside(deployment: Deployment, actor: Actor, task_id: int, why: Aside) -> None:
    """End the task of an unmatched text that is no member's; what was said of the number holds for it from now on.

    An opt-out silences the number (LAW-15); of a wrong number nothing rings any more (LAW-39); both are heard by the
    open loops of whoever may be on it. Raises NotAsked when somebody placed the text already.
    """
    with deployment.write(actor) as uow:
        phone = unmatched.phone_of(uow, task_id)
        if phone is not None:
            people.lock_phones(uow, [phone])
            line = line_of(uow, phone)
            concerned = [loop_id for _, loop_id in line.open_loops]
            loops.lock(uow, concerned)
            _heard(uow, line, why)
            decide(uow, concerned)
        if tasks.lock_open(uow, task_id) is None or (phone is None and why in _OF_THE_NUMBER):
            raise NotAsked("This text was placed already, or it has no number. Look at the list again.")
        tasks.resolve(uow, task_id, why, None)
        uow.audit("text.set_aside", f"task:{task_id}", why)
        uow.commit()


_OF_THE_NUMBER = frozenset({Aside.OPTED_OUT, Aside.WRONG_NUMBER})


def _heard(uow: UnitOfWork, line: Line, why: Aside) -> None:
    match why:
        case Aside.OPTED_OUT if not line.silent:
            opting.stopped(uow, line, Word(StopHow.STAFF_VERBAL, "LAW-15", StopHow.STAFF_VERBAL))
        case Aside.WRONG_NUMBER:
            opting.not_theirs(uow, line, Word("staff", "LAW-39", "staff"))
        case Aside.OPTED_OUT | Aside.NOT_FOR_US | Aside.NOBODY_ANSWERS:
            pass  # it says nothing of the number, or nothing new
