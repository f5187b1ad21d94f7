"""The file program staff write: who speaks, when, to which clinics, after which cadence. Checked before it is used."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import time
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, ValidationError, model_validator

from locales.factory import factory_texts
from locales.gsm import ALPHABET
from locales.languages import languages
from locales.render import variables
from outreach.clinics.addresses import check_url
from outreach.clinics.cells import BadCell
from outreach.clinics.phone_numbers import e164
from outreach.clinics.zones import is_zone
from outreach.loops.anchor import Sensitivity
from outreach.loops.cadence import BadCadence, Cadence, CadenceStep, When, read_cadence
from outreach.loops.caps import Caps
from outreach.loops.hours import Hours, HoursOutsideTheLaw

LONGEST_NAME = 12  # COPY-05
_CAPS = Caps()
_SHORT_CODE = re.compile(r"\d{5,6}", re.ASCII)
_KEY = r"^[a-z0-9][a-z0-9_-]{0,39}$"


class BadProgramFile(ValueError):
    """The program file cannot be used; the message has one sentence for each thing to put right."""


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


def _url(url: str) -> str:
    check_url(url)
    return url


Zone = Annotated[str, AfterValidator(_zone)]
Window = tuple[time, time]
Day = Window | Literal["closed"]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class HoursTable(_Table):
    """When texts may leave that nobody asked for, on the member's clocks."""

    weekday: Window = (time(9, 0), time(20, 0))
    saturday: Day = (time(9, 0), time(20, 0))
    sunday: Day = (time(12, 0), time(20, 0))
    holidays: bool = False

    @model_validator(mode="after")
    def _within_the_law(self) -> Self:
        closed = {day: None if getattr(self, day) == "closed" else getattr(self, day) for day in ("saturday", "sunday")}
        try:
            Hours(self.weekday, closed["saturday"], closed["sunday"], self.holidays)
        except HoursOutsideTheLaw as outside:
            raise ValueError(str(outside).rstrip(".")) from None
        return self

    def stored(self) -> dict[str, Any]:
        """Return the hours as the store reads them."""
        days = {day: getattr(self, day) for day in ("weekday", "saturday", "sunday")}
        windows = {day: None if w == "closed" else [at.isoformat("minutes") for at in w] for day, w in days.items()}
        return windows | {"holidays": self.holidays}


class CapsTable(_Table):
    """How often a phone may ring (LAW-35)."""

    per_day: int = Field(_CAPS.per_day, ge=1, le=3)
    per_week: int = Field(_CAPS.per_week, ge=1, le=21)


class ProgramTable(_Table):
    """Who is speaking."""

    key: str = Field(pattern=_KEY)
    name: Annotated[str, AfterValidator(_short_name)]
    phone: str = Field(pattern=r"^\d{3}-\d{3}-\d{4}$")
    sender: Annotated[str, AfterValidator(_sender)]
    zone: Zone
    languages: tuple[Annotated[str, AfterValidator(_language)], ...] = Field(min_length=1)
    hours: HoursTable = HoursTable()
    caps: CapsTable = CapsTable()


class ClinicTable(_Table):
    """Where visits are, and where its signals go."""

    key: str = Field(min_length=1, max_length=200)  # as the clinic's files name it
    name: str = Field(min_length=1, max_length=200)
    zone: Zone
    place: str | None = Field(None, max_length=40)
    sensitivity: Sensitivity = Sensitivity.RESTRICTED
    webhook_url: Annotated[str, AfterValidator(_url)] | None = None
    webhook_secret: SecretStr | None = None
    webhook_secret_env: str | None = None  # the secret's environment variable, to keep it out of the file

    @model_validator(mode="after")
    def _signed(self) -> Self:
        if self.webhook_secret and self.webhook_secret_env:
            raise ValueError("give webhook_secret or webhook_secret_env, not both")
        if bool(self.webhook_url) != bool(self.webhook_secret or self.webhook_secret_env):
            raise ValueError("webhook_url and its secret go together, for every signal is signed")
        return self


class CadenceTable(_Table):
    """The steps around a visit, as plain data."""

    step: tuple[dict[str, Any], ...]


class ProgramFile(_Table):
    """The whole file."""

    program: ProgramTable
    clinic: tuple[ClinicTable, ...] = ()
    cadence: CadenceTable

    @model_validator(mode="after")
    def _clinics_differ(self) -> Self:
        keys = Counter(clinic.key for clinic in self.clinic)
        if twice := [key for key, times in keys.items() if times > 1]:
            raise ValueError(f"clinic {twice[0]!r} is there twice; give every clinic its own key")
        return self

    @model_validator(mode="after")
    def _cadence_is_usable(self) -> Self:
        try:
            cadence = read_cadence(0, self.cadence.step)
            for step in cadence.steps:
                _check_words(step)
        except BadCadence as bad:
            raise ValueError(str(bad).rstrip(".")) from None
        _check_caps(cadence, self.program.caps)
        return self


def read_program_file(text: str, environ: Mapping[str, str]) -> tuple[ProgramFile, dict[str, str | None]]:
    """Return the file and each clinic's webhook secret; raises BadProgramFile with a sentence for each mistake."""
    try:
        file = ProgramFile.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise BadProgramFile(f"The file is not valid TOML: {error}.") from None
    except ValidationError as error:
        raise BadProgramFile("\n".join(_sentence(mistake) for mistake in error.errors())) from None
    return file, {clinic.key: _secret(clinic, environ) for clinic in file.clinic}


def _secret(clinic: ClinicTable, environ: Mapping[str, str]) -> str | None:
    if clinic.webhook_secret_env is None:
        return clinic.webhook_secret.get_secret_value() if clinic.webhook_secret else None
    if not environ.get(clinic.webhook_secret_env):
        raise BadProgramFile(f"Clinic {clinic.key!r}: set the environment variable {clinic.webhook_secret_env}.")
    return environ[clinic.webhook_secret_env]


def _check_words(step: CadenceStep) -> None:
    texts = factory_texts("en")
    for name in ("words", "words_without_time", "words_pulled_back"):
        key = getattr(step, name)
        if key is not None and key not in texts:
            raise BadCadence(step.key, f"{name} = {key!r} is no text of ours; choose from {', '.join(sorted(texts))}.")
    if "time" in variables(texts[step.words]) and step.words_without_time is None:
        raise BadCadence(step.key, "its words name a time and a visit may have none; add words_without_time.")


def _check_caps(cadence: Cadence, caps: CapsTable) -> None:
    """LAW-35: the texts of one visit must fit the caps, or some of them would never leave."""
    days = Counter(_day(step) for step in cadence.steps if step.when is not When.ENROLMENT)
    for day in days:
        if days[day] > caps.per_day:
            raise ValueError(f"the cadence has {days[day]} texts on one day, and caps allow {caps.per_day} (LAW-35)")
        week = sum(days[other] for other in range(day, day + 7))
        if week > caps.per_week:
            raise ValueError(f"the cadence has {week} texts in one week, and caps allow {caps.per_week} (LAW-35)")


def _day(step: CadenceStep) -> int:
    match step.when:
        case When.DAYS_BEFORE:
            return -step.amount
        case When.HOURS_BEFORE:
            return -(step.amount // 24)
        case _:
            return step.amount // 24


def _sentence(mistake: Any) -> str:
    where = _place(mistake["loc"])
    match mistake["type"]:
        case "missing":
            return f"{where}: is needed and is not there."
        case "extra_forbidden":
            return f"{where}: is not a setting of this file; check its spelling."
        case "value_error":
            return f"{where}: {mistake['ctx']['error']}."
        case _:
            return f"{where}: {mistake['msg']}."


def _place(loc: Sequence[str | int]) -> str:
    return ".".join(str(part) for part in loc) or "the file"
