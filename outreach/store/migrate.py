"""Bringing a database to the newest schema, with Alembic."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, text

_SCRIPTS = Path(__file__).parent / "migrations"


def migrate(engine: Engine) -> None:
    """Apply every migration that this database does not have yet."""
    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS))
    with engine.connect().execution_options(outreach_write=True) as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SET LOCAL statement_timeout = 0"))  # a new index of a large table takes its time
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        connection.commit()


@cache
def schemas() -> tuple[str, ...]:
    """Return the name of every schema there has been, the oldest first."""
    return tuple(script.revision for script in ScriptDirectory(str(_SCRIPTS)).walk_revisions())[::-1]


def behind(engine: Engine) -> int:
    """Return how many migrations a database lacks; one that a newer Outreach has migrated already lacks none.

    Raises DBAPIError when there is no database of ours at all, and when it is away.
    """
    with engine.connect() as connection:
        found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()
    known = schemas()
    return len(known) - 1 - known.index(found) if found in known else 0
