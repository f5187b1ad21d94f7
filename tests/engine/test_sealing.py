"""Personal data is stored sealed or not at all, and opens only where it was sealed."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from scene import ANA, OPERATOR, Scene
from sqlalchemy.exc import StatementError

from outreach.store import tables as t
from outreach.store.claims import BODY
from outreach.store.people import NUMBER
from outreach.store.seal import CannotUnseal, KeyFileMissing, Keyring
from outreach.store.types import NotAnInstant, PlainPersonalData, Sealed, SealedText

EVERY_COLUMN = [column for table in t.metadata.tables.values() for column in table.columns]
SEALED = [column for column in EVERY_COLUMN if isinstance(column.type, SealedText)]


@pytest.fixture
def member(scene: Scene) -> int:
    member = scene.member(ANA)
    scene.visit(member)
    scene.settle()
    scene.say(ANA, "HELP")
    return member


@pytest.mark.parametrize("column", SEALED, ids=str)
def test_a_sealed_column_refuses_plain_text(scene: Scene, column: object) -> None:
    table, name = column.table, column.name  # type: ignore[attr-defined]
    with scene.deployment.write(OPERATOR) as uow, pytest.raises(StatementError) as refused:
        uow.execute(table.update().values({name: "Ana Doveland"}))
    assert isinstance(refused.value.orig, PlainPersonalData)


def test_no_number_and_no_words_lie_in_the_rows_in_clear(scene: Scene, member: int) -> None:
    everything = "".join(repr(tuple(row)) for table in t.metadata.tables.values() for row in scene.rows(table))
    kept = "".join(repr(value.blob) for row in scene.rows(t.attempt) for value in row if isinstance(value, Sealed))
    for secret in (ANA, ANA[2:], "HELP'", "You are signed up"):
        assert secret not in kept
    assert ANA not in everything


def test_a_sealed_value_opens_in_its_own_row_only(scene: Scene, member: int) -> None:
    keyring, attempt = scene.deployment.database.keyring, scene.rows(t.attempt)[0]
    assert keyring.open(BODY, attempt.touch_id, attempt.body).startswith("CareLink: ")
    with pytest.raises(CannotUnseal):
        keyring.open(BODY, attempt.touch_id + 1, attempt.body)


def test_a_sealed_value_opens_in_its_own_column_only(scene: Scene, member: int) -> None:
    keyring, phone = scene.deployment.database.keyring, scene.row(t.contact_point)
    assert keyring.open(NUMBER, phone.id, phone.number) == ANA
    with pytest.raises(CannotUnseal):
        keyring.open("member:name", phone.id, phone.number)


def test_a_sealed_value_does_not_open_with_other_keys(scene: Scene, member: int) -> None:
    phone = scene.row(t.contact_point)
    with pytest.raises(CannotUnseal):
        Keyring.fresh().open(NUMBER, phone.id, phone.number)


def test_one_changed_bit_is_noticed(scene: Scene, member: int) -> None:
    phone = scene.row(t.contact_point)
    damaged = Sealed(phone.number.blob[:-1] + bytes([phone.number.blob[-1] ^ 1]))
    with pytest.raises(CannotUnseal):
        scene.deployment.database.keyring.open(NUMBER, phone.id, damaged)


def test_a_print_of_a_sealed_value_shows_nothing(scene: Scene, member: int) -> None:
    assert repr(scene.row(t.contact_point).number) == "Sealed()"


def test_an_instant_without_a_zone_is_refused(scene: Scene) -> None:
    naive = datetime(2027, 3, 1, 12, 0)  # noqa: DTZ001
    with scene.deployment.write(OPERATOR) as uow, pytest.raises(StatementError) as refused:
        uow.execute(t.calendar.update().values(at=naive))
    assert isinstance(refused.value.orig, NotAnInstant)


def test_a_missing_key_file_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(KeyFileMissing, match="OUTREACH_KEY_FILE"):
        Keyring.read(tmp_path / "keys.json")
