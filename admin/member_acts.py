"""What people record about a member: opt-outs, wrong numbers, consent taken back, phones, wishes, and sharing."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, abort, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from admin import fields, refusals, sharing_words, stopping
from admin.access import allowed, deployment, signed_in
from admin.language import gettext as _
from admin.member_forms import contact_rule, taken_back
from admin.members import member_page
from admin.roles import Right
from outreach.engine import consenting, opting, sharing
from outreach.engine.refusals import NotAsked
from outreach.loops.sharing import Information, Recipient, Workflow
from outreach.store.reads import members

acts = Blueprint("member_acts", __name__)
Answer = Response | tuple[str, int]


@acts.post("/members/<row:member_id>/stop")
@allowed(Right.CARE)
def stop(member_id: int) -> Answer:
    """They want no more texts on one of their phones (LAW-15)."""
    return _try("stop", member_id, lambda: stopping.stop(_phones(member_id)), stopping.stopped())


@acts.post("/members/<row:member_id>/wrong-number")
@allowed(Right.CARE)
def wrong_number(member_id: int) -> Answer:
    """One of the numbers is not theirs (LAW-39)."""

    def act() -> None:
        opting.wrong_number(deployment(), signed_in().actor, stopping.phone_of(_phones(member_id)), member_id)

    return _try("wrong_number", member_id, act, _("Noted that the number is not theirs. Find a working phone."))


@acts.post("/members/<row:member_id>/confirm")
@allowed(Right.CARE)
def confirm(member_id: int) -> Answer:
    """Somebody spoke with them on this number: it is theirs (LAW-38)."""

    def act() -> None:
        consenting.confirm_number(deployment(), signed_in().actor, member_id, stopping.phone_of(_phones(member_id)))

    return _try("confirm", member_id, act, _("Noted that the number is theirs."))


@acts.post("/members/<row:member_id>/revoke")
@allowed(Right.CARE)
def revoke(member_id: int) -> Answer:
    """They take back a part of what they agreed to."""

    def act() -> None:
        phone = stopping.phone_of(_phones(member_id))
        channel, category = taken_back()
        consenting.revoke(deployment(), signed_in().actor, member_id, phone, channel, category, stopping.way())

    return _try("revoke", member_id, act, _("Taken back. Nothing more is sent about it."))


@acts.post("/members/<row:member_id>/phone")
@allowed(Right.CARE)
def phone(member_id: int) -> Answer:
    """They gave another number; nothing that they agreed to goes with it (LAW-40)."""

    def act() -> None:
        number = fields.phone("number")
        if number is None:
            raise NotAsked(_("Give the number, like 202-555-0142."))
        consenting.add_phone(deployment(), signed_in().actor, member_id, number)

    return _try("phone", member_id, act, _("Number added. There is no consent for it yet: ask for it."))


@acts.post("/members/<row:member_id>/contact-rule")
@allowed(Right.CARE)
def reach(member_id: int) -> Answer:
    """How they want to be reached, and how never (HIP-06, CRI-07)."""

    def act() -> None:
        with deployment().read(signed_in().actor) as uow:
            member = members.member_row(uow, member_id) or abort(404)
        rule = contact_rule(_phones(member_id), member.rule)
        consenting.set_contact_rule(deployment(), signed_in().actor, member_id, rule)

    return _try("reach", member_id, act, _("Noted how to reach them. What is planned follows it."))


@acts.post("/members/<row:member_id>/sharing")
@allowed(Right.CARE)
def share(member_id: int) -> Answer:
    """What they let us tell, and to whom."""

    def act() -> None:
        information = fields.needed(fields.code(Information, "information"), _("Choose what it is about."))
        recipient, workflow = _recipient()
        allow, how = request.form.get("allow", ""), request.form.get("source", "")
        if allow not in ("yes", "no"):
            raise NotAsked(_("Choose whether it may be told."))
        if how not in sharing_words.SAID_BY:
            raise NotAsked(_("Choose how they said it."))
        sharing.set_sharing(
            deployment(), signed_in().actor, member_id, information, recipient, workflow, allow == "yes", how,
            fields.line("evidence"),
        )  # fmt: skip

    return _try("share", member_id, act, _("Noted. It counts from now on."))


def _recipient() -> tuple[Recipient, Workflow]:
    chosen = request.form.get("recipient", "")
    if not chosen:
        raise NotAsked(_("Choose who is told."))
    if chosen not in dict(sharing_words.choices()):
        abort(400)
    recipient, workflow = chosen.split(":")
    return Recipient(recipient), Workflow(workflow)


def _phones(member_id: int) -> list[int]:
    with deployment().read(signed_in().actor) as uow:
        return members.phone_ids(uow, member_id)


def _try(form: str, member_id: int, act: Callable[[], None], said: str) -> Answer:
    """Do it and say so; or show the member again with what was typed, and say why not."""
    with deployment().read(signed_in().actor) as uow:
        if members.member_row(uow, member_id) is None:
            abort(404)
    try:
        act()
    except NotAsked as problem:
        return member_page(member_id, form, refusals.said(problem)), 409
    flash(said)
    return redirect(url_for("members.shown", member_id=member_id), 303)
