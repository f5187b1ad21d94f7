"""Taking a consent: the words to read, in the member's language, and the form that says how, by whom, and for what."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from admin import consent_words, refusals
from admin.access import allowed, deployment, signed_in
from admin.language import N_
from admin.language import gettext as _
from admin.looks import looking
from admin.member_forms import METHODS, asked_for, consent, spoken_language
from admin.roles import Right
from admin.words import date_of
from locales.disclosures import NEWEST, spoken
from locales.languages import languages
from outreach.engine import consenting
from outreach.engine.refusals import NotAsked
from outreach.store.reads import members
from outreach.store.reads.members import MemberRow

pages = Blueprint("consenting", __name__)
_ACTS = {
    "record": (consenting.record, N_("Consent recorded.")),
    "ask": (consenting.ask_by_text, N_("One text will ask them. Nothing else is sent until they say yes.")),
}


@pages.get("/members/<row:member_id>/phones/<row:phone_id>/consent")
@allowed(Right.CARE)
def shown(member_id: int, phone_id: int) -> str:
    """What do I read to them, and what did they say?"""
    return _page(member_id, phone_id)


@pages.post("/members/<row:member_id>/phones/<row:phone_id>/consent")
@allowed(Right.CARE)
def taken(member_id: int, phone_id: int) -> Response | tuple[str, int]:
    """Record what they agreed to, or let one text ask for their own yes (LAW-26, LAW-28)."""
    actor = signed_in().actor
    with deployment().read(actor) as uow:
        member = members.member_row(uow, member_id) or abort(404)
    act, said = _ACTS.get(request.form.get("act", ""), (None, ""))
    if act is None:
        abort(400)
    try:
        act(deployment(), actor, consent(member_id, phone_id, member.language, member.zone))
    except NotAsked as problem:
        return _page(member_id, phone_id, refusals.said(problem)), 409
    flash(_(said))
    return redirect(url_for("members.shown", member_id=member_id), 303)


def _page(member_id: int, phone_id: int, problem: str = "") -> str:
    with looking(f"member:{member_id}") as uow:
        member = members.member_row(uow, member_id) or abort(404)
        phones = members.phones(uow, member_id)
        now = uow.now
    phone = next((phone for phone in phones if phone.id == phone_id), None) or abort(404)
    (ways, subjects), since = asked_for(), consent_words.opted_out(phone.ledger)
    return render_template(
        "admin/consent.html",
        member=member,
        phone=phone,
        stopped=date_of(since, member.zone) if since and consent_words.silent(phone.ledger) else "",
        language=languages().get(member.language),
        now=now,
        problem=problem,
        ways=ways,
        subjects=subjects,
        script=_script(member, spoken_language(member.language)),
        english=_script(member, "en"),
        read_in=languages()[spoken_language(member.language)],
        version=NEWEST,
        channels=consent_words.CHANNELS,
        categories=consent_words.CATEGORIES,
        parties=consent_words.PARTIES,
        organisations=consent_words.ORGANISATIONS,
        methods=METHODS,
    )


def _script(member: MemberRow, language: str) -> str:
    ways, subjects = asked_for()
    return spoken(
        NEWEST, language, program=member.program, phone=member.program_phone, channels=ways,
        categories=subjects,
    )  # fmt: skip
