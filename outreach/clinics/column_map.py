"""What the columns of a clinic's file mean: the map an operator writes, checked before any row is read."""

from __future__ import annotations

import datetime
import re
import tomllib
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from conversations.meaning import Reason
from outreach.clinics.zones import is_zone
from outreach.loops.anchor import Sensitivity
from outreach.loops.outcomes import Outcome

NOT_YET = "pending"  # in [appointments.outcome] values: this word says that nothing has happened yet

Encoding = Literal["utf-8-sig", "utf-8", "ascii", "cp1252", "iso-8859-1", "iso-8859-15", "cp437", "mac-roman"]


def _known_zone(name: str) -> str:
    if not is_zone(name):
        raise ValueError("is not a time zone we know; write it as America/New_York or America/Chicago")
    return name


ColumnName = Annotated[str, Field(min_length=1)]
Zone = Annotated[str, AfterValidator(_known_zone)]


class BadMap(ValueError):
    """The map cannot be used; the message has one sentence for each thing to put right."""


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class OutcomeColumn(_Table):
    """How the file says how a visit ended, in OUT-02 words, and perhaps why."""

    column: ColumnName
    values: dict[str, Outcome | Literal["pending"]] = Field(min_length=1)
    reason_column: ColumnName | None = None
    reasons: dict[str, Reason] = {}

    @field_validator("values", "reasons")
    @classmethod
    def _match_without_case(cls, words: dict[str, Any]) -> dict[str, Any]:
        return {word.strip().casefold(): meaning for word, meaning in words.items()}

    @model_validator(mode="after")
    def _reasons_have_a_column(self) -> Self:
        if bool(self.reasons) != bool(self.reason_column):
            raise ValueError("needs reason_column and reasons together, or neither")
        return self


class AppointmentColumns(_Table):
    """Where the visits file keeps what."""

    appointment: ColumnName
    member: ColumnName
    clinic: ColumnName | None = None
    clinic_id: ColumnName | None = None
    date: ColumnName
    time: ColumnName | None = None
    date_only: bool = False
    zone: Zone
    zone_column: ColumnName | None = None
    sex: ColumnName | None = None
    age: ColumnName | None = None
    status: ColumnName | None = None
    cancelled_values: tuple[str, ...] = ()
    sensitivity: Sensitivity = Sensitivity.RESTRICTED  # HIP-05: an unknown specialty is never ordinary
    sensitivity_column: ColumnName | None = None
    sensitivity_values: dict[str, Sensitivity] = {}
    shift_to: datetime.date | None = None
    outcome: OutcomeColumn | None = None

    @field_validator("cancelled_values")
    @classmethod
    def _words_without_case(cls, words: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(word.strip().casefold() for word in words)

    @field_validator("sensitivity_values")
    @classmethod
    def _match_without_case(cls, words: dict[str, Sensitivity]) -> dict[str, Sensitivity]:
        return {word.strip().casefold(): meaning for word, meaning in words.items()}

    @field_validator("shift_to")
    @classmethod
    def _within_reach(cls, day: datetime.date | None) -> datetime.date | None:
        if day is not None and not 2000 <= day.year <= 2100:
            raise ValueError("must be a day between 2000 and 2100")
        return day

    @model_validator(mode="after")
    def _goes_together(self) -> Self:
        if (self.clinic is None) == (self.clinic_id is None):
            raise ValueError("needs clinic (a column) or clinic_id (one clinic for the whole file), and not both")
        if bool(self.status) != bool(self.cancelled_values):
            raise ValueError("needs status and cancelled_values together, or neither")
        if bool(self.sensitivity_column) != bool(self.sensitivity_values):
            raise ValueError("needs sensitivity_column and sensitivity_values together, or neither")
        return self


class MemberColumns(_Table):
    """Where the members file keeps what. A column that only its default names may be missing from the file."""

    member: ColumnName = "member_id"
    phone: ColumnName = "phone"
    language: ColumnName = "language"
    name: ColumnName = "name"
    zone: ColumnName = "zone"
    zip: ColumnName = "zip"
    sex: ColumnName = "sex"
    birth_date: ColumnName = "birth_date"
    tier: ColumnName = "tier"
    consent_class: ColumnName = "consent_class"
    consent_categories: ColumnName = "consent_categories"
    consent_channels: ColumnName = "consent_channels"
    consent_method: ColumnName = "consent_method"
    consent_date: ColumnName = "consent_date"
    consent_text_version: ColumnName = "consent_text_version"
    consent_collector: ColumnName = "consent_collector"
    consent_organisation: ColumnName = "consent_organisation"
    consent_party: ColumnName = "consent_party"
    consent_expires: ColumnName = "consent_expires"
    consent_evidence: ColumnName = "consent_evidence"

    def header(self) -> tuple[str, ...]:
        """Return the column names, in the order in which a fresh file is written."""
        return tuple(self.model_dump().values())


class Formats(_Table):
    """How the files are written."""

    date: str | None = None  # strptime, for dates that are not YYYY-MM-DD
    time: str | None = None  # strptime, for times that are neither 14:30 nor 2:30 PM
    delimiter: str = ","
    encoding: Encoding = "utf-8-sig"

    @field_validator("delimiter")
    @classmethod
    def _one_character(cls, delimiter: str) -> str:
        if len(delimiter) != 1 or not delimiter.isascii() or delimiter.isalnum() or delimiter in '"\r\n\0 ':
            raise ValueError("must be a single mark such as , ; | or a tab")
        return delimiter

    @field_validator("date")
    @classmethod
    def _says_the_day(cls, pattern: str | None) -> str | None:
        if pattern is not None and _there_and_back(pattern)[:3] != _CHRISTMAS.timetuple()[:3]:
            raise ValueError("does not say year, month and day; for 12/25/2031 write %m/%d/%Y")
        return pattern

    @field_validator("time")
    @classmethod
    def _says_the_hour(cls, pattern: str | None) -> str | None:
        if pattern is not None and _there_and_back(pattern)[3:5] != _CHRISTMAS.timetuple()[3:5]:
            raise ValueError("does not say hour and minute; for 1:45 PM write %I:%M %p")
        return pattern


_CHRISTMAS = datetime.datetime(2031, 12, 25, 13, 45)  # noqa: DTZ001 (any day and time of which no two parts can be confused)


def _there_and_back(pattern: str) -> tuple[int, ...]:
    try:
        return datetime.datetime.strptime(_CHRISTMAS.strftime(pattern), pattern).timetuple()[:6]  # noqa: DTZ007 - wall time
    except (ValueError, re.error):
        return ()


class ColumnMap(_Table):
    """The whole map: one table for each file, and how both are written."""

    appointments: AppointmentColumns
    members: MemberColumns = MemberColumns()
    formats: Formats = Formats()


def load_map(text: str) -> ColumnMap:
    """Read a map from TOML text; raises BadMap with a sentence for each mistake."""
    try:
        return ColumnMap.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise BadMap(f"The map is not valid TOML: {error}.") from None
    except ValidationError as error:
        raise BadMap("\n".join(_sentence(mistake) for mistake in error.errors())) from None


def _sentence(mistake: Any) -> str:
    where = ".".join(str(part) for part in mistake["loc"]) or "the map"
    match mistake["type"]:
        case "missing":
            return f"{where}: is needed and is not there."
        case "extra_forbidden":
            return f"{where}: is not a setting of the map; check its spelling."
        case "string_too_short":
            return f"{where}: is empty; name a column, or leave the line out."
        case "value_error":
            return f"{where}: {mistake['ctx']['error']}."
        case _:
            return f"{where}: {mistake['msg']}."
