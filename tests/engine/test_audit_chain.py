"""The audit trail: sealed in order, and no edit, deletion, insertion, swap or truncation of it stays hidden."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from scene import ANA, NOW, OPERATOR, Scene
from sqlalchemy import Row, delete, insert, update

from outreach.engine.audit_chain import seal, verify
from outreach.store import chain
from outreach.store import tables as t

COLUMNS = {"at": NOW, "actor": "service:nobody", "action": "nothing", "object": "loop:0", "rule": "NONE"}


@pytest.fixture
def trail(scene: Scene) -> list[Row[Any]]:
    """A trail sealed in three parts."""
    for number in (ANA, "+12025550124", "+12025550125"):
        scene.visit(scene.member(number))
        scene.settle()
        seal(scene.deployment)
    return scene.rows(t.audit)


def _damage(scene: Scene, *statements: Any) -> None:
    with scene.deployment.write(OPERATOR) as uow:
        for statement in statements:
            uow.execute(statement)
        uow.commit()


def test_an_untouched_trail_holds(scene: Scene, trail: list[Row[Any]]) -> None:
    verdict = verify(scene.deployment)
    assert (verdict.entries, verdict.problem) == (len(trail), None)
    assert len(scene.rows(t.checkpoint)) >= 3


def test_sealing_what_is_sealed_does_nothing(scene: Scene, trail: list[Row[Any]]) -> None:
    assert seal(scene.deployment) == 0


@pytest.mark.parametrize("column", COLUMNS)
def test_every_edited_column_of_every_entry_is_found(scene: Scene, trail: list[Row[Any]], column: str) -> None:
    for row in (trail[0], trail[len(trail) // 2], trail[-1]):
        before = row._mapping[column]
        wrong = COLUMNS[column] if before != COLUMNS[column] else NOW.replace(year=2020)
        _damage(scene, update(t.audit).where(t.audit.c.id == row.id).values({column: wrong}))
        assert verify(scene.deployment).problem == f"Entry {row.seq} was changed after it was sealed."
        _damage(scene, update(t.audit).where(t.audit.c.id == row.id).values({column: before}))
    assert verify(scene.deployment).problem is None


def test_a_deleted_entry_is_found(scene: Scene, trail: list[Row[Any]]) -> None:
    _damage(scene, delete(t.audit).where(t.audit.c.seq == 2))
    assert verify(scene.deployment).problem == "Entry 2 is missing."


def test_two_entries_that_changed_places_are_found(scene: Scene, trail: list[Row[Any]]) -> None:
    second, third = trail[1], trail[2]
    park = update(t.audit).where(t.audit.c.id == second.id).values(seq=100_000)
    _damage(
        scene,
        park,
        update(t.audit).where(t.audit.c.id == third.id).values(seq=second.seq),
        update(t.audit).where(t.audit.c.id == second.id).values(seq=third.seq),
    )
    assert verify(scene.deployment).problem == f"Entry {second.seq} was changed after it was sealed."


def test_a_truncated_trail_is_found(scene: Scene, trail: list[Row[Any]]) -> None:
    last = trail[-1].seq
    _damage(scene, delete(t.audit).where(t.audit.c.seq > last - 2))
    problem = verify(scene.deployment).problem
    assert problem == f"The trail ends at entry {last - 2}, but a checkpoint was signed at {last}."


def test_an_inserted_entry_is_found_even_with_a_right_hash(scene: Scene, trail: list[Row[Any]]) -> None:
    last = max(trail, key=lambda row: row.seq)
    forged = {"id": 900_000_000, "seq": last.seq + 1, "prev": last.hash} | COLUMNS
    link = chain.entry_hash(last.hash, last.seq + 1, SimpleNamespace(**forged))
    _damage(scene, insert(t.audit).values(**forged, hash=link))
    assert verify(scene.deployment).problem == f"Entries after {last.seq} were added without a signed checkpoint."


def test_a_trail_rewritten_from_one_entry_on_is_found(scene: Scene, trail: list[Row[Any]]) -> None:
    rows = sorted(trail, key=lambda row: row.seq)
    prev = rows[2].prev
    for row in rows[2:]:
        changed = {"action": "rewritten"} if row is rows[2] else {}
        link = chain.entry_hash(prev, row.seq, SimpleNamespace(**(dict(row._mapping) | changed)))
        _damage(scene, update(t.audit).where(t.audit.c.id == row.id).values(prev=prev, hash=link, **changed))
        prev = link
    assert "does not match the trail" in str(verify(scene.deployment).problem)


def test_a_checkpoint_cannot_be_signed_by_who_only_has_the_database(scene: Scene, trail: list[Row[Any]]) -> None:
    last = max(row.seq for row in scene.rows(t.checkpoint))
    _damage(scene, update(t.checkpoint).where(t.checkpoint.c.seq == last).values(signature="0" * 64))
    assert verify(scene.deployment).problem == f"The checkpoint at entry {last} does not match the trail."
