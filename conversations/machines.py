"""Who answers when nobody does: a phone in a car, an office that is closed, our own words sent back (TWI-26)."""

from __future__ import annotations

import re
from collections.abc import Iterable

from conversations.crisis import is_tapback
from conversations.normalise import normalise

SAME = 3  # so often the same words within an hour are no conversation
_ECHO = 40  # characters of ours: a shorter overlap is chance
_SAID_BY_MACHINES = re.compile(
    r"\b(?:auto ?repl(?:y|ies)|auto ?respon(?:se|der)|automatic(?:ally)? (?:reply|response|message|generated)"
    r"|automated (?:reply|response|message)|out of (?:the )?office|away from my (?:phone|desk)"
    r"|do not disturb|ill see your message when|ill get back to you (?:as soon|when|later|once)"
    r"|this (?:number|mailbox|inbox|line) (?:is not|isnt) (?:monitored|able)|does not accept (?:text|incoming)"
    r"|(?:is|was) not delivered|message (?:could not be|not) delivered|free msg|unable to receive"
    r"|respuesta automatica|mensaje automatico|fuera de (?:la )?oficina|no molestar)\b"
)
_AT_THE_WHEEL = re.compile(
    r"(?:hi |hey |hello |sorry )?(?:im|i am) (?:currently )?driving(?: right now| at the moment| now)?"
    r"(?: (?:with|and|so|cant|please|will|ill|sent|text|call|talk) .*)?"
)
_GOING = re.compile(r"\b(?:there|over|to|on my way|clinic|appointment|visit|minutes|mins?|late)\b")


def automatic(text: str) -> bool:
    """Return whether a text was written by a machine: an auto-reply, a notice of a carrier or an office."""
    said = normalise(text).folded
    if _SAID_BY_MACHINES.search(said):
        return True
    return bool(_AT_THE_WHEEL.fullmatch(said)) and not _GOING.search(said)


def echoes(text: str, ours: Iterable[str]) -> bool:
    """Return whether a text is one of `ours` sent back, whole or quoted; a reaction to one is not."""
    said = normalise(text).folded
    if is_tapback(text) or len(said) < _ECHO:
        return False
    return any(said in sent or sent in said for sent in (normalise(body).folded for body in ours) if len(sent) >= _ECHO)


def repeats(text: str, before: Iterable[str]) -> bool:
    """Return whether these words came so often that no person can be writing them; `before` are the others."""
    said = _said(text)
    return 1 + sum(_said(other) == said for other in before) >= SAME


def _said(text: str) -> str:
    return normalise(text).folded or text.strip()
