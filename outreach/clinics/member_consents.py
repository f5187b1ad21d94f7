"""The consents of a members file: what was agreed to on a row's number, with the evidence of it (LAW-26, LAW-27)."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import partial
from typing import TypeVar

from outreach.clinics import cells
from outreach.clinics.column_map import Formats, MemberColumns
from outreach.clinics.rows import BadRow, Column, Row, Table, UnreadableFile
from outreach.loops.consent import Category, Channel, ConsentClass, Organisation, Party

METHODS = ("web_form", "paper", "verbal_recorded", "verbal_attested", "keyword", "imported", "staff")  # LAW-26
LONGEST_POINTER = 120

_NUMBER = re.compile(r"(?<!\d)(?:\+?1[ .-]?)?\(?\d{3}\)?[ .-]?\d{3}[ .-]?\d{4}(?!\d)", re.ASCII)
_NEEDED = ("class", "categories", "channels", "method", "date", "text_version")
_OPTIONAL = ("collector", "organisation", "party", "expires", "evidence")
_CLASSES = tuple(kind for kind in ConsentClass if kind is not ConsentClass.EXEMPT_HEALTHCARE)  # LAW-08
_INCOMPLETE = "The file has consents without their evidence: it needs all six consent columns."

T = TypeVar("T")
C = TypeVar("C", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a consent comes from, as far as the file says: who took it and for whom, who spoke, its last day, proof."""

    collector: str | None = None
    organisation: Organisation | None = None
    party: Party = Party.MEMBER
    last_day: date | None = None
    evidence: str | None = None


@dataclass(frozen=True, slots=True)
class ConsentRow:
    """One consent with its evidence (LAW-26): for the number of its row, one channel and one category."""

    channel: str
    category: Category
    consent_class: ConsentClass
    method: str
    given_on: date
    text_version: str | None  # the exact words shown or read; an opt-in always has it
    origin: Origin = Origin()


class Consents:
    """The map's consent columns found in a file; raises UnreadableFile for a class without the rest of its evidence."""

    def __init__(self, table: Table, columns: MemberColumns, formats: Formats, today: date) -> None:
        self._columns = {part: bound(table, columns, f"consent_{part}") for part in (*_NEEDED, *_OPTIONAL)}
        if self._columns["class"] and None in [self._columns[part] for part in _NEEDED]:
            raise UnreadableFile(_INCOMPLETE)
        self._past_day = partial(past_day, pattern=formats.date, today=today)
        self._day = partial(cells.calendar_day, pattern=formats.date)

    def of(self, row: Row, phone: str | None) -> tuple[ConsentRow, ...]:
        """Return the consents of one row; raises BadRow. A number without a class is contact data (LAW-05)."""
        column = self._columns["class"]
        kind = column.read_if_filled(row, _consent_class) if column else None
        if column is None or kind is None:
            return ()
        if phone is None:
            raise BadRow(column.name, "A consent is for a phone number, and the row has none: add it, or empty this.")
        channels = self._proof(row, "channels", partial(cells.words_of, tuple(Channel)))
        categories = self._proof(row, "categories", partial(cells.words_of, tuple(Category)))
        method, given_on = self._proof(row, "method", _method), self._proof(row, "date", self._past_day)
        version = self._proof(row, "text_version", _version if kind is ConsentClass.PEC_OPTIN else _perhaps)
        origin = self._origin(row, given_on)
        return tuple(
            ConsentRow(channel, Category(category), kind, method, given_on, version, origin)
            for channel in channels
            for category in categories
        )

    def _origin(self, row: Row, given_on: date) -> Origin:
        last_day, column = self._said(row, "expires", self._day), self._columns["expires"]
        if column is not None and last_day is not None and last_day < given_on:
            raise BadRow(column.name, "The consent ends before it was given: correct one of the two days.")
        return Origin(
            collector=self._said(row, "collector", pointer),
            organisation=self._said(row, "organisation", partial(_one_of, Organisation)),
            party=self._said(row, "party", partial(_one_of, Party)) or Party.MEMBER,
            last_day=last_day,
            evidence=self._said(row, "evidence", pointer),
        )

    def _proof(self, row: Row, part: str, parse: Callable[[str], T]) -> T:
        column = self._columns[part]
        if column is None:
            raise UnreadableFile(_INCOMPLETE)
        return column.read(row, parse)

    def _said(self, row: Row, part: str, parse: Callable[[str], T]) -> T | None:
        column = self._columns[part]
        return None if column is None else column.read_if_filled(row, parse)


def bound(table: Table, columns: MemberColumns, setting: str) -> Column | None:
    """Return a setting's column; None when only its default names one, and the file has none of that name."""
    name = getattr(columns, setting)
    if name in table.header or setting in columns.model_fields_set:
        return table.column(name)
    return None


def pointer(text: str) -> str:
    """Return where something can be found, short enough to be kept in clear; raises BadCell for a phone number."""
    if len(text) > LONGEST_POINTER:
        raise cells.BadCell(f"Write at most {LONGEST_POINTER} characters: point to the evidence, do not repeat it.")
    if _NUMBER.search(text):
        raise cells.BadCell("Leave phone numbers out: this is kept in clear.")
    return cells.plain_text(text)


def past_day(text: str, pattern: str | None, today: date) -> date:
    """Return a calendar day; raises BadCell for one to come."""
    day = cells.calendar_day(text, pattern)
    if day > today:
        raise cells.BadCell("The day is in the future: correct it.")
    return day


def _consent_class(text: str) -> ConsentClass | None:
    word = text.casefold()
    if word not in ("none", *_CLASSES):
        raise cells.BadCell(f"Write none, {' or '.join(_CLASSES)}: nothing else is consent here.")
    return None if word == "none" else ConsentClass(word)


def _one_of(kind: type[C], text: str) -> C:
    try:
        return kind(text.casefold())
    except ValueError:
        raise cells.BadCell(f"Write {', '.join(kind)}, or empty the cell.") from None


def _method(text: str) -> str:
    if text.casefold() not in METHODS:
        raise cells.BadCell(f"Say how the consent was given: {', '.join(METHODS)}.")
    return text.casefold()


def _version(text: str) -> str:
    if not text:
        raise cells.BadCell("Say which version of the words the member was shown or read: an opt-in needs it.")
    return cells.plain_text(text)


def _perhaps(text: str) -> str | None:
    return cells.plain_text(text) or None
