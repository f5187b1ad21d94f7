"""The body of a touch: approved words with their values, in the member's language, late-bound."""

from __future__ import annotations

from typing import Any

from locales.dates import day_text, time_text
from locales.render import render, variables
from outreach.engine.folder import Folder
from outreach.store.programs import Words


def body_of(folder: Folder, touch: Any, words: Words) -> str | None:
    """Render a touch's words with its visit's values as they are now; None when one may not be said (HIP-02)."""
    program, language = folder.programs[touch.program_id], folder.language(touch)
    values = {"program": program.name, "phone": program.phone}
    stored = folder.loops.get(touch.loop_id)
    if stored is not None:
        anchor = stored.loop.anchor
        values["day"] = day_text(anchor.day, language)
        if anchor.wall_time is not None:
            values["time"] = time_text(anchor.wall_time, language)
        if place := folder.place(touch):
            values["place"] = place
    needed = variables(words.body)
    if not needed <= values.keys():
        return None
    return render(words.body, {name: value for name, value in values.items() if name in needed})
