"""The fields of a settings form: read into what a program file would say, drawn from it, and said in words.

A field's name is its path in the thing's table: `hours.sunday` is `{"hours": {"sunday": ...}}`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from werkzeug.datastructures import MultiDict

from admin.language import N_
from admin.language import gettext as _

LONGEST = 300  # characters of one line
LONGEST_TEXT = 4000
Options = Callable[[], Sequence[tuple[str, str]]]
Typed = MultiDict[str, str]


class Kind(StrEnum):
    """How a field is drawn and read."""

    TEXT = "text"
    TEL = "tel"
    NUMBER = "number"
    TIME = "time"
    YES = "yes"
    PICK = "pick"
    RADIO = "radio"
    MANY = "many"  # several of a list, the first of them told apart by a field of its own
    WINDOW = "window"  # from, until, or closed
    DAYS = "days"
    DATES = "dates"
    SECRET = "secret"  # noqa: S105 - a kind of field: typed, never shown
    THERE = "there"  # whether there is such a table at all


@dataclass(frozen=True, slots=True)
class Field:
    """One question. `options` are for what is chosen."""

    path: tuple[str, ...]
    label: str
    kind: Kind = Kind.TEXT
    hint: str = ""
    options: Options = tuple
    may_close: bool = True

    @property
    def name(self) -> str:
        """The name of its input."""
        return ".".join(self.path)


@dataclass(frozen=True, slots=True)
class Group:
    """Fields that belong together."""

    legend: str
    fields: tuple[Field, ...]
    hint: str = ""


Form = tuple[Group, ...]
DAYS = {
    "mon": N_("Monday"), "tue": N_("Tuesday"), "wed": N_("Wednesday"), "thu": N_("Thursday"), "fri": N_("Friday"),
    "sat": N_("Saturday"), "sun": N_("Sunday"),
}  # fmt: skip


# What holds where a program does not say it, by the last two names of its path.
_USUAL: Mapping[tuple[str, ...], Any] = {
    ("sensitivity",): "restricted",
    ("office", "opens"): "08:00",
    ("office", "closes"): "17:00",
    ("office", "weekdays"): ["mon", "tue", "wed", "thu", "fri"],
    ("ride", "notice_days"): 2,
    ("ride", "cut_off"): "17:00",
    ("service_levels", "asap_minutes"): 60,
    ("service_levels", "urgent_hours"): 4,
    ("service_levels", "routine_days"): 2,
    ("hours", "weekday"): ["09:00", "20:00"],
    ("caps", "per_day"): 2,
    ("caps", "per_week"): 6,
}


def fields(form: Form) -> Iterator[Field]:
    """Yield every field of a form, in order."""
    for group in form:
        yield from group.fields


def read(form: Form, typed: Typed) -> dict[str, Any]:
    """Return what was typed as a table of a program file; what is not a number or a time stays as it was typed."""
    table: dict[str, Any] = {}
    absent = [field.path for field in fields(form) if field.kind is Kind.THERE and field.name not in typed]
    for field in fields(form):
        if any(field.path[: len(path)] == path for path in absent if path != field.path):
            continue
        if field.kind is Kind.THERE:
            _put(table, field.path, None if field.path in absent else {})
        elif field.path not in absent:
            _put(table, field.path, _value(field, typed))
    return table


def typed_from(form: Form, table: Mapping[str, Any]) -> Typed:
    """Return a table as it would have been typed; what it does not say is as usual."""
    typed: Typed = MultiDict()
    for field in fields(form):
        value = _set_to(field, table)
        match field.kind:
            case Kind.SECRET:
                continue
            case Kind.WINDOW if isinstance(value, str):
                typed[f"{field.name}.closed"] = "1"
            case Kind.WINDOW:
                for name, each in zip(("from", "until"), value or (), strict=False):
                    typed[f"{field.name}.{name}"] = str(each)
            case Kind.YES | Kind.THERE:
                if value is not None and value is not False:
                    typed[field.name] = "1"
            case Kind.DAYS | Kind.MANY:
                typed.setlist(field.name, list(value or ()))
            case Kind.DATES:
                typed[field.name] = "\n".join(map(str, value or ()))
            case _:
                typed[field.name] = "" if value is None else str(value)
    return typed


def said(field: Field, table: Mapping[str, Any]) -> str:
    """Return what a field is set to, in words."""
    value = _set_to(field, table)
    match field.kind:
        case Kind.YES | Kind.THERE:
            return _("Yes") if value is not None and value is not False else _("No")
        case Kind.SECRET:
            return ""
        case _ if value is None or value == "" or value == []:
            return _("Not set")
        case Kind.WINDOW:
            return _("Closed") if isinstance(value, str) else _("%(start)s to %(end)s", start=value[0], end=value[1])
        case Kind.DAYS:
            return ", ".join(_(DAYS[day]) for day in DAYS if day in value)
        case Kind.DATES:
            return ", ".join(map(str, value))
        case Kind.PICK | Kind.RADIO:
            return _(dict(field.options()).get(str(value), str(value)))
        case Kind.MANY:
            return ", ".join(_(dict(field.options()).get(each, each)) for each in value)
        case _:
            return str(value)


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that two versions say differently, in words."""

    label: str
    before: str
    after: str


def differences(form: Form, before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Difference]:
    """Return what changed between two tables, in the order of the form."""
    told = ((field, said(field, before), said(field, after)) for field in fields(form))
    return [Difference(_(field.label), old, new) for field, old, new in told if old != new]


def _value(field: Field, typed: Typed) -> Any:
    match field.kind:
        case Kind.YES:
            return field.name in typed
        case Kind.WINDOW:
            if f"{field.name}.closed" in typed:
                return "closed"
            return [_line(typed, f"{field.name}.{name}") for name in ("from", "until")]
        case Kind.DAYS | Kind.MANY:
            return [each[:LONGEST] for each in typed.getlist(field.name)]
        case Kind.DATES:
            return typed.get(field.name, "")[:LONGEST_TEXT].replace(",", "\n").split()
        case Kind.NUMBER:
            value = _line(typed, field.name)
            return int(value) if value.isascii() and value.isdigit() and len(value) < 10 else value or None
        case _:
            return _line(typed, field.name) or None


def _line(typed: Typed, name: str) -> str:
    return " ".join(typed.get(name, "").replace("\x00", "").split())[:LONGEST]


def _set_to(field: Field, table: Mapping[str, Any]) -> Any:
    value = _get(table, field.path)
    return _USUAL.get(field.path[-2:]) if value is None and field.kind is not Kind.THERE else value


def _get(table: Mapping[str, Any], path: Sequence[str]) -> Any:
    found: Any = table
    for name in path:
        if not isinstance(found, Mapping) or name not in found:
            return None
        found = found[name]
    return found


def _put(table: dict[str, Any], path: Sequence[str], value: Any) -> None:
    for name in path[:-1]:
        table = table.setdefault(name, {})
    table[path[-1]] = value
