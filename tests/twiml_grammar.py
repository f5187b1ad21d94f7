"""The grammar of TwiML, as the official SDK knows it."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree  # our own answers, in tests

from twilio.twiml.messaging_response import MessagingResponse


def from_the_sdk(xml: bytes | str) -> str:
    """Build what a document says with the SDK's own classes: an unknown verb, noun or attribute is an error."""
    root = ElementTree.fromstring(xml)
    assert root.tag == "Response"
    built = MessagingResponse(**root.attrib)
    for verb in root:
        made = getattr(built, verb.tag.lower())(verb.text or "", **verb.attrib)
        for noun in verb:
            getattr(made, noun.tag.lower())(noun.text or "", **noun.attrib)
    return str(built)
