"""My work: the list of what people owe, and what the pages of one task share with it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Blueprint, abort, render_template, request

from admin import task_words, undo
from admin.access import allowed, signed_in
from admin.looks import looking
from admin.ride_forms import WAYS_HOME
from admin.ride_words import SERVICES
from admin.roles import Right
from admin.work import Bundle, bundles, when
from conversations.meaning import Reason
from outreach.engine.tasks import QUEUES
from outreach.loops.task_clock import Escalation
from outreach.store.reads.metrics import office_zone
from outreach.store.reads.tasks import TaskRow
from outreach.store.reads.worklist import Chosen, WorkCounts, counts, worklist
from outreach.store.unit_of_work import UnitOfWork

pages = Blueprint("tasks", __name__)
PAGE = 100
_FLAGS = ("mine", "free", "snoozed")


@dataclass(frozen=True, slots=True)
class Work:
    """The list as it is drawn; `kept` is what an address carries to show the same list again."""

    bundles: list[Bundle]
    page: int
    first: int  # the place of the first that is shown; both from 1
    shown: int
    more: bool
    counts: WorkCounts
    chosen: Chosen
    kept: dict[str, Any]
    next_due: str


@pages.get("/tasks")
@allowed(Right.LOOPS)
def listed() -> str:
    """What needs me now?"""
    with looking("tasks") as uow:
        work = listing(uow)
    return render_template("admin/tasks.html", work=work, queues=QUEUES, undo=undo.offered())


def listing(uow: UnitOfWork) -> Work:
    """Return the list that the address asks for, of at most 100 tasks; the caller audits the view."""
    chosen, me, zone = _chosen(), signed_in(), office_zone(uow)
    page = _page()
    skip = (page - 1) * PAGE
    rows = worklist(uow, PAGE, chosen, skip)
    ahead = [row.task.due_at for row in rows if row.task.due_at and row.task.due_at > uow.now]
    return Work(
        bundles=bundles(rows, me.name, uow.now, zone, may=me.may(Right.MEMBERS)),
        page=page,
        first=skip + 1,
        shown=len(rows),
        more=len(rows) == PAGE,
        counts=counts(uow, me.name),
        chosen=chosen,
        kept=kept(),
        next_due=_soonest(ahead, uow.now, zone),
    )


def kept() -> dict[str, Any]:
    """Return what of an address says which list is shown."""
    return {name: request.args[name] for name in ("queue", *_FLAGS, "page") if request.args.get(name)}


def offered() -> dict[str, object]:
    """Return the closed lists that the forms of a task and a ride offer."""
    return {
        "queues": QUEUES, "blockers": task_words.BLOCKERS, "reasons": list(Reason), "services": SERVICES,
        "ways_home": WAYS_HOME,
    }  # fmt: skip


def badges(task: TaskRow) -> list[tuple[str, str]]:
    """Return what is to be seen of a task at a glance, each with its tone: how far up it went, and what blocks it."""
    found = []
    if task.escalation:
        tone = "bad" if task.escalation >= Escalation.SUPERVISOR else "warn"
        found.append((task_words.level(task.escalation).capitalize(), tone))
    if task.blocker:
        found.append((task_words.blocker(task.blocker), "warn"))
    return found


def back() -> int | None:
    """Return the loop that the person came from, to go back to when the task is done."""
    value = request.values.get("back", "")
    return int(value) if re.fullmatch(r"[1-9][0-9]{0,17}", value) else None


def _soonest(ahead: list[datetime], now: datetime, zone: str) -> str:
    return when(min(ahead), now, zone, zone) if ahead else ""


def _page() -> int:
    """Return which hundred of the list is asked for, from 1."""
    value = request.args.get("page", "1")
    if not re.fullmatch(r"[1-9][0-9]{0,4}", value):
        abort(400)
    return int(value)


def _chosen() -> Chosen:
    queue, flags = request.args.get("queue", ""), {name: request.args.get(name, "") for name in _FLAGS}
    if queue not in ("", *QUEUES) or not set(flags.values()) <= {"", "1"}:
        abort(400)
    person = signed_in().name if flags["mine"] else None
    return Chosen(queue or None, person, snoozed=bool(flags["snoozed"]), unclaimed=bool(flags["free"]))
