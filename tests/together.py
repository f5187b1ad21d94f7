"""One test for many small cases of one sentence: a thousand tests of a millisecond each take ten seconds to be told."""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import wraps
from typing import Any


def each(cases: Collection[Any]) -> Callable[[Callable[..., None]], Callable[[], None]]:
    """Make a check of one case (a tuple, or its only argument) a test that tries all and names those that fail."""

    def whole(check: Callable[..., None]) -> Callable[[], None]:
        @wraps(check)
        def run() -> None:
            wrong = []
            for case in cases:
                try:
                    check(*case) if isinstance(case, tuple) else check(case)
                except AssertionError as problem:
                    wrong.append(f"{case}: {problem}")
            assert cases
            assert not wrong, f"{len(wrong)} of {len(cases)}:\n" + "\n".join(wrong[:20])

        del run.__wrapped__  # or pytest would ask for the arguments of one case
        return run

    return whole
