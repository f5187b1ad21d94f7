"""Reads an inbound text message (TWI-25)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from outreach.channels.carrier import Attachment
from outreach.channels.receive.form import Form, required, text


@dataclass(frozen=True, slots=True)
class InboundSms:
    """One message a phone sent us. `opt_out_type` is the carrier's own reading of it, where it makes one (TWI-29)."""

    sid: str
    from_: str = field(repr=False)
    to: str = field(repr=False)
    body: str = field(repr=False)
    media_count: int
    media: tuple[Attachment, ...] = field(repr=False)
    opt_out_type: str | None
    account_sid: str


def parse_inbound(form: Form) -> InboundSms:
    """Read a verified form, ignoring fields we do not know; raises Malformed without a MessageSid or a From."""
    declared = text(form, "NumMedia")
    count = int(declared) if re.fullmatch(r"[0-9]{1,2}", declared) else 0
    media = (Attachment(text(form, f"MediaUrl{n}"), text(form, f"MediaContentType{n}")) for n in range(count))
    return InboundSms(
        sid=required(form, "MessageSid"),
        from_=required(form, "From"),
        to=text(form, "To"),
        body=text(form, "Body"),
        media_count=count,
        media=tuple(each for each in media if each.url),
        opt_out_type=text(form, "OptOutType") or None,
        account_sid=text(form, "AccountSid"),
    )
