"""Which time zones a member may live in, from what little is known (TIM-02 to TIM-04 as amended)."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from enum import StrEnum
from functools import cache, lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import zipcodes
from phonenumbers.tzdata import TIMEZONE_DATA

# TIM-04: a code laid over a split area is split as well, though the prefix data knows it by one zone.
OVERLAID = {"364": "270", "458": "541", "729": "423", "930": "812", "448": "850"}


class ZoneSource(StrEnum):
    """What decided the candidates."""

    TOLD = "told"  # somebody told a person here: no file knows better
    EXPLICIT = "explicit"  # the member's file says so
    ZIP = "zip"  # one zone, beyond doubt
    POOLED = "pooled"  # every zone of number, ZIP and clinic: hold to the hours of all of them
    CLINIC = "clinic"  # nothing known but the clinic


@lru_cache(maxsize=512)
def is_zone(name: str) -> bool:
    """Say whether `name` is a zone of a place; fixed offsets such as EST or Etc/GMT+5 are not (TIM-05)."""
    if "/" not in name or name.startswith("Etc/"):
        return False
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # OSError: the name of a folder, as in America/Indiana
        return False
    return True


def zone_candidates(
    explicit: str | None, zip_code: str | None, phone: str | None, clinic_zone: str
) -> tuple[tuple[str, ...], ZoneSource]:
    """Return the zones the member may be in, sorted, and what decided them.

    `phone` is E.164 and `zip_code` has five digits or is ZIP+4; either may be unknown to us. An explicit zone or an
    unambiguous ZIP decides alone; otherwise everything known is pooled, for an area code only hints (TIM-02).
    """
    if explicit:
        return (explicit,), ZoneSource.EXPLICIT
    by_zip = zip_zones(zip_code) if zip_code else ()
    if len(by_zip) == 1:
        return by_zip, ZoneSource.ZIP
    by_phone = area_code_zones(phone[2:5]) if phone and phone.startswith("+1") else ()
    if not by_zip and not by_phone:
        return (clinic_zone,), ZoneSource.CLINIC
    return tuple(sorted({*by_zip, *by_phone, clinic_zone})), ZoneSource.POOLED


def zip_zones(zip_code: str) -> tuple[str, ...]:
    """Return the zones a ZIP may be in: one, several where its county keeps two clocks, none for an unknown ZIP."""
    return _zips().get(zip_code[:5], ())


def area_code_zones(area_code: str) -> tuple[str, ...]:
    """Return every zone of a North American area code; none for toll-free and other codes without a place.

    The exchange is ignored on purpose: mobile numbers move within and beyond their area.
    """
    known = _area_codes()
    return tuple(sorted({*known.get(area_code, ()), *known.get(OVERLAID.get(area_code, ""), ())}))


@cache
def _area_codes() -> dict[str, frozenset[str]]:
    zones: defaultdict[str, set[str]] = defaultdict(set)
    for prefix, names in TIMEZONE_DATA.items():
        if prefix.startswith("1") and len(prefix) >= 4:
            zones[prefix[1:4]].update(names)
    return {code: frozenset(names) for code, names in zones.items()}


@cache
def _zips() -> dict[str, tuple[str, ...]]:
    """A ZIP may straddle a zone line where its county has ZIPs on both sides (in Arizona: Navajo Nation)."""
    places = [
        (entry["zip_code"], (entry["state"], entry["county"]), entry["timezone"])
        for entry in zipcodes.list_all()  # type: ignore[no-untyped-call]
        if is_zone(entry["timezone"])
    ]
    counties: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for _, county, zone in places:
        counties[county].add(zone)
    split = {county: tuple(sorted(zones)) for county, zones in counties.items() if county[1] and _differ(zones)}
    return {zip_code: split.get(county, (zone,)) for zip_code, county, zone in places}


def _differ(zones: set[str]) -> bool:
    """Whether the zones show different times, now; Detroit and New York have not for decades."""
    return (
        len({tuple(datetime(2026, month, 1, tzinfo=ZoneInfo(zone)).utcoffset() for month in (1, 7)) for zone in zones})
        > 1
    )
