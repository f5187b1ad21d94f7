"""How a member wants to be reached, and how never: before everything but a STOP (HIP-06, CRI-07)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import time
from typing import Any, Self

from outreach.loops.consent import Channel
from outreach.loops.state_hours import Window


@dataclass(frozen=True, slots=True)
class ContactRule:
    """One member's wishes. Without phones or channels named, each that there is consent for will do.

    `own` is when they want to be reached and `early` how early they asked for (LAW-33). `endangered`: somebody who may
    read or hold the phone is a danger to them, so that nothing is answered by itself unless it is `safe_to_answer`,
    and whatever they seem to decide is checked by a person (CRI-07). `code_word` tells a caller who is speaking.
    `hearing_access`: deaf, or on a TTY: no machine ever calls them (HIP-30).
    """

    phones: frozenset[int] = frozenset()
    channels: frozenset[str] = frozenset()
    own: Window | None = None
    early: time | None = None
    endangered: bool = False
    safe_to_answer: bool = False
    code_word: str | None = None
    voicemail_ok: bool = False
    hearing_access: bool = False

    def objection(self, phone: int, channel: str) -> str | None:
        """Return HIP-06 when this is no way to reach them, or None; for a call to who cannot hear it, TWI-34."""
        if channel == Channel.VOICE and self.hearing_access:
            return "TWI-34"
        wrong = (self.phones and phone not in self.phones) or (self.channels and channel not in self.channels)
        return "HIP-06" if wrong else None

    def text(self) -> str | None:
        """Return the stored form; None when there is no wish at all."""
        found: dict[str, Any] = {
            "phones": sorted(self.phones),
            "channels": sorted(self.channels),
            "own": [at.isoformat("minutes") for at in self.own] if self.own else None,
            "early": self.early.isoformat("minutes") if self.early else None,
            "endangered": self.endangered,
            "safe_to_answer": self.safe_to_answer,
            "code_word": self.code_word,
            "voicemail_ok": self.voicemail_ok,
            "hearing_access": self.hearing_access,
        }
        said = {name: value for name, value in found.items() if value}
        return json.dumps(said) if said else None

    @classmethod
    def read(cls, text: str | None) -> Self:
        """Return what `text` holds; nothing is wished for without one."""
        found = json.loads(text) if text else {}
        own = found.get("own")
        return cls(
            phones=frozenset(found.get("phones", ())),
            channels=frozenset(Channel(name) for name in found.get("channels", ())),
            own=(time.fromisoformat(own[0]), time.fromisoformat(own[1])) if own else None,
            early=time.fromisoformat(found["early"]) if found.get("early") else None,
            endangered=bool(found.get("endangered")),
            safe_to_answer=bool(found.get("safe_to_answer")),
            code_word=found.get("code_word"),
            voicemail_ok=bool(found.get("voicemail_ok")),
            hearing_access=bool(found.get("hearing_access")),
        )


ANY_WAY = ContactRule()
