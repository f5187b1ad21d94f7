"""How long a search may be: in full under `make prove`, a quarter of it in `make test`."""

from __future__ import annotations

import os

from hypothesis import settings

PROOF = "OUTREACH_PROOF" in os.environ
_DEFAULT = 100  # Hypothesis's own
_LEAST = 5


def examples(full: int) -> int:
    """Return how many examples a property is tried with, of so many in full."""
    return full if PROOF else max(_LEAST, full // 4)


def shorten() -> None:
    """Let properties that name no count of their own be tried with as many."""
    settings.register_profile("outreach", max_examples=examples(_DEFAULT))
    settings.load_profile("outreach")
