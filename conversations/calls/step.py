"""What a step of a call gives besides its words: a state to keep, what was meant, and what to note."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from conversations.calls.state import State
from conversations.calls.turn import Turn
from conversations.meaning import Meaning


class Note(StrEnum):
    """What else a step did, for the record of the call."""

    TOLD = "told"  # something personal was said
    VERIFIED = "verified"
    VERIFY_FAILED = "verify_failed"  # HIP-10
    VOICEMAIL = "voicemail"
    FAX = "fax"
    NO_ANSWER = "no_answer"  # nothing was pressed, twice (TWI-45)
    CALL_BACK = "call_back"  # somebody waits for our call; so does whoever rings and hangs up
    MESSAGE = "message"  # a recording waits to be heard
    TRANSFERRED = "transferred"
    NOBODY_THERE = "nobody_there"  # nobody to put the call through to


@dataclass(frozen=True, slots=True)
class Step:
    """A state, what to say in it, what was meant and to which question, and what to note.

    `prompt` is the key under which the meaning is heard, as of a text. A step that repeats an answer means nothing.
    """

    state: State
    turn: Turn
    meaning: Meaning | None = None
    prompt: str | None = None
    notes: frozenset[Note] = frozenset()
