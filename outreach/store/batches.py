"""Lists of keys cut to size: an IN list or a lock never outgrows a statement."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, TypeVar

from sqlalchemy import Row, Select

from outreach.store.unit_of_work import CHUNK, UnitOfWork

Key = TypeVar("Key")


def chunks(keys: Iterable[Key], size: int = CHUNK) -> Iterator[Sequence[Key]]:
    """Yield the keys in order, `size` at a time."""
    listed = list(keys)
    for start in range(0, len(listed), size):
        yield listed[start : start + size]


def rows_in(uow: UnitOfWork, statement: Select[Any], column: Any, keys: Iterable[Key]) -> list[Row[Any]]:
    """Return the rows of `statement` whose `column` is among `keys`, chunk by chunk."""
    found: list[Row[Any]] = []
    for part in chunks(keys):
        found.extend(uow.all(statement.where(column.in_(part))))
    return found
