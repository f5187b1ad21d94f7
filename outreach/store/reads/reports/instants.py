"""Arithmetic on stored instants, which each database keeps in its own way."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import BigInteger, Interval, literal

from outreach.store.unit_of_work import UnitOfWork

_MICROSECONDS = 1_000_000


def later(uow: UnitOfWork, instant: Any, span: timedelta) -> Any:
    """Return the expression of an instant that much after the one in a column."""
    if uow.dialect == "postgresql":
        return instant.op("+")(literal(span, Interval()))
    return instant.op("+")(literal(int(span.total_seconds()) * _MICROSECONDS, BigInteger()))
