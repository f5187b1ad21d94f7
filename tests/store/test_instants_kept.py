"""Instants keep their zone in both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import insert, select

from outreach.store.actor import OPERATOR
from outreach.store.database import Database
from outreach.store.tables import switch


def kept(database: Database, instant: datetime) -> datetime:
    with database.write(OPERATOR) as uow:
        uow.execute(insert(switch).values(name="x", on=True, actor="a", changed_at=instant))
        found = uow.execute(select(switch.c.changed_at)).scalar_one()
    assert isinstance(found, datetime)
    return found


@pytest.mark.parametrize(
    "instant",
    [
        datetime(2026, 11, 1, 5, 30, 0, 123456, tzinfo=UTC),
        datetime(1969, 12, 31, 23, 59, 59, 999999, tzinfo=UTC),
        datetime(2028, 2, 29, 12, 0, tzinfo=timezone(timedelta(hours=-5))),
    ],
)
def test_an_instant_comes_back_to_the_microsecond_and_aware(database: Database, instant: datetime) -> None:
    found = kept(database, instant)
    assert found == instant
    assert found.utcoffset() == timedelta(0)
