"""The file program staff write: who speaks, when, to which clinics, after which cadence. Checked before it is used."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Self

from pydantic import ValidationError, model_validator

from locales.factory import factory_texts
from locales.render import variables
from outreach.engine.program_tables import ClinicTable, ProgramTable, Table, stored
from outreach.loops.business_days import BusinessCalendar
from outreach.loops.cadence import BadCadence, Cadence, CadenceStep, read_cadence, standard_cadence
from outreach.loops.caps import Caps
from outreach.loops.publishing import check
from outreach.store.configuration import Kept
from outreach.store.programs import read_notice, read_office


class BadProgramFile(ValueError):
    """The program file cannot be used; the message has one sentence for each thing to put right."""


class CadenceTable(Table):
    """The steps around a visit, as plain data; without steps, the standard ones."""

    step: tuple[dict[str, Any], ...] = ()
    escalate_after: int | None = None


class ProgramFile(Table):
    """The whole file."""

    program: ProgramTable
    clinic: tuple[ClinicTable, ...] = ()
    cadence: CadenceTable = CadenceTable()

    @model_validator(mode="after")
    def _clinics_differ(self) -> Self:
        keys = Counter(clinic.key for clinic in self.clinic)
        if twice := [key for key, times in keys.items() if times > 1]:
            raise ValueError(f"clinic {twice[0]!r} is there twice; give every clinic its own key")
        return self

    @model_validator(mode="after")
    def _cadence_is_usable(self) -> Self:
        try:
            cadence = self.published(0)
            for step in cadence.steps:
                check_words(step)
        except BadCadence as bad:
            raise ValueError(str(bad).rstrip(".")) from None
        if advice := self._advice(cadence):
            raise ValueError("\n".join(advice).rstrip("."))
        return self

    def published(self, version: int) -> Cadence:
        """Return the file's cadence as this version: its own steps, or the standard ones. Raises BadCadence."""
        standard, own = standard_cadence(), self.cadence
        patience = standard["escalate_after"] if own.escalate_after is None else own.escalate_after
        return read_cadence(version, own.step or standard["step"], patience)

    def _advice(self, cadence: Cadence) -> list[str]:
        program = self.program
        caps = Caps(program.caps.per_day, program.caps.per_week)
        notice = read_notice(program.zone, stored(program.ride))
        offices = [read_office(clinic.zone, stored(clinic.office)) for clinic in self.clinic]
        hours = replace(program.hours.hours(), states=(program.state,) if program.state else ())
        return check(cadence, caps, hours, notice, offices or [BusinessCalendar(program.zone)])


def read_program_file(text: str, environ: Mapping[str, str]) -> tuple[ProgramFile, dict[str, str | Kept | None]]:
    """Return the file and each clinic's webhook secret; raises BadProgramFile with a sentence for each mistake."""
    try:
        file = ProgramFile.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise BadProgramFile(f"The file is not valid TOML: {error}.") from None
    except ValidationError as error:
        raise BadProgramFile("\n".join(_sentence(mistake) for mistake in error.errors())) from None
    return file, {clinic.key: secret_of(clinic, environ) for clinic in file.clinic}


def secret_of(clinic: ClinicTable, environ: Mapping[str, str]) -> str | Kept | None:
    """Return a clinic's secret, from the file or the environment, or that the stored one stays; or BadProgramFile."""
    if clinic.webhook_secret_kept:
        return Kept.AS_STORED
    if clinic.webhook_secret_env is None:
        return clinic.webhook_secret.get_secret_value() if clinic.webhook_secret else None
    if not environ.get(clinic.webhook_secret_env):
        raise BadProgramFile(f"Clinic {clinic.key!r}: set the environment variable {clinic.webhook_secret_env}.")
    return environ[clinic.webhook_secret_env]


def check_words(step: CadenceStep) -> None:
    """Raise BadCadence for a step whose texts are not ours, or that has none for a visit without a time."""
    texts = factory_texts("en")
    for name in ("words", "words_without_time", "words_pulled_back"):
        key = getattr(step, name)
        if key is not None and key not in texts:
            advice = f"{name} = {key!r} is no text of ours; choose from {', '.join(sorted(texts))}."
            raise BadCadence(step.key, advice, name)
    if "time" in variables(texts[step.words]) and step.words_without_time is None:
        advice = "its words name a time and a visit may have none; add words_without_time."
        raise BadCadence(step.key, advice, "words_without_time")


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
