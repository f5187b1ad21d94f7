"""The audit trail, searched, taken away and proved; whoever does that is in it too."""

from __future__ import annotations

import csv
import io
import re
from datetime import date, datetime, time, timedelta

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from admin.access import allowed, deployment, signed_in
from admin.language import gettext as _
from admin.language import ngettext
from admin.looks import looking
from admin.roles import Right
from outreach.clinics.rejects import harmless
from outreach.engine import audit_chain
from outreach.loops.instants import resolve
from outreach.store import checkpoints
from outreach.store.reads import trail
from outreach.store.reads.metrics import office_zone
from outreach.store.reads.trail import Sought, TrailRow

pages = Blueprint("audit_pages", __name__)
PAGE, TAKEN = 50, 10_000
# Recomputing costs some twelve seconds for each million of entries: a longer trail is verified by the command.
MOST_VERIFIED = 250_000
_OURS = {"L": "loop", "M": "member", "T": "task"}
_OBJECT = re.compile(r"([LMT])-?([1-9][0-9]{0,17})", re.IGNORECASE)
_PLACE = re.compile(r"([0-9T:.+-]{10,40})_([1-9][0-9]{0,17})")
_COLUMNS = ("number", "at", "who", "did", "object", "rule", "reason")


@pages.get("/audit")
@allowed(Right.AUDIT)
def shown() -> str:
    """Can we show what happened? Who did what, to what, when."""
    with looking("audit", "trail.viewed") as uow:
        zone = office_zone(uow)
        rows = trail.search(uow, _sought(zone), _before(), PAGE)
        stamp, waiting = checkpoints.newest(uow), trail.waiting(uow)
    last = rows[-1].place if len(rows) == PAGE else None
    asked = {name: value for name, value in request.args.items() if name != "before" and value}
    return render_template(
        "admin/audit.html", rows=rows, zone=zone, stamp=stamp, waiting=waiting, asked=asked,
        following=f"{last[0].isoformat()}_{last[1]}" if last else None, most=TAKEN,
    )  # fmt: skip


@pages.get("/audit.csv")
@allowed(Right.AUDIT)
def taken() -> Response:
    """Take away what was found, at most ten thousand entries, safe to open in a spreadsheet."""
    with deployment().write(signed_in().actor) as uow:
        uow.narrow()
        rows = trail.search(uow, _sought(office_zone(uow)), _before(), TAKEN)
        uow.audit("trail.exported", "audit")
        uow.commit()
    headers = {"Content-Disposition": 'attachment; filename="audit.csv"', "Cache-Control": "no-store"}
    return Response(_csv(rows), content_type="text/csv; charset=utf-8", headers=headers)


@pages.post("/audit/verify")
@allowed(Right.AUDIT)
def verify() -> Answer:
    """Recompute the whole trail now, and say whether it holds."""
    with deployment().read(signed_in().actor) as uow:
        long = checkpoints.top(uow) > MOST_VERIFIED
    if long:
        flash(_("The trail is too long to be recomputed while you wait: run `outreach audit verify`."))
        return redirect(url_for("audit_pages.shown"), 303)
    verdict = audit_chain.verify(deployment())
    with deployment().write(signed_in().actor) as uow:
        uow.audit("trail.verified" if verdict.problem is None else "trail.broken", "audit")
        uow.commit()
    if verdict.problem is None:
        flash(
            ngettext(
                "%(num)d entry was recomputed, and it holds.",
                "%(num)d entries were recomputed, and all hold.",
                verdict.entries,
            )
        )
    else:
        flash(_("The trail does not hold. %(problem)s", problem=verdict.problem))
    return redirect(url_for("audit_pages.shown"), 303)


def _csv(rows: list[TrailRow]) -> str:
    written = io.StringIO()
    lines = csv.writer(written)
    lines.writerow(_COLUMNS)
    for row in rows:
        cells = (row.seq or "", row.at.isoformat(), row.actor, row.action, row.object, row.rule or "", row.reason or "")
        lines.writerow([harmless(str(cell)) for cell in cells])
    return written.getvalue()


def _sought(zone: str) -> Sought:
    about = _asked("about")
    ours = _OBJECT.fullmatch(about)
    return Sought(
        actor=_asked("who") or None,
        action=_asked("did") or None,
        about=f"{_OURS[ours[1].upper()]}:{ours[2]}" if ours else about or None,
        since=_day("since", zone),
        until=_day("until", zone, after=True),
    )


def _asked(name: str) -> str:
    return request.args.get(name, "").replace("\0", "").strip()[:80]


def _day(name: str, zone: str, after: bool = False) -> datetime | None:
    """Return the first instant of a day that was asked for, or of the day after it; None for no day at all."""
    try:
        day = date.fromisoformat(request.args.get(name, ""))
        return resolve(day + timedelta(days=after), time(0), zone)
    except (ValueError, OverflowError):
        return None


def _before() -> tuple[datetime, int] | None:
    value = request.args.get("before", "")
    if not value:
        return None
    place = _PLACE.fullmatch(value)
    try:
        at = datetime.fromisoformat(place[1]) if place else None
    except ValueError:
        at = None
    if place is None or at is None or at.tzinfo is None:
        abort(400)
    return at, int(place[2])
