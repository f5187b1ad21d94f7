"""Databases for tests: a SQLite file for each, and PostgreSQL's that is empty again after each."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from kept import Kept
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from outreach.store.database import Database
from outreach.store.migrate import migrate
from outreach.store.seal import Keyring


@contextmanager
def postgres_database(kept: Kept, now: Callable[[], datetime], keyring: Keyring) -> Iterator[Database]:
    """Return an empty database, given back at the end."""
    name = kept.lend()
    database = Database(kept.server.of(name), keyring, now)
    try:
        yield database
    finally:
        database.engine.dispose()
        kept.take_back(name)


@contextmanager
def sqlite_database(template: Path, folder: Path, now: Callable[[], datetime], keyring: Keyring) -> Iterator[Database]:
    """Return a fresh database in `folder`, copied from a migrated file."""
    path = folder / "outreach.db"
    shutil.copyfile(template, path)
    database = Database(f"sqlite:///{path}", keyring, now)
    try:
        yield database
    finally:
        database.engine.dispose()


def sqlite_template(folder: Path) -> Path:
    """Make the migrated file that SQLite databases are copied from."""
    path = folder / "template.db"
    engine = create_engine(f"sqlite:///{path}", poolclass=NullPool)
    migrate(engine)
    engine.dispose()
    return path
