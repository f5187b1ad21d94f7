"""Where a member may be, from what little is known."""

from __future__ import annotations

import pytest

from outreach.clinics.zones import ZoneSource, area_code_zones, is_zone, zip_zones, zone_candidates

NEW_YORK, CHICAGO, DENVER, PHOENIX = "America/New_York", "America/Chicago", "America/Denver", "America/Phoenix"
LOS_ANGELES = "America/Los_Angeles"


@pytest.mark.parametrize(
    ("explicit", "zip_code", "phone", "clinic", "candidates", "source"),
    [
        ("Pacific/Guam", "60601", "+13125550123", NEW_YORK, ("Pacific/Guam",), ZoneSource.EXPLICIT),
        (None, "90001", "+13125550123", NEW_YORK, (LOS_ANGELES,), ZoneSource.ZIP),
        (None, "90001-1234", None, NEW_YORK, (LOS_ANGELES,), ZoneSource.ZIP),
        (None, None, "+12135550123", NEW_YORK, (LOS_ANGELES, NEW_YORK), ZoneSource.POOLED),
        (None, None, "+12125550123", NEW_YORK, (NEW_YORK,), ZoneSource.POOLED),
        (None, "86503", None, PHOENIX, (DENVER, PHOENIX), ZoneSource.POOLED),
        (None, "86503", "+13125550123", PHOENIX, (CHICAGO, DENVER, PHOENIX), ZoneSource.POOLED),
        (None, "00000", "+18005550123", CHICAGO, (CHICAGO,), ZoneSource.CLINIC),
        (None, None, None, CHICAGO, (CHICAGO,), ZoneSource.CLINIC),
        (None, "", "+442071234567", CHICAGO, (CHICAGO,), ZoneSource.CLINIC),
    ],
)
def test_tim_02_a_choice_or_a_clear_zip_decides_and_all_else_is_pooled(
    explicit, zip_code, phone, clinic, candidates, source
):
    assert zone_candidates(explicit, zip_code, phone, clinic) == (candidates, source)


SPLIT = "208 219 270 308 423 541 574 605 606 620 701 785 812 850 906 907 928 986 364 458 729 930 448"


@pytest.mark.parametrize("area_code", SPLIT.split())
def test_tim_04_split_area_codes_and_their_overlays_have_more_than_one_zone(area_code):
    assert len(area_code_zones(area_code)) > 1


@pytest.mark.parametrize("area_code", ["800", "833", "844", "855", "866", "877", "888", "500", "533"])
def test_tim_04_codes_without_a_place_have_no_zone(area_code):
    assert area_code_zones(area_code) == ()


@pytest.mark.parametrize(
    ("area_code", "zone"),
    [
        ("787", "America/Puerto_Rico"),
        ("671", "Pacific/Guam"),
        ("684", "Pacific/Pago_Pago"),
        ("808", "Pacific/Honolulu"),
    ],
)
def test_tim_04_territories_and_islands_have_theirs(area_code, zone):
    assert area_code_zones(area_code) == (zone,)


def test_a_zip_beside_a_zone_line_keeps_both_clocks():
    assert zip_zones("37402") == (CHICAGO, NEW_YORK)
    assert zip_zones("99634") == ()


@pytest.mark.parametrize(
    "name", ["EST", "Etc/GMT+5", "America", "America/Indiana", "../../etc/passwd", "", "a\0/b", "x/" * 200]
)
def test_only_zones_of_places_are_zones(name):
    assert not is_zone(name)
