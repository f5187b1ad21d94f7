"""The work that people owe: the list, and one task with whom it is about and what can be done with it."""

from __future__ import annotations

import re

from flask import Blueprint, abort, render_template, request

from admin import task_words
from admin.access import CARE, EVERY_ROLE, allowed, deployment, signed_in
from admin.choices import choices
from admin.ride_forms import WAYS_HOME
from admin.ride_words import SERVICES
from conversations.meaning import Reason
from outreach.engine.tasks import QUEUES
from outreach.loops.tasks import Escalation
from outreach.store.reads.task_about import about, history
from outreach.store.reads.tasks import Chosen, TaskRow, count_put_off, open_task, open_tasks

pages = Blueprint("tasks", __name__)
PAGE = 100


@pages.get("/tasks")
@allowed(*EVERY_ROLE)
def listed() -> str:
    """What needs a person now?"""
    chosen = _chosen()
    with deployment().read(signed_in().actor) as uow:
        found = open_tasks(uow, PAGE, chosen)
        put_off = 0 if chosen.snoozed else count_put_off(uow, chosen)
    return render_template(
        "admin/tasks.html",
        tasks=[(task, choices(task), badges(task)) for task in found],
        chosen=chosen,
        queues=QUEUES,
        put_off=put_off,
        now=uow.now,
        limit=PAGE,
    )


@pages.get("/tasks/<row:task_id>")
@allowed(*CARE)
def shown(task_id: int) -> str:
    """Whom is it about, how are they reached, and what can be done with it?"""
    return task_page(task_id) or abort(404)


def task_page(task_id: int, failed: str = "", problem: str = "") -> str | None:
    """Return the page of an open task, or None; seeing it is noted in the trail (HIP-14).

    `failed` names the form that was refused: it keeps what was typed, and says what is amiss.
    """
    with deployment().write(signed_in().actor) as uow:
        task = open_task(uow, task_id)
        if task is None:
            return None
        concerned, done = about(uow, task_id), history(uow, task_id)
        uow.audit("viewed", f"task:{task_id}")
        uow.commit()
    return render_template(
        "admin/task.html",
        task=task,
        about=concerned,
        history=done,
        choice=choices(task, len(concerned.people)),
        badges=badges(task),
        now=uow.now,
        failed=failed,
        problem=problem,
        back=_back(),
        **offered(),
    )


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


def _chosen() -> Chosen:
    queue, mine, snoozed = (request.args.get(name, "") for name in ("queue", "mine", "snoozed"))
    if queue not in ("", *QUEUES) or mine not in ("", "1") or snoozed not in ("", "1"):
        abort(400)
    return Chosen(queue or None, signed_in().name if mine else None, bool(snoozed))


def _back() -> int | None:
    """Return the loop that the person came from, to go back to when the task is done."""
    value = request.values.get("back", "")
    return int(value) if re.fullmatch(r"[1-9][0-9]{0,17}", value) else None
