"""Arithmetic on stored instants and days, which each database keeps in its own way."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy import BigInteger, Date, Interval, cast, extract, func, literal, type_coerce
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from outreach.store.unit_of_work import UnitOfWork

_MICROSECONDS = 1_000_000
_HOUR = 3600 * _MICROSECONDS


class monday(FunctionElement[date]):  # noqa: N801 - a function of SQL, and named like one
    """The Monday of a day's week, by which the database groups: a few weeks travel, not every day."""

    type = Date()
    inherit_cache = True


@compiles(monday)
def _of_none(element: Any, compiler: Any, **options: Any) -> str:
    # Whoever narrows a query to a scope asks it for its tables, which writes it out for no database in particular.
    return f"monday({compiler.process(element.clauses, **options)})"


@compiles(monday, "sqlite")
def _of_sqlite(element: Any, compiler: Any, **options: Any) -> str:
    return f"date({compiler.process(element.clauses, **options)}, 'weekday 0', '-6 days')"


@compiles(monday, "postgresql")
def _of_postgresql(element: Any, compiler: Any, **options: Any) -> str:
    day = compiler.process(element.clauses, **options)
    return f"({day} - CAST(EXTRACT(ISODOW FROM {day}) AS INTEGER) + 1)"


def later(uow: UnitOfWork, instant: Any, span: timedelta) -> Any:
    """Return the expression of an instant that much after the one in a column."""
    if uow.dialect == "postgresql":
        return instant.op("+")(literal(span, Interval()))
    return instant.op("+")(literal(int(span.total_seconds()) * _MICROSECONDS, BigInteger()))


def hours_between(uow: UnitOfWork, begin: Any, end: Any) -> Any:
    """Return the expression of the whole hours from one instant to another, begun ones counted; NULL where one is."""
    if uow.dialect == "postgresql":
        return cast(func.ceil(extract("epoch", end - begin) / 3600), BigInteger)
    span = type_coerce(end, BigInteger) - type_coerce(begin, BigInteger)
    return (span + literal(_HOUR - 1, BigInteger())) // literal(_HOUR, BigInteger())
