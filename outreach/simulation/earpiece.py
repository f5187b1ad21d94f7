"""What one hears on a simulated phone: TwiML, read as a carrier reads it."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass, field
from enum import StrEnum


class Then(StrEnum):
    """What the network does once everything was said."""

    KEYS = "keys"
    DIAL = "dial"
    RECORD = "record"
    HANG_UP = "hang_up"


@dataclass(frozen=True, slots=True)
class Sentence:
    """One thing that is said: words in a language (BCP 47), or the address of a recording."""

    text: str = field(repr=False)
    language: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Heard:
    """One answer of a door. `turn` is the one that is answered next, `digits` how many keys end an answer."""

    says: tuple[Sentence, ...]
    then: Then
    turn: int | None = None
    digits: int = 1
    seconds: int = 6


_THEN = {"Gather": Then.KEYS, "Dial": Then.DIAL, "Record": Then.RECORD}
_TURN = re.compile(r"[?&]t=([0-9]{1,6})$")


def read(document: bytes | str) -> Heard:
    """Return what a TwiML document says, and what it waits for."""
    says: list[Sentence] = []
    found = Heard((), Then.HANG_UP)
    for element in ElementTree.fromstring(document).iter():  # noqa: S314 - written by our own doors
        match element.tag:
            case "Say":
                says.append(Sentence(element.text or "", element.attrib.get("language", "")))
            case "Play":
                says.append(Sentence("", url=element.text or ""))
            case "Gather" | "Dial" | "Record":
                found = _awaits(_THEN[element.tag], element.attrib)
    return Heard(tuple(says), found.then, found.turn, found.digits, found.seconds)


def _awaits(then: Then, given: dict[str, str]) -> Heard:
    turn = _TURN.search(given.get("action", ""))
    digits, seconds = int(given.get("numDigits", 1)), int(given.get("timeout", 6))
    return Heard((), then, int(turn[1]) if turn else None, digits, seconds)
