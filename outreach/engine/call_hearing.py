"""What was pressed or said in a call reaches the ledger, the loop and people, before anything is answered to it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from conversations.calls.call import Direction
from conversations.calls.step import Note, Step
from conversations.meaning import Because, Intent, Meaning, Safety, Screening
from outreach.engine.call_scene import Scene
from outreach.engine.decide import decide
from outreach.engine.line import open_tasks
from outreach.engine.opting import StopHow
from outreach.engine.screened import Said, act_on_safety
from outreach.loops.events import Heard
from outreach.loops.numbers import NumberState
from outreach.loops.tasks import TaskKind
from outreach.store import events, people, programs, replies, unread, work
from outreach.store.calls import StoredCall
from outreach.store.unit_of_work import UnitOfWork
from outreach.store.unread import Read

_FLAGS = {Intent.OPT_OUT: Safety.OPT_OUT, Intent.WRONG_NUMBER: Safety.WRONG_NUMBER}
REFUSALS = {Safety.OPT_OUT: "opt_out", Safety.WRONG_NUMBER: "wrong_number"}
_NOTHING = Screening(frozenset())
_A_TEXT = "reminder"  # in a language that has no texts nobody is written to (HIP-25)
# What somebody waits for, and who has to do it.
_TASKS = {
    Note.MESSAGE: TaskKind.VOICE_MESSAGE,
    Note.NOBODY_THERE: TaskKind.CALL_BACK,
    Note.CALL_BACK: TaskKind.CALL_BACK,
}
_RULES = {
    Note.TOLD: "HIP-10", Note.VERIFIED: "HIP-10", Note.VERIFY_FAILED: "HIP-10", Note.NO_ANSWER: "TWI-45",
    Note.VOICEMAIL: "HIP-12", Note.FAX: "TWI-42", Note.TRANSFERRED: "CRI-08", Note.NOBODY_THERE: "CRI-08",
    Note.CALL_BACK: "CRI-08", Note.MESSAGE: "LAW-48",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Pressed:
    """A step of a call with what caused it: the key, or nothing where words were said (LAW-48: none are kept)."""

    step: Step
    key: str = field(repr=False)


def hear(uow: UnitOfWork, scene: Scene, stored: StoredCall, pressed: Pressed) -> str | None:
    """Write what a step means and notes; return the words that its loop answers with, if it does.

    The phone is locked, and so are all the loops that it may reach.
    """
    step = pressed.step
    for note in sorted(step.notes):
        uow.audit(f"call.{note}", f"call:{stored.id}", _RULES[note])
    if Note.VERIFIED in step.notes:
        _is_theirs(uow, scene)
    meaning = step.meaning
    waits = [kind for note, kind in _TASKS.items() if note in step.notes]
    visit = scene.visits.get(_who(stored, step) or 0)
    if meaning is None:
        ask_for_a_person(uow, scene, stored, waits, None)
        return None
    reply = _reply(uow, stored, step, meaning, pressed.key, visit.loop.id if visit else None)
    if reply is None:
        return None  # it was heard before
    concerned = _act(uow, scene, reply, meaning)
    if meaning.language is not None and _who(stored, step) is not None:
        _speaks(uow, scene, meaning.language)
    ask_for_a_person(uow, scene, stored, waits, reply)
    if visit is not None:
        _end_questions(uow, stored.phone, visit.loop.id, step)
        heard = _left_to_the_loop(meaning, waits)
        events.append(uow, [(visit.loop.id, Heard(uow.now, reply, heard, step.prompt))])
        concerned |= {visit.loop.id}
    elif Intent.REQUEST_HUMAN in meaning.intents and not waits:
        open_tasks(uow, scene.line, [TaskKind.ANSWER_MEMBER], reply=reply, member=_who(stored, step))
    return decide(uow, concerned).get(reply) if concerned else None


def ask_for_a_person(
    uow: UnitOfWork, scene: Scene, stored: StoredCall, kinds: Iterable[TaskKind], reply: int | None
) -> None:
    """Open work about a call, bound to the visit it was about: that of the member who is sure to have been on it."""
    member = stored.member
    visit = scene.visits.get(member) if member is not None else None
    loop = visit.loop.id if visit is not None and visit.loop.open else None
    open_tasks(uow, scene.line, kinds, reply=reply, loop=loop, member=member)


def _who(stored: StoredCall, step: Step) -> int | None:
    """Whom we called, or who called us once that is sure."""
    if stored.direction is Direction.OUTBOUND:
        return stored.member
    return step.state.who if step.state.checked else None


def _reply(uow: UnitOfWork, stored: StoredCall, step: Step, meaning: Meaning, key: str, loop: int | None) -> int | None:
    """Store what was pressed as a reply, once; it is read already."""
    flags = flags_of(meaning)
    row = {
        "sid": f"{stored.sid}/{step.state.turn}", "contact_point_id": stored.phone, "call_id": stored.id,
        "media_count": 0, "provider_word": None, "received_at": uow.now, "found_at": None, "safety": sorted(flags),
    }  # fmt: skip
    reply = replies.store(uow, row, key, (), _NOTHING)
    if reply is not None:
        trail = [[because.rule, ""] for because in meaning.because]
        read = Read(reply, trail, loop, _who(stored, step), None, sorted(meaning.intents), meaning.reason)
        unread.mark_read(uow, [read])
        uow.audit("reply.pressed", f"reply:{reply}")
    return reply


def flags_of(meaning: Meaning) -> frozenset[Safety]:
    """Return what a meaning does to the ledger, or to whom it calls."""
    return meaning.safety | {_FLAGS[intent] for intent in meaning.intents & _FLAGS.keys()}


def _act(uow: UnitOfWork, scene: Scene, reply: int, meaning: Meaning) -> set[int]:
    """Act on every flag by the way that texts take; return the loops that have to decide."""
    flags = flags_of(meaning)
    if not flags:
        return set()
    said = Said(reply, flags, "LAW-14", None, ours=False, ask_scope=False, how=StopHow.VOICE_KEY)
    act_on_safety(uow, scene.line, said)
    return {loop_id for _, loop_id in scene.line.open_loops}


def _left_to_the_loop(meaning: Meaning, waits: Iterable[TaskKind]) -> Meaning:
    """Return what the loop hears. Who waits for a person has one already: not two are to call."""
    plain = replace(meaning, because=tuple(Because(each.rule, "") for each in meaning.because))
    if not waits or meaning.intents != {Intent.REQUEST_HUMAN}:
        return plain
    return replace(plain, intents=frozenset({Intent.ACKNOWLEDGEMENT}))


def _is_theirs(uow: UnitOfWork, scene: Scene) -> None:
    """Somebody on this phone knew the birthday of a member on it (LAW-38)."""
    phone = scene.line.phone
    if people.phones(uow, [phone])[phone].state is NumberState.UNVERIFIED:
        people.set_state(uow, phone, NumberState.ACTIVE)
    people.verified(uow, phone)


def _speaks(uow: UnitOfWork, scene: Scene, language: str) -> None:
    """Write to whoever has the phone alone in the language that they chose; on a shared one nobody knows who chose."""
    program = scene.program.id
    if scene.line.only_member is not None and (program, _A_TEXT, language) in programs.approved_words(uow, [program]):
        people.set_language(uow, [scene.line.only_member], language)


def _end_questions(uow: UnitOfWork, phone: int, loop: int, step: Step) -> None:
    """What was asked by a text about the same visit is answered (TIM-15)."""
    if step.prompt is None:
        return
    asked = replies.last_prompt(uow, phone, ("open",))
    if asked is not None and asked.loop == loop:
        replies.end_prompts(uow, [asked.id], "answered")
        work.end_waits_for_prompts(uow, [asked.id], "met")
