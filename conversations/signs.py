"""A reply of signs alone: a smile closes a conversation, and asks nothing of anybody."""

from __future__ import annotations

import regex

_SIGNS = regex.compile(r"[\p{Extended_Pictographic}\p{Emoji_Modifier}\p{Regional_Indicator}\p{Cf}\p{M}\s]+")
_PICTURE = regex.compile(r"\p{Extended_Pictographic}|\p{Regional_Indicator}")
# Signs that somebody may need help with, or that ask: a person looks at them.
_GRAVE = frozenset("🆘🚨🚑🚒🚓🏥🩸💊💉🔪🔫💀☠⚰🪦😭😱🤕🤒🤢🤮🤰👶❓❔⁉‼⚠⛑")


def only_signs(text: str) -> bool:
    """Return whether a text is nothing but emoji, and none of them is one that may ask for help."""
    return bool(_SIGNS.fullmatch(text)) and bool(_PICTURE.search(text)) and _GRAVE.isdisjoint(text)
