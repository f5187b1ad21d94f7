"""Each promise of delivery is kept, and each bug that others had, planted alone, is noticed by one of them."""

from __future__ import annotations

import pytest
from bugs import BUGS, Promise
from planting import planted
from scene import Scene

PROMISES = {bug.promise.__name__: bug.promise for bug in BUGS.values()}
# The list of the issue that this work came from, one by one.
ASKED_FOR = (
    "naive retry", "no re-check at claim", "ack before commit", "expired lease as due", "list asked in local time",
    "no settle", "touch-first lock order", "facts read before the lock", "refused touch not heard",
    "prompt opened at record", "unread reply not held", "replayed START honoured",
    "callback of an old attempt applied", "SQL now() for domain time", "status moved downwards",
    "second delivery of a webhook acted upon", "lost fencing check", "429 counted as failure",
    "STOP committed after its 2xx", "window end ignored after an outage",
)  # fmt: skip


@pytest.mark.parametrize("promise", PROMISES.values(), ids=PROMISES.keys())
def test_a_promise_is_kept(scene: Scene, promise: Promise) -> None:
    assert promise(scene)


@pytest.mark.parametrize(
    ("database", "bug"), [(bug.database, name) for name, bug in BUGS.items()], indirect=["database"]
)
def test_a_planted_bug_is_noticed(scene: Scene, bug: str) -> None:
    with planted(*BUGS[bug].plants):
        assert not BUGS[bug].promise(scene)


def test_every_bug_that_was_asked_for_is_planted() -> None:
    assert set(ASKED_FOR) <= set(BUGS)
