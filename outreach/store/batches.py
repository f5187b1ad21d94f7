"""Lists of keys cut to size: a list of keys or a lock never outgrows a statement."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, TypeVar, cast

from sqlalchemy import ColumnElement, Select, any_, bindparam
from sqlalchemy.dialects.postgresql import ARRAY

from outreach.store.unit_of_work import CHUNK, UnitOfWork

Key = TypeVar("Key")


def chunks(keys: Iterable[Key], size: int = CHUNK) -> Iterator[Sequence[Key]]:
    """Yield the keys in order, `size` at a time."""
    listed = list(keys)
    for start in range(0, len(listed), size):
        yield listed[start : start + size]


def rows_in(uow: UnitOfWork, statement: Select[Any], column: Any, keys: Iterable[Key]) -> list[Any]:
    """Return the rows of `statement` whose `column` is among `keys`, chunk by chunk."""
    found: list[Any] = []
    for part in chunks(keys):
        found.extend(uow.all(statement.where(_among(uow, column, part))))
    return found


def _among(uow: UnitOfWork, column: Any, keys: Sequence[Key]) -> ColumnElement[bool]:
    """One array for PostgreSQL: a statement whose text never changes is prepared once, however many keys it has."""
    if uow.dialect == "postgresql":
        return cast(ColumnElement[bool], column == any_(bindparam(None, keys, ARRAY(column.type))))
    return cast(ColumnElement[bool], column.in_(keys))
