"""Reads what was pressed, said or recorded in a call, and who calls us (TWI-44)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from conversations.calls.answered_by import AnsweredBy
from conversations.calls.events import Dialled, Digits, Event, Recorded, Silence, Speech
from outreach.channels.receive.call_status import answered_by, number
from outreach.channels.receive.form import Form, required, text


@dataclass(frozen=True, slots=True)
class CallAnswer:
    """One request of a call that goes on: who is on it, and all that an answer can be."""

    sid: str
    from_: str = field(repr=False)
    to: str = field(repr=False)
    inbound: bool
    answered_by: AnsweredBy | None
    digits: str = field(repr=False)
    speech: str = field(repr=False)
    confidence: float
    recording_url: str = field(repr=False)
    recording_seconds: int | None
    dial_status: str

    def event(self, turn: int) -> Event:
        """Return it as what happened in the call, as the answer to that turn."""
        if self.dial_status:
            return Dialled(turn, self.dial_status in ("completed", "answered"))
        if self.recording_url or self.recording_seconds is not None:
            return Recorded(turn, self.recording_seconds or 0)
        if self.digits:
            return Digits(turn, self.digits)
        return Speech(turn, self.speech, self.confidence) if self.speech else Silence(turn)


def parse_call_answer(form: Form) -> CallAnswer:
    """Read a verified request for the next turn, ignoring fields we do not know; raises Malformed without a CallSid."""
    return CallAnswer(
        sid=required(form, "CallSid"),
        from_=text(form, "From"),
        to=text(form, "To"),
        inbound=text(form, "Direction") == "inbound",
        answered_by=answered_by(form),
        digits=text(form, "Digits")[:32],
        speech=text(form, "SpeechResult"),
        confidence=_confidence(form),
        recording_url=text(form, "RecordingUrl"),
        recording_seconds=number(form, "RecordingDuration"),
        dial_status=text(form, "DialCallStatus").lower(),
    )


def _confidence(form: Form) -> float:
    found = text(form, "Confidence")
    return min(float(found), 1.0) if re.fullmatch(r"[0-9]{1,3}(\.[0-9]{1,20})?", found, re.ASCII) else 0.0
