"""In what order people did things with a task: by when they did, for ids are given to processes in blocks."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, and_, exists, or_

from outreach.store.tables import task_note


def follows(after: Any, before: Any) -> ColumnElement[bool]:
    """Return whether a note is the next one of the same task after another; both are `task_note` by some name."""
    between = task_note.alias()
    amid = exists().where(between.c.task_id == before.c.task_id, _later(between, before), _later(after, between))
    # Said outright: on its own, a query two levels down would not see what stands outside of both.
    return and_(after.c.task_id == before.c.task_id, _later(after, before), ~amid.correlate(before, after))


def _later(one: Any, other: Any) -> ColumnElement[bool]:
    return or_(one.c.at > other.c.at, and_(one.c.at == other.c.at, one.c.id > other.c.id))
