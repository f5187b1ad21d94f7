"""Every way of typing a word leads to the same word (rulebook 1.10, understanding 1)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversations.normalise import normalise

FOLDED = [
    ("STOP", "stop"),
    (" stop. ", "stop"),
    ("Stop!!", "stop"),
    ("ＳＴＯＰ", "stop"),
    ("S\u200bT\u200bO\u200bP", "stop"),
    ("\u202eSTOP\u202c", "stop"),
    ("st\u00adop", "stop"),
    ("S\ufe0fT\ufe0fOP", "stop"),
    ("S̶T̶O̶P̶", "stop"),
    ("stooooop", "stop"),
    ("can't", "cant"),
    ("can’t", "cant"),
    ("can´t", "cant"),
    ("opt-out", "opt out"),
    ("No  más", "no mas"),
    ("mañana", "manana"),
    ("Arrêt", "arret"),
    ("1️⃣", "1"),
    ("①", "1"),
    ("１", "1"),
    ("१", "1"),
    ("١", "1"),
    ("۱", "1"),
    ("๑", "1"),
    ("#1", "1"),
    ("1.", "1"),
    ("(1)", "1"),
    ("111", "111"),
    ("yes 👍🏽", "yes"),
    ("", ""),
    ("   ", ""),
    ("🙂", ""),
    ("?!", ""),
    ("ё", "е"),
]


@pytest.mark.parametrize(("typed", "looked_up"), FOLDED)
def test_spelling_is_looked_up_in_one_form(typed: str, looked_up: str) -> None:
    assert normalise(typed).folded == looked_up


@pytest.mark.parametrize("word", ["หยุด", "រោគ", "ຢຸດ", "रोकें", "ਰੋਕੋ", "कि", "ឈប់"])
def test_vowel_signs_of_other_scripts_are_letters(word: str) -> None:
    assert normalise(word).folded == normalise(word).plain
    assert len(normalise(word).folded) == len(word)


def test_tone_marks_are_kept_in_the_plain_form() -> None:
    assert normalise("Đúng").plain == "đúng"
    assert normalise("dừng").plain != normalise("dung").plain


@pytest.mark.parametrize(
    ("one", "other"), [("إيقاف", "ايقاف"), ("تـوقـف", "توقف"), ("تَوَقَّف", "توقف"), ("كمك", "کمک"), ("مساعدة", "مساعده")]
)
def test_arabic_and_farsi_are_written_one_way(one: str, other: str) -> None:
    assert normalise(one).folded == normalise(other).folded


def test_what_the_member_wrote_is_kept() -> None:
    assert normalise(" ¡STOP! ").raw == " ¡STOP! "


def test_what_the_member_wrote_is_not_shown_by_accident() -> None:
    assert "secret" not in repr(normalise("secret"))


def test_signs_with_a_meaning_are_noticed() -> None:
    assert normalise("ok 👍🏾 🎉").signs == {"👍"}


@given(st.text())
def test_any_text_has_a_lookup_form(text: str) -> None:
    normal = normalise(text)
    assert normal.raw == text
    assert normal.folded == normal.folded.strip()
    assert "  " not in normal.folded


@given(st.text())
def test_normalising_the_plain_form_changes_nothing_more(text: str) -> None:
    once = normalise(normalise(text).plain).plain
    assert normalise(once).plain == once
