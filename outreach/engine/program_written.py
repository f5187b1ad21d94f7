"""The stored program as a program file would say it: applied again, it changes nothing."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from outreach.engine.program_tables import WEEKDAYS
from outreach.loops.cadence import read_cadence, standard_cadence, write_step
from outreach.store import configuration
from outreach.store.unit_of_work import UnitOfWork

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_CLOSED = "closed"


def written(uow: UnitOfWork, program_id: int) -> dict[str, Any] | None:
    """Return a program with its clinics and its cadence as the plain data of a program file, or None for no program.

    A clinic that was only seen in a file is left out, for nobody configured it. A secret is told by nobody: the file
    says that the stored one stays.
    """
    columns = configuration.stored_program(uow, program_id)
    if columns is None:
        return None
    clinics = [clinic_table(row) for row in configuration.stored_clinics(uow, program_id) if row["listed"]]
    version, steps, escalate_after = configuration.published_cadence(uow, program_id)
    cadence = {"escalate_after": escalate_after, "step": steps} if version else {}
    if steps == _standard_steps():
        del cadence["step"]
    return {"program": program_table(columns), "cadence": cadence, "clinic": clinics}


def program_table(columns: Mapping[str, Any]) -> dict[str, Any]:
    """Return the [program] table that these columns are stored from; it may be some of them."""
    read = {"hours": _hours, "office": _office, "ride": _with_office, "voice": _with_office}
    plain = {name: read[name](value) if name in read else value for name, value in columns.items()}
    return _there({name: value for name, value in plain.items() if name not in ("id", "cadence_version")})


def clinic_table(columns: Mapping[str, Any]) -> dict[str, Any]:
    """Return the [[clinic]] table that these columns are stored from."""
    names = ("key", "name", "zone", "place", "sensitivity", "webhook_url")
    plain = {name: columns[name] for name in names} | {"webhook_secret_kept": bool(columns["webhook_secret"]) or None}
    return _there(plain | {"office": _office(columns["office"])})


def toml(tables: Mapping[str, Any]) -> str:
    """Write plain data as TOML: text, numbers, yes and no, lists of these, tables, and lists of tables."""
    return "\n".join(_table(tables, ())).strip() + "\n"


def _standard_steps() -> list[dict[str, Any]]:
    standard = standard_cadence()
    return [write_step(step) for step in read_cadence(0, standard["step"], standard["escalate_after"]).steps]


def _hours(stored: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _CLOSED if value is None else value for name, value in stored.items()}


def _office(stored: Mapping[str, Any]) -> dict[str, Any]:
    return _there(dict(stored) | ({"weekdays": [WEEKDAYS[day] for day in stored["weekdays"]]} if stored else {}))


def _with_office(stored: Mapping[str, Any]) -> dict[str, Any]:
    return _there(dict(stored) | {"office": _office(stored.get("office") or {})})


def _there(table: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out what is not set, for a file does not say it."""
    return {name: value for name, value in table.items() if value is not None and value != {}}


def _table(table: Mapping[str, Any], path: tuple[str, ...]) -> Iterator[str]:
    """Yield the lines of a table: its own settings first, for what follows a head belongs to it."""
    nested = {name: value for name, value in table.items() if isinstance(value, Mapping) or _is_tables(value)}
    for name, value in table.items():
        if name not in nested:
            yield f"{_key(name)} = {_value(value)}"
    for name, value in nested.items():
        head = ".".join(map(_key, (*path, name)))
        for each in [value] if isinstance(value, Mapping) else value:
            yield ""
            yield f"[{head}]" if isinstance(value, Mapping) else f"[[{head}]]"
            yield from _table(each, (*path, name))


def _is_tables(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(each, Mapping) for each in value)


def _key(name: str) -> str:
    return name if _BARE.fullmatch(name) else _value(name)


def _value(value: object) -> str:
    if isinstance(value, str):
        # The escapes of JSON are escapes of TOML; what JSON leaves alone and TOML does not is DEL.
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007F")
    if isinstance(value, Sequence):
        return f"[{', '.join(map(_value, value))}]"
    return json.dumps(value)
