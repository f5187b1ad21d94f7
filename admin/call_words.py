"""The words on the screen for calls that people make."""

from __future__ import annotations

from admin.language import N_
from admin.language import gettext as _
from outreach.engine.call_log import Ended, Interpreter

ENDED = {
    Ended.REACHED: N_("Reached"),
    Ended.VOICEMAIL: N_("Left a message on voicemail"),
    Ended.NO_ANSWER: N_("No answer"),
    Ended.WRONG_NUMBER: N_("Wrong number"),
}
INTERPRETED = {
    Interpreter.NOBODY: N_("No interpreter"),
    Interpreter.STAFF: N_("One of us interpreted"),
    Interpreter.LINE: N_("Language line"),
}


def ended(code: str) -> str:
    """Return how a call ended."""
    return _(ENDED[Ended(code)])


def interpreted(code: str) -> str:
    """Return who interpreted it, "" where nobody did."""
    return "" if code == Interpreter.NOBODY else _(INTERPRETED[Interpreter(code)])


def choices() -> dict[str, list[tuple[str, str]]]:
    """Return what the form of a call offers."""
    return {
        "ended": [(code.value, _(words)) for code, words in ENDED.items()],
        "interpreted": [(code.value, _(words)) for code, words in INTERPRETED.items()],
    }
