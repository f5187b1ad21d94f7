"""Reads a delivery status callback (TWI-11)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from outreach.channels.receive.form import Form, required, text


@dataclass(frozen=True, slots=True)
class StatusUpdate:
    """The carrier's latest word on one message; it carries no time, and may come late, twice or never (TWI-12)."""

    sid: str
    status: str
    error_code: int | None


def parse_status(form: Form) -> StatusUpdate:
    """Read a verified form, ignoring fields we do not know; raises Malformed without a MessageSid or MessageStatus."""
    code = text(form, "ErrorCode")
    return StatusUpdate(
        sid=required(form, "MessageSid"),
        status=required(form, "MessageStatus").lower(),
        error_code=int(code) if re.fullmatch(r"[1-9][0-9]{0,8}", code) else None,
    )
