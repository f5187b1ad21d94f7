"""Many rows at once on PostgreSQL: COPY spares the work of a statement for each row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Table

WORTH_IT = 50  # rows; fewer are as quick as an ordinary insert


def copy_rows(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Store rows that all have the keys of the first one; values pass the same column types as in an insert."""
    dialect = connection.dialect
    columns = [table.c[name] for name in rows[0]]
    processors = [column.type.dialect_impl(dialect).bind_processor(dialect) for column in columns]
    names = ", ".join(dialect.identifier_preparer.quote(column.name) for column in columns)
    cursor: Any = connection.connection.cursor()
    with cursor, cursor.copy(f"COPY {table.name} ({names}) FROM STDIN") as copy:
        for row in rows:
            values = zip(processors, row.values(), strict=True)
            copy.write_row([process(value) if process else value for process, value in values])
