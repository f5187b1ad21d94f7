"""Many rows at once on PostgreSQL: COPY spares the work of a statement for each row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Column, Connection, Dialect, Table

WORTH_IT = 50  # rows; fewer are as quick as an ordinary insert


def copy_rows(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Store rows that all have the keys of the first one; values pass the same column types as in an insert."""
    dialect = connection.dialect
    columns = [_column(dialect, table.c[name], [row[name] for row in rows]) for name in rows[0]]
    names = ", ".join(name for name, _ in columns)
    cursor: Any = connection.connection.cursor()
    with cursor, cursor.copy(f"COPY {table.name} ({names}) FROM STDIN") as copy:
        for row in zip(*[values for _, values in columns], strict=True):
            copy.write_row(row)


def _column(dialect: Dialect, column: Column[Any], values: list[Any]) -> tuple[str, list[Any]]:
    process = column.type.dialect_impl(dialect).bind_processor(dialect)
    return dialect.identifier_preparer.quote(column.name), [process(value) for value in values] if process else values
