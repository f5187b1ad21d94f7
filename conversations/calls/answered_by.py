"""Who picked up: a person, a machine, or nobody can tell."""

from __future__ import annotations

from enum import StrEnum


class AnsweredBy(StrEnum):
    """Who picked up, as the carrier heard it (TWI-41). Somebody who calls us is HUMAN."""

    HUMAN = "human"
    MACHINE_START = "machine_start"  # a machine that still speaks
    MACHINE_END = "machine_end"  # its greeting is over
    FAX = "fax"
    UNKNOWN = "unknown"

    @classmethod
    def read(cls, word: str | None) -> AnsweredBy:
        """Return the carrier's word; what it does not know, or did not look for, is UNKNOWN (TWI-42)."""
        if word is not None and word.startswith("machine_end"):
            return cls.MACHINE_END
        return cls(word) if word in set(cls) else cls.UNKNOWN
