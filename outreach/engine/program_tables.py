"""The tables of a program file, each checked by itself: who speaks, office hours, rides, clinics."""

from __future__ import annotations

import re
from datetime import date, time
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, model_validator

from locales.gsm import ALPHABET
from locales.languages import languages
from outreach.clinics.addresses import check_url
from outreach.clinics.cells import BadCell
from outreach.clinics.phone_numbers import e164
from outreach.clinics.states import known_states
from outreach.clinics.zones import is_zone
from outreach.loops.anchor import Sensitivity
from outreach.loops.caps import Caps
from outreach.loops.hours import Hours, HoursOutsideTheLaw

LONGEST_NAME = 12  # COPY-05
_CAPS = Caps()
_SHORT_CODE = re.compile(r"\d{5,6}", re.ASCII)
_KEY = r"^[a-z0-9][a-z0-9_-]{0,39}$"
_PHONE = r"^[0-9]{3}-[0-9]{3}-[0-9]{4}$"
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def _zone(name: str) -> str:
    if not is_zone(name):
        raise ValueError("is not a time zone we know; write it as America/New_York or America/Chicago")
    return name


def _language(code: str) -> str:
    if code not in languages():
        raise ValueError(f"is not a language we know; choose from {', '.join(languages())}")
    return code


def _short_name(name: str) -> str:
    if not name.strip() or len(name) > LONGEST_NAME or not ALPHABET.issuperset(name):
        raise ValueError(f"must have 1 to {LONGEST_NAME} plain characters, for it stands in every text (COPY-05)")
    return name


def _sender(number: str) -> str:
    if _SHORT_CODE.fullmatch(number):
        return number
    try:
        found = e164(number)
    except BadCell as bad:
        raise ValueError(f"cannot send texts: {bad.what_to_do}") from None
    if found != number:
        raise ValueError(f"must be written as {found}")
    return number


def _called(number: str) -> str:
    try:
        return e164(number)
    except BadCell as bad:
        raise ValueError(f"cannot be called: {bad.what_to_do}") from None


def _url(url: str) -> str:
    check_url(url)
    return url


def _state(code: str) -> str:
    if code not in known_states():
        raise ValueError("is not a state whose holidays we know; write its two letters, as NY")
    return code


Zone = Annotated[str, AfterValidator(_zone)]
State = Annotated[str, AfterValidator(_state)]
Window = tuple[time, time]
Day = Window | Literal["closed"]
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


class Table(BaseModel):
    """A table of the file: no unknown settings, and nothing changes it."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class HoursTable(Table):
    """When texts may leave that nobody asked for, on the member's clocks."""

    weekday: Window = (time(9, 0), time(20, 0))
    saturday: Day = (time(9, 0), time(20, 0))
    sunday: Day = (time(12, 0), time(20, 0))
    holidays: bool = False

    @model_validator(mode="after")
    def _within_the_law(self) -> Self:
        try:
            self.hours()
        except HoursOutsideTheLaw as outside:
            raise ValueError(str(outside).rstrip(".")) from None
        return self

    def hours(self) -> Hours:
        """Return the hours as planning uses them; raises HoursOutsideTheLaw."""
        saturday, sunday = (None if day == "closed" else day for day in (self.saturday, self.sunday))
        return Hours(self.weekday, saturday, sunday, self.holidays)

    def stored(self) -> dict[str, Any]:
        """Return the hours as the store reads them."""
        days = {day: getattr(self, day) for day in ("weekday", "saturday", "sunday")}
        windows = {day: None if w == "closed" else [at.isoformat("minutes") for at in w] for day, w in days.items()}
        return windows | {"holidays": self.holidays}


class OfficeTable(Table):
    """When an office works (TIM-11): that of the program's staff, of a clinic or of a ride broker."""

    opens: time = time(8, 0)
    closes: time = time(17, 0)
    weekdays: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri")
    state: State | None = None
    closed: tuple[date, ...] = ()

    @model_validator(mode="after")
    def _opens_at_all(self) -> Self:
        if self.opens >= self.closes:
            raise ValueError("opens must be before closes, both on the clocks of the office")
        if not self.weekdays:
            raise ValueError('weekdays must name at least one day, as ["mon", "tue"]')
        return self

    def stored(self) -> dict[str, Any]:
        """Return the office as the store reads it; weekdays count from Monday, 0."""
        return {
            "opens": self.opens.isoformat("minutes"),
            "closes": self.closes.isoformat("minutes"),
            "weekdays": sorted(WEEKDAYS.index(day) for day in set(self.weekdays)),
            "state": self.state,
            "closed": sorted(day.isoformat() for day in set(self.closed)),
        }


class RideTable(Table):
    """Who is asked for rides, and how early (NEMT-02): `notice_days` of the broker's business days, by `cut_off`."""

    broker: str | None = Field(None, min_length=1, max_length=80)
    phone: str | None = Field(None, pattern=_PHONE)
    notice_days: int = Field(2, ge=0, le=10)
    cut_off: time = time(17, 0)
    zone: Zone | None = None  # the program's when it is not given
    office: OfficeTable | None = None

    def stored(self) -> dict[str, Any]:
        """Return the ride settings as the store reads them."""
        plain = self.model_dump(include={"broker", "phone", "notice_days", "zone"})
        return plain | {"cut_off": self.cut_off.isoformat("minutes"), "office": stored(self.office)}


class VoiceTable(Table):
    """The program's telephone: whoever is on call, during an `office` of their own or the program's.

    `record` lets callers leave a message, `speech` lets them speak instead of pressing keys; both are announced first
    (LAW-48).
    """

    on_call: Annotated[str, AfterValidator(_called)] | None = None
    office: OfficeTable | None = None
    record: bool = False
    speech: bool = False

    def stored(self) -> dict[str, Any]:
        """Return the settings as the store reads them."""
        plain = self.model_dump(include={"on_call", "record", "speech"})
        return plain | {"office": stored(self.office)}


class CapsTable(Table):
    """How often a phone may ring (LAW-35)."""

    per_day: int = Field(_CAPS.per_day, ge=1, le=3)
    per_week: int = Field(_CAPS.per_week, ge=1, le=21)


class ServiceLevelsTable(Table):
    """How soon the program's staff take up work (CARE-07): sooner than usual or somewhat later, never at leisure.

    Of the office: `asap_minutes` and `urgent_hours` count its hours, `routine_days` its days. What cannot wait at all
    is due in 15 minutes everywhere.
    """

    asap_minutes: int = Field(60, ge=15, le=120)
    urgent_hours: int = Field(4, ge=1, le=8)
    routine_days: int = Field(2, ge=1, le=5)


class ProgramTable(Table):
    """Who is speaking."""

    key: str = Field(pattern=_KEY)
    name: Annotated[str, AfterValidator(_short_name)]
    phone: str = Field(pattern=_PHONE)
    sender: Annotated[str, AfterValidator(_sender)]
    zone: Zone
    state: State | None = None  # whose law holds for members when nothing says where they live (LAW-32)
    double_opt_in: bool = False  # the first text asks for a yes before any other is sent (LAW-28)
    languages: tuple[Annotated[str, AfterValidator(_language)], ...] = Field(min_length=1)
    hours: HoursTable = HoursTable()
    caps: CapsTable = CapsTable()
    office: OfficeTable | None = None
    ride: RideTable | None = None
    voice: VoiceTable | None = None  # without it the program answers no calls
    service_levels: ServiceLevelsTable | None = None


class ClinicTable(Table):
    """Where visits are, and where its signals go."""

    key: str = Field(min_length=1, max_length=200)  # as the clinic's files name it
    name: str = Field(min_length=1, max_length=200)
    zone: Zone
    place: str | None = Field(None, max_length=40)
    sensitivity: Sensitivity = Sensitivity.RESTRICTED
    webhook_url: Annotated[str, AfterValidator(_url)] | None = None
    webhook_secret: SecretStr | None = None
    webhook_secret_env: str | None = None  # the secret's environment variable, to keep it out of the file
    webhook_secret_kept: bool = False  # the stored one stays
    office: OfficeTable | None = None

    @model_validator(mode="after")
    def _signed(self) -> Self:
        ways = [bool(self.webhook_secret), bool(self.webhook_secret_env), self.webhook_secret_kept]
        if sum(ways) > 1:
            raise ValueError("give one of webhook_secret, webhook_secret_env and webhook_secret_kept, not both")
        if bool(self.webhook_url) != any(ways):
            raise ValueError("webhook_url and its secret go together, for every signal is signed")
        return self


def stored(table: OfficeTable | RideTable | VoiceTable | None) -> dict[str, Any]:
    """Return a table as the store reads it; a table that is not there is empty, and everything has its default."""
    return {} if table is None else table.stored()


def program_columns(table: ProgramTable) -> dict[str, object]:
    """Return a program's columns as the store keeps them."""
    plain = table.model_dump(include={"key", "name", "phone", "sender", "zone", "state", "double_opt_in"})
    levels = table.service_levels.model_dump() if table.service_levels else {}
    settings = {"hours": table.hours.stored(), "caps": table.caps.model_dump(), "office": stored(table.office)}
    settings |= {"ride": stored(table.ride), "voice": stored(table.voice), "service_levels": levels}
    return plain | {"languages": list(table.languages)} | settings


def clinic_columns(table: ClinicTable) -> dict[str, object]:
    """Return a clinic's columns as the store keeps them, all but its secret."""
    plain = table.model_dump(include={"key", "name", "zone", "place", "sensitivity", "webhook_url"})
    return plain | {"office": stored(table.office)}
