"""The form a carrier posts to us, read one field at a time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol


class Form(Protocol):
    """What we need of werkzeug's MultiDict: the keys, and every value a key has."""

    def __iter__(self) -> Iterator[str]: ...

    def getlist(self, key: str, /) -> list[str]:
        """Return all values of `key`, none if it is absent."""
        ...


class Malformed(ValueError):
    """The carrier's form lacks a field we cannot do without."""

    def __init__(self, field: str) -> None:
        super().__init__(f"{self.__doc__} It is {field}.")


def text(form: Form, key: str) -> str:
    """Return the first value of `key`, or nothing. NULs are dropped: they hide words, and databases refuse them."""
    return next(iter(form.getlist(key)), "").replace("\x00", "")


def required(form: Form, key: str) -> str:
    """Return the value of `key`; raises Malformed when it is absent or blank."""
    value = text(form, key).strip()
    if not value:
        raise Malformed(key)
    return value
