"""A consistent copy of a database that is in use, and its way back: SQLite's online backup, PostgreSQL's own tools."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Mapping
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from sqlalchemy import Connection, Engine, create_engine, event, func, make_url, select, text
from sqlalchemy.pool import NullPool

from outreach.store.backup_file import BadBackup, Contents
from outreach.store.database import Database
from outreach.store.tables import metadata

_SCHEMA = text("SELECT version_num FROM alembic_version")
_OTHERS = text(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    " AND backend_type = 'client backend'"
)
_IN_USE = "The database is in use. Stop every `outreach web` and `outreach worker` first, on every host."
_FILLED = "There is a database already, and a restore would take its place. If that is meant, say --overwrite."


class ToolMissing(Exception):
    """A backup of PostgreSQL needs its own tools, of the server's version or newer, on the PATH."""


def dump(database: Database, out: IO[bytes], folder: Path) -> Contents:
    """Write a consistent copy of a database to `out` while others go on writing."""
    if database.dialect == "sqlite":
        return _dump_sqlite(database, out, folder)
    with database.engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection:
        for patient in ("statement_timeout", "idle_in_transaction_session_timeout"):
            connection.execute(text(f"SET LOCAL {patient} = 0"))
        snapshot = connection.execute(select(func.pg_export_snapshot())).scalar_one()
        # The job engine's jobs carry nothing: its next tick makes new ones.
        options = ("--format=custom", "--no-owner", "--no-privileges", "--exclude-table-data=procrastinate.*")
        _run(database.engine, "pg_dump", *options, f"--snapshot={snapshot}", out=out)
        return _contents(connection, database.now())


def _dump_sqlite(database: Database, out: IO[bytes], folder: Path) -> Contents:
    with tempfile.TemporaryDirectory(dir=folder, prefix=".outreach-") as scratch:
        copy = Path(scratch) / "copy.db"
        with closing(sqlite3.connect(str(database.file))) as source, closing(sqlite3.connect(copy)) as target:
            source.backup(target)  # in one step, from one snapshot: writers neither wait nor make it begin anew
            target.execute("PRAGMA journal_mode=DELETE")
        engine = create_engine(f"sqlite:///{copy}", poolclass=NullPool)
        with engine.connect() as connection:
            found = _contents(connection, database.now())
        with copy.open("rb") as made:
            shutil.copyfileobj(made, out, 1 << 20)
    return found


def _contents(connection: Connection, calendar: datetime) -> Contents:
    counts = {
        table.name: int(connection.execute(select(func.count()).select_from(table)).scalar_one())
        for table in metadata.sorted_tables
    }
    return Contents(connection.dialect.name, str(connection.execute(_SCHEMA).scalar_one()), calendar, counts)


def filled(database: Database) -> bool:
    """Whether there is a database already where a restore would put its own."""
    if database.file is not None:
        return database.file.exists() and database.file.stat().st_size > 0
    with database.engine.connect() as connection:
        return connection.execute(text("SELECT to_regclass('public.alembic_version')")).scalar_one() is not None


def claim_place(database: Database, overwrite: bool) -> None:
    """Make sure that nobody else has this database open, and that it may be written over. Raises BadBackup."""
    if filled(database) and not overwrite:
        raise BadBackup(_FILLED)
    database.engine.dispose()
    if database.file is None:
        with database.engine.connect() as connection:
            others = connection.execute(_OTHERS).scalar_one()
        if others:
            raise BadBackup(_IN_USE)
    elif database.file.exists():
        try:
            with closing(sqlite3.connect(database.file, timeout=0.5)) as connection:
                # Only who is alone with a file can take it out of its write-ahead log.
                connection.execute("PRAGMA journal_mode=DELETE")
        except sqlite3.OperationalError as problem:
            raise BadBackup(_IN_USE) from problem
        except sqlite3.DatabaseError:  # damaged: that is why somebody restores it
            for tail in ("-wal", "-shm"):
                database.file.with_name(database.file.name + tail).unlink(missing_ok=True)


def put_file(made: Path, file: Path) -> None:
    """Put a restored SQLite file in its place, at once and whole."""
    with closing(sqlite3.connect(made)) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")
    made.replace(file)


def closed_to_others(database: Database) -> None:
    """Let nobody write to a PostgreSQL database, no worker either, but who comes by `our_own`, until `open_again`."""
    _alter(database, "SET default_transaction_read_only = on")


def open_again(database: Database) -> None:
    """Let everybody write again."""
    _alter(database, "RESET default_transaction_read_only")


def our_own(database: Database) -> None:
    """Let the connections of this process write to a database that is closed to others."""
    event.listen(database.engine, "connect", _writable)
    database.engine.dispose()


def load(database: Database, dump_file: Path) -> None:
    """Put a dump in the place of all that is in a PostgreSQL database; all of it, or nothing."""
    with database.engine.connect() as connection:
        for statement in ("DROP SCHEMA IF EXISTS procrastinate CASCADE", "DROP SCHEMA public CASCADE"):
            connection.execute(text(statement))
        connection.execute(text("CREATE SCHEMA public"))
        connection.commit()
    database.engine.dispose()
    options = ("--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges")
    writable = {"PGOPTIONS": "-c default_transaction_read_only=off"}
    _run(database.engine, "pg_restore", *options, last=str(dump_file), environ=writable)


def _writable(connection: Any, _record: Any) -> None:
    connection.execute("SET default_transaction_read_only = off")
    connection.commit()


def _alter(database: Database, what: str) -> None:
    with database.engine.connect() as connection:
        name = connection.dialect.identifier_preparer.quote(make_url(str(database.engine.url)).database or "")
        connection.execute(text("SET TRANSACTION READ WRITE"))
        connection.execute(text(f"ALTER DATABASE {name} {what}"))
        connection.commit()


def _run(
    engine: Engine, tool: str, *options: str, out: IO[bytes] | None = None, last: str = "",
    environ: Mapping[str, str] | None = None,
) -> None:  # fmt: skip
    """Run one of PostgreSQL's tools on a database; the password goes by the environment, where nobody lists it."""
    program = shutil.which(tool)
    if program is None:
        raise ToolMissing(f"{tool} is not on the PATH: install PostgreSQL's client tools (such as postgresql-client).")
    url = engine.url
    named = url.set(drivername="postgresql", password=None).render_as_string(hide_password=False)
    given = {**os.environ, **(environ or {}), **({"PGPASSWORD": str(url.password)} if url.password else {})}
    words = [program, *options, f"--dbname={named}", *([last] if last else [])]
    with tempfile.TemporaryFile() as said:
        to = subprocess.PIPE if out is not None else subprocess.DEVNULL
        running = subprocess.Popen(words, stdout=to, stderr=said, env=given)  # noqa: S603 - words of our own
        with running:
            if out is not None and running.stdout is not None:
                shutil.copyfileobj(running.stdout, out, 1 << 20)
        said.seek(0)
        first = said.readline(300).decode(errors="replace").strip()  # further lines may quote what is in a row
    if running.returncode:
        raise ToolMissing(f"{tool} failed: {first}")
