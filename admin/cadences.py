"""Cadences: what would be sent, to whom, when, and why not; a draft beside what is live."""

from __future__ import annotations

import re
from typing import Any

from flask import Blueprint, abort, render_template, request

from admin import cadence_words, settings_words, wording_labels
from admin.access import allowed, asks_itself_again, deployment, signed_in
from admin.cadence_words import FORM, NEW
from admin.roles import Right
from admin.settings_fields import Typed
from admin.settings_stored import program_or_404
from locales.languages import languages
from locales.segments import segments
from outreach.engine import word_matrix, word_preview
from outreach.loops.cadence import read_cadence
from outreach.store import cadences as stored
from outreach.store import message_versions, replanning
from outreach.store.cadences import Draft, Published
from outreach.store.programs import StoredProgram, programs
from outreach.store.unit_of_work import UnitOfWork

pages = Blueprint("cadences", __name__, url_prefix="/cadences")
pages.add_app_template_filter(settings_words.who, "wrote")
PAGE = 50
_ROW = re.compile(r"[1-9][0-9]{0,17}")


@pages.get("")
@allowed(Right.CADENCES)
def listed() -> str:
    """Which cadence is live, since when, by whom; and is there a draft?"""
    scope = signed_in().scope
    with deployment().read(signed_in().actor) as uow:
        known = sorted(programs(uow).values(), key=lambda one: one.name)
        live, drafts = stored.live(uow), stored.drafts(uow)
    mine = [found for found in known if scope is None or found.id in scope.programs]
    return render_template(
        "admin/cadences.html",
        rows=[(one, live.get(one.id), drafts.get(one.id)) for one in mine],
        who=settings_words.who,
    )


@pages.get("/<row:program_id>")
@allowed(Right.CADENCES)
def shown(program_id: int) -> str:
    """The steps on their time line, and one of them."""
    return editor(program_id, request.args.get("step", ""))


@pages.get("/<row:program_id>/differences")
@allowed(Right.CADENCES)
def differences(program_id: int) -> str:
    """What does the draft change, or a version against the one before it?"""
    with deployment().read(signed_in().actor) as uow:
        found = program_or_404(uow, program_id)
        frame = around(uow, found)
        live, draft = frame["published"], frame["draft"]
        before, after = _two(uow, program_id, live, draft)
    changes = cadence_words.changes(before.steps, after.steps) if before and after else []
    return render_template(
        "admin/cadence_differences.html", before=before, after=after, changes=changes, tab="differences", **frame
    )


def _two(
    uow: UnitOfWork, program_id: int, live: Published, draft: Draft | None
) -> tuple[Published | None, Published | Draft | None]:
    number = request.args.get("version", "")
    if not number:
        return live, draft
    if not _ROW.fullmatch(number):
        abort(400)
    after = stored.version(uow, program_id, int(number)) or abort(404)
    return stored.version(uow, program_id, after.version - 1), after


@pages.get("/<row:program_id>/versions")
@allowed(Right.CADENCES)
def versions(program_id: int) -> str:
    """Who wrote and published what, and when?"""
    before = request.args.get("before", "")
    if before and not _ROW.fullmatch(before):
        abort(400)
    with deployment().read(signed_in().actor) as uow:
        found = program_or_404(uow, program_id)
        frame = around(uow, found)
        rows = stored.versions(uow, program_id, PAGE + 1, int(before) if before else None)
    lines = [
        (row, cadence_words.changes(older.steps, row.steps) if older else [])
        for row, older in zip(rows[:PAGE], [*rows[1:], None], strict=False)
    ]
    following = rows[PAGE - 1].version if len(rows) > PAGE else None
    return render_template("admin/cadence_versions.html", lines=lines, following=following, tab="versions", **frame)


def around(uow: UnitOfWork, found: StoredProgram) -> dict[str, Any]:
    """What stands on every page of one cadence."""
    draft = stored.draft_of(uow, found.id)
    live = stored.live(uow)[found.id]
    me = str(signed_in().actor)
    return {
        "program": found,
        "published": live,
        "draft": draft,
        "mine": draft is not None and me in draft.authors,
        "who": settings_words.who,
        "named": cadence_words.name,
        "replannings": replanning.unfinished(uow, found.id),
        "changed": len(cadence_words.changes(live.steps, draft.steps)) if draft else 0,
    }


def editor(
    program_id: int,
    key: str,
    typed: Typed | None = None,
    whole: list[str] | None = None,
    beside: dict[str, str] | None = None,
) -> str:
    """Return the page of the steps; with what was typed, and what is amiss, where a step could not be saved."""
    with deployment().read(signed_in().actor) as uow:
        found = program_or_404(uow, program_id)
        frame = around(uow, found)
        live, draft = frame["published"], frame["draft"]
        texts = message_versions.versions(uow, program_id) if not asks_itself_again() else []
    steps = (draft or live).steps
    cadence = read_cadence(0, steps, (draft or live).escalate_after)
    differ = frozenset(row["key"] for row in steps if draft and row not in live.steps)
    adding = key == "new" and draft is not None
    row = NEW if adding else next((row for row in steps if row["key"] == key), steps[0])
    return render_template(
        "admin/cadence.html",
        tab="steps",
        line=cadence_words.line(cadence.steps, differ),
        row=row,
        adding=adding,
        step=None if adding else next(step for step in cadence.steps if step.key == row["key"]),
        was=None if adding or not draft else next((old for old in live.steps if old["key"] == row["key"]), None),
        form_of=FORM,
        typed=typed if typed is not None else cadence_words.typed_of(row),
        whole=whole or [],
        beside=beside or {},
        words=[] if adding else _words(found, texts, str(row["words"])),
        sentence=cadence_words.sentence,
        offset=cadence_words.offset,
        differ=differ,
        **frame,
    )


def _words(program: StoredProgram, texts: Any, key: str) -> list[tuple[Any, str, str, str, int]]:
    """Return by language a step's text as it would arrive, its state, and its segments."""
    lines = []
    for code in program.languages:
        found = word_matrix.cell(texts, code, key)
        version = found.sent or found.version
        body = version.body if version else ""
        samples = word_preview.samples(program, code, body, spoken=False) if body else []
        text = samples[0].text if samples else ""
        lines.append((languages()[code], text, *wording_labels.badge_of(found), segments(text).parts if text else 0))
    return lines
