"""What may be said instead of a key: a closed grammar, heard only where a program enabled it (TWI-44, TWI-45)."""

from __future__ import annotations

from conversations.calls.menu import SERVICE, Menu
from conversations.meaning import Intent, Meaning, Safety
from conversations.normalise import normalise
from conversations.prompt import Prompt, prompt_for
from conversations.understand import understand
from locales.languages import languages

SURE = 0.6  # the carrier's confidence below which a word was not heard
_CRISIS = frozenset({Safety.EMERGENCY, Safety.ABUSE})
_SERVICES = {Intent.OPT_OUT: "9", Intent.REQUEST_HUMAN: "0"}


def listened_for(menu: Menu, language: str) -> tuple[str, ...]:
    """Return the words of the keys that a menu takes, as hints; none where nobody understands the language."""
    named = languages()[language].digits
    return tuple(named[int(key)] for key in (*sorted(menu.keys), *SERVICE)) if named else ()


def crisis(text: str, language: str) -> Meaning | None:
    """Return what was said when it sounds like danger, however badly it was heard; else None (CRI-01, CRI-08)."""
    meaning = understand(text, language, None)
    return meaning if meaning.safety & _CRISIS else None


def key_said(text: str, confidence: float, menu: Menu, language: str) -> str:
    """Return the key that was said by its name, or by one of the menu's own answers; blank when none was.

    Whoever asks for no more calls is believed at any confidence (LAW-14); the rest only when it is sure.
    """
    prompt = prompt_for(menu.asks)
    meaning = understand(text, language, prompt)
    if Safety.OPT_OUT in meaning.safety:
        return "9"
    if confidence < SURE:
        return ""
    return _named(text, menu, language) or _meant(meaning, prompt)


def _named(text: str, menu: Menu, language: str) -> str:
    word, known = normalise(text).folded.strip(), languages()[language].digits
    names = {normalise(name).folded.strip(): str(digit) for digit, name in enumerate(known)}
    key = names.get(word, word)
    return key if key in menu.keys or (len(key) == 1 and key in SERVICE) else ""


def _meant(meaning: Meaning, prompt: Prompt | None) -> str:
    """Return the one option that says exactly this; nothing that was only partly understood is taken."""
    if meaning.confidence < 1.0 or len(meaning.intents) != 1:
        return ""
    (intent,) = meaning.intents
    options = prompt.options.items() if prompt else ()
    exact = [key for key, option in options if option.intent is intent and option.reason is meaning.reason]
    alike = [key for key, option in options if option.intent is intent] if meaning.reason is None else []
    fits = exact if len(exact) == 1 else alike
    return fits[0] if len(fits) == 1 else _SERVICES.get(intent, "")
