"""The form of one setting, and its versions: what is typed, what would follow, what was saved, who was faster."""

from __future__ import annotations

import os
import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from admin import settings_shown, settings_words, words
from admin.access import asks_itself_again, deployment, signed_in
from admin.language import gettext as _
from admin.language import ngettext
from admin.settings_fields import Difference, Form, Typed, differences, read, typed_from
from admin.settings_forms import CLINIC, Thing
from admin.settings_stored import (
    around,
    languages_in_order,
    program_or_404,
    stored_columns,
    table_of,
    with_first_language,
)
from outreach.engine import program_settings
from outreach.engine.program_settings import AskFirst, ChangedMeanwhile, NotUsable
from outreach.engine.refusals import NotAsked
from outreach.store import setting_versions
from outreach.store.configuration import COLUMNS, HOURS, PROGRAM, SENDER, SERVICE_LEVELS
from outreach.store.programs import StoredProgram
from outreach.store.setting_versions import Version
from outreach.store.unit_of_work import UnitOfWork

PAGE = 50
_JUST_NOW = timedelta(hours=1)
Answer = Response | str | tuple[str, int]


def form_page(program_id: int, thing: str, shape: Thing) -> Answer:
    """Show a thing with its form, or save what was typed and say what came of it."""
    with deployment().read(signed_in().actor) as uow:
        found = program_or_404(uow, program_id)
        newest = setting_versions.newest_of(uow, program_id, thing)
        stored = stored_columns(uow, program_id, thing)
        brought = _asked_back(uow, program_id, thing)
        frame = around(uow, found) | _beside(uow, found, thing)
        now = uow.now
    before = table_of(thing, stored)
    shown: dict[str, Any] = {"whole": [], "beside": {}, "effects": [], "differences": [], "agreed": "", "meanwhile": ""}
    seen = newest.version if newest else 0
    if request.method == "GET":
        typed = typed_from(shape.form, table_of(thing, brought.settings if brought else stored))
    else:
        typed = request.form
        answer = _save(found, thing, shape, stored, typed, shown, now)
        if answer is not None:
            return answer
    page = render_template(
        "admin/setting.html",
        thing=thing,
        shape=shape,
        typed=typed,
        seen=shown.pop("seen", seen),
        newest=newest,
        brought=brought,
        secret=bool(stored.get("webhook_secret")),
        name=before.get("name", ""),
        who=settings_words.who,
        addresses=_addresses(program_id, thing),
        **frame | shown,
    )
    refused = shown["whole"] or shown["beside"] or shown["meanwhile"]
    return page, 409 if refused else 200


def history_page(program_id: int, thing: str, shape: Thing) -> str:
    """Show the versions of a thing, the newest first, each with what it changed."""
    before = request.args.get("before", "")
    if not re.fullmatch(r"([1-9][0-9]{0,8})?", before):
        abort(400)
    with deployment().read(signed_in().actor) as uow:
        found = program_or_404(uow, program_id)
        stored = stored_columns(uow, program_id, thing)
        kept = setting_versions.history(uow, program_id, thing, PAGE + 1, int(before) if before else None)
        frame = around(uow, found)
    tables = [table_of(thing, version.settings) for version in kept]
    lines = [
        (version, differences(shape.form, tables[place + 1], tables[place]) if place + 1 < len(kept) else [])
        for place, version in enumerate(kept[:PAGE])
    ]
    return render_template(
        "admin/setting_history.html",
        shape=shape,
        lines=lines,
        newest=not before,
        following=kept[PAGE - 1].version if len(kept) > PAGE else None,
        name=table_of(thing, stored).get("name", "") if shape is CLINIC else "",
        who=settings_words.who,
        addresses=_addresses(program_id, thing),
        thing=thing,
        **frame,
    )


def _save(
    found: StoredProgram,
    thing: str,
    shape: Thing,
    stored: dict[str, Any],
    typed: Typed,
    shown: dict[str, Any],
    now: Any,
) -> Response | None:
    """Save what was typed and return where to go, or put into `shown` why not, or what to agree to first."""
    table = _said_in(shape.form, thing, stored, typed)
    seen = typed.get("seen", "")
    if not re.fullmatch(r"[0-9]{1,9}", seen):
        abort(400)
    agreed, me = typed.get("agreed", ""), signed_in().actor
    try:
        saved = program_settings.save(deployment(), me, found.id, thing, table, int(seen), agreed, os.environ)
    except NotAsked:
        abort(404)
    except NotUsable as problem:
        shown["whole"], shown["beside"] = settings_words.amiss(problem.mistakes, shape.form)
    except ChangedMeanwhile as problem:
        shown["meanwhile"] = _meanwhile(problem.newest, found.zone, now)
        shown["differences"] = _since(found.id, thing, shape.form, int(seen), problem.newest)
        shown["seen"] = problem.newest.version
    except AskFirst as asked:
        shown["effects"], shown["agreed"] = settings_words.effects(asked.effects), asked.token
        shown["differences"] = differences(shape.form, table_of(thing, stored), with_first_language(thing, table))
        if thing == HOURS:
            as_it_would_be = replace(found, hours=asked.hours, office=asked.office)
            shown["weeks"] = settings_shown.days_ahead(as_it_would_be, now)
        if table.get("webhook_secret"):
            shown["beside"] = {"webhook_secret": _("Give the secret again: it is never shown.")}
    else:
        flash(_outcome(saved))
        new = thing == program_settings.NEW_CLINIC
        return redirect(url_for(".clinics", program_id=found.id) if new else request.path, 303)
    return None


def _outcome(saved: program_settings.Saved) -> str:
    if not saved.changed:
        return _("Nothing was different: it stays as it is.")
    said = [_("Saved.")]
    if saved.replanned:
        said.append(
            ngettext("%(num)d open visit is planned again.", "%(num)d open visits are planned again.", saved.replanned)
        )
    if saved.seeded:
        said.append(ngettext("%(num)d text is new: approve it.", "%(num)d texts are new: approve them.", saved.seeded))
    return " ".join(said)


def _meanwhile(newest: Version, zone: str, now: Any) -> str:
    who, ago = settings_words.who(newest.actor), now - newest.at
    if ago < _JUST_NOW:
        minutes = max(int(ago / timedelta(minutes=1)), 0)
        return ngettext(
            "%(who)s changed this %(num)d minute ago. Nothing of yours was saved; what you typed is still here.",
            "%(who)s changed this %(num)d minutes ago. Nothing of yours was saved; what you typed is still here.",
            minutes,
            who=who,
        )
    return _(
        "%(who)s changed this on %(when)s. Nothing of yours was saved; what you typed is still here.",
        who=who,
        when=words.at(newest.at, zone),
    )


def _since(program_id: int, thing: str, form: Form, seen: int, newest: Version) -> list[Difference]:
    """Return what others changed since a version was seen."""
    with deployment().read(signed_in().actor) as uow:
        before = setting_versions.history(uow, program_id, thing, 1, before=seen + 1)
    told = before[0].settings if before else {}
    return differences(form, table_of(thing, told), table_of(thing, newest.settings))


def _said_in(form: Form, thing: str, stored: dict[str, Any], typed: Typed) -> dict[str, Any]:
    """Return what was typed as a program file would say it."""
    table = read(form, typed)
    if thing == PROGRAM:
        return languages_in_order(table, stored["languages"])
    if thing not in COLUMNS:
        if not table["webhook_url"]:
            table |= {"webhook_secret": None, "webhook_secret_env": None}
        elif not table["webhook_secret"] and not table["webhook_secret_env"] and stored.get("webhook_secret"):
            table["webhook_secret_kept"] = True
    return table


def _asked_back(uow: UnitOfWork, program_id: int, thing: str) -> Version | None:
    """Return the version that is to be brought back, if one is: its form is filled with it."""
    asked = request.args.get("version", "")
    if not asked:
        return None
    if not re.fullmatch(r"[1-9][0-9]{0,8}", asked):
        abort(400)
    kept = setting_versions.history(uow, program_id, thing, 1, before=int(asked) + 1)
    return kept[0] if kept and kept[0].version == int(asked) else abort(404)


def _beside(uow: UnitOfWork, found: StoredProgram, thing: str) -> dict[str, Any]:
    """What a thing comes to; a page that asks itself again asks for its top alone."""
    if asks_itself_again():
        return {}
    if thing == HOURS:
        return {"weeks": settings_shown.days_ahead(found, uow.now), "law": settings_shown.law(found, uow.now)}
    if thing == SENDER:
        limits = settings_shown.sender_limits(deployment(), uow, found)
        own = deployment().settings.sender_for(found.sender)
        told = {"leaves_from": own, "leaves_from_kind": settings_shown.sender_kind(own)}
        return told | {"limits": limits, "sent": settings_shown.sent_today(uow, found)}
    if thing == SERVICE_LEVELS:
        return {"work": settings_shown.work_by_priority(found.levels)}
    return {}


def _addresses(program_id: int, thing: str) -> dict[str, str]:
    """Where a thing's form and its versions are."""
    if thing in COLUMNS:
        form = url_for(".one", program_id=program_id, thing=thing)
        return {"form": form, "history": url_for(".history", program_id=program_id, thing=thing)}
    if thing == program_settings.NEW_CLINIC:
        return {"form": url_for(".new_clinic", program_id=program_id), "history": ""}
    clinic_id = thing.partition(":")[2]
    form = url_for(".clinic", program_id=program_id, clinic_id=clinic_id)
    return {"form": form, "history": url_for(".clinic_history", program_id=program_id, clinic_id=clinic_id)}
