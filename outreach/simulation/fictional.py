"""Invented members for demonstrations: nobody's names, numbers that ring nowhere (HIP-19), believable proportions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping
from datetime import date, timedelta
from functools import cache
from types import MappingProxyType

import phonenumbers
import zipcodes
from phonenumbers import PhoneNumberType

from outreach.clinics.column_map import MemberColumns
from outreach.clinics.zones import area_code_zones
from outreach.simulation.dice import Choice, Dice, pick, roll
from outreach.simulation.names import name_of

SPOKEN: Mapping[str, float] = MappingProxyType(
    {"en": 0.62, "es": 0.24, "zh-Hans": 0.03, "vi": 0.03, "ru": 0.02, "ht": 0.02, "ar": 0.02, "ko": 0.01, "hy": 0.01}
)
HOUSEHOLDS = {1: 72, 2: 4, 3: 2, 4: 1}  # so that a fifth of the members share a number
WITHOUT_PHONE = 0.03
WITHOUT_CONSENT = 0.06
WITH_ZIP = 0.7

NOBODY: frozenset[str] = frozenset()


def fictional_members(
    member_ids: Iterable[str],
    seed: int,
    today: date,
    languages: Mapping[str, float] = SPOKEN,
    households: Mapping[int, float] = HOUSEHOLDS,
    reachable: Container[str] = NOBODY,
    speaks: Mapping[str, str] = MappingProxyType({}),
) -> Iterator[dict[str, str]]:
    """Yield one row of a members file with the default header for each id; the same arguments give the same rows.

    Numbers are +1 NPA 555 01xx, in about as many as there are; past 35,900 households they come round again.
    `languages` are codes with their weights, `households` sizes with theirs. Members of a household follow each other,
    and share phone and ZIP; those in `reachable` have a phone of their own, and agreed to texts. `speaks` has members
    whose language is known before.
    """
    phones = _phones(seed)
    left, phone, zip_code = 0, "", ""
    for member_id in member_ids:
        dice, surely = Dice(seed, member_id), member_id in reachable
        if left == 0 or surely:
            left = 1 if surely else pick(dice.chance("household"), _weights(households))
            phone, zip_code = next(phones)
        left -= 1
        has_phone = surely or dice.chance("phone") >= WITHOUT_PHONE
        agreed = surely or (has_phone and dice.chance("consent") >= WITHOUT_CONSENT / (1 - WITHOUT_PHONE))
        row = dict.fromkeys(MemberColumns().header(), "")
        row |= {"member_id": member_id, "phone": phone if has_phone else "", "zip": zip_code}
        row["language"] = speaks.get(member_id) or pick(dice.chance("language"), _weights(languages))
        row["name"] = name_of(row["language"], dice)
        yield row | (_consent(dice, today) if agreed else {})


def _weights(shares: Mapping[Choice, float]) -> list[tuple[float, Choice]]:
    return [(weight, choice) for choice, weight in shares.items()]


def _consent(dice: Dice, today: date) -> dict[str, str]:
    return {
        "consent_class": "pec_optin",
        "consent_categories": "appointment;transport",
        "consent_channels": dice.one_of("channels", ("sms", "sms;voice", "sms;voice")),
        "consent_method": dice.one_of("method", ("web_form", "paper", "verbal_attested")),
        "consent_date": (today - timedelta(days=10 + int(dice.chance("date") * 390))).isoformat(),
        "consent_text_version": "demo-1",
    }


def _phones(seed: int) -> Iterator[tuple[str, str]]:
    """Every fictional number once in random order, then again, each with a ZIP of its area or none."""
    zips = _zips_by_area_code()
    numbers = [f"+1{area}555{line:04d}" for area in area_codes() for line in range(100, 200)]
    numbers.sort(key=lambda number: roll(seed, "shuffle", number))
    while True:
        for number in numbers:
            dice, nearby = Dice(seed, number), zips.get(number[2:5])
            yield number, dice.one_of("zip", nearby) if nearby and dice.chance("has zip") < WITH_ZIP else ""


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
