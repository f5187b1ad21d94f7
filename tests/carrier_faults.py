"""Which fault comes next: drawn by weights from a seed, so that a run can be repeated."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field

# What answering a POST can go wrong with. `lost-` means that nothing was accepted; 429 accepts nothing either.
STORM = {
    "none": 69.5, "drop": 4.0, "hang": 2.0, "reset": 4.0, "truncate": 3.0, "garbage": 2.0, "500": 3.0, "503": 3.0,
    "429": 0.5, "lost-reset": 3.0, "lost-500": 3.0, "lost-hang": 1.0, "lost-503": 2.0,
}  # fmt: skip
LIST_STORM = {"none": 80.0, "500": 6.0, "garbage": 4.0, "truncate": 4.0, "reset": 4.0, "429": 2.0}
# How often, of a hundred messages, their callbacks are late, in disorder, twice, before the answer, or never made.
CALLBACK_STORM = {"late": 30.0, "reorder": 30.0, "duplicate": 30.0, "early": 20.0, "never": 10.0}


@dataclass
class Mix:
    """Weights of what happens to a POST and to a GET, and chances in a hundred for callbacks; empty is fair weather."""

    seed: int = 0
    post: Mapping[str, float] = field(default_factory=dict)
    get: Mapping[str, float] = field(default_factory=dict)
    callbacks: Mapping[str, float] = field(default_factory=dict)
    seconds: float = 1.0  # of a hang
    retry_after: float = 1.0  # a 429 closes the sender that long: a few of them make a run slow

    def __post_init__(self) -> None:
        self._dice = random.Random(self.seed)

    def draw(self, method: str) -> str:
        """Return the next fault of a request; the caller holds the ledger's lock."""
        weights = self.post if method == "POST" else self.get
        return self._dice.choices(list(weights), list(weights.values()))[0] if weights else "none"

    def told(self, statuses: list[str]) -> tuple[bool, list[tuple[float, str]]]:
        """Return whether the first callback comes before the answer, and when after it each of them comes."""
        happens = {name: self._dice.uniform(0, 100) < chance for name, chance in sorted(self.callbacks.items())}
        if happens.get("never"):
            return False, []
        if happens.get("reorder"):
            self._dice.shuffle(statuses)
        if happens.get("duplicate"):
            statuses += self._dice.choices(statuses, k=2)
        longest = 1.0 if happens.get("late") else 0.05
        times = sorted(self._dice.uniform(0, longest) for _ in statuses)
        return bool(happens.get("early")), list(zip(times, statuses, strict=True))
