"""What is masked on the pages, shown to who asks: one value at a time, each on record (HIP-14)."""

from __future__ import annotations

from flask import Blueprint, abort, render_template, request
from werkzeug.wrappers import Response

from admin.access import allowed, deployment, signed_in
from admin.roles import Right
from outreach.store.reads import masked

pages = Blueprint("showing", __name__)
_PART = "Outreach-Part"  # the script of an open page asks for the value alone


@pages.post("/numbers/<row:phone_id>/show")
@allowed(Right.MEMBERS)
def number(phone_id: int) -> Response:
    """The whole number of a phone."""
    with deployment().write(signed_in().actor) as uow:
        uow.narrow()
        value = masked.number(uow, phone_id) or abort(404)
        uow.audit("number.viewed", f"contact_point:{phone_id}")
        uow.commit()
    return _shown("number", value)


@pages.post("/members/<row:member_id>/show")
@allowed(Right.MEMBERS)
def of_member(member_id: int) -> Response:
    """What else is known of a member and seldom needed: the clinic's number for them, the word they say."""
    what = request.form.get("what", "")
    reads = {"member_number": masked.external_id, "code_word": masked.code_word}
    if what not in reads or (what == "code_word" and not signed_in().may(Right.CARE)):
        abort(400)
    with deployment().write(signed_in().actor) as uow:
        uow.narrow()
        value = reads[what](uow, member_id) or abort(404)
        uow.audit(f"{what}.viewed", f"member:{member_id}")
        uow.commit()
    return _shown(what, value)


def _shown(what: str, value: str) -> Response:
    """Return the value alone to an open page, else a page that shows it once; neither is kept by the browser."""
    page = "admin/shown_value.html" if _PART in request.headers else "admin/shown_once.html"
    return Response(render_template(page, what=what, value=value), headers={"Cache-Control": "no-store"})
