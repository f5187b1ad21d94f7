"""How long a conversation with a person lasts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from outreach.loops.talking import talking_until

NOON = datetime(2027, 3, 6, 17, 0, tzinfo=UTC)


def _at(*minutes: int) -> list[datetime]:
    return [NOON + timedelta(minutes=each) for each in minutes]


@pytest.mark.parametrize(
    ("by_people", "heard", "until"),
    [
        ([], [0, 5], None),
        ([0], [], 30),
        ([0], [20], 50),
        ([0], [30], 60),
        ([0], [31], 30),
        ([0], [20, 45, 70], 100),
        ([0, 40], [35], 70),
        ([10], [0], 40),
    ],
)
def test_half_an_hour_after_the_last_text_of_either_side(
    by_people: list[int], heard: list[int], until: int | None
) -> None:
    assert talking_until(_at(*by_people), _at(*heard)) == (None if until is None else _at(until)[0])
