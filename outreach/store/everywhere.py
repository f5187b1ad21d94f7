"""One way to read what may have been archived: a query on the working tables, and the same on the archive.

Whoever asks for records, not for work to do, asks here; the columns are the same, so the query need not know.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, TypeVar, cast

from sqlalchemy import Column, ColumnElement, Row, Select, Table, func, select, union_all
from sqlalchemy.sql.visitors import replacement_traverse

from outreach.store.batches import chunks
from outreach.store.tables import ARCHIVED, prompt, reply
from outreach.store.unit_of_work import UnitOfWork

Key = TypeVar("Key")


def anywhere(uow: UnitOfWork, query: Select[Any]) -> Sequence[Row[Any]]:
    """Return the rows of a query from both places, in no order; its own limit holds in each.

    It is one statement: a row on its way to the archive is seen once. A query that asks no table which has an archive
    is run as it is. In an outer join, the table that every row comes from must be one of those that have.
    """
    there = in_archive(query)
    return uow.all(query if there is None else union_all(select(query.subquery()), select(there.subquery())))


def rows_anywhere(uow: UnitOfWork, query: Select[Any], column: Any, keys: Iterable[Key]) -> list[Row[Any]]:
    """Return the rows of a query from both places whose `column` is among `keys`."""
    return [row for part in chunks(keys) for row in anywhere(uow, query.where(column.in_(part)))]


def in_archive(query: Select[Any]) -> Select[Any] | None:
    """Return the same query on the archive; None for one that asks no table which has one."""
    found = False

    def archived(element: Any, **_options: Any) -> Any:
        nonlocal found
        twin = _twin(element)
        found = found or twin is not None
        return twin

    # Column by column: the archive's tables have one more, which nobody asked for.
    spelled = query.with_only_columns(*query.selected_columns)
    there = cast("Select[Any]", replacement_traverse(spelled, {}, archived))
    return there if found else None


def _twin(element: Any) -> Any:
    if isinstance(element, Table):
        return ARCHIVED.get(element)
    if isinstance(element, Column) and element.table in ARCHIVED:
        return ARCHIVED[element.table].c[element.name]
    return None


def with_archived(columns: Iterable[Any]) -> list[Any]:
    """Return columns, and those of the archive that hold the same, for statements that are built from columns."""
    return [each for column in columns for each in (column, _twin(column)) if each is not None]


def places(table: Table) -> tuple[Table, ...]:
    """Return a table and its archive, for whoever changes rows wherever they are."""
    return (table, ARCHIVED[table]) if table in ARCHIVED else (table,)


def with_question(query: Select[Any], *names: str) -> Select[Any]:
    """Add columns of the prompt that a reply answers, wherever that is; NULL where a reply answers none."""
    old = ARCHIVED[prompt]
    shown: list[ColumnElement[Any]] = [func.coalesce(prompt.c[name], old.c[name]).label(name) for name in names]
    found = query.add_columns(*shown).outerjoin(prompt, prompt.c.id == reply.c.prompt_id)
    return found.outerjoin(old, old.c.id == reply.c.prompt_id)
