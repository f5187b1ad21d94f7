"""The work that people owe, and finishing it."""

from __future__ import annotations

import re

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from admin.access import CARE, EVERY_ROLE, allowed, deployment, signed_in
from admin.choices import choices
from conversations.meaning import Reason
from outreach.engine import handlers
from outreach.engine.handlers import NotAsked
from outreach.store.reads.tasks import about, open_task, open_tasks

pages = Blueprint("tasks", __name__)
PAGE = 100


@pages.get("/tasks")
@allowed(*EVERY_ROLE)
def listed() -> str:
    """What needs a person now?"""
    with deployment().read(signed_in().actor) as uow:
        found = open_tasks(uow, PAGE)
    tasks = [(task, choices(task)) for task in found]
    return render_template("admin/tasks.html", tasks=tasks, reasons=list(Reason), now=uow.now, limit=PAGE)


@pages.get("/tasks/<row:task_id>")
@allowed(*CARE)
def shown(task_id: int) -> str:
    """Whom is it about, and how are they reached? Seeing it is noted in the trail (HIP-14)."""
    with deployment().write(signed_in().actor) as uow:
        task = open_task(uow, task_id)
        if task is None:
            abort(404)
        concerned = about(uow, task_id)
        uow.audit("viewed", f"task:{task_id}")
        uow.commit()
    return render_template("admin/task.html", task=task, about=concerned, choice=choices(task), reasons=list(Reason))


@pages.post("/tasks/<row:task_id>/resolve")
@allowed(*CARE)
def resolve(task_id: int) -> Response | tuple[str, int]:
    """Finish a task in the person's name."""
    reason = request.form.get("reason", "")
    if reason and reason not in list(Reason):
        abort(400)
    try:
        handlers.resolve_task(
            deployment(),
            signed_in().actor,
            task_id,
            request.form.get("resolution", ""),
            Reason(reason) if reason else None,
            _row("new_loop"),
        )
    except NotAsked as problem:
        return render_template("admin/not_asked.html", problem=str(problem)), 409
    flash("Task resolved.")
    back = _row("back")
    return redirect(url_for("loops.shown", loop_id=back) if back else url_for("tasks.listed"), 303)


def _row(name: str) -> int | None:
    value = request.form.get(name, "")
    if not re.fullmatch(r"([1-9][0-9]{0,17})?", value):
        abort(400)
    return int(value) if value else None
