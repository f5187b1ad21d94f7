"""The audit trail: sealed in order, and no edit, deletion, insertion, swap or truncation of it stays hidden."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from scene import ANA, NOW, OPERATOR, Scene
from sqlalchemy import Row, delete, insert, text, update

from outreach.engine.audit_chain import (
    NotACheckpoint,
    begin_codes,
    checkpoint_line,
    read_checkpoints,
    seal,
    verify,
)
from outreach.store import tables as t
from outreach.store.entry import Purpose

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


def test_a_checkpoint_cannot_be_signed_by_who_only_has_the_database(scene: Scene, trail: list[Row[Any]]) -> None:
    last = max(row.seq for row in scene.rows(t.checkpoint))
    _damage(scene, update(t.checkpoint).where(t.checkpoint.c.seq == last).values(signature="0" * 64))
    assert verify(scene.deployment).problem == f"The checkpoint at entry {last} does not match the trail."


def test_a_forged_entry_is_found_while_it_waits_and_after_it_was_sealed(scene: Scene, trail: list[Row[Any]]) -> None:
    _damage(scene, insert(t.audit).values(id=900_000_000, **COLUMNS))
    found = verify(scene.deployment)
    assert found.problem == "The entry with id 900000000, not sealed yet, was changed or added without the key."
    assert seal(scene.deployment) == 1
    found, place = verify(scene.deployment), len(trail) + 1
    assert found.problem == f"Entry {place} was added without the key."
    assert (found.entries, found.forged) == (place, (place,))


def test_what_stands_after_a_forged_entry_is_still_proved(scene: Scene, trail: list[Row[Any]]) -> None:
    _damage(scene, insert(t.audit).values(id=1, **COLUMNS))
    scene.member("+12025550126")
    sealed = seal(scene.deployment)
    assert sealed > 1
    assert verify(scene.deployment).entries == len(trail) + sealed
    last = max(scene.rows(t.audit), key=lambda row: row.seq)
    _damage(scene, update(t.audit).where(t.audit.c.id == last.id).values(actor="person:Nobody"))
    assert verify(scene.deployment).problem == f"Entry {last.seq} was changed after it was sealed."


def test_after_a_truncation_no_number_is_given_twice(scene: Scene, trail: list[Row[Any]]) -> None:
    _damage(scene, delete(t.audit).where(t.audit.c.seq == len(trail)))
    scene.member("+12025550126")
    assert seal(scene.deployment)
    assert verify(scene.deployment).problem == f"Entry {len(trail)} is missing."


def test_a_value_that_no_column_of_ours_gives_is_damage_and_not_a_crash(scene: Scene, trail: list[Row[Any]]) -> None:
    wrong = "'infinity'" if scene.deployment.database.dialect == "postgresql" else "9e18"
    _damage(scene, text(f"UPDATE audit SET at = {wrong} WHERE seq = 3"))
    assert verify(scene.deployment).problem == "What follows seq 2 cannot be read: it was changed."


def test_a_sealer_that_stands_still_is_a_note_and_no_damage(scene: Scene, trail: list[Row[Any]]) -> None:
    scene.member("+12025550126")
    assert verify(scene.deployment).note is None
    scene.at(NOW + timedelta(minutes=1))
    found = verify(scene.deployment)
    assert found.problem is None
    assert found.note is not None
    assert "wait to be sealed, the oldest since 2027-03-01T15:00:00+00:00" in found.note


def test_entries_from_before_there_were_codes_hold_and_from_the_migration_on_each_must_have_one(scene: Scene) -> None:
    _damage(scene, insert(t.audit).values(id=900_000_000, **COLUMNS))
    begin_codes(scene.deployment)
    assert verify(scene.deployment).problem is None
    begin_codes(scene.deployment)
    assert [row.action for row in scene.rows(t.audit)].count("trail.coded") <= 1
    _damage(scene, insert(t.audit).values(id=900_000_001, **COLUMNS))
    assert verify(scene.deployment).problem is not None


def test_a_reason_is_part_of_what_is_sealed(scene: Scene) -> None:
    with scene.deployment.write(OPERATOR) as uow:
        uow.audit("viewed", "member:5", reason=Purpose.PAYER_AUDIT)
        uow.commit()
    seal(scene.deployment)
    row = scene.row(t.audit, t.audit.c.action == "viewed")
    assert row.reason == "payer_audit"
    scene.change(t.audit, row.id, reason="complaint")
    assert verify(scene.deployment).problem == f"Entry {row.seq} was changed after it was sealed."


def test_the_checkpoint_kept_outside_names_the_cut_and_the_rewriting(scene: Scene, trail: list[Row[Any]]) -> None:
    line = checkpoint_line(scene.deployment)
    assert line is not None
    kept = read_checkpoints([line, ""], scene.deployment.database.keyring)
    assert verify(scene.deployment, kept).problem is None
    _damage(scene, delete(t.audit), delete(t.checkpoint))
    assert verify(scene.deployment).problem is None
    cut = f"The trail ends at entry 0, but a checkpoint was signed at {len(trail)}."
    assert verify(scene.deployment, kept).problem == cut
    with scene.deployment.write(OPERATOR) as uow:
        for number in range(len(trail)):
            uow.audit("invented", f"loop:{number}")
        uow.commit()
    seal(scene.deployment)
    assert verify(scene.deployment).problem is None
    assert f"Entry {len(trail)} is not the one that was signed" in str(verify(scene.deployment, kept).problem)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"seq": 1}, "Line 1 of the checkpoint file was changed: its signature does not fit."),
        ({"at": "2020-01-01T00:00:00+00:00"}, "Line 1 of the checkpoint file was changed: its signature does not fit."),
        ({"key": "00000000"}, "Line 1 of the checkpoint file is signed with key 00000000"),
        ({"hash": None, "at": 7}, "Line 1 of the checkpoint file is no checkpoint."),
    ],
)
def test_a_checkpoint_file_that_was_changed_is_refused(
    scene: Scene, trail: list[Row[Any]], change: dict[str, Any], sentence: str
) -> None:
    line = json.loads(checkpoint_line(scene.deployment) or "") | change
    with pytest.raises(NotACheckpoint, match=sentence):
        read_checkpoints([json.dumps(line)], scene.deployment.database.keyring)
