"""Reads what the carrier tells of a call on its way: it rings, it is busy, it is over (TWI-40)."""

from __future__ import annotations

import re

from conversations.calls.answered_by import AnsweredBy
from outreach.channels.carrier import CALL_OVER, CallStatus
from outreach.channels.receive.form import Form, Malformed, required, text

STATUSES = CALL_OVER | {"queued", "initiated", "ringing", "in-progress"}


def parse_call_status(form: Form) -> CallStatus:
    """Read a verified status callback, ignoring fields we do not know.

    Raises Malformed without a CallSid, or with a CallStatus that is none.
    """
    status = required(form, "CallStatus").lower()
    if status not in STATUSES:
        raise Malformed("CallStatus")
    sequence = number(form, "SequenceNumber")
    return CallStatus(
        sid=required(form, "CallSid"),
        status=status,
        sequence=-1 if sequence is None else sequence,
        answered_by=answered_by(form),
        seconds=number(form, "CallDuration"),
        sip_code=number(form, "SipResponseCode"),
        error_code=number(form, "ErrorCode"),
    )


def answered_by(form: Form) -> AnsweredBy | None:
    """Return who picked up, or None where the carrier did not say."""
    word = text(form, "AnsweredBy").lower()
    return AnsweredBy.read(word) if word else None


def number(form: Form, key: str) -> int | None:
    """Return a whole number of the form, or None where there is none."""
    found = text(form, key)
    return int(found) if re.fullmatch(r"[0-9]{1,9}", found, re.ASCII) else None
