"""What an address or a form names must be in the person's part of the organisation: else it is not there (HIP-15).

Reads are narrowed by the store; this is the door for acts, whose transactions see everything. It stands before every
page, so that a page says the same of what belongs to others and of what never was.
"""

from __future__ import annotations

from flask import current_app, request

from outreach.engine.deployment import Deployment
from outreach.store.actor import Actor
from outreach.store.scopes import opens

# The fields of forms that `fields.row` reads, with the kind of row that each names; None: a number that opens nothing.
FIELDS = {"back": "loop", "member": "member", "new_loop": "loop", "phone": "phone", "version_seen": None}


def reaches(actor: Actor, *, to_change: bool = False) -> bool:
    """Whether every row that this request's address names is there for whoever asks, or is theirs to change.

    A row is called by its kind: `<row:loop_id>`. One of a kind that is not known is nobody's.
    """
    named = (request.view_args or {}).items()
    rows = [(name.removesuffix("_id"), value) for name, value in named if isinstance(value, int)]
    return sees(actor, *rows, to_change=to_change)


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
