"""A phone number as a clinic wrote it becomes E.164, or a sentence about what is wrong with it."""

from __future__ import annotations

import re
from functools import lru_cache

import phonenumbers
from phonenumbers import NumberParseException

from outreach.clinics.cells import BadCell

HOME_REGIONS = frozenset({"US", "PR", "VI", "GU", "AS", "MP"})

_USUAL = re.compile(r"(?:\+?1[ .-]?)?\(?(\d{3})\)?[ .-]{0,2}(\d{3})[ .-]?(\d{4})", re.ASCII)


def e164(text: str) -> str:
    """Return a number of the US or its territories as +1 and ten digits; raises BadCell."""
    if usual := _USUAL.fullmatch(text):
        area, exchange, line = usual.groups()
        _check(area + exchange)
        return f"+1{area}{exchange}{line}"
    try:
        number = phonenumbers.parse(text, "US")
    except NumberParseException:
        raise BadCell("This is not a phone number: correct it, or empty the cell.") from None
    if number.extension:
        raise BadCell("A number with an extension cannot be texted: give a direct number, or empty the cell.")
    if phonenumbers.region_code_for_number(number) not in HOME_REGIONS:
        raise BadCell("This number is not one of the US or its territories: correct it, or empty the cell.")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


@lru_cache(maxsize=16_384)
def _check(area_and_exchange: str) -> None:
    """No rule of the numbering plan looks past the first six digits, and asking the library takes 35 microseconds."""
    number = phonenumbers.parse(f"+1{area_and_exchange}0100")
    if not phonenumbers.is_valid_number(number):
        raise BadCell("No phone has this number (area code or exchange is not in use): correct it, or empty the cell.")
    if phonenumbers.region_code_for_number(number) not in HOME_REGIONS:
        raise BadCell("This number is not one of the US or its territories: correct it, or empty the cell.")
