"""What the carrier asks while a call goes on: each answer is kept, and committed, before anything is said to it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from conversations.calls.answered_by import AnsweredBy
from conversations.calls.call import Direction
from conversations.calls.events import Answered, Event
from outreach.channels.voice import twiml
from outreach.engine import call_ends, call_scene, call_talk
from outreach.engine.call_scene import Scene
from outreach.engine.call_talk import HANG_UP
from outreach.engine.deployment import Deployment
from outreach.engine.line import Line, line_of
from outreach.loops.consent import Category, suppressed, wrong_number
from outreach.loops.standing import Standing
from outreach.loops.tasks import TaskKind
from outreach.store import calls, people, programs
from outreach.store.actor import CARRIER
from outreach.store.calls import CalledFor, StoredCall
from outreach.store.database import StoreAway
from outreach.store.programs import StoredProgram
from outreach.store.touches import LEFT
from outreach.store.unit_of_work import UnitOfWork

_NUMBER = re.compile(r"\+[1-9][0-9]{6,14}", re.ASCII)
WITHHELD = "withheld"
# What a carrier puts in the place of a number that it does not tell.
_NO_NUMBER = frozenset({"+266696687", "+7378742833", "+2562533", "+8656696", "+86282452253"})


@dataclass(frozen=True, slots=True)
class Request:
    """One request of a call: what happened on it, as the answer to a turn, or that it begins.

    `recording` is where the carrier keeps a message that was just left.
    """

    sid: str
    event: Event
    recording: str = field(default="", repr=False)

    @property
    def begins(self) -> bool:
        """Whether nothing was said on it yet."""
        return isinstance(self.event, Answered)


def outbound(deployment: Deployment, touch_id: int, attempt: int, request: Request) -> bytes:
    """Return what is said next on a call of ours, as TwiML. Raises StoreAway: answer 503."""
    with deployment.write(CARRIER) as uow:
        wanted = _called_for(uow, touch_id)
        if wanted is None or wanted.member is None:
            return HANG_UP
        line = line_of(uow, wanted.phone, everybody=True)
        scene = call_scene.outbound(deployment, uow, line, wanted, wanted.member, begins=request.begins)
        stored = calls.begun(uow, request.sid, Direction.OUTBOUND, wanted.phone, **wanted.of_attempt(attempt))
        if (stored.touch, stored.attempt, stored.phone) != (touch_id, attempt, wanted.phone):
            return HANG_UP  # the id of another call
        if request.begins:
            call_ends.made(uow, touch_id, attempt, request.sid)
        if _may_no_more(wanted, attempt, line, stored):
            said = call_talk.part(uow, scene, stored)
        else:
            said = _talk(uow, scene, stored, request)
        if stored.ended_at is not None:
            call_talk.reached_after_all(uow, stored)
        uow.commit()
    return said


def inbound(deployment: Deployment, from_: str, to: str, request: Request) -> bytes:
    """Return what is said next to somebody who calls us, as TwiML. Raises StoreAway: answer 503."""
    with deployment.write(CARRIER) as uow:
        line = caller(uow, from_)
        program = called(uow, line, to)
        if program is None:
            return HANG_UP
        scene = call_scene.inbound(deployment, uow, line, program)
        stored = calls.begun(uow, request.sid, Direction.INBOUND, line.phone, program_id=program.id)
        if (stored.direction, stored.phone) != (Direction.INBOUND, line.phone):
            return HANG_UP
        said = _talk(uow, scene, stored, request, withheld=number_of(from_) == WITHHELD)
        uow.commit()
    return said


def fallback(deployment: Deployment, touch_id: int) -> bytes:
    """Return who we are and which number to call, for when a door of ours failed (TWI-23)."""
    try:
        with deployment.read(CARRIER) as uow:
            wanted = calls.called_for(uow, touch_id)
            if wanted is None or wanted.member is None:
                return HANG_UP
            program = programs.programs(uow, [wanted.program])[wanted.program]
            language = people.members(uow, [wanted.member])[wanted.member].language
            doors = call_scene.words_only(deployment, uow, program, language)
    except StoreAway:
        return HANG_UP
    return HANG_UP if doors is None else twiml.fallback(program.name, program.phone, language, doors)


def number_of(from_: str) -> str:
    """Return the E.164 number somebody calls from, or that it is withheld."""
    return from_ if _NUMBER.fullmatch(from_) and from_ not in _NO_NUMBER else WITHHELD


def caller(uow: UnitOfWork, from_: str) -> Line:
    """Lock and return the phone of somebody who calls us; those who withhold their number share one that nobody has."""
    return line_of(uow, people.phone_of_number(uow, number_of(from_)))


def called(uow: UnitOfWork, line: Line, to: str) -> StoredProgram | None:
    """Return the program that was called: the caller's own where it has that number, else the first that has it."""
    known = programs.programs(uow)
    digits = re.sub(r"\D", "", to)[-10:]
    theirs = [each for each in known.values() if digits and digits in (_ten(each.phone), _ten(each.sender))]
    if line.program is not None and (not theirs or line.program in theirs):
        return line.program
    return min(theirs, key=lambda each: each.id, default=None)


def _ten(number: str) -> str:
    return re.sub(r"\D", "", number)[-10:]


def _called_for(uow: UnitOfWork, touch_id: int) -> CalledFor | None:
    """Return the touch of a call as it stands behind the lock of its phone."""
    seen = calls.called_for(uow, touch_id)
    if seen is None:
        return None
    people.lock_phones(uow, [seen.phone])
    return calls.called_for(uow, touch_id)


def _talk(uow: UnitOfWork, scene: Scene, stored: StoredCall, request: Request, *, withheld: bool = False) -> bytes:
    event = request.event
    if stored.state is None and not request.begins:
        event = Answered(AnsweredBy.UNKNOWN if scene.call is None or scene.call.outbound else AnsweredBy.HUMAN)
    if scene.call is None:
        return call_talk.unheard(uow, scene, stored, TaskKind.LANGUAGE_GAP)
    return call_talk.go_on(uow, scene, scene.call, stored, event, request.recording, withheld=withheld)


def _may_no_more(wanted: CalledFor, attempt: int, line: Line, stored: StoredCall) -> bool:
    """Whether this call was refused while it rang, or went on; what was asked for on it is no such refusal."""
    if wanted.state not in LEFT or wanted.attempts != attempt:
        return True
    if stored.refusal is not None or wanted.member is None:
        return False
    member = line.members.get(wanted.member)
    gone = member is not None and member.standing is Standing.DECEASED
    silent = suppressed(line.ledger, Category(wanted.row.category))
    return gone or silent or wrong_number(line.ledger, wanted.member)
