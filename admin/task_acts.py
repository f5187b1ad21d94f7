"""What people do with a task: take it, answer, put it off, say what blocks it, hand it over, finish it."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from admin import fields, refusals, stopping, undo
from admin.access import allowed, deployment, signed_in
from admin.choices import finish
from admin.conversation import answered_loop, leaves, phone_of
from admin.language import gettext as _
from admin.later import later
from admin.roles import Right
from admin.task_page import task_page
from admin.tasks import kept
from admin.undo import Undo
from admin.writing import OWN_WORDS, typed
from conversations.meaning import Intent, Reason
from outreach.engine import call_log, correcting, own_words, staff_texts, talks, tasks
from outreach.engine.call_log import Ended, Interpreter
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

    def act() -> None:
        undo.offer(Undo(task_id, tasks.claim(deployment(), signed_in().actor, task_id)))

    return _try("take", task_id, act, _("You have this task."))


@acts.post("/tasks/<row:task_id>/release")
@allowed(Right.CARE)
def release(task_id: int) -> Answer:
    """Give it back to its queue."""

    def act() -> None:
        undo.offer(Undo(task_id, tasks.release(deployment(), signed_in().actor, task_id)))

    return _try("take", task_id, act, _("Task given back."))


@acts.post("/tasks/<row:task_id>/snooze")
@allowed(Right.CARE)
def snooze(task_id: int) -> Answer:
    """Put it off until a time before it is due."""

    def act() -> None:
        _task, zone = _found(task_id)
        until = fields.moment("until", zone, _("Give the date and time until which it is put off."))
        undo.offer(Undo(task_id, tasks.snooze(deployment(), signed_in().actor, task_id, until)))

    return _try("snooze", task_id, act, _("Task put off."))


@acts.post("/tasks/<row:task_id>/block")
@allowed(Right.CARE)
def block(task_id: int) -> Answer:
    """Say what blocks it, and when somebody looks again."""

    def act() -> None:
        _task, zone = _found(task_id)
        blocker = fields.needed(fields.code(Blocker, "blocker"), _("Choose what blocks it."))
        until = fields.morning("look_again", zone, _("Give the date on which somebody looks again."))
        note = tasks.block(deployment(), signed_in().actor, task_id, blocker, until, fields.note("note"))
        undo.offer(Undo(task_id, note))

    return _try("block", task_id, act, _("Noted what blocks it."))


@acts.post("/tasks/<row:task_id>/unblock")
@allowed(Right.CARE)
def unblock(task_id: int) -> Answer:
    """Nothing blocks it any more."""

    def act() -> None:
        undo.offer(Undo(task_id, tasks.unblock(deployment(), signed_in().actor, task_id)))

    return _try("block", task_id, act, _("Nothing blocks it any more."))


@acts.post("/tasks/<row:task_id>/hand-over")
@allowed(Right.CARE)
def hand_over(task_id: int) -> Answer:
    """Give it to another queue, or to a person in it."""

    def act() -> None:
        queue, person = request.form.get("queue", ""), fields.line("person")
        if not queue:
            raise NotAsked(_("Choose the queue that gets it."))
        note = tasks.hand_over(deployment(), signed_in().actor, task_id, queue, person, _handed_over())
        undo.offer(Undo(task_id, note))

    return _try("hand_over", task_id, act, _("Task handed over."))


@acts.post("/tasks/<row:task_id>/resolve")
@allowed(Right.CARE)
def resolve(task_id: int) -> Answer:
    """Finish it in the person's name."""
    back = fields.row("back")

    def act() -> None:
        task, zone = _found(task_id)
        note = tasks.resolve(deployment(), signed_in().actor, task_id, finish(task, zone))
        if note is not None:
            undo.offer(Undo(task_id, note))

    following = url_for("loops.shown", loop_id=back) if back else url_for("tasks.listed", **kept())
    return _try("finish", task_id, act, _("Task finished."), following)


@acts.post("/tasks/<row:task_id>/say")
@allowed(Right.CARE)
def say(task_id: int) -> Answer:
    """Answer the member with approved words, past the gate; when somebody wrote meanwhile, nothing is sent."""

    def act() -> str:
        key = request.form.get("key", "")
        if not key:
            raise NotAsked(_("Choose what to say."))
        return _sent(task_id, staff_texts.say, key)

    return _try("say", task_id, act)


@acts.post("/tasks/<row:task_id>/write/look")
@allowed(Right.OWN_WORDS)
def look(task_id: int) -> Answer:
    """Show what a person wrote as it would arrive, and what is found in it; nothing is stored."""
    return task_page(task_id, OWN_WORDS) or abort(404), 200


@acts.post("/tasks/<row:task_id>/write")
@allowed(Right.OWN_WORDS)
def write(task_id: int) -> Answer:
    """Send the member what a person wrote, past the gate; nothing is sent that they have not seen as it arrives."""
    return _try(OWN_WORDS, task_id, lambda: _sent(task_id, own_words.write, typed()))


def _sent(task_id: int, send: Callable[..., int], words: object) -> str:
    """Let a person's text leave, approved or their own, and say when it does; for ten seconds they can take it back."""
    actor, (task, zone) = signed_in().actor, _found(task_id)
    with deployment().read(actor) as uow:
        concerned = about(uow, task_id)
        loop_id, phone = answered_loop(uow, task, concerned), phone_of(uow, task, concerned)
        not_before = later(uow.now, zone)
    seen, back = request.form.get("version", ""), staff_texts.HELD_BACK
    touch_id = send(deployment(), actor, loop_id, words, seen, held_back=back, later=not_before)
    undo.offer(Undo(task_id, touch_id, phone))
    with deployment().read(actor) as uow:
        return leaves(uow, loop_id, touch_id)


@acts.post("/tasks/<row:task_id>/texts/<row:touch_id>/withdraw")
@allowed(Right.CARE)
def withdraw(task_id: int, touch_id: int) -> Answer:
    """Take back a text that a person planned and that has not left."""

    def act() -> None:
        staff_texts.withdraw(deployment(), signed_in().actor, _phone(task_id), touch_id)

    return _try("say", task_id, act, _("Your text was taken back. It was not sent."))


@acts.post("/tasks/<row:task_id>/talk/release")
@allowed(Right.CARE)
def let_go(task_id: int) -> Answer:
    """The person is done talking: automatic texts leave again."""

    def act() -> None:
        talks.release(deployment(), signed_in().actor, _phone(task_id))

    return _try("say", task_id, act, _("Automatic texts leave again when they are due."))


@acts.post("/tasks/<row:task_id>/replies/<row:reply_id>/meaning")
@allowed(Right.CARE)
def correct(task_id: int, reply_id: int) -> Answer:
    """Say what a reply means; the visit follows, and the label is kept for those who teach words."""

    def act() -> str:
        task, _zone = _found(task_id)
        intents = [fields.needed(_intent(code), _("Choose from the list.")) for code in request.form.getlist("intents")]
        with deployment().read(signed_in().actor) as uow:
            phone = phone_of(uow, task, about(uow, task_id))
            theirs = corrections.read_reply(uow, reply_id)
        if theirs is None or theirs.phone != phone:
            raise NotAsked(_("This reply is no part of this conversation."))
        reason = fields.code(Reason, "reason")
        followed = correcting.correct(deployment(), signed_in().actor, reply_id, intents, reason)
        return _("Noted; the visit follows.") if followed else _("Noted.")

    return _try("correct", task_id, act)


def _intent(code: str) -> Intent | None:
    return Intent(code) if code in list(Intent) else None


@acts.post("/tasks/<row:task_id>/stop")
@allowed(Right.CARE)
def stop(task_id: int) -> Answer:
    """Whoever has this phone wants no more texts (LAW-15)."""

    def act() -> None:
        stopping.stop([_phone(task_id)])

    return _try("stop", task_id, act, stopping.stopped())


def _try(form: str, task_id: int, act: Callable[[], str | None], said: str = "", following: str = "") -> Answer:
    """Do it and say so, in words of its own if it has any; or show the task with what was typed, and say why not."""
    try:
        said = act() or said
    except NotAsked as problem:
        said_why = refusals.said(problem)
        page = task_page(task_id, form, said_why)
        return page or render_template("admin/not_asked.html", problem=said_why), 409
    flash(said)
    here = url_for("tasks.shown", task_id=task_id, back=request.form.get("back") or None, **kept())
    with deployment().read(signed_in().actor) as uow:
        still_open = open_task(uow, task_id) is not None
    return redirect(following or (here if still_open else url_for("tasks.listed", **kept())), 303)


@acts.post("/tasks/<row:task_id>/call")
@allowed(Right.CARE)
def called(task_id: int) -> Answer:
    """Keep a call that a person made to the member, and let the loop go on from there."""

    def act() -> None:
        task, _zone = _found(task_id)
        ended = fields.needed(fields.code(Ended, "ended"), _("Choose how the call ended."))
        interpreter = fields.code(Interpreter, "interpreter") or Interpreter.NOBODY
        with deployment().read(signed_in().actor) as uow:
            concerned = about(uow, task_id)
            loop_id, phone = answered_loop(uow, task, concerned), phone_of(uow, task, concerned)
        if phone is None:
            raise NotAsked(_("No number is known here. Find a working phone first."))
        call_log.log(deployment(), signed_in().actor, loop_id, phone, ended, interpreter, fields.note("note"))

    return _try("call", task_id, act, _("Call logged."))


def _phone(task_id: int) -> int:
    """Return the phone whose conversation a task shows; raises NotAsked where there is none."""
    task, _zone = _found(task_id)
    with deployment().read(signed_in().actor) as uow:
        phone = phone_of(uow, task, about(uow, task_id))
    if phone is None:
        raise NotAsked(_("No number is known here. Find a working phone first."))
    return phone


def _handed_over() -> str:
    """Return the note of a hand-over: what was done, and what is next. Both are needed."""
    done, next_step = fields.note("note"), fields.note("next_step")
    if not (done and next_step):
        raise NotAsked(_("Say what was done and what is next: who gets the task begins with it."))
    return f"{done}\n→ {next_step}"


def _found(task_id: int) -> tuple[TaskRow, str]:
    """Return an open task and the zone its times are in; raises NotAsked when it is open no more."""
    with deployment().read(signed_in().actor) as uow:
        task = open_task(uow, task_id)
        if task is None:
            raise NotAsked(_("This task is not open: somebody finished it, or it never was."))
        return task, task.zone or office_zone(uow)
