"""Filling a text: names of the allow-list, and nothing else (HIP-02, TWI-56)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from locales.render import ALLOWED, MissingValue, StrayBrace, UnknownVariable, UnusableText, render, variables

VALUES = {"program": "CareLink", "day": "Tue 6/9", "time": "2:30 PM", "place": "12 Main St", "phone": "800-555-0100"}


def test_a_text_is_filled_with_its_values() -> None:
    assert render("{program}: {day} at {time}.", VALUES) == "CareLink: Tue 6/9 at 2:30 PM."


def test_a_text_names_its_variables() -> None:
    assert variables("{program}: {day}, {day}") == {"program", "day"}
    assert variables("nothing") == frozenset()


@pytest.mark.parametrize(
    "name",
    ["name", "diagnosis", "clinic", "Program", "program ", "program!r", "program.real", "day:>9", "day[0]", "0", ""],
)
def test_a_text_may_carry_nothing_outside_the_allow_list(name: str) -> None:
    with pytest.raises(UnknownVariable):
        render("{program}: {" + name + "}", {**VALUES, name: "x"})


@pytest.mark.parametrize("name", sorted(ALLOWED))
@pytest.mark.parametrize("value", [None, "", "  "])
def test_a_text_with_a_hole_is_not_sent(name: str, value: str | None) -> None:
    values = {key: text for key, text in VALUES.items() if key != name} | ({} if value is None else {name: value})
    with pytest.raises(MissingValue):
        render("{" + name + "}", values)


@pytest.mark.parametrize("body", ["{program", "program}", "{{program}}", "{program}}", "{", "}", "{{}", "{pro{gram}"])
def test_a_stray_brace_is_refused(body: str) -> None:
    with pytest.raises(UnusableText):
        render(body, VALUES)


def test_a_value_cannot_bring_a_variable_of_its_own() -> None:
    with pytest.raises(StrayBrace):
        render("{place}", {**VALUES, "place": "{phone}"})


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ("2:30\u202fPM", "2:30 PM"),
        ("a\u00a0b", "a b"),
        ("can’t", "can't"),
        ("“now”", '"now"'),
        ("9–5", "9-5"),
        ("9—5", "9-5"),
        ("wait…", "wait..."),
        ("a\u200bb", "ab"),
        ("`x`", "'x'"),
        ("a\tb", "a b"),
        ("¿sí?", "¿sí?"),
        ("می\u200cخواهم", "می\u200cخواهم"),
    ],
)
def test_look_alikes_are_written_plainly_and_letters_are_kept(typed: str, sent: str) -> None:
    assert render(typed, {}) == sent


def test_values_are_written_plainly_too() -> None:
    assert render("{time}", {"time": " 2:30\u202fPM "}) == "2:30 PM"


@given(st.text(), st.dictionaries(st.sampled_from(sorted(ALLOWED)), st.text()))
def test_any_text_is_filled_or_refused(body: str, values: dict[str, str]) -> None:
    try:
        filled = render(body, values)
    except UnusableText:
        return
    assert "{" not in filled
    assert "}" not in filled
