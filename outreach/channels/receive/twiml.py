"""The answer to every inbound text: nothing, since replies go out through the same gate as everything else (TWI-26)."""

from __future__ import annotations

from twilio.twiml.messaging_response import MessagingResponse

EMPTY = str(MessagingResponse()).encode()
CONTENT_TYPE = "text/xml"
