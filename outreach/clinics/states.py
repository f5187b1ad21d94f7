"""Which states a member may live in, from what little is known: what law holds for their phone (LAW-32)."""

from __future__ import annotations

from collections import Counter, defaultdict
from functools import cache

import holidays
import zipcodes

# Codes laid over an older one since the list of ZIPs was made; each serves the state of the code beneath it.
LAID_OVER = {
    "235": "573", "274": "920", "324": "904", "327": "870", "329": "845", "353": "608", "369": "707", "645": "305",
    "686": "804", "728": "561", "730": "618", "738": "213", "748": "970", "821": "864", "975": "816",
}  # fmt: skip


@cache
def known_states() -> frozenset[str]:
    """Return the two letters of every state and territory whose holidays and hours are known."""
    return frozenset(holidays.country_holidays("US").subdivisions)


def state_candidates(zip_code: str | None, phone: str | None) -> tuple[tuple[str, ...], bool]:
    """Return the states a member may live in, sorted, and whether that is beyond doubt.

    A ZIP decides alone. Without one there is the area code of the number (E.164), which is weak, for people move and
    keep their numbers; and without either nothing, so that the program's own state counts, or the strictest of all.
    """
    by_zip = _zips().get(zip_code[:5]) if zip_code else None
    if by_zip is not None:
        return (by_zip,), True
    by_phone = area_code_state(phone[2:5]) if phone and phone.startswith("+1") else None
    return ((by_phone,) if by_phone else ()), False


def area_code_state(area_code: str) -> str | None:
    """Return the state of a North American area code; None for toll-free and other codes without a place.

    A ZIP beside a state line lists its neighbours' codes as well, so the state with most of a code's ZIPs is the one.
    """
    known = _area_codes()
    return known.get(area_code) or known.get(LAID_OVER.get(area_code, ""))


@cache
def _zips() -> dict[str, str]:
    """Military and foreign post offices are in no state."""
    places = zipcodes.list_all()  # type: ignore[no-untyped-call]
    return {entry["zip_code"]: entry["state"] for entry in places if entry["state"] in known_states()}


@cache
def _area_codes() -> dict[str, str]:
    found: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for entry in zipcodes.list_all():  # type: ignore[no-untyped-call]
        if entry["state"] in known_states():
            for code in entry["area_codes"]:
                found[code][entry["state"]] += 1
    return {code: states.most_common(1)[0][0] for code, states in found.items()}
