"""Where a call goes on, and where its words and recordings come from: what the shell lends to a turn."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from locales.factory import voice_scripts
from locales.recorded import Recording

Script = Callable[[str, str], str]  # language and key -> the approved words
Source = Callable[[str, Recording], str | None]  # language and recording -> a signed URL, while it is approved


class LanguageGap(LookupError):
    """A recording is missing, so that nothing is said in this language: a task, never English (TWI-48)."""


def factory_script(language: str, key: str) -> str:
    """Return the words the product ships with; KeyError for a key that is none."""
    return voice_scripts(language)[key]


@dataclass(frozen=True, slots=True)
class Doors:
    """Where a call goes on. `answer` gives the URL that takes the answer to a turn of that number.

    `on_call` is the number a call is put through to, E.164; `played` and `script` give recordings and words.
    """

    answer: Callable[[int], str]
    on_call: str = field(default="", repr=False)
    played: Source = field(default=lambda language, recording: None, repr=False)
    script: Script = field(default=factory_script, repr=False)
