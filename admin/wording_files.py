"""Texts of a language as a PO file for a translator, and back as drafts."""

from __future__ import annotations

from collections import Counter

from flask import Blueprint, Response, abort, render_template, request

from admin import refusals, wording_labels
from admin.access import allowed, deployment, person, signed_in
from admin.language import N_
from admin.language import gettext as _
from admin.roles import Right
from locales.catalogue import LARGEST
from locales.languages import languages
from outreach.engine import word_files
from outreach.engine.refusals import NotAsked
from outreach.engine.word_files import Became
from outreach.engine.word_places import program_of
from outreach.store.programs import StoredProgram

pages = Blueprint("wording_files", __name__, url_prefix="/words")
_ROOM = 64 * 1024  # around the file, for the form's other parts
_BECAME = {
    Became.TAKEN: (N_("Stored as a draft"), "good"),
    Became.UNCHANGED: (N_("Unchanged"), "grey"),
    Became.EMPTY: (N_("Left empty"), "outline"),
    Became.REFUSED: (N_("Not taken"), "bad"),
}


@pages.before_app_request
def make_room() -> None:
    """Let who may write words send a file that is larger than any other form; before anything reads the form."""
    if request.endpoint == "wording_files.bring_in":
        found = person()
        if found is not None and found.may(Right.WORDS):
            request.max_content_length = LARGEST + _ROOM


@pages.get("/<row:program_id>/<language>.po")
@allowed(Right.WORDS)
def taken(program_id: int, language: str) -> Response:
    """Every text of a language beside its English, for a translator."""
    program = _program(program_id, language)
    try:
        text = word_files.export(deployment(), signed_in().actor, program_id, language)
    except NotAsked:
        abort(404)
    answer = Response(text, content_type="text/x-gettext-translation; charset=utf-8")
    answer.headers.set("Content-Disposition", "attachment", filename=f"{program.key}-{language}.po")
    return answer


@pages.get("/<row:program_id>/<language>/file")
@allowed(Right.WORDS)
def offered(program_id: int, language: str) -> str:
    """Take the file out, or bring one in."""
    return _page(_program(program_id, language), language)


@pages.post("/<row:program_id>/<language>/file")
@allowed(Right.WORDS)
def bring_in(program_id: int, language: str) -> tuple[str, int]:
    """Store what a file translates anew as drafts, and say of each text what became of it."""
    program, given, me = _program(program_id, language), request.files.get("file"), signed_in()
    if given is None or not given.filename:
        return _page(program, language, problem=_("Choose a PO file.")), 409
    try:
        data = given.read(LARGEST + 1)
        lines = word_files.bring_in(deployment(), me.actor, program_id, language, data, me.name)
    except NotAsked as problem:
        return _page(program, language, problem=refusals.said(problem)), 409
    return _page(program, language, lines=lines), 200


def _page(program: StoredProgram, language: str, problem: str = "", lines: list[word_files.Line] | None = None) -> str:
    counts = Counter(each.became for each in lines or ())
    return render_template(
        "admin/words_file.html", program=program, language=languages()[language], problem=problem, lines=lines,
        counts=[(*_BECAME[each], counts[each]) for each in Became], became=_BECAME, name=wording_labels.name,
    )  # fmt: skip


def _program(program_id: int, language: str) -> StoredProgram:
    """Return a program that speaks a language other than English; a plain 404 for any other address."""
    with deployment().read(signed_in().actor) as uow:
        try:
            found = program_of(uow, program_id, language)
        except NotAsked:
            abort(404)
    if language == "en":
        abort(404)
    return found
