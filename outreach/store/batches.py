"""Lists of keys cut to size: a list of keys or a lock never outgrows a statement."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any, TypeVar

from sqlalchemy import Select, any_, bindparam
from sqlalchemy.dialects.postgresql import ARRAY

from outreach.store.unit_of_work import CHUNK, UnitOfWork

Key = TypeVar("Key")


def chunks(keys: Iterable[Key], size: int = CHUNK) -> Iterator[Sequence[Key]]:
    """Yield the keys in order, `size` at a time."""
    listed = list(keys)
    for start in range(0, len(listed), size):
        yield listed[start : start + size]


def rows_in(uow: UnitOfWork, statement: Select[Any], column: Any, keys: Iterable[Key], **values: Any) -> list[Any]:
    """Return the rows of `statement` whose `column` is among `keys`, chunk by chunk; `values` are its own parameters.

    A statement that is asked often should be made once, by its module: it is then prepared once as well.
    """
    found: list[Any] = []
    for part in chunks(keys):
        found.extend(uow.all(_keyed(statement, column, uow.dialect), values | {"keys": part}))
    return found


@lru_cache(maxsize=256)
def _keyed(statement: Select[Any], column: Any, dialect: str) -> Select[Any]:
    """PostgreSQL takes one array: the text of the statement is the same, however many keys it has."""
    if dialect == "postgresql":
        return statement.where(column == any_(bindparam("keys", type_=ARRAY(column.type))))
    return statement.where(column.in_(bindparam("keys", expanding=True)))
