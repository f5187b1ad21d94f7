"""What people typed into a form, read into values: what is no choice of the form is refused, what is amiss is said."""

from __future__ import annotations

import re
from datetime import date, datetime, time
from enum import StrEnum
from typing import TypeVar

from flask import abort, request

from admin.access import signed_in
from admin.language import gettext as _
from admin.within import names_theirs
from outreach.engine.refusals import NotAsked
from outreach.loops.instants import resolve

Code = TypeVar("Code", bound=StrEnum)
LONGEST_NOTE, LONGEST_LINE = 2000, 80
MORNING = time(9)  # when a day that somebody is to look again begins
_YEARS = range(2000, 2100)
_ROW = re.compile(r"([1-9][0-9]{0,17})?")
_PHONE = re.compile(r"[0-9+().\- ]{7,20}")


def row(name: str) -> int | None:
    """Return a row id, or None when none was chosen; 404 for a row that the person may not see.

    Which kind of row a field names is said in `admin/within.py`.
    """
    value = request.form.get(name, "")
    if not _ROW.fullmatch(value):
        abort(400)
    if not value:
        return None
    return int(value) if names_theirs(signed_in().actor, name, int(value)) else abort(404)


def code(kind: type[Code], name: str) -> Code | None:
    """Return one of a closed list, or None when none was chosen."""
    value = request.form.get(name, "")
    if value and value not in list(kind):
        abort(400)
    return kind(value) if value else None


def needed(found: Code | None, advice: str) -> Code:
    """Return what was chosen; raises NotAsked with the advice when nothing was."""
    if found is None:
        raise NotAsked(advice)
    return found


def line(name: str) -> str:
    """Return one line of text; raises NotAsked for one that is too long."""
    return _text(name, LONGEST_LINE).replace("\n", " ")


def note(name: str) -> str:
    """Return a note; raises NotAsked for one that is too long."""
    return _text(name, LONGEST_NOTE)


def phone(name: str) -> str | None:
    """Return a phone number as it was typed, or None; raises NotAsked for what is none."""
    value = line(name)
    if value and not _PHONE.fullmatch(value):
        raise NotAsked(_("Give the phone as a number, like 800-555-0100."))
    return value or None


def day(name: str, advice: str) -> date:
    """Return a date; raises NotAsked with the advice when there is none."""
    try:
        found = date.fromisoformat(request.form.get(name, ""))
    except ValueError:
        raise NotAsked(advice) from None
    if found.year not in _YEARS:
        raise NotAsked(advice)
    return found


def morning(name: str, zone: str, advice: str) -> datetime:
    """Return the morning of a date, on the clocks of `zone`."""
    return resolve(day(name, advice), MORNING, zone)


def moment(name: str, zone: str, advice: str) -> datetime:
    """Return a date and time on the clocks of `zone`; raises NotAsked with the advice when there is none."""
    try:
        found = datetime.fromisoformat(request.form.get(name, ""))
    except ValueError:
        raise NotAsked(advice) from None
    if found.tzinfo is not None or found.year not in _YEARS:
        raise NotAsked(advice)
    return resolve(found.date(), found.time(), zone)


def clock(name: str, on: date, zone: str) -> datetime | None:
    """Return a time of day on a date, or None when none was given; raises NotAsked for what is no time."""
    value = request.form.get(name, "")
    if not value:
        return None
    try:
        found = time.fromisoformat(value)
    except ValueError:
        raise NotAsked(_("Give times like 13:30.")) from None
    if found.tzinfo is not None:
        raise NotAsked(_("Give times like 13:30."))
    return resolve(on, found, zone)


def _text(name: str, longest: int) -> str:
    value = request.form.get(name, "").replace("\x00", "").replace("\r\n", "\n").strip()
    if len(value) > longest:
        raise NotAsked(_("Say it in at most %(most)s characters.", most=longest))
    return value
