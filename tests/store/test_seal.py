"""Personal data leaves the program only sealed, and opens only where it was sealed."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import insert
from sqlalchemy.exc import StatementError

from outreach.store.actor import OPERATOR
from outreach.store.database import Database
from outreach.store.seal import CannotUnseal, KeyFileMissing, Keyring
from outreach.store.tables import contact_point
from outreach.store.types import Sealed

KEYRING = Keyring.fresh()
PLACE = "member:name"


@given(st.text())
def test_any_text_comes_back_as_it_was(words: str) -> None:
    assert KEYRING.open(PLACE, 7, KEYRING.seal(PLACE, 7, words)) == words


@pytest.mark.parametrize(("place", "row"), [("member:about", 7), (PLACE, 8)])
def test_a_ciphertext_moved_to_another_place_does_not_open(place: str, row: int) -> None:
    with pytest.raises(CannotUnseal):
        KEYRING.open(place, row, KEYRING.seal(PLACE, 7, "Alma"))


def test_a_changed_ciphertext_does_not_open() -> None:
    sealed = KEYRING.seal(PLACE, 7, "Alma")
    damaged = Sealed(sealed.blob[:-1] + bytes([sealed.blob[-1] ^ 1]))
    with pytest.raises(CannotUnseal):
        KEYRING.open(PLACE, 7, damaged)


def test_the_same_words_never_seal_to_the_same_bytes() -> None:
    assert KEYRING.seal(PLACE, 7, "Alma").blob != KEYRING.seal(PLACE, 7, "Alma").blob


def test_a_sealed_value_shows_nothing() -> None:
    assert repr(KEYRING.seal(PLACE, 7, "Alma")) == "Sealed()"


def test_an_older_key_still_opens_what_it_sealed() -> None:
    old, new = bytes(32), bytes([1]) * 32
    sealed = Keyring({1: old}, b"index").seal(PLACE, 7, "Alma")
    assert Keyring({1: old, 2: new}, b"index").open(PLACE, 7, sealed) == "Alma"


def test_a_blind_index_finds_equal_numbers_and_tells_kinds_apart() -> None:
    number = "+12025550100"
    assert KEYRING.index("number", number) == KEYRING.index("number", number)
    assert KEYRING.index("number", number) != KEYRING.index("member", number)
    assert KEYRING.index("number", number) != Keyring.fresh().index("number", number)


def test_a_key_file_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "keys.json"
    Keyring.create(path)
    first = json.loads(path.read_text())
    Keyring.create(path)
    assert json.loads(path.read_text()) == first
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    sealed = Keyring.read(path).seal(PLACE, 7, "Alma")
    assert Keyring.read(path).open(PLACE, 7, sealed) == "Alma"


def test_a_missing_key_file_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(KeyFileMissing, match="outreach migrate"):
        Keyring.read(tmp_path / "none.json")


def test_a_sealed_column_refuses_plain_text(database: Database) -> None:
    row = {"id": 1, "number_index": b"x", "number": "+12025550100", "state": "unverified"}
    with pytest.raises(StatementError, match="sealed column"), database.write(OPERATOR) as uow:
        uow.execute(insert(contact_point).values(**row))
