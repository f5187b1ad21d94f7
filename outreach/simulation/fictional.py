"""Invented members for demonstrations: nobody's names, numbers that ring nowhere (HIP-19), believable proportions."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from functools import cache
from types import MappingProxyType

import phonenumbers
import zipcodes
from phonenumbers import PhoneNumberType

from outreach.clinics.column_map import MemberColumns
from outreach.clinics.zones import area_code_zones

SPOKEN: Mapping[str, float] = MappingProxyType(
    {"en": 0.62, "es": 0.24, "zh-Hans": 0.03, "vi": 0.03, "ru": 0.02, "ht": 0.02, "ar": 0.02, "ko": 0.01, "hy": 0.01}
)
HOUSEHOLDS = {1: 72, 2: 4, 3: 2, 4: 1}  # so that a fifth of the members share a number
WITHOUT_PHONE = 0.03
WITHOUT_CONSENT = 0.06
WITH_ZIP = 0.7

_GIVEN = (
    "Alma Bo Cora Dario Edda Flor Gus Hana Ivo June Kai Lena Milo Nia Otis Pia Quin Rosa Sam Tess Uma Vito Wren Zoe"
)
_FAMILY = (
    "Alder Birch Cedar Doveland Elmwood Fernley Gale Hazelton Ivyson Juniper Knoll Larkin Marsh North Oakes Pinewood"
)


def fictional_members(
    member_ids: Iterable[str], seed: int, today: date, languages: Mapping[str, float] = SPOKEN
) -> Iterator[dict[str, str]]:
    """Yield one row of a members file with the default header for each id; the same arguments give the same rows.

    Numbers are +1 NPA 555 01xx, in about as many as there are; past 35,900 households they come round again.
    `languages` are codes with their weights. Members of a household follow each other, and share phone and ZIP.
    """
    dice = random.Random(seed)  # noqa: S311 (a demonstration, not a secret)
    phones = _phones(dice)
    left, phone, zip_code = 0, "", ""
    for member_id in member_ids:
        if left == 0:
            left = dice.choices(list(HOUSEHOLDS), list(HOUSEHOLDS.values()))[0]
            phone, zip_code = next(phones)
        left -= 1
        reachable = dice.random() >= WITHOUT_PHONE
        agreed = reachable and dice.random() >= WITHOUT_CONSENT / (1 - WITHOUT_PHONE)
        row = dict.fromkeys(MemberColumns().header(), "")
        row |= {"member_id": member_id, "phone": phone if reachable else "", "zip": zip_code}
        row["language"] = dice.choices(list(languages), list(languages.values()))[0]
        row["name"] = f"{dice.choice(_GIVEN.split())} {dice.choice(_FAMILY.split())}"
        yield row | (_consent(dice, today) if agreed else {})


def _consent(dice: random.Random, today: date) -> dict[str, str]:
    return {
        "consent_class": "pec_optin",
        "consent_categories": "appointment;transport",
        "consent_channels": dice.choice(("sms", "sms;voice", "sms;voice")),
        "consent_method": dice.choice(("web_form", "paper", "verbal_attested")),
        "consent_date": (today - timedelta(days=dice.randrange(10, 400))).isoformat(),
        "consent_text_version": "demo-1",
    }


def _phones(dice: random.Random) -> Iterator[tuple[str, str]]:
    """Every fictional number once in random order, then again, each with a ZIP of its area or none."""
    zips = _zips_by_area_code()
    numbers = [f"+1{area}555{line:04d}" for area in area_codes() for line in range(100, 200)]
    dice.shuffle(numbers)
    while True:
        for number in numbers:
            nearby = zips.get(number[2:5])
            yield number, dice.choice(nearby) if nearby and dice.random() < WITH_ZIP else ""


@cache
def area_codes() -> tuple[str, ...]:
    """Return the geographic US area codes in which 555-01xx is a valid number."""
    return tuple(code for code in map(str, range(200, 1000)) if _is_us_place(code))


def _is_us_place(area_code: str) -> bool:
    number = phonenumbers.parse(f"+1{area_code}5550100")
    kind = phonenumbers.number_type(number)
    return kind == PhoneNumberType.FIXED_LINE_OR_MOBILE and phonenumbers.region_code_for_number(number) == "US"


@cache
def _zips_by_area_code() -> dict[str, tuple[str, ...]]:
    found: defaultdict[str, list[str]] = defaultdict(list)
    for entry in zipcodes.list_all():  # type: ignore[no-untyped-call]
        if entry["active"] and entry["zip_code_type"] == "STANDARD":
            for code in entry["area_codes"]:
                if entry["timezone"] in area_code_zones(code):
                    found[code].append(entry["zip_code"])
    return {code: tuple(sorted(zips)) for code, zips in found.items()}
