"""What the carrier's answers pause: everything, a sender, a text, or a text on one sender; only a person lifts it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

_PREFIX = "pause"


class What(StrEnum):
    """What is paused: the first three because our configuration is wrong, the last because its texts are blocked."""

    ACCOUNT = "account"
    SENDER = "sender"
    TEMPLATE = "template"
    BREAKER = "breaker"


@dataclass(frozen=True, slots=True, order=True)
class Pause:
    """One pause, in as much as `what` needs: the sender that texts leave from, and a program's words by their key."""

    what: What
    sender: str = ""
    program: int = 0
    words: str = ""

    @property
    def name(self) -> str:
        """The name of the switch that holds it."""
        return "|".join((_PREFIX, self.what, self.sender, str(self.program), self.words))

    def holds(self, sender: str, program: int, words: str) -> bool:
        """Whether a text is among what it holds."""
        match self.what:
            case What.ACCOUNT:
                return True
            case What.SENDER:
                return sender == self.sender
            case What.TEMPLATE:
                return (program, words) == (self.program, self.words)
            case What.BREAKER:
                return (sender, program, words) == (self.sender, self.program, self.words)


def pause_of(what: What, sender: str, program: int, words: str) -> Pause:
    """Return the pause of a kind that holds a text."""
    match what:
        case What.ACCOUNT:
            return Pause(what)
        case What.SENDER:
            return Pause(what, sender=sender)
        case What.TEMPLATE:
            return Pause(what, program=program, words=words)
        case What.BREAKER:
            return Pause(what, sender, program, words)


def pauses_in(switches: Iterable[str]) -> frozenset[Pause]:
    """Return the pauses among the names of switches; other switches are passed over."""
    parts = (name.split("|") for name in switches)
    return frozenset(Pause(What(found[1]), found[2], int(found[3]), found[4]) for found in parts if found[0] == _PREFIX)
