"""What of the organisation somebody sees: to a person of a part of it, the rows of the rest are not there (HIP-15).

Every query of such a person's reading transaction is narrowed here, before it is run, whoever wrote it: lists, counts,
exports and look-ups by a guessed id alike. Nobody who writes a page has to think of it, and nobody can forget it.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    Alias,
    ColumnElement,
    CompoundSelect,
    Executable,
    FromClause,
    Join,
    Select,
    Table,
    TableClause,
    and_,
    select,
)
from sqlalchemy.sql.dml import UpdateBase
from sqlalchemy.sql.visitors import cloned_traverse

from outreach.store import tables as t
from outreach.store.actor import Scope
from outreach.store.scope_rules import Rules

if TYPE_CHECKING:
    from outreach.store.unit_of_work import UnitOfWork

# What addresses call otherwise than tables.
_CALLED = {"phone": "contact_point", "version": "message_version", "request": "word_request"}


class CannotNarrow(TypeError):
    """A person of a part of the organisation asked a query that cannot be narrowed: write its tables and joins out."""

    def __init__(self) -> None:
        super().__init__(self.__doc__)


def narrowed(statement: Executable, scope: Scope) -> Executable:
    """Return a query that sees only what belongs to a scope; what changes rows stays as it is.

    Raises CannotNarrow for SQL that was written as text.
    """
    if isinstance(statement, Select | CompoundSelect):
        rules = _rules(scope)
        return cloned_traverse(statement, {}, {"select": lambda found: _in_select(found, rules)})
    if isinstance(statement, UpdateBase):
        return statement
    raise CannotNarrow


def opens(uow: UnitOfWork, kind: str, row_id: int, *, to_change: bool = False) -> bool:
    """Whether there is such a row for whoever asks: a `loop`, `task`, `member`, `phone`, or of any other table.

    Whoever has single clinics of a program reads its words and settings; `to_change` asks for more than that.
    """
    table = table_of(kind)
    if table is None:
        return False
    scope = uow.actor.scope
    places = (table, t.ARCHIVED[table]) if table in t.ARCHIVED else (table,)
    for place in places:
        query: Executable = select(place.c.id).where(place.c.id == row_id)
        if scope is not None and to_change:
            query = narrowed(query, replace(scope, around=frozenset()))
        if uow.all(query):
            return True
    return False


def table_of(kind: str) -> Table | None:
    """Return the table of a kind of row as addresses name it; None for no kind of row with an id."""
    found = t.metadata.tables.get(_CALLED.get(kind, kind))
    return found if found is not None and "id" in found.c else None


def scope_of(uow: UnitOfWork, account_id: int) -> Scope | None:
    """Return the programs and clinics that an account was given; None when it was given none: it has all of them."""
    programs = uow.all(select(t.account_program.c.program_id).where(t.account_program.c.account_id == account_id))
    # A clinic that is no longer there still says that the account is for a part: nobody gets all by losing one.
    given = t.account_clinic.outerjoin(t.clinic, t.account_clinic.c.clinic_id == t.clinic.c.id)
    places = select(t.account_clinic.c.clinic_id.label("id"), t.clinic.c.program_id).select_from(given)
    clinics = uow.all(places.where(t.account_clinic.c.account_id == account_id))
    if not programs and not clinics:
        return None
    whole = frozenset(row.program_id for row in programs)
    around = frozenset(row.program_id for row in clinics if row.program_id is not None)
    return Scope(whole, frozenset(row.id for row in clinics), around)


@lru_cache(maxsize=256)
def _rules(scope: Scope) -> Rules:
    return Rules(scope)


def _in_select(found: Select[Any], rules: Rules) -> None:
    """Put the conditions on the tables of a query, in place: it is a copy, made for this."""
    froms = found.get_final_froms()
    for rows in froms:
        _behind_outer_joins(rows, rules)
    if found._setup_joins:  # joins are told one by one, or whole: only whole ones can be changed
        found._from_obj, found._setup_joins = tuple(froms), ()
    if conditions := [each for rows in froms for each in _conditions(rows, rules)]:
        found.where.non_generative(found, *conditions)  # type: ignore[attr-defined] # `where` on this very object


def _behind_outer_joins(rows: FromClause, rules: Rules) -> None:
    """What an outer join brings is narrowed in its ON: in WHERE it would take away the rows that have nothing there."""
    if not isinstance(rows, Join):
        return
    if rows.full:
        raise CannotNarrow
    if rows.isouter and rows.onclause is not None:
        rows.onclause = and_(rows.onclause, *_conditions(rows.right, rules))
    _behind_outer_joins(rows.left, rules)
    _behind_outer_joins(rows.right, rules)


def _conditions(rows: FromClause, rules: Rules) -> list[ColumnElement[bool]]:
    if isinstance(rows, Join):
        inner = [] if rows.isouter else _conditions(rows.right, rules)
        return _conditions(rows.left, rules) + inner
    table = rows.element if isinstance(rows, Alias) else rows
    rule = rules.of(rows, table) if isinstance(table, TableClause) else None
    return [] if rule is None else [rule]
