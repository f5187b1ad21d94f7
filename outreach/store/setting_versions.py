"""What a program and its clinics were set to, version by version: who set it, when, and to what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from outreach.store.tables import program, setting_version
from outreach.store.unit_of_work import UnitOfWork

BEFORE = "service:before-versions"  # whoever set what was there before versions were kept


@dataclass(frozen=True, slots=True)
class Version:
    """One thing as it was set; `settings` are its columns, by name."""

    version: int
    at: datetime
    actor: str
    settings: Mapping[str, Any]


def wait_for_others(uow: UnitOfWork, program_id: int) -> None:
    """Let one person at a time change a program and its clinics: versions follow each other without a gap."""
    uow.all(select(program.c.id).where(program.c.id == program_id).with_for_update(key_share=True))


def note(
    uow: UnitOfWork, program_id: int, thing: str, before: Mapping[str, Any] | None, after: Mapping[str, Any]
) -> None:
    """Store what a thing is set to from now on; call it with the program locked.

    `before` is what it was set to, or None for what is new: it becomes the first version where none was kept.
    """
    newest = _newest(uow, program_id, thing)
    if newest == 0 and before is not None:
        newest = 1
        _insert(uow, program_id, thing, newest, BEFORE, before)
    _insert(uow, program_id, thing, newest + 1, str(uow.actor), after)


def newest(uow: UnitOfWork, program_id: int) -> dict[str, Version]:
    """Return the newest version of everything of a program that has any, by thing."""
    last = select(setting_version.c.thing, func.max(setting_version.c.version).label("version"))
    found = last.where(setting_version.c.program_id == program_id).group_by(setting_version.c.thing).subquery()
    joined = (setting_version.c.thing == found.c.thing) & (setting_version.c.version == found.c.version)
    query = select(setting_version).join(found, joined).where(setting_version.c.program_id == program_id)
    return {row.thing: Version(row.version, row.at, row.actor, row.settings) for row in uow.all(query)}


def newest_of(uow: UnitOfWork, program_id: int, thing: str) -> Version | None:
    """Return the newest version of one thing, or None where nothing was kept yet."""
    return next(iter(history(uow, program_id, thing, 1)), None)


def history(uow: UnitOfWork, program_id: int, thing: str, most: int, before: int | None = None) -> list[Version]:
    """Return the versions of one thing, the newest first: at most so many, and those before one when it is named."""
    of = (setting_version.c.program_id == program_id) & (setting_version.c.thing == thing)
    query = select(setting_version).where(of).order_by(setting_version.c.version.desc()).limit(most)
    if before is not None:
        query = query.where(setting_version.c.version < before)
    return [Version(row.version, row.at, row.actor, row.settings) for row in uow.all(query)]


def _newest(uow: UnitOfWork, program_id: int, thing: str) -> int:
    of = (setting_version.c.program_id == program_id) & (setting_version.c.thing == thing)
    found: int | None = uow.all(select(func.max(setting_version.c.version)).where(of))[0][0]
    return found or 0


def _insert(
    uow: UnitOfWork, program_id: int, thing: str, version: int, actor: str, settings: Mapping[str, Any]
) -> None:
    row = {"id": uow.next_id(), "program_id": program_id, "thing": thing, "version": version, "at": uow.now}
    uow.insert(setting_version, [row | {"actor": actor, "settings": dict(settings)}])
