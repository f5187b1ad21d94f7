"""What words may be stored at all, even as a draft: nothing that no phone shows, no name that no text may say."""

from __future__ import annotations

import re
import unicodedata

from locales.factory import voice_scripts
from locales.render import ALLOWED, SPOKEN, StrayBrace, UnknownVariable, variables
from outreach.engine.read_aloud import recorded_languages
from outreach.engine.word_places import Place, calls_of
from outreach.store.programs import StoredProgram

LONGEST = 2000
_TURNS = re.compile("[\u202a-\u202e\u2066-\u2069\u2028\u2029]")


def clean(body: str) -> str:
    """Return a text as it is stored: one kind of line end, nothing around it."""
    return body.replace("\r\n", "\n").replace("\r", "\n").strip()


def unusable(body: str, spoken: bool = False) -> str | None:
    """Return why these words cannot even be a draft, or None. `spoken`: a telephone says them."""
    if not body:
        return "The text is empty. Write what the member is to read."
    if len(body) > LONGEST:
        return f"The text has {len(body):,} characters. Use {LONGEST:,} at most."
    if found := _TURNS.search(body):
        return f"The text carries the invisible mark U+{ord(found[0]):04X}, which turns text round. Take it out."
    if any(unicodedata.category(each) in ("Cc", "Cs") for each in body if each != "\n"):
        return "The text carries a control character that no phone shows. Take it out."
    try:
        variables(body, SPOKEN if spoken else ALLOWED)
    except UnknownVariable as problem:
        return f"No text may say {{{problem}}}. Use the names in braces that the English uses (HIP-02)."
    except StrayBrace:
        return "A brace is left over. Write each name in one pair of braces, as {program} (HIP-02)."
    return None


def never_heard(program: StoredProgram, place: Place, body: str) -> str | None:
    """Return why these words are not stored, or None: what a speaker reads is recorded as the product has it."""
    if place.key not in calls_of(program) or place.language not in recorded_languages(program):
        return None
    if voice_scripts(place.language).get(place.key) == body:
        return None
    return "A speaker reads this sentence as it comes with the product: other words would never be heard (TWI-48)."
