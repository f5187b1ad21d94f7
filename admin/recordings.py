"""Recordings: what a speaker reads where no machine speaks, given here, listened to, and approved by somebody else."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from admin import recording_words, refusals
from admin.access import allowed, asks_itself_again, deployment, person, signed_in
from admin.language import gettext as _
from admin.roles import Right
from locales.languages import languages
from outreach.channels.voice.sound import LARGEST
from outreach.engine import coverage, recordings
from outreach.engine.refusals import NotAsked
from outreach.store import recordings as store
from outreach.store.recordings import APPROVED, DRAFT

pages = Blueprint("recordings", __name__, url_prefix="/recordings")
_ROOM = 64 * 1024  # around the file, for the form's other parts
Answer = AnyResponse | tuple[str, int]


@pages.before_app_request
def make_room() -> None:
    """Let program staff send a sound, which is larger than any other form; before anything reads the form."""
    if request.endpoint == "recordings.upload":
        found = person()
        if found is not None and found.may(Right.WORDS):
            request.max_content_length = LARGEST + _ROOM


@pages.get("")
@allowed(Right.WORDS)
def listed() -> str:
    """In which languages can a call be heard, and what is missing?"""
    found = coverage.coverage(deployment(), signed_in().actor)
    return render_template("admin/recordings.html", found=found, languages=languages())


@pages.get("/<row:program_id>/<language>")
@allowed(Right.WORDS)
def shown(program_id: int, language: str) -> str:
    """What is read, what is there of it, and what waits for me?"""
    if request.args.get("show", "all") not in recording_words.SHOWN:
        abort(400)
    return _page(program_id, language)


@pages.get("/sounds/<row:recording_id>.wav")
@allowed(Right.WORDS)
def heard(recording_id: int) -> Response:
    """Listen to what waits or is played."""
    with deployment().read(signed_in().actor) as uow:
        found = store.sound(uow, recording_id, (DRAFT, APPROVED)) or abort(404)
    answer = Response(found[0], content_type="audio/wav")
    answer.make_conditional(request, accept_ranges=True, complete_length=len(found[0]))
    return answer


@pages.post("/<row:program_id>/<language>")
@allowed(Right.WORDS)
def upload(program_id: int, language: str) -> Answer:
    """Give a recording of one sentence; it waits until somebody else approves it."""

    def act() -> str:
        given = request.files.get("sound")
        if given is None or not given.filename:
            raise NotAsked(_("Choose a WAV file, or record one here."))
        me, name = signed_in(), request.form.get("name", "")
        data = given.read(LARGEST + 1)
        new = recordings.upload(deployment(), me.actor, program_id, language, name, data, me.name)
        return (
            _("Recorded. Somebody else listens to it and approves it.") if new else _("This very recording is there.")
        )

    return _try(program_id, language, act)


@pages.post("/<row:program_id>/<language>/<row:recording_id>/approve")
@allowed(Right.WORDS)
def approve(program_id: int, language: str, recording_id: int) -> Answer:
    """Let it be played: I listened to it, and somebody else recorded it."""

    def act() -> str:
        me = signed_in()
        recordings.approve(deployment(), me.actor, recording_id, me.name)
        return _("Approved. Calls play it from now on.")

    return _try(program_id, language, act)


@pages.post("/<row:program_id>/<language>/<row:recording_id>/retire")
@allowed(Right.WORDS)
def retire(program_id: int, language: str, recording_id: int) -> Answer:
    """Play it no more."""

    def act() -> str:
        me = signed_in()
        recordings.retire(deployment(), me.actor, recording_id, me.name)
        return _("Taken out of use. No call plays it any more.")

    return _try(program_id, language, act)


def _try(program_id: int, language: str, act: Callable[[], str]) -> Answer:
    """Do it and say so beside its sentence, or show the page and say why not."""
    try:
        flash(act())
    except NotAsked as problem:
        return _page(program_id, language, refusals.said(problem)), 409
    back = url_for(".shown", program_id=program_id, language=language, show=_show() if _show() != "all" else None)
    return redirect(f"{back}#{request.form.get('row', '')}" if _row_named() else back, 303)


def _page(program_id: int, language: str, problem: str = "") -> str:
    try:
        found = coverage.covered(deployment(), signed_in().actor, program_id, language)
    except NotAsked:
        abort(404)
    # A page that stays open asks for its top bar alone: what somebody records or listens to stays as it is.
    me, zone = signed_in().name, found.program.zone
    sections = [] if asks_itself_again() else recording_words.sections(found, _show(), me, zone)
    return render_template(
        "admin/recording.html",
        found=found,
        sections=sections,
        language=languages()[language],
        show=_show(),
        shows=recording_words.SHOWN,
        problem=problem,
        about=request.form.get("name", ""),
    )


def _show() -> str:
    asked = request.values.get("show", "all")
    return asked if asked in recording_words.SHOWN else "all"


def _row_named() -> bool:
    row = request.form.get("row", "")
    return row.startswith("r-") and row.replace("-", "").isalnum() and row.isascii()
