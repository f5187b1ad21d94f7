"""What a call of ours says: the approved sentences of its question, with the visit's values as they are now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from conversations.calls.menu import menus
from locales.factory import NoFactoryTexts, voice_scripts
from locales.languages import languages
from locales.recorded import recordings_of
from locales.render import PLACEHOLDER, SPOKEN, render, variables
from locales.spoken import Value, phone_said, said
from outreach.channels.voice.doors import Script
from outreach.engine.played import can_be_heard
from outreach.loops.loop import Loop
from outreach.store.programs import StoredProgram, Words
from outreach.store.unit_of_work import UnitOfWork

Approved = Mapping[tuple[int, str, str], Words]  # program, key, language


def can_be_held(uow: UnitOfWork, program: StoredProgram, language: str, approved: Approved) -> bool:
    """Whether a call may be held in a language: every sentence of it approved, and spoken or recorded (TWI-48, HIP-25).

    All of them: nobody knows beforehand which keys will be pressed.
    """
    return all_approved(program, language, approved) and can_be_heard(uow, program, language)


def all_approved(program: StoredProgram, language: str, approved: Approved) -> bool:
    """Whether every sentence of a call is approved in a language (HIP-25)."""
    try:
        keys = voice_scripts(language).keys()
    except NoFactoryTexts:
        return False
    return all((program.id, key, language) in approved for key in keys)


def spoken_words(approved: Approved, program: int, language: str, words: str) -> Words | None:
    """Return the approved sentence with which a call asks what these words ask, or None where no call asks that."""
    menu = menus().menus.get(menus().questions.get(words, ""))
    return approved.get((program, menu.says[0].key, language)) if menu and menu.says else None


def script(program: StoredProgram, approved: Approved) -> Script:
    """Return the approved sentences of a program, as `Doors.script` wants them; KeyError for one that is none."""
    return lambda language, key: approved[program.id, key, language].body


def values_of(loop: Loop, program: StoredProgram) -> dict[str, Value]:
    """Return what a call about a visit may name: the day and time, and the ride. Never a place (HIP-12)."""
    anchor = loop.anchor
    values: dict[str, Value] = {"day": anchor.day, "return_phone": program.broker_phone or program.phone}
    if anchor.wall_time is not None:
        values["time"] = anchor.wall_time
    there, home = loop.ride.outbound, loop.ride.home
    if there is not None and there.pickup_from is not None:
        ready = there.pickup_from.astimezone(ZoneInfo(anchor.zone))
        values |= {"ready_day": ready.date(), "ready_time": ready.time()}
    if home is not None and home.pickup_from is not None:
        values["return_time"] = home.pickup_from.astimezone(ZoneInfo(anchor.zone)).time()
    if home is not None and home.phone:
        values["return_phone"] = home.phone
    return values


def said_in(loop: Loop | None, program: StoredProgram, touch: Any, language: str, approved: Approved) -> str | None:
    """Return in writing what a call asks; None when one of its sentences may not be said, or not filled (HIP-02)."""
    menu = menus().menus.get(menus().questions.get(touch.words, ""))
    if menu is None or loop is None:
        return None
    values = values_of(loop, program) | {"program": program.name, "phone": program.phone}
    says = [each.key for each in menu.says if each.fits(frozenset(values))]
    texts = {key: found.body for key in says if (found := approved.get((program.id, key, language)))}
    if len(texts) < len(says) or not all(variables(text, SPOKEN) <= values.keys() for text in texts.values()):
        return None
    return " ".join(sentence for key in says for sentence in _sentences(key, texts[key], values, language))


def _sentences(key: str, text: str, values: Mapping[str, Value], language: str) -> Iterator[str]:
    named = {name: values[name] for name in variables(text, SPOKEN)}
    if languages()[language].says is not None:
        yield render(text, said(named, language), SPOKEN)
        return
    alike = {"program": str(values["program"]), "phone": phone_said(str(values["phone"]))}
    for recording in recordings_of(key, named, language):
        yield PLACEHOLDER.sub(lambda found: alike.get(found[1], ""), recording.text)
