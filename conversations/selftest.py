"""Whether every word that must stop texts does: asked before the carrier's own filter is done without (TWI-31)."""

from __future__ import annotations

from conversations.meaning import Safety
from conversations.screens import screen
from locales.lexicon import every

# What the law and the carriers name (LAW-14, TWI-27): kept here too, so that losing one from the word lists shows.
PER_SE = (
    "STOP",
    "STOPALL",
    "STOP ALL",
    "UNSUBSCRIBE",
    "CANCEL",
    "END",
    "QUIT",
    "REVOKE",
    "OPTOUT",
    "OPT OUT",
    "OPT-OUT",
)


def opt_out_screen_fails() -> tuple[str, ...]:
    """Return the words that ought to stop texts and do not; nothing else may stand between a STOP and silence then."""
    words = dict.fromkeys((*PER_SE, *every("opt_out"), *every("visit_cancel")))
    return tuple(word for word in words if Safety.OPT_OUT not in screen(word).safety)
