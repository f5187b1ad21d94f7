"""Many rows by their keys: read, or changed, in as few statements as there can be; a list never outgrows one."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, TypeVar

from sqlalchemy import (
    JSON,
    ColumnElement,
    Select,
    String,
    Table,
    Update,
    and_,
    any_,
    bindparam,
    cast,
    column,
    func,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY

from outreach.store.unit_of_work import CHUNK, UnitOfWork

Key = TypeVar("Key")
Also = tuple[tuple[str, ColumnElement[Any]], ...]


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


def update_rows(
    uow: UnitOfWork, table: Table, keys: tuple[str, ...], rows: Sequence[Mapping[str, Any]], also: Also = ()
) -> int:
    """Store new values in rows of a table; each names its `keys`, and all change the same columns.

    `also` is what is set in each of them: (column, expression). Returns how many were found.
    """
    if not rows:
        return 0
    names = tuple(rows[0])
    if uow.dialect == "postgresql":
        found = (
            uow.execute(_from_arrays(table, keys, names, also), _arrays(table, names, part)) for part in chunks(rows)
        )
        return sum(result.rowcount for result in found)
    values = [{f"new_{name}": row[name] for name in names} for row in rows]
    return int(uow.execute(_one_by_one(table, keys, names, also), values).rowcount)


def _arrays(table: Table, names: tuple[str, ...], rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {f"new_{name}": [row[name] for row in rows] for name in names}
    for name in names:
        if isinstance(table.c[name].type, JSON):  # a list of lists would be an array of two dimensions
            found[f"new_{name}"] = [json.dumps(value) for value in found[f"new_{name}"]]
    return found


@lru_cache(maxsize=256)
def _from_arrays(table: Table, keys: tuple[str, ...], names: tuple[str, ...], also: Also) -> Update:
    """One statement whatever the number of rows: the server plans and runs it once."""
    kinds = {name: String() if isinstance(table.c[name].type, JSON) else table.c[name].type for name in names}
    arrays = [bindparam(f"new_{name}", type_=ARRAY(kind)) for name, kind in kinds.items()]
    new = func.unnest(*arrays).table_valued(*[column(*each) for each in kinds.items()]).render_derived()
    same = and_(*[table.c[key] == new.c[key] for key in keys])
    values = {name: cast(new.c[name], table.c[name].type) for name in names if name not in keys}
    return update(table).where(same).values(values | dict(also))


@lru_cache(maxsize=256)
def _one_by_one(table: Table, keys: tuple[str, ...], names: tuple[str, ...], also: Also) -> Update:
    new = {name: bindparam(f"new_{name}", type_=table.c[name].type) for name in names}
    same = and_(*[table.c[key] == new[key] for key in keys])
    return update(table).where(same).values({name: new[name] for name in names if name not in keys} | dict(also))
