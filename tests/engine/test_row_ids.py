"""Row ids are given once: across rollbacks, threads and processes."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

from scene import OPERATOR

from outreach.store.database import Database
from outreach.store.ids import Ids


def _take(database: Database, count: int, commit: bool = True) -> list[int]:
    with database.write(OPERATOR) as uow:
        ids = uow.next_ids(count)
        if commit:
            uow.commit()
    return ids


def test_ids_ascend_and_never_repeat(database: Database) -> None:
    given = [row_id for _ in range(5) for row_id in _take(database, 700)]
    assert len(set(given)) == len(given)
    assert all(ids == sorted(ids) for ids in [given[:700], given[700:1400]])


def test_ids_of_a_rolled_back_transaction_never_come_back_beside_committed_ones(database: Database) -> None:
    committed: list[int] = []
    for commit in (True, False, True, False, False, True):
        ids = _take(database, 1500, commit)
        committed += ids if commit else []
    assert len(set(committed)) == len(committed)


def test_a_block_goes_back_with_the_transaction_that_took_it(database: Database) -> None:
    first = _take(database, 1, commit=False)
    second, third = _take(database, 1), _take(database, 1)
    assert len({*second, *third}) == 2
    assert second != first or database.dialect == "sqlite"  # its counter row was rolled back too


def test_threads_that_share_a_deployment_never_share_an_id(database: Database) -> None:
    with ThreadPoolExecutor(8) as threads:
        given = [row_id for ids in threads.map(lambda n: _take(database, 90 + n), range(40)) for row_id in ids]
    assert len(set(given)) == len(given)


def test_two_processes_never_share_an_id(database: Database) -> None:
    ours = _take(database, 500)
    theirs = _in_another_process(database)
    ours += _take(database, 900)
    assert not set(ours) & set(theirs)
    assert len(set(theirs)) == 1200


def test_a_free_block_is_given_to_one_taker_only() -> None:
    ids = Ids()
    ids._free.append(range(1000, 2000))
    assert (ids._reuse(), ids._reuse()) == (range(1000, 2000), range(0))


_OTHER = """
import sys
from outreach.store.actor import OPERATOR
from outreach.store.database import Database
from outreach.store.seal import Keyring
database = Database(sys.argv[1], Keyring.fresh(), None)
database._now = lambda connection: None
with database.write(OPERATOR) as uow:
    ids = uow.next_ids(1200)
    uow.commit()
print(*ids)
"""


def _in_another_process(database: Database) -> list[int]:
    url = database.engine.url.render_as_string(hide_password=False)
    done = subprocess.run([sys.executable, "-c", _OTHER, url], capture_output=True, text=True, check=True)
    return [int(word) for word in done.stdout.split()]
