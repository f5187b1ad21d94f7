"""All that one request of a call needs to know: who is on the line, what there is to say, and in which languages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from conversations.calls.call import Call, Direction, Person
from locales.languages import languages
from locales.spoken import hours_said
from outreach.channels.voice.doors import Doors
from outreach.engine.call_attempts import voicemail_allowed
from outreach.engine.deployment import Deployment
from outreach.engine.identity import Identity
from outreach.engine.line import Line
from outreach.engine.played import heard_languages, source
from outreach.engine.read_aloud import hours_read
from outreach.engine.recording_links import url_of
from outreach.engine.spoken import Approved, all_approved, script, values_of
from outreach.loops.business_days import BusinessCalendar
from outreach.loops.calling_us import question_for
from outreach.loops.numbers import NumberState
from outreach.store import enrolment, loops, people, programs
from outreach.store.calls import CalledFor
from outreach.store.loops import StoredLoop
from outreach.store.programs import StoredProgram
from outreach.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Scene:
    """One moment of a call. `visits` are the locked loops, by member, that the call is about.

    `gap` is the member's own language where nobody can be heard in it: then nothing is said (TWI-48).
    """

    call: Call | None
    program: StoredProgram
    line: Line
    visits: Mapping[int, StoredLoop] = field(repr=False)
    doors: Doors = field(repr=False)
    gap: str | None = None


def outbound(
    deployment: Deployment, uow: UnitOfWork, line: Line, wanted: CalledFor, member_id: int, *, begins: bool
) -> Scene:
    """Return what a call of ours to a member needs, when it `begins` or goes on; its phone is locked."""
    program = programs.programs(uow, [wanted.program])[wanted.program]
    approved = programs.approved_words(uow, [program.id])
    about = next((each for each in _locked(uow, line, wanted.loop) if each.loop.id == wanted.loop), None)
    visits = {member_id: about} if about is not None else {}
    doors = _doors(deployment, uow, program, approved, f"{wanted.id}?a={wanted.attempts}&t=")
    member = line.members.get(member_id) or people.members(uow, [member_id])[member_id]
    held = _held(uow, program, approved, member.language)
    if not held or held[0] != member.language:
        return Scene(None, program, line, visits, doors, gap=member.language)
    told = about is not None and (about.loop.open or about.loop.anchor.cancelled)
    question, birthday = wanted.words if told else None, _birthdays(uow, [member_id])[member_id]
    person = Person(member_id, question, birthday, values=values_of(about.loop, program) if about is not None else {})
    call = _call(Direction.OUTBOUND, held, (person,), program, uow.now)
    call = replace(call, must_check=_must_check(uow, line), voicemail=not begins or voicemail_allowed(uow, wanted.row))
    return Scene(call, program, line, visits, doors)


def inbound(deployment: Deployment, uow: UnitOfWork, line: Line, program: StoredProgram) -> Scene:
    """Return what a call to us needs; its phone is locked. Whoever it is, nothing is told before a check (HIP-13)."""
    approved = programs.approved_words(uow, [program.id])
    nearest = {each.member: each for each in reversed(_in_order(_locked(uow, line), line))}
    doors = _doors(deployment, uow, program, approved, "inbound?t=")
    known = line.voice is not None
    held = _held(uow, program, approved, line.language if known else program.languages[0])
    if not held:
        return Scene(None, program, line, nearest, doors, gap=line.language)
    births = _birthdays(uow, line.members)
    callers = tuple(_caller(who, nearest.get(who), births[who], program, uow.now) for who in sorted(line.members))
    call = _call(Direction.INBOUND, held, callers, program, uow.now)
    return Scene(replace(call, chosen=known and held[0] == line.language), program, line, nearest, doors)


def _call(
    direction: Direction, held: Sequence[str], callers: tuple[Person, ...], program: StoredProgram, now: datetime
) -> Call:
    """Return a call with what the program's own telephone can do now, and when it is open."""
    desk, office = program.desk, program.office
    return Call(
        direction=direction,
        spoken=held,
        people=callers,
        program=program.name,
        phone=program.phone,
        open=office.open_at(now),
        staffed=desk.staffed(now),
        records=desk.records,
        hears=desk.hears,
        hours={code: _hours(office, code) for code in held},
    )


def words_only(deployment: Deployment, uow: UnitOfWork, program: StoredProgram, language: str) -> Doors | None:
    """Return what may be said in a language without anybody answering to it, or None where a call cannot be held."""
    approved = programs.approved_words(uow, [program.id])
    if language not in _held(uow, program, approved, language):
        return None
    return _doors(deployment, uow, program, approved, "")


def _caller(
    member: int, visit: StoredLoop | None, birthday: str | None, program: StoredProgram, now: datetime
) -> Person:
    if visit is None:
        return Person(member, None, birthday)
    return Person(member, question_for(visit.loop, now), birthday, values=values_of(visit.loop, program))


def _locked(uow: UnitOfWork, line: Line, loop: int | None = None) -> Sequence[StoredLoop]:
    """All loops that an answer may reach, locked at once: a stop is heard by everybody's on the phone."""
    theirs = {loop_id for _, loop_id in line.open_loops}
    return loops.lock(uow, theirs | ({loop} if loop is not None else set()))


def _in_order(visits: Sequence[StoredLoop], line: Line) -> list[StoredLoop]:
    by_id = {each.loop.id: each for each in visits}
    return [by_id[loop_id] for _, loop_id in line.open_loops if loop_id in by_id]


def _must_check(uow: UnitOfWork, line: Line) -> bool:
    """HIP-10: a phone that several people share, or of which nobody has shown that it is theirs."""
    known = people.phones(uow, [line.phone])[line.phone]
    return line.only_member is None or known.state is not NumberState.ACTIVE


def _birthdays(uow: UnitOfWork, members: Mapping[int, object] | Sequence[int]) -> dict[int, str | None]:
    """Return month and day of birth of each member, as the members file said, where it did."""
    return {who: Identity.read(about).birthday for who, about in enrolment.abouts(uow, members).items()}


def _held(uow: UnitOfWork, program: StoredProgram, approved: Approved, first: str) -> tuple[str, ...]:
    """Return the languages that the program's calls can be held in, one of them first where it is among them."""
    heard = heard_languages(uow, program)
    in_order = dict.fromkeys((first, *program.languages))
    return tuple(code for code in in_order if code in heard and all_approved(program, code, approved))


def _hours(office: BusinessCalendar, language: str) -> str:
    if languages()[language].says is None:
        return hours_read(office, language)
    return hours_said(office.weekdays, office.opens, office.closes, language)


def _doors(deployment: Deployment, uow: UnitOfWork, program: StoredProgram, approved: Approved, path: str) -> Doors:
    base, now = deployment.settings.public_url.rstrip("/"), deployment.timer.now()
    return Doors(
        answer=lambda turn: f"{base}/twilio/voice/{path}{turn}",
        on_call=program.desk.on_call,
        played=source(uow, program, lambda recording: url_of(deployment, recording, now)),
        script=script(program, approved),
    )
