"""One transaction: explicit commit, rollback by default, with its ids and its audit trail."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy import Connection, CursorResult, Engine, Executable, Row, Table, insert
from sqlalchemy.dialects import postgresql, sqlite

from outreach.store import entry
from outreach.store.actor import Actor, Scope
from outreach.store.copying import WORTH_IT, copy_rows
from outreach.store.entry import Purpose
from outreach.store.ids import Ids
from outreach.store.scopes import narrowed
from outreach.store.seal import Keyring
from outreach.store.tables import audit

Args = ParamSpec("Args")
Answer = TypeVar("Answer")
CHUNK = 500  # bound parameters and statement sizes stay far from any limit


class UnitOfWork:
    """A transaction with the domain time it runs at. Repositories take one; nobody else executes SQL."""

    def __init__(self, connection: Connection, keyring: Keyring, ids: Ids, actor: Actor, now: datetime) -> None:
        self.keyring = keyring
        self.actor = actor
        self.now = now
        self.committed = False
        self.id_block = range(0)
        self._connection = connection
        self._ids = ids
        self._sees: Scope | None = None
        self._trail: list[tuple[Any, ...]] = []

    @property
    def dialect(self) -> str:
        """`sqlite` or `postgresql`."""
        return self._connection.dialect.name

    @property
    def engine(self) -> Engine:
        """The database behind this transaction: what is remembered about one is never told of another."""
        return self._connection.engine

    def execute(
        self, statement: Executable, rows: Mapping[str, Any] | Sequence[Mapping[str, Any]] | None = None
    ) -> CursorResult[Any]:
        """Run one statement, with its values, or one statement for many rows."""
        statement = self._seen(statement)
        return self._connection.execute(statement, rows) if rows is not None else self._connection.execute(statement)

    def all(self, statement: Executable, values: Mapping[str, Any] | None = None) -> Sequence[Row[Any]]:
        """Return all rows of a query, with the values of its named parameters."""
        return self._connection.execute(self._seen(statement), values).all()

    def narrow(self) -> None:
        """From here on, let only what belongs to the actor's scope be there (HIP-15)."""
        self._sees = self.actor.scope

    @contextmanager
    def whole(self) -> Iterator[None]:
        """Let everything be there for a moment; `by_all_there_is` says for what."""
        before, self._sees = self._sees, None
        try:
            yield
        finally:
            self._sees = before

    def _seen(self, statement: Executable) -> Executable:
        return statement if self._sees is None else narrowed(statement, self._sees)

    def insert(self, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
        """Insert rows in one batch; none is fine. Every row must have the same keys in the same order."""
        if len(rows) >= WORTH_IT and self.dialect == "postgresql":
            copy_rows(self._connection, table, rows)
        elif rows:
            # One row is one statement; as a list of one it would take the longer way of many.
            self._connection.execute(insert(table), rows[0] if len(rows) == 1 else list(rows))

    def insert_new(self, table: Table, row: Mapping[str, Any]) -> bool:
        """Insert one row unless its key is taken; return whether it was inserted."""
        made = postgresql.insert(table) if self.dialect == "postgresql" else sqlite.insert(table)
        # The cursor of an insert is closed with its count, unless that is asked for.
        wanted = made.values(**row).on_conflict_do_nothing().execution_options(preserve_rowcount=True)
        return self.execute(wanted).rowcount == 1

    def next_id(self) -> int:
        """Return a new row id."""
        if self.id_block:  # thousands are asked for one by one
            first, self.id_block = self.id_block[0], self.id_block[1:]
            return first
        return self._ids.take(self, 1)[0]

    def next_ids(self, count: int) -> list[int]:
        """Return `count` new row ids, ascending."""
        return self._ids.take(self, count)

    def audit(self, action: str, subject: str, rule: str | None = None, reason: Purpose | None = None) -> None:
        """Note what this transaction did; the row is appended with the change, or not at all (HIP-14).

        `reason` says why somebody looked, where that is not plain from what they do.
        """
        why = None if reason is None else str(reason)
        self._trail.append((self.now, str(self.actor), action, subject, rule, why))

    def commit(self) -> None:
        """Store the audit trail, each entry with its code, and commit."""
        if self._trail:
            key = entry.key(self.keyring)
            entries = zip(self.next_ids(len(self._trail)), self._trail, strict=True)
            self.insert(audit, [entry.row(key, (row_id, *noted)) for row_id, noted in entries])
        self._connection.commit()
        self.committed = True
        self._trail.clear()
        self._ids.keep(self)


def by_all_there_is(
    decide: Callable[Concatenate[UnitOfWork, Args], Answer],
) -> Callable[Concatenate[UnitOfWork, Args], Answer]:
    """Declare that a function decides by every row, whoever asks: what may leave depends on texts they may not see.

    It tells what it decided, and never shows a row that it read for that.
    """

    @wraps(decide)
    def deciding(uow: UnitOfWork, /, *args: Args.args, **kwargs: Args.kwargs) -> Answer:
        with uow.whole():
            return decide(uow, *args, **kwargs)

    return deciding
