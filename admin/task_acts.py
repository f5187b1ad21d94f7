"""What people do with a task: take it, answer, put it off, say what blocks it, hand it over, finish it."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from admin import fields, stopping
from admin.access import allowed, deployment, signed_in
from admin.choices import finish
from admin.conversation import answered_loop, phone_of, said_how
from admin.roles import Right
from admin.task_page import task_page
from admin.tasks import kept
from conversations.meaning import Intent, Reason
from outreach.engine import correcting, staff_texts, tasks
from outreach.engine.refusals import NotAsked
from outreach.loops.tasks import Blocker
from outreach.store import corrections
from outreach.store.reads.metrics import office_zone
from outreach.store.reads.task_about import about
from outreach.store.reads.tasks import TaskRow, open_task

acts = Blueprint("task_acts", __name__)
Answer = Response | tuple[str, int]


@acts.post("/tasks/<row:task_id>/claim")
@allowed(Right.CARE)
def claim(task_id: int) -> Answer:
    """Take it."""
    return _try("take", task_id, lambda: tasks.claim(deployment(), signed_in().actor, task_id), "You have this task.")


@acts.post("/tasks/<row:task_id>/release")
@allowed(Right.CARE)
def release(task_id: int) -> Answer:
    """Give it back to its queue."""
    return _try("take", task_id, lambda: tasks.release(deployment(), signed_in().actor, task_id), "Task given back.")


@acts.post("/tasks/<row:task_id>/snooze")
@allowed(Right.CARE)
def snooze(task_id: int) -> Answer:
    """Put it off until a time before it is due."""

    def act() -> None:
        _, zone = _found(task_id)
        until = fields.moment("until", zone, "Give the date and time until which it is put off.")
        tasks.snooze(deployment(), signed_in().actor, task_id, until)

    return _try("snooze", task_id, act, "Task put off.")


@acts.post("/tasks/<row:task_id>/block")
@allowed(Right.CARE)
def block(task_id: int) -> Answer:
    """Say what blocks it, and when somebody looks again."""

    def act() -> None:
        _, zone = _found(task_id)
        blocker = fields.needed(fields.code(Blocker, "blocker"), "Choose what blocks it.")
        until = fields.morning("look_again", zone, "Give the date on which somebody looks again.")
        tasks.block(deployment(), signed_in().actor, task_id, blocker, until, fields.note("note"))

    return _try("block", task_id, act, "Noted what blocks it.")


@acts.post("/tasks/<row:task_id>/unblock")
@allowed(Right.CARE)
def unblock(task_id: int) -> Answer:
    """Nothing blocks it any more."""
    return _try(
        "block", task_id, lambda: tasks.unblock(deployment(), signed_in().actor, task_id), "Nothing blocks it any more."
    )


@acts.post("/tasks/<row:task_id>/hand-over")
@allowed(Right.CARE)
def hand_over(task_id: int) -> Answer:
    """Give it to another queue, or to a person in it."""

    def act() -> None:
        queue, person = request.form.get("queue", ""), fields.line("person")
        if not queue:
            raise NotAsked("Choose the queue that gets it.")
        tasks.hand_over(deployment(), signed_in().actor, task_id, queue, person, fields.note("note"))

    return _try("hand_over", task_id, act, "Task handed over.")


@acts.post("/tasks/<row:task_id>/resolve")
@allowed(Right.CARE)
def resolve(task_id: int) -> Answer:
    """Finish it in the person's name."""
    back = fields.row("back")

    def act() -> None:
        task, zone = _found(task_id)
        tasks.resolve(deployment(), signed_in().actor, task_id, finish(task, zone))

    following = url_for("loops.shown", loop_id=back) if back else url_for("tasks.listed", **kept())
    return _try("finish", task_id, act, "Task finished.", following)


@acts.post("/tasks/<row:task_id>/say")
@allowed(Right.CARE)
def say(task_id: int) -> Answer:
    """Answer the member with approved words, past the gate; when somebody wrote meanwhile, nothing is sent."""

    def act() -> str:
        actor, key = signed_in().actor, request.form.get("key", "")
        task, _ = _found(task_id)
        if not key:
            raise NotAsked("Choose what to say.")
        with deployment().read(actor) as uow:
            loop_id = answered_loop(uow, task, about(uow, task_id))
        touch_id = staff_texts.say(deployment(), actor, loop_id, key, request.form.get("version", ""))
        with deployment().read(actor) as uow:
            return said_how(uow, loop_id, touch_id)

    return _try("say", task_id, act)


@acts.post("/tasks/<row:task_id>/replies/<row:reply_id>/meaning")
@allowed(Right.CARE)
def correct(task_id: int, reply_id: int) -> Answer:
    """Say what a reply means; the visit follows, and the label is kept for those who teach words."""

    def act() -> str:
        task, _ = _found(task_id)
        intents = [fields.needed(_intent(code), "Choose from the list.") for code in request.form.getlist("intents")]
        with deployment().read(signed_in().actor) as uow:
            phone = phone_of(uow, task, about(uow, task_id))
            theirs = corrections.read_reply(uow, reply_id)
        if theirs is None or theirs.phone != phone:
            raise NotAsked("This reply is no part of this conversation.")
        reason = fields.code(Reason, "reason")
        followed = correcting.correct(deployment(), signed_in().actor, reply_id, intents, reason)
        return "Noted; the visit follows." if followed else "Noted."

    return _try("correct", task_id, act)


def _intent(code: str) -> Intent | None:
    return Intent(code) if code in list(Intent) else None


@acts.post("/tasks/<row:task_id>/stop")
@allowed(Right.CARE)
def stop(task_id: int) -> Answer:
    """Whoever has this phone wants no more texts (LAW-15)."""

    def act() -> None:
        task, _ = _found(task_id)
        with deployment().read(signed_in().actor) as uow:
            phone = phone_of(uow, task, about(uow, task_id))
        stopping.stop([phone] if phone else [])

    return _try("stop", task_id, act, stopping.STOPPED)


def _try(form: str, task_id: int, act: Callable[[], str | None], said: str = "", following: str = "") -> Answer:
    """Do it and say so, in words of its own if it has any; or show the task with what was typed, and say why not."""
    try:
        said = act() or said
    except NotAsked as problem:
        page = task_page(task_id, form, str(problem))
        return page or render_template("admin/not_asked.html", problem=str(problem)), 409
    flash(said)
    here = url_for("tasks.shown", task_id=task_id, back=request.form.get("back") or None, **kept())
    with deployment().read(signed_in().actor) as uow:
        still_open = open_task(uow, task_id) is not None
    return redirect(following or (here if still_open else url_for("tasks.listed", **kept())), 303)


def _found(task_id: int) -> tuple[TaskRow, str]:
    """Return an open task and the zone its times are in; raises NotAsked when it is open no more."""
    with deployment().read(signed_in().actor) as uow:
        task = open_task(uow, task_id)
        if task is None:
            raise NotAsked("This task is not open: somebody finished it, or it never was.")
        return task, task.zone or office_zone(uow)
