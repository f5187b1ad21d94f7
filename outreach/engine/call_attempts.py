"""The calls of one step so far: how many there may still be, and whether a machine may be spoken to (TWI-43)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from outreach.engine.sending_hours import sending_hours
from outreach.loops.call_outcomes import CallOutcome
from outreach.loops.calling import CallAttempt, may_leave_voicemail, next_attempt, turn_of
from outreach.loops.consent import Channel
from outreach.loops.follow_ups import IN_VAIN
from outreach.store import loops, people, programs, touches
from outreach.store.unit_of_work import UnitOfWork


def of_step(uow: UnitOfWork, touch: Any) -> list[CallAttempt]:
    """Return the calls of this touch's step and turn that are over, oldest first, without its own."""
    theirs = touches.of_loops(uow, [touch.loop_id]).get(touch.loop_id, []) if touch.loop_id is not None else []
    about = (touch.anchor_version, touch.step, turn_of(touch.nth))
    calls = [
        each
        for each in theirs
        if each.channel == Channel.VOICE and each.id != touch.id and each.call_outcome is not None
        and (each.anchor_version, each.step, turn_of(each.nth)) == about
    ]  # fmt: skip
    calls.sort(key=lambda each: each.nth)
    return [CallAttempt(each.sent_at or each.due_at, CallOutcome(each.call_outcome or "")) for each in calls]


def voicemail_allowed(uow: UnitOfWork, touch: Any) -> bool:
    """Whether this call may leave a message on a machine: the member wants it so, and none of its step has yet.

    Without a wish of theirs one may be left: it tells nothing (HIP-12). Where somebody near them is a danger, none.
    """
    member = people.members(uow, [touch.member_id]).get(touch.member_id) if touch.member_id is not None else None
    endangered = member is not None and member.contact_rule.endangered and not member.contact_rule.voicemail_ok
    return not endangered and may_leave_voicemail(of_step(uow, touch))


def goes_on(uow: UnitOfWork, touch: Any, calls: Sequence[CallAttempt]) -> bool:
    """Whether the step of a touch goes on after these calls: by another one, or by a text in their place."""
    (stored,) = loops.get(uow, [touch.loop_id])
    member = people.members(uow, [stored.member])[stored.member]
    program = programs.programs(uow, [stored.program])[stored.program]
    clinic = programs.clinics(uow, [stored.clinic])[stored.clinic]
    hours = sending_hours(program, member, clinic, touch.queue)
    if next_attempt(calls, hours, member.zones, touch.useful_until, member.id) is not None:
        return True
    step = next((each for each in program.cadence.steps if each.key == touch.step), None)
    by_text = step is not None and step.channel == Channel.VOICE and step.fallback == Channel.SMS
    return by_text and calls[-1].outcome in IN_VAIN and touch.useful_until > uow.now
