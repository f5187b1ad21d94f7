"""Settings: each thing has a page, a form that a program file could have said, its versions, and what comes of it."""

from __future__ import annotations

import re

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for

from admin import settings_shown, settings_words
from admin.access import allowed, asks_itself_again, deployment, signed_in
from admin.language import gettext as _
from admin.roles import Right
from admin.settings_choices import SENSITIVITIES
from admin.settings_editing import Answer, form_page, history_page
from admin.settings_fields import fields, read, said, typed_from
from admin.settings_forms import CLINIC, NEW_CLINIC, NEW_PROGRAM, THINGS
from admin.settings_stored import around, languages_in_order, program_or_404, table_of
from outreach.engine import program_settings
from outreach.engine.program_settings import NotUsable
from outreach.store import configuration, setting_versions
from outreach.store.configuration import clinic_thing
from outreach.store.programs import programs

pages = Blueprint("settings", __name__, url_prefix="/settings")
PAGE = 50
_THING = f"any({','.join(THINGS)})"


@pages.get("")
@allowed(Right.PROGRAMS)
def listed() -> Answer:
    """Which program? Where there is one, its own settings."""
    with deployment().read(signed_in().actor) as uow:
        known = programs(uow)
    scope = signed_in().scope
    known = {each: found for each, found in known.items() if scope is None or each in scope.programs}
    if not known and scope is None:
        return redirect(url_for(".created"), 303)
    if len(known) == 1:
        return redirect(url_for(".program", program_id=next(iter(known))), 303)
    return render_template("admin/settings_programs.html", programs=sorted(known.values(), key=lambda one: one.name))


@pages.route("/new", methods=["GET", "POST"])
@allowed(Right.PROGRAMS)
def created() -> Answer:
    """A first program, or another one: who speaks, from which number, in which languages."""
    if signed_in().scope is not None:
        abort(403)  # another program belongs to nobody's part of the organisation yet
    typed = request.form if request.method == "POST" else typed_from(NEW_PROGRAM, {})
    whole: list[str] = []
    beside: dict[str, str] = {}
    if request.method == "POST":
        try:
            table = {
                name: value
                for name, value in languages_in_order(read(NEW_PROGRAM, typed), []).items()
                if value is not None
            }
            program_id = program_settings.create(deployment(), signed_in().actor, table)
        except NotUsable as problem:
            whole, beside = settings_words.amiss(problem.mistakes, NEW_PROGRAM)
        else:
            flash(_("The program is there, with the standard cadence. Approve its words, and add its clinics."))
            return redirect(url_for(".program", program_id=program_id), 303)
    page = render_template(
        "admin/settings_new.html", form=NEW_PROGRAM, typed=typed, whole=whole, beside=beside, program=None
    )
    return page, 409 if whole or beside else 200


@pages.get("/<row:program_id>")
@allowed(Right.PROGRAMS)
def program(program_id: int) -> str:
    """What is set, by whom, and since when?"""
    with deployment().read(signed_in().actor) as uow:
        found = program_or_404(uow, program_id)
        columns = configuration.stored_program(uow, program_id) or {}
        newest = setting_versions.newest(uow, program_id)
        frame = around(uow, found)
    cards = [
        (
            name,
            thing,
            [(_(f.label), said(f, table_of(name, columns))) for f in list(fields(thing.form))[:3]],
            newest.get(name),
        )
        for name, thing in THINGS.items()
    ]
    return render_template("admin/settings.html", cards=cards, who=settings_words.who, **frame)


@pages.route(f"/<row:program_id>/<{_THING}:thing>", methods=["GET", "POST"])
@allowed(Right.PROGRAMS)
def one(program_id: int, thing: str) -> Answer:
    """One thing of the program: what it is set to, and its form."""
    return form_page(program_id, thing, THINGS[thing])


@pages.get(f"/<row:program_id>/<{_THING}:thing>/history")
@allowed(Right.PROGRAMS)
def history(program_id: int, thing: str) -> str:
    """Who set it to what, and when?"""
    return history_page(program_id, thing, THINGS[thing])


@pages.get("/<row:program_id>/clinics")
@allowed(Right.PROGRAMS)
def clinics(program_id: int) -> str:
    """Where are visits?"""
    after = request.args.get("after", "")
    if not re.fullmatch(r"([1-9][0-9]{0,17})?", after):
        abort(400)
    with deployment().read(signed_in().actor) as uow:
        found = program_or_404(uow, program_id)
        rows = [] if asks_itself_again() else configuration.clinics_page(uow, program_id, int(after or 0) or None, PAGE)
        frame = around(uow, found)
    following = rows[-1]["id"] if len(rows) == PAGE else None
    said = {code: _(text).partition(":")[0] for code, text in SENSITIVITIES.items()}
    return render_template("admin/settings_clinics.html", rows=rows, sensitivities=said, following=following, **frame)


@pages.route("/<row:program_id>/clinics/new", methods=["GET", "POST"])
@allowed(Right.PROGRAMS)
def new_clinic(program_id: int) -> Answer:
    """Another clinic."""
    return form_page(program_id, program_settings.NEW_CLINIC, NEW_CLINIC)


@pages.route("/<row:program_id>/clinics/<row:clinic_id>", methods=["GET", "POST"])
@allowed(Right.PROGRAMS)
def clinic(program_id: int, clinic_id: int) -> Answer:
    """One clinic: where it is, what texts may say of its visits, when it is open, where it hears of them."""
    return form_page(program_id, clinic_thing(clinic_id), CLINIC)


@pages.get("/<row:program_id>/clinics/<row:clinic_id>/history")
@allowed(Right.PROGRAMS)
def clinic_history(program_id: int, clinic_id: int) -> str:
    """Who set a clinic to what, and when?"""
    return history_page(program_id, clinic_thing(clinic_id), CLINIC)


@pages.get("/<row:program_id>/reasons")
@allowed(Right.PROGRAMS)
def reasons(program_id: int) -> str:
    """Why a visit was not kept, and what then?"""
    with deployment().read(signed_in().actor) as uow:
        frame = around(uow, program_or_404(uow, program_id))
    return render_template("admin/settings_reasons.html", rows=settings_shown.reasons(), **frame)


@pages.get("/<row:program_id>/carrier-errors")
@allowed(Right.PROGRAMS)
def carrier_errors(program_id: int) -> str:
    """What does each error of the carrier do?"""
    with deployment().read(signed_in().actor) as uow:
        frame = around(uow, program_or_404(uow, program_id))
    return render_template("admin/settings_errors.html", rows=settings_shown.carrier_errors(), **frame)
