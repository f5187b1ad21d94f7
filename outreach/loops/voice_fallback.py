"""Whether a call may take the place of a text that could not be delivered (TWI-34)."""

from __future__ import annotations

RULE = "TWI-34"
# The phone, its carrier or its owner may have refused the text: a call would go round that.
_PERHAPS_REFUSED = frozenset({30004, 21610, 30640, 30007})


def objection_to_call(code: int | None, *, over: bool, consents: bool, hears: bool) -> str | None:
    """Return the rule by which no call follows a text, or None; hours and caps are the gate's.

    `code` is the carrier's error, if it named one; `over` that nothing more will come of the text; `consents` that the
    member agreed to automatic calls about this, apart from texts; `hears` that they are not to be written to alone
    (HIP-30).
    """
    allowed = over and consents and hears and code not in _PERHAPS_REFUSED
    return None if allowed else RULE
