"""What is stored of a program's settings, as their pages and forms need it."""

from __future__ import annotations

from typing import Any

from flask import abort

from admin.access import signed_in
from admin.settings_forms import THINGS
from outreach.engine import program_settings
from outreach.engine.program_written import clinic_table, program_table
from outreach.store import configuration, replanning
from outreach.store.configuration import COLUMNS, PROGRAM
from outreach.store.programs import StoredProgram, programs
from outreach.store.unit_of_work import UnitOfWork


def program_or_404(uow: UnitOfWork, program_id: int) -> StoredProgram:
    """Return a program that whoever is signed in may set, or 404: whoever has only its clinic has not the program."""
    scope = signed_in().scope
    if scope is not None and program_id not in scope.programs:
        abort(404)
    return programs(uow, [program_id]).get(program_id) or abort(404)


def around(uow: UnitOfWork, found: StoredProgram) -> dict[str, Any]:
    """What stands on every page of a program's settings."""
    return {
        "program": found,
        "things": THINGS,
        "several": len(configuration.program_ids(uow)) > 1,
        "replannings": replanning.unfinished(uow, found.id),
    }


def stored_columns(uow: UnitOfWork, program_id: int, thing: str) -> dict[str, Any]:
    """Return a thing's columns as they are stored, or 404."""
    if thing in COLUMNS:
        return dict(configuration.stored_program(uow, program_id) or {})
    if thing == program_settings.NEW_CLINIC:
        return {}
    found = configuration.stored_clinic(uow, program_id, int(thing.partition(":")[2]))
    return dict(found) if found else abort(404)


def table_of(thing: str, columns: Any) -> dict[str, Any]:
    """Return stored columns as a program file would say them; nothing for what is not stored yet."""
    if not columns:
        return {}
    if thing not in COLUMNS:
        return clinic_table(columns)
    return with_first_language(thing, program_table({name: columns[name] for name in COLUMNS[thing]}))


def with_first_language(thing: str, table: dict[str, Any]) -> dict[str, Any]:
    """Tell the first language of a program apart, as its form does."""
    return table | {"language": next(iter(table["languages"]), None)} if thing == PROGRAM else table


def languages_in_order(table: dict[str, Any], before: list[str]) -> dict[str, Any]:
    """Return the table with its first language first, then the others as they stood, then those that are new."""
    first, chosen = table.pop("language"), table["languages"]
    others = [*(code for code in before if code in chosen), *(code for code in chosen if code not in before)]
    return table | {"languages": list(dict.fromkeys([*([first] if first else []), *others]))}
