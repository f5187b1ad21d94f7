"""Nothing that names a person leaves with the labelled replies (HIP-02)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversations.unnamed import unnamed

KNOWN = frozenset({"tuesday", "medicaid"})
ROWS = [
    ("soy José García, no puedo", ["Jose Garcia"], "soy [name] [name], no puedo"),
    ("JOSE cant come", ["José García"], "[name] cant come"),
    ("this is maria's son", ["Maria Lopez"], "this is [name] son"),
    ("call me at +1 (202) 555-0123 after 3", [], "call me at [number] after 3"),
    ("tuesday at 3:30 or 12/5", [], "tuesday at 3:30 or 12/5"),
    ("2", [], "2"),
    ("mail me at a.b@example.org or www.example.org", [], "mail me at [link] or [link]"),
    ("I see Doctor Patel on Tuesday", [], "I see [name] [name] on Tuesday"),
    ("OK", [], "OK"),
    ("не могу, это Анна", ["Анна"], "не могу, это [name]"),
]


@pytest.mark.parametrize(("text", "names", "left"), ROWS, ids=[row[0] for row in ROWS])
def test_what_is_left_of_a_reply(text: str, names: list[str], left: str) -> None:
    assert unnamed(text, names, KNOWN) == left


@given(name=st.sampled_from(["Ana", "José", "Nguyễn", "Łukasz", "Ольга"]), around=st.text(max_size=40))
def test_no_name_of_the_phone_survives_in_any_case(name: str, around: str) -> None:
    for form in (name, name.lower(), name.upper()):
        left = unnamed(f"{around} {form} {around}", [name], KNOWN)
        assert form not in left.replace("[name]", "").replace("[number]", "").replace("[link]", "").split()


@given(st.integers(0, 99))
def test_an_option_or_an_hour_survives(number: int) -> None:
    assert unnamed(f"{number} please", [], KNOWN) == f"{number} please"
