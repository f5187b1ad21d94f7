"""One PostgreSQL database that tests use one after the other: making one for each took longer than the tests."""

from __future__ import annotations

import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import count

from postgres import TEMPLATE, Postgres
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

_LEAVING = 0.5  # seconds in which the server's end of a closed connection ends
_USES = 30  # nothing cleans up behind deleted rows: after so many tests there is a new one
_USED = """SELECT relname FROM pg_class
  WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND pg_relation_size(oid) > 0"""
_OTHERS = """SELECT count(*) FROM pg_stat_activity
  WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"""
_FROM_THE_START = (
    "SELECT setval(to_regclass(sequencename), start_value, false) FROM pg_sequences WHERE schemaname = 'public'"
)
_SHAPE = """SELECT (SELECT sum(oid::bigint) FROM pg_class WHERE relnamespace = 'public'::regnamespace),
  (SELECT count(*) FROM pg_attribute WHERE NOT attisdropped), (SELECT count(*) FROM pg_constraint),
  (SELECT count(*) FROM pg_trigger), (SELECT count(*) FROM pg_namespace), (SELECT count(*) FROM pg_db_role_setting)"""


@dataclass
class Lent:
    """A database in a test's hands, and the connection that will empty it."""

    name: str
    connection: Connection
    closing: ExitStack
    uses: int = 0


@dataclass
class Kept:
    """Databases of one server; a test gets the one that the test before it left, as if it were new."""

    server: Postgres
    numbers: count[int] = field(default_factory=count)
    free: Lent | None = None
    lent: dict[str, Lent] = field(default_factory=dict)

    def __post_init__(self) -> None:
        with self.server.connected(TEMPLATE) as template:
            self.shape = template.exec_driver_sql(_SHAPE).one()
            names = list(template.exec_driver_sql(_USED).scalars())
            self.rows = {name: template.exec_driver_sql(f"SELECT * FROM {name}").all() for name in names}

    def lend(self) -> str:
        """Return the name of a database with nothing in it but what the last migration put there."""
        found, self.free = self.free or self._made(), None
        self.lent[found.name] = found
        return found.name

    def hands_off(self, name: str) -> None:
        """Leave a database to its test alone, which asks whether anybody else is connected; it is not kept."""
        self.lent[name].closing.close()

    def take_back(self, name: str) -> None:
        """Empty it for the next test, unless its tables are other ones now or somebody still uses it."""
        lent = self.lent.pop(name)
        lent.uses += 1
        if self.free is None and lent.uses < _USES and self._can_be_emptied(lent.connection):
            self._empty(lent.connection)
            self.free = lent
        else:
            lent.closing.close()
            self.server.drop(name)

    def _made(self) -> Lent:
        self.server.create(name := f"test_{next(self.numbers)}")
        closing = ExitStack()
        connection = closing.enter_context(self.server.connected(name))
        connection.exec_driver_sql("SET session_replication_role = replica")  # no foreign key is looked up
        return Lent(name, connection, closing)

    def _can_be_emptied(self, connection: Connection) -> bool:
        try:
            return _alone(connection) and connection.exec_driver_sql(_SHAPE).one() == self.shape
        except SQLAlchemyError:
            return False  # its test ended every connection, or asked for hands off

    def _empty(self, connection: Connection) -> None:
        """Put every table back to the template's rows; TRUNCATE would take ten times as long."""
        connection.exec_driver_sql(
            ";".join(f"DELETE FROM {name}" for name in connection.exec_driver_sql(_USED).scalars())
        )
        for name, rows in self.rows.items():
            for row in rows:
                marks = ", ".join("%s" for _ in row)
                connection.exec_driver_sql(f"INSERT INTO {name} VALUES ({marks})", tuple(row))
        connection.exec_driver_sql(_FROM_THE_START)  # the demo's story hangs on the ids


def _alone(connection: Connection) -> bool:
    """Whether nobody else is connected, in a moment at the latest."""
    give_up = time.monotonic() + _LEAVING
    while connection.exec_driver_sql(_OTHERS).scalar_one():
        if time.monotonic() > give_up:
            return False
        time.sleep(0.002)
    return True
