"""Reports for supervisors and program staff: are visits kept, for whom not, and how sure are we (rulebook 6.2)?"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import TypeVar

from flask import Blueprint, Response, abort, current_app, render_template, request

from admin import report_chart, report_words
from admin.access import allowed, asks_itself_again, deployment, signed_in
from admin.language import gettext as _
from admin.language import in_english
from admin.looks import looking
from admin.report_sheet import sheet
from admin.roles import Right
from locales.languages import languages
from outreach.engine import reports
from outreach.engine.reports import Report, Tab
from outreach.loops.reports.spans import AGES
from outreach.store import programs
from outreach.store.actor import Scope as ReaderScope
from outreach.store.programs import StoredClinic, StoredProgram
from outreach.store.reads.metrics import office_zone
from outreach.store.reads.reports.scope import By, Scope

pages = Blueprint("reports", __name__, url_prefix="/reports")
_LONGEST = timedelta(days=3 * 366)
_ROW = re.compile(r"[1-9][0-9]{0,17}")
_QUICK, _A_WHILE = 0.1, 300.0  # seconds: what takes longer to count is kept for five minutes
_SPARE, _MOST = 20, 64
Code = TypeVar("Code", bound=StrEnum)


@pages.get("")
@allowed(Right.REPORTS)
def shown() -> str:
    """Show one page of reports; asked again for its top bar, it counts nothing."""
    tab, scope, by = _asked()
    if asks_itself_again():
        return render_template("admin/reports.html", found=None, tab=tab)
    return _page(tab, scope, by)


@pages.get("/sheet.csv")
@allowed(Right.REPORTS)
def taken() -> Response:
    """Take away what the page shows; the trail says who did."""
    tab, scope, by = _asked()
    found = _counted(tab, scope, by)
    with looking("reports", f"report.{tab}.exported") as uow:
        clinics, known = programs.clinics(uow).values(), programs.programs(uow).values()
        names = _names(clinics) if by is By.CLINIC else _names(known)
    name = f"outreach-{tab}-{scope.first.isoformat()}-{scope.last.isoformat()}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    with in_english():  # whoever takes it away, the same report is the same file
        text = sheet(found, names)
    return Response(text, content_type="text/csv; charset=utf-8", headers=headers)


def _page(tab: Tab, scope: Scope, by: By) -> str:
    found = _counted(tab, scope, by)
    with deployment().read(signed_in().actor) as uow:
        known_programs = _names(programs.programs(uow).values())
        known_clinics = _names(programs.clinics(uow).values())
        zone, now = office_zone(uow), uow.now
    return render_template(
        "admin/reports.html",
        found=found,
        tab=tab,
        scope=scope,
        by=by,
        names=known_clinics if by is By.CLINIC else known_programs,
        programs=known_programs,
        clinics=known_clinics,
        languages={code: _(each.english_name) for code, each in languages().items()},
        chart=report_chart,
        say=report_words,
        weeks=By.WEEK,
        ages=[name for name, _ in AGES],
        asked=_query(tab, scope, by),
        zone=zone,
        now=now,
    )


def _names(found: Iterable[StoredClinic | StoredProgram]) -> dict[str, str]:
    return {str(each.id): each.name for each in sorted(found, key=lambda each: each.name)}


def _query(tab: Tab, scope: Scope, by: By) -> dict[str, object]:
    """Return what was asked, as it stands in addresses; what was not chosen is left out."""
    asked = {"tab": tab, "from": scope.first.isoformat(), "to": scope.last.isoformat(), "by": by}
    more = {"program": scope.program, "clinic": scope.clinic, "language": scope.language}
    return asked | {name: value for name, value in more.items() if value is not None}


def _asked() -> tuple[Tab, Scope, By]:
    """Read the address; whatever is no choice of the page is refused with 400."""
    tab, by = _choice(Tab, "tab", Tab.VISITS), _choice(By, "by", By.LANGUAGE)
    if by not in report_words.GROUPED:
        abort(400)
    first, last = reports.last_quarter(deployment(), signed_in().actor)
    first, last = _day("from", first), _day("to", last)
    if first > last or last - first > _LONGEST:
        abort(400)
    language = request.args.get("language") or None
    if language is not None and language not in languages():
        abort(400)
    return tab, Scope(first, last, _row("program"), _row("clinic"), language), by


def _choice(kind: type[Code], name: str, default: Code) -> Code:
    value = request.args.get(name) or default
    return kind(value) if value in list(kind) else abort(400)


def _day(name: str, default: date) -> date:
    value = request.args.get(name)
    if not value:
        return default
    if not re.fullmatch(r"20[0-9]{2}-[0-9]{2}-[0-9]{2}", value, re.ASCII):
        abort(400)
    try:
        return date.fromisoformat(value)
    except ValueError:
        abort(400)


def _row(name: str) -> int | None:
    value = request.args.get(name) or None
    if value is None:
        return None
    return int(value) if _ROW.fullmatch(value) else abort(400)


@dataclass(slots=True)
class _Kept:
    """Reports that were counted of late, each until an instant on the monotonic timer."""

    known: dict[tuple[Tab, Scope, By, ReaderScope | None], tuple[Report, float]] = field(default_factory=dict)


def _counted(tab: Tab, scope: Scope, by: By) -> Report:
    """Return a report, counted anew unless that took long a moment ago; it says itself when it was counted."""
    kept: _Kept = current_app.extensions.setdefault("outreach.reports", _Kept())
    timer, asked = deployment().timer, (tab, scope, by, signed_in().scope)
    began = timer.monotonic()
    found, good_until = kept.known.get(asked, (None, 0.0))
    if found is not None and began < good_until:
        return found
    fresh = reports.report(deployment(), signed_in().actor, tab, scope, by)
    took = timer.monotonic() - began
    if took > _QUICK:
        if len(kept.known) >= _MOST:
            kept.known.clear()
        kept.known[asked] = (fresh, began + max(_A_WHILE, _SPARE * took))
    return fresh
