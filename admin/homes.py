"""Where somebody begins: the first page that their role may see."""

from __future__ import annotations

from flask import current_app, url_for

from admin.roles import Right, Role, rights

# In this order; a page that is not there in this deployment, such as the simulated phones, is passed over.
_HOMES = (
    (Right.LOOPS, "loops.listed"),
    (Right.OWN_CLINIC, "own_clinic.shown"),
    (Right.WORDS, "wording.shown"),
    (Right.ACCOUNTS, "people.listed"),
    (Right.SIGNED_IN, "own_account.shown"),
)


def home(role: Role) -> str:
    """Return the address of the first page of a role; in the demo a coordinator begins at the phones."""
    may = rights()[role]
    if "outreach.demo" in current_app.extensions and Right.CARE in may:
        return url_for("phones.shown")
    views = current_app.view_functions
    return next(url_for(page) for right, page in _HOMES if right in may and page in views)
