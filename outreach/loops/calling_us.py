"""Which of our questions a member who calls us is asked about their visit, after they were checked."""

from __future__ import annotations

from datetime import datetime

from outreach.loops.anchor import Sensitivity
from outreach.loops.loop import Loop, Stage

_OVER = {Stage.NOT_KEPT: "missed"}


def question_for(loop: Loop, now: datetime) -> str | None:
    """Return the words whose question is asked, as of a text, or None where there is nothing to say (HIP-05)."""
    if not loop.open or loop.anchor.cancelled or loop.anchor.sensitivity is Sensitivity.SILENT:
        return None
    if loop.stage is Stage.GOING_HOME:
        return "got_home"
    if now >= loop.anchor.ends_at:
        return _OVER.get(loop.stage, "postvisit")
    return "dayof" if loop.on_its_day(now) else "reminder"
