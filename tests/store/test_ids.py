"""Row ids: small, ascending, and never given twice."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from outreach.store.actor import OPERATOR
from outreach.store.database import Database
from outreach.store.ids import Ids


def take(database: Database, count: int, commit: bool = True) -> list[int]:
    with database.write(OPERATOR) as uow:
        ids = uow.next_ids(count)
        if commit:
            uow.commit()
    return ids


def test_ids_ascend_and_do_not_repeat(database: Database) -> None:
    taken = take(database, 1500) + take(database, 3) + take(database, 2500)
    assert taken == sorted(set(taken))


def test_a_rolled_back_transaction_gives_no_id_a_second_time(database: Database) -> None:
    kept = take(database, 10)
    take(database, 10, commit=False)
    later = take(database, 2000)
    assert not set(kept) & set(later)


def test_two_processes_never_share_an_id(database: Database) -> None:
    first = take(database, 10)
    database.ids = Ids()  # as another process on the same database would start
    assert not set(first) & set(take(database, 1000))


def test_threads_never_share_an_id(database: Database) -> None:
    with ThreadPoolExecutor(4) as pool:
        batches = list(pool.map(lambda _: take(database, 300), range(12)))
    taken = [number for batch in batches for number in batch]
    assert len(taken) == len(set(taken))
