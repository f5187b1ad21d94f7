"""Which languages a call offers where it stands."""

from __future__ import annotations

from collections.abc import Sequence

from conversations.calls.call import Call
from conversations.calls.state import State

ON_A_PAGE = 6


def others(call: Call, state: State) -> Sequence[str]:
    """Return the languages to change to; all of them for a phone that has not chosen, and was not asked yet."""
    if state.back == "inbound" and not call.chosen:
        return call.spoken
    return [code for code in call.spoken if code != state.language]


def page(call: Call, state: State) -> Sequence[str]:
    """Return the languages that the digits 1 to 6 choose now."""
    return others(call, state)[state.page * ON_A_PAGE :][:ON_A_PAGE]
