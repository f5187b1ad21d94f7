"""While a person talks with a member, what is automatic keeps quiet."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

# Half an hour after the last text of either side: most people who answer at all answer within it, and a reminder that
# comes half an hour later is still of use.
TALK = timedelta(minutes=30)


def talking_until(by_people: Iterable[datetime], heard: Iterable[datetime]) -> datetime | None:
    """Return when a conversation that a person began is over, or None.

    `by_people` is when a person texted or took the work on; `heard` when the member wrote. It lasts as long as neither
    side is silent for longer than TALK.
    """
    until: datetime | None = None
    for at, is_ours in sorted([*((at, True) for at in by_people), *((at, False) for at in heard)]):
        if is_ours or (until is not None and at <= until):
            until = at + TALK
    return until
