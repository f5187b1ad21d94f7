"""Rows are changed many at once: each gets its own values, whatever kind of column they are in, and no other row."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select

from outreach.engine.deployment import Deployment
from outreach.store.actor import OPERATOR
from outreach.store.batches import update_rows
from outreach.store.tables import link

AT = datetime(2027, 3, 1, 15, 0, 0, 1, tzinfo=UTC)


def rows(count: int) -> list[dict[str, Any]]:
    return [
        {"id": n, "token_hash": b"%d" % n, "purpose": "test", "subject": {"n": n}, "expires_at": AT, "used_at": None}
        for n in range(1, count + 1)
    ]


def test_each_row_gets_its_own_values_and_the_others_keep_theirs(deployment: Deployment) -> None:
    subjects: list[Any] = [[], {}, ["a", ["b"]], {"quote": 'it\'s "so", {ok}'}, None, "text"]
    with deployment.write(OPERATOR) as uow:
        uow.insert(link, rows(8))
        changed = [
            {"id": n, "subject": subject, "used_at": AT if n % 2 else None, "purpose": f"p,{n}"}
            for n, subject in enumerate(subjects, start=1)
        ]
        assert update_rows(uow, link, ("id",), changed) == 6
        found = {row.id: row for row in uow.all(select(link))}
    assert [found[n].subject for n in range(1, 7)] == subjects
    assert [found[n].used_at for n in range(1, 9)] == [AT, None, AT, None, AT, None, None, None]
    assert [found[n].purpose for n in (1, 6, 7)] == ["p,1", "p,6", "test"]


def test_a_row_is_found_by_all_its_keys_or_not_at_all(deployment: Deployment) -> None:
    with deployment.write(OPERATOR) as uow:
        uow.insert(link, rows(3))
        wanted = [{"id": n, "purpose": "test" if n == 2 else "another", "used_at": AT} for n in (1, 2, 99)]
        assert update_rows(uow, link, ("id", "purpose"), wanted, (("expires_at", link.c.expires_at),)) == 1
        assert [row.id for row in uow.all(select(link).where(link.c.used_at == AT))] == [2]
        assert update_rows(uow, link, ("id",), []) == 0


def test_more_rows_than_a_statement_holds_are_all_changed(deployment: Deployment) -> None:
    with deployment.write(OPERATOR) as uow:
        uow.insert(link, rows(1201))
        assert update_rows(uow, link, ("id",), [{"id": n, "used_at": AT} for n in range(1, 1202)]) == 1201
