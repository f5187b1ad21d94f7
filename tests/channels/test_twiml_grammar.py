"""Every answer to the carrier is a document that its own SDK could have made."""

from __future__ import annotations

import inspect
import re
from xml.etree import ElementTree

import pytest
from twilio.twiml import TwiML, messaging_response, voice_response

from outreach.channels.receive import twiml

ROOTS = (messaging_response.MessagingResponse, voice_response.VoiceResponse)


def problems(document: bytes, root: type[TwiML]) -> list[str]:
    """Say what in a document the SDK's grammar does not know: a verb in that place, or an attribute of it."""
    found = ElementTree.fromstring(document)
    return [f"the root is {found.tag}"] if found.tag != "Response" else list(_wrong(found, root))


def _wrong(element: ElementTree.Element, kind: type[TwiML]) -> list[str]:
    wrong: list[str] = []
    for child in element:
        method = getattr(kind, _snake(child.tag), None)
        if method is None:
            wrong.append(f"{child.tag} in {element.tag}")
            continue
        known = set(inspect.signature(method).parameters)
        wrong += [f"{name} of {child.tag}" for name in child.attrib if _snake(name) not in known]
        wrong += _wrong(child, _class_of(child.tag, kind))
    return wrong


def _snake(name: str) -> str:
    plain = re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()
    return f"{plain}_" if plain in ("from", "for") else plain


def _class_of(tag: str, parent: type[TwiML]) -> type[TwiML]:
    module = inspect.getmodule(parent)
    return getattr(module, tag, TwiML)


def test_the_answer_to_a_text_is_in_the_grammar():
    assert problems(twiml.EMPTY, messaging_response.MessagingResponse) == []


@pytest.mark.parametrize("root", ROOTS)
def test_the_grammar_tells_what_is_wrong(root):
    assert problems(b"<Response><Shout>Hi</Shout></Response>", root) == ["Shout in Response"]
    assert problems(b'<Response><Redirect loudly="yes">u</Redirect></Response>', root) == ["loudly of Redirect"]
    assert problems(b"<Answer/>", root) == ["the root is Answer"]


def test_what_the_sdk_makes_is_in_the_grammar():
    made = messaging_response.MessagingResponse()
    message = made.message(to="+12025550123", from_="+12025550100", status_callback="https://care.example.org/s")
    message.body("Hello")
    message.media("https://care.example.org/picture")
    assert problems(str(made).encode(), messaging_response.MessagingResponse) == []
