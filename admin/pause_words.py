"""What is paused, in words: what no text leaves by, and what puts that right."""

from __future__ import annotations

from typing import assert_never

from outreach.loops.failures import failure
from outreach.loops.pauses import What
from outreach.store.reads.paused import PausedNow


def what(found: PausedNow) -> str:
    """Say what does not leave."""
    pause, words = found.pause, found.pause.words.replace("_", " ")
    match pause.what:
        case What.ACCOUNT:
            return "No text leaves: the carrier refuses our account."
        case What.SENDER:
            return f"No text leaves from {pause.sender}: the carrier refuses this sender."
        case What.TEMPLATE:
            return f"The text \u201c{words}\u201d of {found.program} does not leave: the carrier refuses it."
        case What.BREAKER:
            return f"The text \u201c{words}\u201d of {found.program} is held on {pause.sender}: too many of it fail."
        case _:
            assert_never(pause.what)


def why(found: PausedNow) -> str:
    """Say which error of the carrier's paused it."""
    return f"{failure(found.code).meaning} (error {found.code})." if found.code is not None else ""
