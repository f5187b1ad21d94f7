"""What people do with one text, and whom they ask for it."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, abort, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from admin import fields, refusals
from admin.access import allowed, deployment, signed_in
from admin.language import gettext as _
from admin.leads_back import local
from admin.roles import Right
from admin.wording_beside import following
from admin.wording_text import Shown, text_page
from outreach.engine import one_text, word_requests
from outreach.engine.refusals import NotAsked
from outreach.engine.word_drafts import LONGEST, clean
from outreach.engine.word_places import Place
from outreach.store.message_versions import APPROVED, REVIEWED, TRANSLATED
from outreach.store.word_requests import Work

acts = Blueprint("wording_acts", __name__, url_prefix="/words")
Answer = Response | tuple[str, int]
_TEXT = "/<row:program_id>/<language>/<key>"


@acts.post(_TEXT)
@allowed(Right.WORDS)
def write(program_id: int, language: str, key: str) -> Answer:
    """Store new words as a draft, or only show how they would arrive."""
    place, body = Place(program_id, language, key), clean(request.form.get("body", ""))
    if "preview" in request.form:
        return text_page(place, Shown("write", body=body[:LONGEST])), 200
    seen = fields.row("version_seen") or 0

    def act() -> str:
        me = signed_in()
        one_text.write_text(deployment(), me.actor, place, body, seen, me.name)
        return _("Stored as a draft. What is approved is sent until this is.")

    return _try(place, Shown("write", body=body), act)


@acts.post(f"{_TEXT}/<row:version_id>/translated")
@allowed(Right.WORDS)
def translated(program_id: int, language: str, key: str, version_id: int) -> Answer:
    """Sign that a person translated it."""
    return _step(Place(program_id, language, key), version_id, TRANSLATED, _("Noted: you translated it."))


@acts.post(f"{_TEXT}/<row:version_id>/reviewed")
@allowed(Right.WORDS)
def reviewed(program_id: int, language: str, key: str, version_id: int) -> Answer:
    """Sign that a qualified translator read it, and what it says in English."""
    return _step(Place(program_id, language, key), version_id, REVIEWED, _("Noted: you reviewed it."))


@acts.post(f"{_TEXT}/<row:version_id>/approved")
@allowed(Right.APPROVE)
def approved(program_id: int, language: str, key: str, version_id: int) -> Answer:
    """Let it be sent, in my name."""
    return _step(Place(program_id, language, key), version_id, APPROVED, _("Approved. It is sent from now on."))


@acts.post(f"{_TEXT}/<row:version_id>/send-back")
@allowed(Right.WORDS)
def send_back(program_id: int, language: str, key: str, version_id: int) -> Answer:
    """Say what is to be changed; a newer version goes on from there."""

    def act() -> str:
        me = signed_in()
        one_text.send_back(deployment(), me.actor, version_id, me.name, fields.note("remark"))
        return _("Sent back, with your remark.")

    return _try(Place(program_id, language, key), Shown("send_back"), act)


@acts.post(f"{_TEXT}/<row:version_id>/withdraw")
@allowed(Right.APPROVE)
def withdraw(program_id: int, language: str, key: str, version_id: int) -> Answer:
    """Send it no more; members who need it become tasks for a person (HIP-25)."""

    def act() -> str:
        me = signed_in()
        one_text.withdraw(deployment(), me.actor, version_id, me.name, fields.note("remark"))
        return _("Withdrawn. It is not sent any more.")

    return _try(Place(program_id, language, key), Shown("withdraw"), act)


@acts.post(f"{_TEXT}/ask")
@allowed(Right.WORDS)
def ask(program_id: int, language: str, key: str) -> Answer:
    """Ask somebody to translate or review this text, or all of the language."""
    place = Place(program_id, language, key)

    def act() -> str:
        work = fields.needed(fields.code(Work, "work"), _("Choose what is asked."))
        asked = Place(program_id, language, "" if "all" in request.form else key)
        due = fields.day("due_on", _("Give the day by which it is needed."))
        of = fields.line("of")
        word_requests.ask(deployment(), signed_in().actor, asked, work, of, due)
        return _("Asked.")

    return _try(place, Shown("ask"), act)


@acts.post("/requests/<row:request_id>/take-back")
@allowed(Right.WORDS)
def take_back(request_id: int) -> Response:
    """Ask for it no more."""
    try:
        word_requests.take_back(deployment(), signed_in().actor, request_id)
        flash(_("Taken back: nobody is asked for it any more."))
    except NotAsked:
        flash(_("Somebody took this back already, or it is done."))
    return redirect(local(url_for("wording.mine")), 303)


def _step(place: Place, version_id: int, step: str, said: str) -> Answer:
    def act() -> str:
        me = signed_in()
        one_text.take_step(deployment(), me.actor, version_id, step, me.name, fields.note("back"))
        return said

    return _try(place, Shown("step"), act)


def _try(place: Place, shown: Shown, act: Callable[[], str]) -> Answer:
    """Do it and say so on the page, or show the page with what was typed, and say why not."""
    try:
        flash(act())
    except NotAsked as problem:
        return text_page(place, Shown(shown.form, refusals.said(problem), shown.body)), 409
    work = request.form.get("going") or None
    if work not in (None, *Work, APPROVED):
        abort(400)
    key = following(place, work) if work and shown.form in ("step", "send_back") else place.key
    if key is None:
        return redirect(url_for("wording.mine"), 303)
    there = url_for("wording.one", program_id=place.program_id, language=place.language, key=key, work=work)
    return redirect(there, 303)
