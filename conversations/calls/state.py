"""Where a call stands: small, without personal data, and stored between two requests."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

BEFORE = "before"  # nobody has answered yet


@dataclass(frozen=True, slots=True)
class State:
    """One moment of a call. `turn` counts what we said; an answer to an older turn changes nothing.

    `lead` is said before the menu, this once. `tries` are the silences and wrong keys at this menu, `failures` those
    of the check. `who` is the member's id, once that is sure. `back` and `page` belong to the list of languages.
    """

    language: str
    menu: str = BEFORE
    turn: int = 0
    lead: str = ""
    tries: int = 0
    failures: int = 0
    who: int | None = None
    checked: bool = False
    pressed: bool = False
    over: bool = False
    back: str = ""
    page: int = 0

    def text(self) -> str:
        """Return the stored form."""
        return json.dumps({name: value for name, value in asdict(self).items() if value or name == "turn"})

    @classmethod
    def read(cls, text: str) -> State:
        """Read the stored form back; raises TypeError or ValueError on anything else."""
        return cls(**json.loads(text))
