"""Column types: instants that keep their zone, and personal data that cannot be stored in clear."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, DateTime, Dialect, Integer, LargeBinary, SmallInteger
from sqlalchemy.types import TypeDecorator

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# SQLite gives 64-bit rowids to INTEGER PRIMARY KEY only, and stores small integers in few bytes.
Id = BigInteger().with_variant(Integer, "sqlite")
Small = SmallInteger().with_variant(Integer, "sqlite")  # what never exceeds 32,767


class NotAnInstant(TypeError):
    """A column of instants takes aware datetimes only; attach a zone where the value was read."""

    def __init__(self) -> None:
        super().__init__(self.__doc__)


class PlainPersonalData(TypeError):
    """A sealed column was given plain text; seal it with the keyring first, bound to its row."""

    def __init__(self) -> None:
        super().__init__(self.__doc__)


class UtcDateTime(TypeDecorator[datetime]):
    """An instant: microseconds since 1970 on SQLite, which drops zones; timestamptz on PostgreSQL."""

    impl = BigInteger
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        """Choose the native type."""
        native = DateTime(timezone=True) if dialect.name == "postgresql" else BigInteger()
        return dialect.type_descriptor(native)

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        """Refuse naive values; raises NotAnInstant."""
        if value is None:
            return None
        if not isinstance(value, datetime) or value.tzinfo is None:
            raise NotAnInstant
        return value if dialect.name == "postgresql" else round((value - _EPOCH).total_seconds() * 1_000_000)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Return an aware UTC datetime."""
        if value is None:
            return None
        if isinstance(value, datetime):
            return value if value.tzinfo is UTC else value.astimezone(UTC)
        return _EPOCH + timedelta(microseconds=value)


@dataclass(frozen=True, slots=True)
class Sealed:
    """Ciphertext bound to one table, column and row."""

    blob: bytes = field(repr=False)


class SealedText(TypeDecorator[Sealed]):
    """A column that holds only Sealed values."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: Sealed | None, dialect: Dialect) -> bytes | None:
        """Refuse plain text; raises PlainPersonalData."""
        if value is None:
            return None
        if not isinstance(value, Sealed):
            raise PlainPersonalData
        return value.blob

    def process_result_value(self, value: Any, dialect: Dialect) -> Sealed | None:
        """Return the ciphertext, still sealed."""
        return None if value is None else Sealed(bytes(value))
