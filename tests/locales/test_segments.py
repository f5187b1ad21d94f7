"""What a text costs, by the vectors of the rulebook (Appendix A, TWI-50..54)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from locales.gsm import BASIC, EXTENSION
from locales.segments import EmptyBody, Encoding, segments

VECTORS = [
    ("a" * 160, "GSM-7", 160, 1),
    ("a" * 161, "GSM-7", 161, 2),
    ("a" * 306, "GSM-7", 306, 2),
    ("a" * 307, "GSM-7", 307, 3),
    ("€" + "a" * 158, "GSM-7", 160, 1),
    ("€" + "a" * 159, "GSM-7", 161, 2),
    ("a" * 152 + "€" + "a" * 153, "GSM-7", 307, 3),
    ("á" * 70, "UCS-2", 70, 1),
    ("á" * 71, "UCS-2", 71, 2),
    ("я" * 134, "UCS-2", 134, 2),
    ("я" * 135, "UCS-2", 135, 3),
    ("😜" + "a" * 68, "UCS-2", 70, 1),
    ("😜" + "a" * 69, "UCS-2", 71, 2),
    ("я" * 66 + "😜" + "a" * 66, "UCS-2", 134, 3),
    ("¿Está listo?", "UCS-2", 12, 1),
    ("¿Qué mañana?", "GSM-7", 12, 1),
    ("`ok", "UCS-2", 3, 1),
    ("a\u00a0b", "UCS-2", 3, 1),
    ("Ç", "GSM-7", 1, 1),
    ("ç", "UCS-2", 1, 1),
    ("Èske w ap vini?", "UCS-2", 15, 1),
    ("a\r\nb", "GSM-7", 4, 1),
    ("a" * 1600, "GSM-7", 1600, 11),
]


@pytest.mark.parametrize(("body", "encoding", "units", "parts"), VECTORS)
def test_a_text_costs_what_the_carrier_bills(body: str, encoding: str, units: int, parts: int) -> None:
    counted = segments(body)
    assert (counted.encoding, counted.units, counted.parts) == (encoding, units, parts)


def test_every_row_of_the_rulebooks_table_is_here() -> None:
    assert len({body for body, *_ in VECTORS}) == 23


def test_an_empty_text_is_not_counted() -> None:
    with pytest.raises(EmptyBody):
        segments("")


def test_the_basic_alphabet_has_128_places_less_the_escape_to_the_extension() -> None:
    assert len(BASIC) == 128
    assert len(EXTENSION) == 10


def test_a_family_emoji_is_not_torn_between_two_parts() -> None:
    family = "👨‍👩‍👧‍👦"
    assert segments("я" * 60 + family + "я" * 60).parts == 3


def test_a_flag_counts_four_units() -> None:
    assert segments("🇺🇸").units == 4


def test_a_character_larger_than_a_part_is_split_rather_than_lost() -> None:
    assert segments("a" + "\u0301" * 200).parts == 3


@pytest.mark.parametrize("letter", "éñÑü¿¡àèìòùÉ")
def test_these_spanish_letters_stay_cheap(letter: str) -> None:
    assert segments(letter).encoding is Encoding.GSM7


@pytest.mark.parametrize("letter", "áíóúÁÍÓÚ")
def test_these_spanish_letters_make_a_text_expensive(letter: str) -> None:
    assert segments(letter).encoding is Encoding.UCS2


@given(st.text(min_size=1))
def test_every_text_can_be_counted(body: str) -> None:
    counted = segments(body)
    assert counted.units >= 1
    assert counted.parts >= 1


@given(st.text(alphabet=sorted(BASIC - {"\r"}), min_size=1, max_size=400))
def test_plain_letters_fill_their_parts(body: str) -> None:
    counted = segments(body)
    assert counted.units == len(body)
    assert counted.parts == (1 if len(body) <= 160 else -(-len(body) // 153))
