"""The weekly huddle, for supervisors: what is stuck and why, who has how much, what closed; kept and compared."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from admin import loop_words, refusals, task_words, words
from admin.access import allowed, asks_itself_again, deployment, signed_in
from admin.language import N_, ngettext
from admin.language import gettext as _
from admin.looks import looking
from admin.roles import Right
from outreach.engine import huddles
from outreach.engine.huddles import Huddle, own_part
from outreach.engine.refusals import NotAsked
from outreach.loops.huddle import LINE, Age
from outreach.loops.status import Status
from outreach.store import huddles as stored
from outreach.store.huddles import Kept
from outreach.store.reads import huddle as reads
from outreach.store.reads import loops
from outreach.store.reads.huddle import Part
from outreach.store.reads.metrics import office_zone

pages = Blueprint("huddle", __name__, url_prefix="/huddle")
Answer = Response | str | tuple[str, int]
AGES = {
    Age.FRESH: N_("0 to 2 days"),
    Age.WEEK: N_("3 to 7"),
    Age.FORTNIGHT: N_("8 to 14"),
    Age.MONTH: N_("15 to 30"),
    Age.OLDER: N_("Over 30"),
}
_BEFORE, _TO_CHOOSE, _HEAT = 26, 50, 6


@pages.get("")
@allowed(Right.TEAM)
def shown() -> str:
    """What is stuck, and who is overloaded? Nothing of it is counted again for the top bar of an open page."""
    if asks_itself_again():
        return render_template("admin/huddle.html", found=None)
    return _page()


@pages.post("/keep")
@allowed(Right.TEAM)
def keep() -> Answer:
    """Keep where everything stands now."""
    form = request.form
    try:
        new = huddles.keep(
            deployment(),
            signed_in().actor,
            _part(form.get("clinic", "")),
            form.get("who", ""),
            form.get("decisions", ""),
        )
    except NotAsked as problem:
        return _page("keep", refusals.said(problem)), 409
    flash(_("Kept."))
    return redirect(url_for("huddle.kept", huddle_id=new), 303)


@pages.get("/<row:huddle_id>")
@allowed(Right.TEAM)
def kept(huddle_id: int) -> str:
    """How did it stand that day, and what was decided?"""
    with deployment().read(signed_in().actor) as uow:
        found = stored.one(uow, huddle_id) or abort(404)
        earlier = [each for each in stored.latest(uow, found.program, found.clinic, _BEFORE) if each.id < found.id]
        zone = office_zone(uow)
    before = earlier[0] if earlier else None
    return render_template(
        "admin/huddle_kept.html", found=found, rows=_rows(found.figures, before), ages=AGES, before=before,
        stuck=_stuck(found, before), zone=zone, kinds=task_words.kind, blocks=task_words.blocker,
    )  # fmt: skip


@pages.get("/rebalance")
@allowed(Right.TEAM)
def rebalance() -> str:
    """Which tasks of one person can another take?"""
    return _rebalance(request.args.get("giver", ""), request.args.get("taker", ""))


@pages.post("/rebalance")
@allowed(Right.TEAM)
def give() -> Answer:
    """Let the chosen tasks change hands, all at once."""
    form = request.form
    giver, taker = form.get("giver", ""), form.get("taker", "")
    chosen = [int(each) for each in form.getlist("task") if each.isdecimal()]
    try:
        moved = huddles.give(deployment(), signed_in().actor, chosen, giver, taker, form.get("note", ""))
    except NotAsked as problem:
        return _rebalance(giver, taker, refusals.said(problem)), 409
    flash(ngettext("%(num)d task changed hands.", "%(num)d tasks changed hands.", moved))
    return redirect(url_for("huddle.shown"), 303)


def _part(clinic: str) -> Part:
    if not clinic:
        return own_part(Part(), signed_in().scope)
    return Part(clinic=int(clinic)) if clinic.isdecimal() else abort(400)


def _page(failed: str = "", problem: str = "") -> str:
    part = _part(request.values.get("clinic", ""))
    with looking("huddle") as uow:
        found = huddles.look(uow, part)
        places, zone = reads.places(uow), office_zone(uow)
        if part.clinic is not None and part.clinic not in {each[0] for each in places}:
            abort(404)
        earlier = stored.latest(uow, part.program, part.clinic, _BEFORE)
        named = loops.named(uow, {each.member for each in found.late})
    before = _chosen(earlier)
    return render_template(
        "admin/huddle.html", found=found, places=places, part=part, named=named, zone=zone, ages=AGES, line=LINE,
        earlier=earlier, before=before, rows=_rows(found.figures(), before), change=_change(found, before),
        days=lambda since: (found.at - since).days, widest=max([*found.board.blocked.values(), 1]), failed=failed,
        problem=problem, kinds=task_words.kind, blocks=task_words.blocker, queue=task_words.queue,
        most=max([load.tasks for load in found.loads] + [LINE]),
    )  # fmt: skip


def _chosen(earlier: list[Kept]) -> Kept | None:
    """Return the snapshot that an address names to compare with, else the newest."""
    named = request.args.get("with", "")
    return next((each for each in earlier if str(each.id) == named), earlier[0] if earlier else None)


def _rows(figures: Any, before: Kept | None) -> list[dict[str, Any]]:
    """Return each status with its counts, how strong each is drawn, and how many more than before."""
    then = {status: sum(ages) for status, ages, _overdue in before.figures["rows"]} if before else {}
    most = max((count for _status, ages, _overdue in figures["rows"] for count in ages), default=0) or 1
    return [
        {
            "status": loop_words.named(Status(status)),
            "cells": [(count, -(-count * _HEAT // most), old) for old, count in enumerate(ages)],
            "loops": sum(ages),
            "overdue": overdue,
            "more": sum(ages) - then[status] if status in then else None,
        }
        for status, ages, overdue in figures["rows"]
    ]


def _change(found: Huddle, before: Kept | None) -> dict[str, int]:
    if before is None:
        return {}
    rows = before.figures["rows"]
    return {
        "loops": found.board.loops - sum(sum(ages) for _status, ages, _overdue in rows),
        "overdue": found.board.overdue - sum(overdue for _status, _ages, overdue in rows),
    }


def _stuck(found: Kept, before: Kept | None) -> list[tuple[int, str, str | None, str | None, bool]]:
    """Return the overdue lines of a snapshot, each with whether it was overdue the time before too."""
    then = {line[0] for line in before.figures["late"]} if before else set()
    return [(line[0], line[1], line[2], line[3], line[0] in then) for line in found.figures["late"]]


def _rebalance(giver: str, taker: str, problem: str = "") -> str:
    with looking("huddle.rebalance") as uow:
        loads = reads.loads(uow, Part())
        if giver not in {load.person for load in loads if load.person}:
            abort(404)
        found, zone = reads.tasks_of(uow, giver, _TO_CHOOSE), office_zone(uow)
    known = {load.person: set(load.languages) for load in loads}
    share = next((load.over for load in loads if load.person == giver), 0)
    lines = [
        {
            "task": row,
            "kind": task_words.kind(row.kind),
            "due": words.at(row.due_at, zone),
            "grave": row.priority in ("stat", "asap"),
            "speaks": not taker or not row.language or row.language in known.get(taker, set()),
        }
        for row in found
    ]
    free = [line["task"].id for line in lines if line["speaks"] and not line["grave"]][:share]
    return render_template(
        "admin/rebalance.html",
        giver=giver,
        taker=taker,
        lines=lines,
        loads=loads,
        ticked=free,
        problem=problem,
        line=LINE,
    )
