"""Which rows belong to a scope, table by table: what is not named here or found by its columns belongs to none."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    FromClause,
    TableClause,
    and_,
    case,
    cast,
    exists,
    false,
    func,
    not_,
    or_,
    true,
)

from outreach.store import tables as t
from outreach.store.actor import Scope

# The deployment's own, without a word about a member. A phone's members are links of ids: that others share it is
# known to whoever may see it, who they are is not.
OF_ALL = frozenset(
    {
        "absence", "account", "account_clinic", "account_program", "bucket", "calendar", "callback", "checkpoint",
        "counter", "guest", "identity", "link", "member_contact", "parked_callback", "passkey", "rate_wait",
        "recovery_code", "session", "simulated_message", "switch", "worker",
    }
)  # fmt: skip
# By whose row another one is judged: the first of these columns that a table has, and that is not empty.
_PARENTS = ("loop_id", "task_id", "member_id", "contact_point_id", "clinic_id", "program_id")
_FOR_WANT_OF_THEM = ("touch_id", "reply_id")
# What whoever has a clinic reads of its program: how it speaks. What it counted and set is of its other clinics too.
_OF_THE_PROGRAM = frozenset({"cadence", "cadence_draft", "message_version", "recording", "word_request"})
_NAMED_IN_THE_TRAIL = ("loop", "member", "task", "contact_point", "reply", "touch", "signal", "trip", "call")
_OLD_TOUCH = t.ARCHIVED[t.touch]
Rule = Callable[[Any], ColumnElement[bool]]


class Rules:
    """The conditions under which a row is there for somebody of one scope."""

    def __init__(self, scope: Scope) -> None:
        self._nothing = scope == Scope()
        self._known: dict[TableClause, ColumnElement[bool] | None] = {}
        self._programs = sorted(scope.programs)
        self._clinics = sorted(scope.clinics)
        self._around = sorted(scope.programs | scope.around)
        self._own: dict[str, Rule] = {
            "program": lambda row: row.id.in_(self._around),
            "clinic": self._clinic,
            "anchor": lambda row: self._either(row.program_id, row.clinic_id),
            "loop": self._loop,
            "member": self._member,
            "contact_point": lambda row: self._phone(row.id),
            "audit": self._audit,
            "glass_note": lambda _row: false(),  # it may name anybody
            # Not by its phone: others who share it are texted there too.
            "attempt": lambda row: self._exists(t.touch.alias(), t.touch, row.touch_id),
            "own_words": lambda row: self._exists(t.touch.alias(), t.touch, row.touch_id),
            "archived_own_words": lambda row: self._exists(_OLD_TOUCH.alias(), _OLD_TOUCH, row.touch_id),
            "archived_attempt": lambda row: self._exists(_OLD_TOUCH.alias(), _OLD_TOUCH, row.touch_id),
        }

    def of(self, rows: FromClause, table: TableClause) -> ColumnElement[bool] | None:
        """Return the condition on rows of a table, under whatever name it stands in a query; None where all may be."""
        if rows is not table:
            return self._new(rows.c, table)
        if table not in self._known:
            self._known[table] = self._new(rows.c, table)  # made once: the database prepares it once as well
        return self._known[table]

    def _new(self, row: Any, table: TableClause) -> ColumnElement[bool] | None:
        if table.name in OF_ALL:
            return None
        if self._nothing:
            return false()
        own = self._own.get(table.name)
        return own(row) if own is not None else self._by_parents(row, table)

    def _either(self, program: Any, clinic: Any) -> ColumnElement[bool]:
        found = [column.in_(ids) for column, ids in ((program, self._programs), (clinic, self._clinics)) if ids]
        return or_(*found) if found else false()

    def _clinic(self, row: Any) -> ColumnElement[bool]:
        return self._either(row.program_id, row.id)

    def _loop(self, row: Any) -> ColumnElement[bool]:
        visits = t.anchor.alias()
        found = [row.program_id.in_(self._programs)] if self._programs else []
        if self._clinics:
            found.append(exists().where(visits.c.id == row.anchor_id, visits.c.clinic_id.in_(self._clinics)))
        return or_(*found) if found else false()

    def _member(self, row: Any) -> ColumnElement[bool]:
        """A member belongs to their program, and to every clinic that they have a visit at."""
        found = [row.program_id.in_(self._programs)] if self._programs else []
        if self._clinics:
            visits = t.anchor.alias()
            found.append(exists().where(visits.c.member_id == row.id, visits.c.clinic_id.in_(self._clinics)))
        return or_(*found) if found else false()

    def _phone(self, phone: Any) -> ColumnElement[bool]:
        """A phone belongs where one of its members does; one of nobody, to the programs that have work about it."""
        linked, whose, work = t.member_contact.alias(), t.member.alias(), t.task.alias()
        reached = exists().where(
            linked.c.contact_point_id == phone, whose.c.id == linked.c.member_id, self._member(whose.c)
        )
        if not self._programs:
            return reached
        anybody = t.member_contact.alias()
        asked = work.c.program_id.in_(self._programs)
        unknown = exists().where(work.c.contact_point_id == phone, work.c.loop_id.is_(None), asked)
        return or_(reached, and_(not_(exists().where(anybody.c.contact_point_id == phone)), unknown))

    def _by_parents(self, row: Any, table: TableClause) -> ColumnElement[bool]:
        present = _parents(table)
        programs = self._around if table.name in _OF_THE_PROGRAM else self._programs
        found: list[ColumnElement[bool]] = []
        before: list[ColumnElement[bool]] = []
        for name in present:
            column = row[name]
            found.append(and_(*before, column.is_not(None), self._parent(name, column, programs)))
            before.append(column.is_(None))
        return or_(*found) if found else false()

    def _parent(self, name: str, column: Any, programs: Sequence[int] = ()) -> ColumnElement[bool]:
        if name == "program_id":
            return column.in_(programs) if programs else false()
        if name == "contact_point_id":
            return self._phone(column)
        live = t.metadata.tables[name.removesuffix("_id")]
        places = (live, t.ARCHIVED[live]) if live in t.ARCHIVED else (live,)
        return or_(*[self._exists(place.alias(), place, column) for place in places])

    def _exists(self, rows: FromClause, table: TableClause, key: Any) -> ColumnElement[bool]:
        rule = self.of(rows, table)
        return exists().where(rows.c.id == key, true() if rule is None else rule)

    def _audit(self, row: Any) -> ColumnElement[bool]:
        """An entry belongs where its object does; one about a list or a switch names nobody."""
        kinds = []
        for name in _NAMED_IN_THE_TRAIL:
            # Cast only what begins like a row's name: the database would stumble over any other.
            row_id = cast(func.substr(row.object, len(name) + 2), BigInteger)
            parent = self._phone(row_id) if name == "contact_point" else self._parent(f"{name}_id", row_id)
            kinds.append((row.object.like(f"{name}:%"), parent))
        return case(*kinds, else_=row.object.not_like("%:%"))


def scopeless() -> list[str]:
    """Return the tables of which no row belongs to any scope, for want of a column that says so."""
    named = OF_ALL | set(Rules(Scope())._own)
    return sorted(name for name, table in t.metadata.tables.items() if name not in named and not _parents(table))


def _parents(table: TableClause) -> list[str]:
    usual = [name for name in _PARENTS if name in table.c]
    return usual or [name for name in _FOR_WANT_OF_THEM if name in table.c]
