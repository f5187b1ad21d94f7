"""The two doors to the database: `read()` and `write()`. Nothing upgrades a read to a write."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url, select, text
from sqlalchemy.exc import DatabaseError, DBAPIError, InternalError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from outreach.store.actor import Actor
from outreach.store.ids import Ids
from outreach.store.one_writer import NoTurn, one_writer
from outreach.store.seal import Keyring
from outreach.store.tables import calendar
from outreach.store.unit_of_work import UnitOfWork

_BUSY_SECONDS = 10
_POOL_SECONDS = 5  # both end before the carrier stops waiting for a webhook's answer, after 15 (TWI-22)
_CALENDAR = select(calendar.c.at).where(calendar.c.id == 1)


@dataclass(frozen=True, slots=True)
class Limits:
    """How many connections a process may have to PostgreSQL, and how many seconds it waits there for what."""

    pool: int = 20
    connect: float = 5.0
    statement: float = 60.0
    lock: float = 10.0
    idle: float = 60.0  # a transaction in which nobody says anything: it would hold its locks for ever

    def options(self) -> str:
        """Return them as the server reads them; in UTC, so that instants arrive as they are used, not converted."""
        waits = {
            "statement_timeout": self.statement,
            "lock_timeout": self.lock,
            "idle_in_transaction_session_timeout": self.idle,
        }
        each = [f"-c {name}={int(seconds * 1000)}" for name, seconds in waits.items()]
        return " ".join(["-c timezone=UTC", *each])


class StoreAway(Exception):
    """The database cannot be written now; nothing was stored, ask again."""


class Database:
    """A SQLite file or a PostgreSQL database, with its keys and its calendar."""

    def __init__(
        self, url: str, keyring: Keyring, real_now: Callable[[], datetime], limits: Limits | None = None
    ) -> None:
        self.engine = _engine(url, limits or Limits())
        self.keyring = keyring
        self.ids = Ids()
        self._real_now = real_now
        self._turn: AbstractContextManager[None] = nullcontext()
        # On PostgreSQL every statement sees its own moment, in a transaction or not: beginning one to read is two trips
        # for nothing. On SQLite it is what lets all statements see the same.
        self._reading: Mapping[str, Any] = {"isolation_level": "AUTOCOMMIT"}
        if self.file is not None:
            self._turn, self._reading = one_writer(self.file, _BUSY_SECONDS), {}

    @property
    def dialect(self) -> str:
        """`sqlite` or `postgresql`."""
        return self.engine.dialect.name

    @property
    def file(self) -> Path | None:
        """The SQLite file, or None for PostgreSQL."""
        return sqlite_file(str(self.engine.url))

    @contextmanager
    def read(self, actor: Actor) -> Iterator[UnitOfWork]:
        """Open what only reads, and what `actor` may see. Raises StoreAway."""
        with _away(), self.engine.connect().execution_options(**self._reading) as connection:
            uow = self._begin(connection, actor)
            uow.narrow()
            yield uow

    def write(self, actor: Actor) -> AbstractContextManager[UnitOfWork]:
        """Open a transaction that takes its locks at once; without `commit()` it rolls back. Raises StoreAway.

        It sees everything: a STOP ends the texts of every program. What may be asked for is found out before.
        """
        return self._writing(actor, {})

    def note(self, actor: Actor) -> AbstractContextManager[UnitOfWork]:
        """Open what writes by one statement and nothing else, then `commit()`. Raises StoreAway.

        On PostgreSQL that statement is its own transaction: beginning and ending one around it are two trips more.
        """
        return self._writing(actor, self._reading)

    @contextmanager
    def _writing(self, actor: Actor, how: Mapping[str, Any]) -> Iterator[UnitOfWork]:
        options = {"outreach_write": True, **how}
        with _away(), self._turn, self.engine.connect().execution_options(**options) as connection:
            uow = self._begin(connection, actor)
            try:
                yield uow
            finally:
                if not uow.committed:
                    self.ids.forget(uow)

    def now(self) -> datetime:
        """Return the domain time, from the calendar row that all processes share."""
        with self.engine.connect().execution_options(**self._reading) as connection:
            return self._now(connection)

    def ready(self) -> bool:
        """Whether a webhook could be stored right now."""
        try:
            with self._turn, self.engine.connect().execution_options(outreach_write=True) as connection:
                self._now(connection)
                connection.execute(text("UPDATE counter SET next = next WHERE name = 'id'"))
                connection.rollback()
        except (DBAPIError, PoolTimeout, NoTurn):
            return False
        return True

    def _now(self, connection: Connection) -> datetime:
        """Read the calendar, the first statement of every transaction: it also finds out whether anybody answers."""
        try:
            warped = connection.execute(_CALENDAR).scalar_one_or_none()
        except DBAPIError as problem:
            if not problem.connection_invalidated:
                raise
            # The server went away since this connection was used; the pool has dropped them all and opens a new one.
            connection.rollback()
            warped = connection.execute(_CALENDAR).scalar_one_or_none()
        return warped or self._real_now()

    def _begin(self, connection: Connection, actor: Actor) -> UnitOfWork:
        return UnitOfWork(connection, self.keyring, self.ids, actor, self._now(connection))


@contextmanager
def _away() -> Iterator[None]:
    """A database that is away, full or damaged, or has no connection free, is one thing to whoever asks."""
    try:
        yield
    except (OperationalError, InternalError, PoolTimeout, NoTurn) as problem:
        raise StoreAway(StoreAway.__doc__) from problem
    except DatabaseError as problem:
        # SQLite reports a damaged file and a full disk as a bare DatabaseError; every other kind is our own fault.
        if type(problem) is not DatabaseError:
            raise
        raise StoreAway(StoreAway.__doc__) from problem


def sqlite_file(url: str) -> Path | None:
    """Return the file of a SQLite URL, or None for another database or one in memory."""
    parsed = make_url(url)
    return Path(parsed.database) if parsed.get_backend_name() == "sqlite" and parsed.database else None


def _engine(url: str, limits: Limits) -> Engine:
    if make_url(url).get_backend_name() != "sqlite":
        # A host that is gone is noticed by the unanswered packets, not after the system's quarter of an hour.
        noticed = {"keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3, "tcp_user_timeout": 15_000}
        return create_engine(
            url,
            pool_size=limits.pool,
            max_overflow=0,  # what is opened is kept: a server process made for one request costs more than it
            pool_timeout=_POOL_SECONDS,
            hide_parameters=True,
            connect_args=noticed | {"options": limits.options(), "connect_timeout": max(int(limits.connect), 2)},
        )
    engine = create_engine(
        url,
        pool_size=10,
        max_overflow=20,
        pool_timeout=_POOL_SECONDS,
        hide_parameters=True,
        connect_args={"check_same_thread": False},
    )
    event.listen(engine, "connect", _tune_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _tune_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # the driver must not begin transactions of its own
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"busy_timeout={_BUSY_SECONDS * 1000}"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    writing = connection.get_execution_options().get("outreach_write")
    # Upgrading a read transaction to a write fails whenever somebody wrote in between: take the lock at once.
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")
