"""The body of a touch: approved words with their values, in the member's language, late-bound."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from locales.dates import day_text, time_text
from locales.render import render, variables
from outreach.engine.folder import Folder
from outreach.loops.loop import Loop
from outreach.store.programs import StoredProgram, Words


def body_of(folder: Folder, touch: Any, words: Words, language: str) -> str | None:
    """Render a touch's words with its visit's values as they are now; None when one may not be said (HIP-02)."""
    program = folder.programs[touch.program_id]
    values = {"program": program.name, "phone": program.phone}
    if (own := folder.own.get(touch.id)) is not None and own.body:
        values["message"] = own.body
    stored = folder.loops.get(touch.loop_id)
    if stored is not None:
        anchor = stored.loop.anchor
        values["day"] = day_text(anchor.day, language)
        if anchor.wall_time is not None:
            values["time"] = time_text(anchor.wall_time, language)
        if place := folder.place(touch):
            values["place"] = place
        values |= _ride(stored.loop, program, language)
    needed = variables(words.body)
    if not needed <= values.keys():
        return None
    return render(words.body, {name: value for name, value in values.items() if name in needed})


def _ride(loop: Loop, program: StoredProgram, language: str) -> dict[str, str]:
    """What a text about a booked ride may say: when to be ready, and how to get home. Never an address (NEMT-06)."""
    values = {"return_phone": program.broker_phone or program.phone}
    there, home = loop.ride.outbound, loop.ride.home
    if there is not None and there.pickup_from is not None:
        ready = there.pickup_from.astimezone(ZoneInfo(loop.anchor.zone))
        values |= {"ready_day": day_text(ready.date(), language), "ready_time": time_text(ready.time(), language)}
    if home is not None and home.pickup_from is not None:
        back = home.pickup_from.astimezone(ZoneInfo(loop.anchor.zone))
        values["return_time"] = time_text(back.time(), language)
    if home is not None and home.phone:
        values["return_phone"] = home.phone
    return values
