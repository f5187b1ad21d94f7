"""How far the words of each program are in each language: sent, waiting, stale."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from outreach.engine.deployment import Deployment
from outreach.store import message_versions, programs
from outreach.store.actor import Actor
from outreach.store.message_versions import APPROVED, SOURCE, StoredVersion
from outreach.store.programs import StoredProgram


@dataclass(frozen=True, slots=True)
class WordsStatus:
    """How far the words of one program in one language are. Without factory texts there is nothing to approve.

    `approved` counts the texts that are sent; of one that waits, what was approved before it is sent meanwhile.
    """

    program: str
    language: str
    approved: int
    waiting: tuple[str, ...]
    unsent: int = 0
    stale: tuple[str, ...] = ()  # approved once, for an English text that has changed since (COPY-12)
    reviewed: bool = True  # whether a qualified translator stands behind every approved text (HIP-22)
    steps: Mapping[str, int] = field(default_factory=dict)  # how far those are that wait

    @property
    def ready(self) -> bool:
        """Whether every text of this language may be sent."""
        return self.approved > 0 and not self.unsent


def status(deployment: Deployment, actor: Actor) -> list[WordsStatus]:
    """Return how far each language of each program is, in the order the program names them."""
    with deployment.read(actor) as uow:
        return [
            _status(program, language, stored)
            for program in programs.programs(uow).values()
            for stored in [message_versions.versions(uow, program.id)]
            for language in program.languages
        ]


def _status(program: StoredProgram, language: str, stored: Sequence[StoredVersion]) -> WordsStatus:
    mine = [version for version in message_versions.newest(stored) if version.language == language]
    sent = sum(version.language == language for version in message_versions.sendable(stored))
    waiting = tuple(version.key for version in mine if version.state != APPROVED)
    old = message_versions.stale(stored)
    stale = tuple(version.key for version in mine if version.state == APPROVED and version.id in old)
    reviewed = language == SOURCE or all(version.reviewer for version in mine if version.state == APPROVED)
    steps = Counter(version.state for version in mine if version.state != APPROVED)
    return WordsStatus(program.key, language, sent, waiting, len(mine) - sent, stale, reviewed, steps)
