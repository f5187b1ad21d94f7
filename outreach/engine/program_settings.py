"""Changing what a program is set to, one thing at a time: checked and stored by the same code as a program file.

What is changed is put into the file that the stored program would be, and that file is applied. So nothing can be set
here that a file could not say, and the other way round.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from json import dumps
from typing import Any

from pydantic import ValidationError

from outreach.clinics.webhooks import BadSecret, check_secret
from outreach.engine import configure
from outreach.engine.deployment import Deployment
from outreach.engine.program_file import ProgramFile, secret_of
from outreach.engine.program_tables import (
    ClinicTable,
    OfficeTable,
    ProgramTable,
    RideTable,
    ServiceLevelsTable,
    clinic_columns,
    program_columns,
    stored,
)
from outreach.engine.program_written import clinic_table, written
from outreach.engine.refusals import NotAsked
from outreach.loops.anchor import Sensitivity, laxer
from outreach.store import configuration, replanning, setting_versions
from outreach.store.actor import Actor
from outreach.store.configuration import COLUMNS, SENDER, clinic_thing
from outreach.store.programs import read_office
from outreach.store.setting_versions import Version
from outreach.store.unit_of_work import UnitOfWork

NEW_CLINIC = clinic_thing(0)
# A page that lets people name any variable would sign with the carrier's own token.
_OF_A_SECRET = re.compile(r"([A-Z0-9_]+_)?WEBHOOK_SECRET")


class Effect(StrEnum):
    """What follows from a change that is asked about once."""

    REPLANS = "replans"  # so many open visits are planned again
    SENDER = "sender"  # members see another number, and answer to it
    STATE = "state"  # another state's law holds
    NO_STATE = "no_state"  # the strictest law of all holds
    SAYS_MORE = "says_more"  # texts may say more of a clinic's visits
    SAYS_LESS = "says_less"  # so many open visits: their texts say less, or are not sent
    NO_DOUBLE_OPT_IN = "no_double_opt_in"  # who agreed otherwise is not asked again
    NO_CALLS = "no_calls"  # members who ring hear nothing of ours
    RECORDS = "records"  # what callers say is recorded


@dataclass(frozen=True, slots=True)
class Mistake:
    """What is amiss, and where: the path in the thing's own table, as ("hours", "sunday"); none is the whole."""

    where: tuple[str, ...]
    kind: str  # pydantic's name of it
    text: str
    limit: object = None  # of a number or a text's length


class NotUsable(Exception):
    """The settings cannot be used."""

    def __init__(self, mistakes: tuple[Mistake, ...]) -> None:
        super().__init__("; ".join(mistake.text for mistake in mistakes))
        self.mistakes = mistakes


class ChangedMeanwhile(Exception):
    """Somebody else set it after it was seen; nothing was stored."""

    def __init__(self, newest: Version) -> None:
        super().__init__(f"It is at version {newest.version}.")
        self.newest = newest


class AskFirst(Exception):
    """The change has effects to agree to; nothing was stored. `token` is what agreeing to just this one says.

    `hours` and `office` are the program's as they would be.
    """

    def __init__(self, effects: Mapping[Effect, int], token: str, program: ProgramTable) -> None:
        super().__init__(", ".join(effects))
        self.effects, self.token = effects, token
        self.hours, self.office = program.hours.hours(), read_office(program.zone, stored(program.office))


@dataclass(frozen=True, slots=True)
class Saved:
    """What was stored: which settings changed, the open visits to plan again, the texts that are new to approve."""

    changed: tuple[str, ...]
    replanned: int
    seeded: int


def save(
    deployment: Deployment,
    actor: Actor,
    program_id: int,
    thing: str,
    table: Mapping[str, Any],
    seen: int,
    agreed: str = "",
    environ: Mapping[str, str] | None = None,
) -> Saved:
    """Set one thing of a program: a part of it, a clinic, or a new clinic, as a program file would say it.

    `seen` is the version the person saw, 0 where there was none. Raises NotAsked for a program or a thing that is not
    there, ChangedMeanwhile, NotUsable, and AskFirst unless `agreed` is the token of exactly this change.
    """
    if actor.scope is not None and program_id not in actor.scope.programs:
        raise NotAsked("There is no such program.")
    with deployment.write(actor) as uow:
        setting_versions.wait_for_others(uow, program_id)
        plain = written(uow, program_id)
        if plain is None:
            raise NotAsked("There is no such program.")
        newest = setting_versions.newest_of(uow, program_id, thing)
        if newest is not None and newest.version != seen:
            raise ChangedMeanwhile(newest)
        file, key = _with(uow, program_id, plain, thing, table)
        effects = _effects(uow, program_id, thing, plain, file, key)
        token = _token(thing, seen, table)
        if effects and agreed != token:
            raise AskFirst(effects, token, file.program)
        found = _store(uow, file, key, environ or {})
        uow.commit()
    waiting = effects.get(Effect.REPLANS, 0) if found.work else 0
    return Saved(found.changes, waiting, found.seeded)


def create(deployment: Deployment, actor: Actor, table: Mapping[str, Any]) -> int:
    """Store a first program, or another one, with the standard cadence; return its id. Raises NotUsable.

    Whoever works for a part of the organisation cannot: what is new belongs to no part of it. Raises NotAsked then.
    """
    if actor.scope is not None:
        raise NotAsked("A new program is made by somebody who has all of them.")
    file = _checked({"program": dict(table)}, ("program",))
    with deployment.write(actor) as uow:
        if file.program.key in configuration.program_ids(uow):
            raise NotUsable((Mistake(("key",), "taken", "There is a program with this key; choose another one."),))
        found = configure.store(uow, file, {})
        uow.commit()
    return found.program_id


def _store(uow: UnitOfWork, file: ProgramFile, key: str | None, environ: Mapping[str, str]) -> configure.Stored:
    """Apply the file, of its clinics only the one in question: the others are as they are stored."""
    clinics = tuple(clinic for clinic in file.clinic if clinic.key == key)
    secrets = {}
    for clinic in clinics:
        try:
            secrets[clinic.key] = _secret(clinic, environ)
        except BadSecret as bad:
            raise NotUsable((Mistake(("webhook_secret",), "secret", str(bad)),)) from None
    return configure.store(uow, file.model_copy(update={"clinic": clinics}), secrets)


def _secret(clinic: ClinicTable, environ: Mapping[str, str]) -> Any:
    name = clinic.webhook_secret_env
    if name is not None and (not _OF_A_SECRET.fullmatch(name) or not environ.get(name)):
        advice = "There is no such environment variable; its name ends in WEBHOOK_SECRET."
        raise NotUsable((Mistake(("webhook_secret_env",), "secret", advice),))
    found = secret_of(clinic, environ)
    if isinstance(found, str):
        check_secret(found)
    return found


def _with(
    uow: UnitOfWork, program_id: int, plain: dict[str, Any], thing: str, table: Mapping[str, Any]
) -> tuple[ProgramFile, str | None]:
    """Return the stored program as a file with this thing put in its place, and the key of the clinic it is, if any."""
    if thing in COLUMNS:
        program = {name: value for name, value in plain["program"].items() if name not in COLUMNS[thing]}
        changed = plain | {"program": program | _said(table)}
        return _usual(_checked(changed, ("program",)), plain), None
    rows = {clinic_thing(row["id"]): row for row in configuration.stored_clinics(uow, program_id)}
    row = rows.get(thing)
    if row is None and thing != NEW_CLINIC:
        raise NotAsked("There is no such clinic.")
    mine = _said(table) | ({"key": row["key"]} if row else {})
    if row is None and any(other["key"] == mine.get("key") for other in rows.values()):
        advice = "There is a clinic with this key; open that one, or choose another key."
        raise NotUsable((Mistake(("key",), "taken", advice),))
    others = [clinic for clinic in plain["clinic"] if clinic["key"] != mine.get("key")]
    file = _checked(plain | {"clinic": [*others, mine]}, ("clinic", str(len(others))))
    return _usual(file, plain | {"clinic": [clinic_table(row)] if row else []}), mine["key"]


def _said(table: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in table.items() if value is not None}


def _checked(plain: Mapping[str, Any], place: tuple[str, ...]) -> ProgramFile:
    try:
        return ProgramFile.model_validate(plain)
    except ValidationError as error:
        raise NotUsable(tuple(_mistake(found, place) for found in error.errors())) from None


def _mistake(found: Any, place: tuple[str, ...]) -> Mistake:
    loc = tuple(map(str, found["loc"]))
    about = loc[len(place) :] if loc[: len(place)] == place else ()
    context = found.get("ctx", {})
    limit = next((context[name] for name in ("le", "ge", "max_length", "min_length") if name in context), None)
    text = str(context["error"]) if found["type"] == "value_error" else found["msg"]
    elsewhere = "" if about or loc == () else f"{'.'.join(loc)}: "
    return Mistake(about, found["type"], elsewhere + text, limit)


def _usual(file: ProgramFile, plain: Mapping[str, Any]) -> ProgramFile:
    """Leave unsaid what was unsaid and is set to what it is anyway: nobody changed that."""
    program = file.program
    update: dict[str, Any] = {}
    if "office" not in plain["program"] and program.office == OfficeTable():
        update["office"] = None
    if "ride" not in plain["program"] and program.ride == RideTable():
        update["ride"] = None
    if "service_levels" not in plain["program"] and program.service_levels == ServiceLevelsTable():
        update["service_levels"] = None
    unsaid = {clinic["key"] for clinic in plain["clinic"] if "office" not in clinic}
    usual = OfficeTable()
    clinics = tuple(
        clinic.model_copy(update={"office": None}) if clinic.key in unsaid and clinic.office == usual else clinic
        for clinic in file.clinic
    )
    return file.model_copy(update={"program": program.model_copy(update=update), "clinic": clinics})


def _effects(
    uow: UnitOfWork, program_id: int, thing: str, plain: Mapping[str, Any], file: ProgramFile, key: str | None
) -> dict[Effect, int]:
    """Return what follows from the change and is worth asking about, with how many open visits it touches."""
    if key is not None:
        return _effects_of_clinic(uow, program_id, thing, file, key)
    before, after = configuration.stored_program(uow, program_id) or {}, program_columns(file.program)
    changed = {name for name, value in after.items() if before[name] != value}
    found: dict[Effect, int] = {}
    if thing == SENDER and "sender" in changed:
        found[Effect.SENDER] = 0
    if "state" in changed:
        found[Effect.STATE if file.program.state else Effect.NO_STATE] = 0
    if before["double_opt_in"] and not file.program.double_opt_in:
        found[Effect.NO_DOUBLE_OPT_IN] = 0
    if before["voice"] and file.program.voice is None:
        found[Effect.NO_CALLS] = 0
    if file.program.voice and file.program.voice.record and not before["voice"].get("record"):
        found[Effect.RECORDS] = 0
    waiting = replanning.count(uow, program_id) if configure.PLANS_REST_ON & changed else 0
    return found | ({Effect.REPLANS: waiting} if waiting else {})


def _effects_of_clinic(uow: UnitOfWork, program_id: int, thing: str, file: ProgramFile, key: str) -> dict[Effect, int]:
    rows = {clinic_thing(row["id"]): row for row in configuration.stored_clinics(uow, program_id)}
    if thing not in rows:
        return {}
    before = rows[thing]
    after = clinic_columns(next(clinic for clinic in file.clinic if clinic.key == key))
    changed = {name for name, value in after.items() if before[name] != value}
    waiting = replanning.count(uow, program_id, before["id"]) if configure.PLANS_REST_ON_OF_A_CLINIC & changed else 0
    found: dict[Effect, int] = {}
    if "sensitivity" in changed:
        says_more = Sensitivity(str(after["sensitivity"])) in laxer(Sensitivity(before["sensitivity"]))
        found[Effect.SAYS_MORE if says_more else Effect.SAYS_LESS] = waiting
    return found | ({Effect.REPLANS: waiting} if waiting else {})


def _token(thing: str, seen: int, table: Mapping[str, Any]) -> str:
    """What was agreed to is this change of this version, and no other."""
    told = {name: value for name, value in table.items() if not name.startswith("webhook_secret")}
    return sha256(dumps([thing, seen, told], sort_keys=True, default=str).encode()).hexdigest()[:32]
