"""One task: the list it stands in, the conversation it is about, the promise behind it, and what can be done."""

from __future__ import annotations

from typing import Any

from flask import abort, render_template

from admin import beside, call_words, heard_words, stopping, undo
from admin.access import allowed, deployment, signed_in
from admin.choices import choices
from admin.conversation import talk
from admin.live import watch
from admin.looks import looking
from admin.loops import four_answers
from admin.roles import Right
from admin.tasks import back, badges, listing, offered, pages
from admin.writing import OWN_WORDS, Typed, typed
from outreach.engine import talks
from outreach.store import presence
from outreach.store.reads.metrics import office_zone
from outreach.store.reads.task_about import about, history
from outreach.store.reads.tasks import open_task
from outreach.store.switches import is_on
from outreach.store.unit_of_work import UnitOfWork


@pages.get("/tasks/<row:task_id>")
@allowed(Right.MEMBERS)
def shown(task_id: int) -> str:
    """Whom is it about, what did they say, and what can be done?"""
    return task_page(task_id) or abort(404)


def task_page(task_id: int, failed: str = "", problem: str = "") -> str | None:
    """Return the page of an open task, or None; seeing it is noted in the trail (HIP-14), and for who looks too.

    `failed` names the form that was refused: it keeps what was typed, and says what is amiss.
    """
    try:
        with looking(f"task:{task_id}") as uow:
            seen = _seen(uow, task_id, typed() if failed == OWN_WORDS else None)
    except _NotOpen:
        return None
    phone = seen["talk"].phone
    if phone is not None and not seen["marked"] and talks.arrive(deployment(), signed_in().actor, phone):
        watch().tell_all()  # whoever has it open too; it is in no trail, for nothing was done
    answers = four_answers(seen["talk"].loop, seen["frozen"]) if seen["talk"].loop else ()
    return render_template(
        "admin/task.html", answers=answers, failed=failed, problem=problem, back=back(), ways=stopping.WAYS, **seen,
        labels=heard_words.labels(), stated=heard_words.reasons(),
        **offered(),
    )  # fmt: skip


class _NotOpen(LookupError):
    """Somebody finished it, or it never was."""


def _seen(uow: UnitOfWork, task_id: int, written: Typed | None) -> dict[str, Any]:
    task = open_task(uow, task_id)
    if task is None:
        raise _NotOpen
    concerned, zone = about(uow, task_id), task.zone or office_zone(uow)
    here = deployment().timer.now()
    alone = concerned.people[0].id if len(concerned.people) == 1 else None
    found = talk(uow, task, concerned, zone, signed_in().name, here, written)
    return {
        "task": task,
        "zone": zone,
        "about": concerned,
        "talk": found,
        "beside": beside.spoken_with(uow, alone) if alone else (),
        "marked": found.phone is None or presence.is_marked(uow, found.phone, signed_in().name, here),
        "undo": undo.offered(),
        "work": listing(uow),
        "history": history(uow, task_id),
        "choice": choices(task, len(concerned.people)),
        "badges": badges(task),
        "now": uow.now,
        "calls": call_words.choices(),
        "frozen": is_on(uow, "freeze"),
    }
