"""Personal data leaves the program only sealed, and opens only where it was sealed."""

from __future__ import annotations

import json
import stat
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from outreach.store.seal import Keyring

KEYRING = Keyring.fresh()
PLACE = "member:name"


@given(st.text())
def test_any_text_comes_back_as_it_was(words: str) -> None:
    assert KEYRING.open(PLACE, 7, KEYRING.seal(PLACE, 7, words)) == words


def test_the_same_words_never_seal_to_the_same_bytes() -> None:
    assert KEYRING.seal(PLACE, 7, "Alma").blob != KEYRING.seal(PLACE, 7, "Alma").blob


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
