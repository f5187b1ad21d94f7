"""In which states a member may live: a ZIP decides, an area code hints, and nothing is guessed (LAW-32)."""

from __future__ import annotations

from collections import defaultdict

import pytest
from phonenumbers.geodata import GEOCODE_DATA

from outreach.clinics.states import LAID_OVER, area_code_state, known_states, state_candidates
from outreach.loops.state_hours import every_state
from outreach.simulation.fictional import area_codes

NAMES = {
    "Alabama": "AL", "Alaska": "AK", "Arizona": "AZ", "Arkansas": "AR", "California": "CA", "Colorado": "CO",
    "Connecticut": "CT", "Delaware": "DE", "Florida": "FL", "Georgia": "GA", "Hawaii": "HI", "Idaho": "ID",
    "Illinois": "IL", "Indiana": "IN", "Iowa": "IA", "Kansas": "KS", "Kentucky": "KY", "Louisiana": "LA", "Maine": "ME",
    "Maryland": "MD", "Massachusetts": "MA", "Michigan": "MI", "Minnesota": "MN", "Mississippi": "MS", "Missouri": "MO",
    "Montana": "MT", "Nebraska": "NE", "Nevada": "NV", "New Hampshire": "NH", "New Jersey": "NJ", "New Mexico": "NM",
    "New York": "NY", "North Carolina": "NC", "North Dakota": "ND", "Ohio": "OH", "Oklahoma": "OK", "Oregon": "OR",
    "Pennsylvania": "PA", "Rhode Island": "RI", "South Carolina": "SC", "South Dakota": "SD", "Tennessee": "TN",
    "Texas": "TX", "Utah": "UT", "Vermont": "VT", "Virginia": "VA", "Washington": "WA", "Washington State": "WA",
    "Washington D.C.": "DC", "West Virginia": "WV", "Wisconsin": "WI", "Wyoming": "WY",
}  # fmt: skip


@pytest.mark.parametrize(
    ("zip_code", "phone", "states", "sure"),
    [
        ("20001", None, ("DC",), True),
        ("33101", "+12125550123", ("FL",), True),  # a ZIP decides alone, whatever the number says
        ("33101-1234", None, ("FL",), True),
        (None, "+12125550123", ("NY",), False),
        ("00000", "+12125550123", ("NY",), False),  # no such ZIP
        ("09007", "+12125550123", ("NY",), False),  # a post office of the army is in no state
        ("00601", None, ("PR",), True),
        (None, "+18005550123", (), False),
        (None, None, (), False),
    ],
)
def test_a_zip_decides_alone_and_an_area_code_hints(
    zip_code: str | None, phone: str | None, states: tuple[str, ...], sure: bool
) -> None:
    assert state_candidates(zip_code, phone) == (states, sure)


def test_every_area_code_of_the_us_lies_where_the_numbering_plan_says() -> None:
    """Two sources that share nothing: the ZIPs of each code, and the geographic data of the phone number library."""
    said: defaultdict[str, set[str]] = defaultdict(set)
    for prefix, names in GEOCODE_DATA.items():
        if prefix.startswith("1") and len(prefix) >= 4 and "en" in names:
            state = names["en"].rpartition(", ")[2]
            said[prefix[1:4]].add(NAMES.get(state, state))
    assert {code: area_code_state(code) for code in area_codes() if area_code_state(code) not in said[code]} == {}
    assert {code for code in area_codes() if len(said[code]) > 1} == {"201"}  # one place of New York is listed in it


def test_a_code_laid_over_another_serves_its_state() -> None:
    assert {code: area_code_state(code) for code in LAID_OVER} == {
        "235": "MO", "274": "WI", "324": "FL", "327": "AR", "329": "NY", "353": "WI", "369": "CA", "645": "FL",
        "686": "VA", "728": "FL", "730": "IL", "738": "CA", "748": "CO", "821": "SC", "975": "MO",
    }  # fmt: skip


def test_law_32_every_state_with_hours_of_its_own_is_known() -> None:
    assert set(every_state()) <= known_states()
