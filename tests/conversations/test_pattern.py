"""The small language of the word lists: what a pattern finds, and what it says when it is wrong."""

from __future__ import annotations

import pytest

from conversations.pattern import BadPattern, Groups, sequences


def said(written: str) -> set[str]:
    return {" ".join(sequence) for sequence in sequences(written, {})}


WAYS = [
    ("come", {"come"}),
    ("come | go", {"come", "go"}),
    ("come\ngo", {"come", "go"}),
    ("(make|take) it", {"make it", "take it"}),
    ("come [back]", {"come back", "come"}),
    ("come (back)?", {"come back", "come"}),
    ("cant .. come", {"cant .. come"}),
    (".. come ..", {"come"}),
    ("<not> come", {"<not> come"}),
    ("^ here $", {"^ here $"}),
    ("cancel*", {"cancel*"}),
    ("at # pm", {"at # pm"}),
    ("去不了", {"去 不 了"}),
    ("can't", {"cant"}),
    (":yes:", {":yes:"}),
]


@pytest.mark.parametrize(("written", "ways"), WAYS, ids=[way[0] for way in WAYS])
def test_a_pattern_says_this(written: str, ways: set[str]) -> None:
    assert said(written) == ways


def test_many_alternatives_stand_behind_one_name_and_do_not_multiply() -> None:
    groups: Groups = {}
    many = "(a|b|c|d|e)"
    assert len(list(sequences(f"{many} {many} {many} {many}", groups))) == 1
    assert len(groups) == 1


@pytest.mark.parametrize("written", ["(come", "come)", "[a|b", "a ]", "?", "()("])
def test_a_pattern_that_cannot_be_read_says_so(written: str) -> None:
    with pytest.raises(BadPattern):
        list(sequences(written, {}))
