"""What an address or a form names must be in the person's part of the organisation: else it is not there (HIP-15).

Reads are narrowed by the store; this is the door for acts, whose transactions see everything. It stands before every
page, so that a page says the same of what belongs to others and of what never was.
"""

from __future__ import annotations

import re

from flask import current_app, request

from outreach.engine.deployment import Deployment
from outreach.store.actor import Actor
from outreach.store.scopes import opens

# The fields of forms that name a row, with its kind; None: a number that opens nothing.
FIELDS = {
    "back": "loop", "clinic": "clinic", "clinics": "clinic", "loop": "loop", "member": "member", "new_loop": "loop",
    "phone": "phone", "program": "program", "programs": "program", "seen": None, "task": "task", "version_seen": None,
}  # fmt: skip
_TYPED = {"phone"}  # where another form has it, a number that somebody typed: `fields.row` knows which it reads
_ROW = re.compile(r"[1-9][0-9]{0,17}")


def reaches(actor: Actor, *, to_change: bool = False) -> bool:
    """Whether every row that this request names is there for whoever asks, or is theirs to change.

    In an address a row is called by its kind, `<row:loop_id>`; one of a kind that is not known is nobody's.
    """
    named = (request.view_args or {}).items()
    rows = [(name.removesuffix("_id"), value) for name, value in named if isinstance(value, int)]
    rows += _in_form() if request.method == "POST" else []
    return sees(actor, *rows, to_change=to_change)


def _in_form() -> list[tuple[str, int]]:
    kinds = [(name, kind) for name, kind in FIELDS.items() if kind and name not in _TYPED]
    given = ((kind, value) for name, kind in kinds for value in request.form.getlist(name))
    return [(kind, int(value)) for kind, value in given if _ROW.fullmatch(value)]


def names_theirs(actor: Actor, field: str, row_id: int) -> bool:
    """Whether the row that a field of a form names is there for whoever asks; a field that is not known names none."""
    if field not in FIELDS:
        return actor.scope is None
    kind = FIELDS[field]
    return kind is None or sees(actor, (kind, row_id))


def sees(actor: Actor, *rows: tuple[str, int], to_change: bool = False) -> bool:
    """Whether these rows, each with its kind, are there for somebody; who has everything is not asked."""
    if actor.scope is None or not rows:
        return True
    serving: Deployment = current_app.extensions["outreach"]
    with serving.read(actor) as uow:
        return all(opens(uow, kind, row_id, to_change=to_change) for kind, row_id in rows)
