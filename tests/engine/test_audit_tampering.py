"""No edit, deletion, insertion, swap, truncation or rewriting of the audit trail stays hidden (I22).

OUTREACH_PROOF makes the trail longer, so that more than ten thousand ways to tamper with it are tried on each database.
"""

from __future__ import annotations

import os

from sqlalchemy import delete
from tampering import MAYA, Tampering, Trail, build, every

from outreach.store.database import Database
from outreach.store.tables import audit
from outreach.store.verification import Verdict, verified

PROOF = int(os.environ.get("OUTREACH_PROOF", "0"))
LENGTH = {"early": 10, "batches": 6, "size": 8, "waiting": 5} if PROOF else {}
ORDINARY = 400


def _after(database: Database, trail: Trail, way: Tampering, outside: bool) -> Verdict:
    """Tamper, verify, and leave everything as it was."""
    with database.write(MAYA) as uow:
        way.done(uow)
        return verified(uow, outside=trail.outside if outside else ())


def _tried(trail: Trail) -> list[Tampering]:
    ways = list(every(trail))
    return ways if PROOF else ways[:: max(1, len(ways) // ORDINARY)]


def test_an_untouched_trail_holds_with_and_without_the_checkpoints_kept_outside(database: Database) -> None:
    trail = build(database, **LENGTH)
    for outside in (True, False):
        found = _after(database, trail, Tampering("nothing", []), outside)
        assert (found.entries, found.problem, found.forged) == (len(trail.sealed), None, ())


def test_every_way_to_tamper_is_found(database: Database) -> None:
    trail = build(database, **LENGTH)
    tried = _tried(trail)
    assert len(tried) >= (10_000 if PROOF else ORDINARY)
    assert [way.name for way in tried if _after(database, trail, way, outside=True).problem is None] == []


def test_without_the_checkpoints_kept_outside_only_a_clean_cut_and_the_key_itself_go_unseen(database: Database) -> None:
    trail = build(database, **LENGTH)
    for way in _tried(trail):
        assert (_after(database, trail, way, outside=False).problem is None) == way.unseen, way.name


def test_an_entry_deleted_before_it_was_sealed_leaves_no_trace(database: Database) -> None:
    """The known limit: for at most two seconds nothing has counted it."""
    trail = build(database)
    gone = Tampering("an unsealed entry is deleted", [delete(audit).where(audit.c.id == trail.waiting[0]["id"])])
    assert _after(database, trail, gone, outside=True).problem is None
