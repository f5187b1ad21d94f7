"""What became of a call: that it was connected is no proof that anybody was reached (TWI-40, TWI-43)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from conversations.calls.answered_by import AnsweredBy
from outreach.loops.failures import failure
from outreach.loops.numbers import NumberState
from outreach.loops.tasks import TaskKind

_NO_SUCH_NUMBER = frozenset({404, 484, 604})
_DECLINED = frozenset({603, 607, 608})


class CallOutcome(StrEnum):
    """What became of a call. That it was connected is no proof that anybody was reached."""

    REACHED = "reached"  # somebody pressed a key, or spoke
    HUNG_UP = "hung_up"  # somebody answered, and did neither
    VOICEMAIL = "voicemail"
    NO_ANSWER = "no_answer"
    BUSY = "busy"
    DECLINED = "declined"  # by the person, or blocked on their behalf: perhaps a refusal
    INVALID = "invalid"
    FAX = "fax"
    FAILED = "failed"
    CANCELED = "canceled"  # by us, before anybody answered
    UNKNOWN = "unknown"  # nobody could say in time: never taken for a call that may be made again unseen

    @property
    def number_state(self) -> NumberState | None:
        """Where the number stands now, if the call told."""
        return {CallOutcome.INVALID: NumberState.INVALID, CallOutcome.FAX: NumberState.FAX}.get(self)

    @property
    def task(self) -> TaskKind | None:
        """What a person does at once, whatever else is still planned."""
        return _TASKS.get(self)


_TASKS = {
    CallOutcome.DECLINED: TaskKind.POSSIBLE_REFUSAL,
    CallOutcome.INVALID: TaskKind.VERIFY_PHONE,
    CallOutcome.FAX: TaskKind.VERIFY_PHONE,
}


@dataclass(frozen=True, slots=True)
class EndedCall:
    """What is known once a call is over: the carrier's last word, and ours.

    `pressed`: a key was pressed, or something said. `voicemail`: the message for machines was given.
    """

    status: str
    answered_by: AnsweredBy | None = None
    pressed: bool = False
    voicemail: bool = False
    sip_code: int | None = None
    error_code: int | None = None


def outcome(ended: EndedCall) -> CallOutcome:
    """Return what became of a call; a status that nobody knows is a failure."""
    match ended.status:
        case "completed":
            return _connected(ended)
        case "busy" | "no-answer" | "failed" if ended.sip_code in _NO_SUCH_NUMBER:
            return CallOutcome.INVALID
        case "busy" | "no-answer" | "failed" if ended.sip_code in _DECLINED:
            return CallOutcome.DECLINED
        case "failed" if ended.error_code and failure(ended.error_code).number is NumberState.INVALID:
            return CallOutcome.INVALID
        case "busy":
            return CallOutcome.BUSY
        case "no-answer":
            return CallOutcome.NO_ANSWER
        case "canceled":
            return CallOutcome.CANCELED
    return CallOutcome.FAILED


def _connected(ended: EndedCall) -> CallOutcome:
    if ended.pressed:
        return CallOutcome.REACHED
    if ended.answered_by is AnsweredBy.FAX:
        return CallOutcome.FAX
    if ended.voicemail:
        return CallOutcome.VOICEMAIL
    machine = ended.answered_by in (AnsweredBy.MACHINE_START, AnsweredBy.MACHINE_END)
    return CallOutcome.NO_ANSWER if machine else CallOutcome.HUNG_UP
