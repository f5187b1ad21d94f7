"""One member: who they are, how they may be reached, what they agreed to, and what is planned for them."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, render_template

from admin import consent_words, forecast_words, known_around, member_words, sharing_words, stopping, text_words, words
from admin.access import allowed, signed_in
from admin.choices import choices
from admin.looks import looking
from admin.loops import badge_of
from admin.roles import Right
from admin.tasks import badges
from locales.languages import languages
from outreach.engine.forecast import forecast
from outreach.loops.consent import Category, Channel
from outreach.store import sharing
from outreach.store.reads import loops, members, planned
from outreach.store.reads import tasks as task_reads
from outreach.store.reads.members import MemberRow, PhoneRow
from outreach.store.unit_of_work import UnitOfWork

pages = Blueprint("members", __name__)
SHOWN = 50  # loops and tasks


@pages.get("/members/<row:member_id>")
@allowed(Right.MEMBERS)
def shown(member_id: int) -> str:
    """Who is this person, how may we reach them, and what did they agree to?"""
    return member_page(member_id)


def member_page(member_id: int, failed: str = "", problem: str = "") -> str:
    """Return the page of a member, or 404; seeing it is noted in the trail (HIP-14).

    `failed` names the form that was refused: it keeps what was typed, and says what is amiss.
    """
    with looking(f"member:{member_id}") as uow:
        member = members.member_row(uow, member_id) or abort(404)
        phones = members.phones(uow, member_id)
        shown = _who(uow, member, phones) | _ledger(uow, member, phones) | _owed(uow, member, phones)
        shown |= _reach(member, phones) | _shared(uow, member)
        around = known_around.around(uow, member, phones)
    return render_template(
        "admin/member.html",
        member=member,
        failed=failed,
        problem=problem,
        may_prove=signed_in().may(Right.PROOF),
        ways=stopping.WAYS,
        around=around,
        **shown,
    )


def _who(uow: UnitOfWork, member: MemberRow, phones: list[PhoneRow]) -> dict[str, Any]:
    return {
        "now": uow.now,
        "zone": member.zone,
        "language": languages().get(member.language),
        "tier": member_words.TIERS.get(member.tier, str(member.tier)),
        "stands": member_words.STANDINGS[member.standing],
        "clocks": member_words.zones(member, uow.now),
        "states": member_words.states(member),
        "phones": [_phone(phone, member, uow) for phone in phones],
    }


def _phone(phone: PhoneRow, member: MemberRow, uow: UnitOfWork) -> dict[str, Any]:
    """Return one phone as it is drawn: what is known of it, and what was agreed to, by channel and category."""
    about, stopped = (phone.ledger, member.id), consent_words.opted_out(phone.ledger)
    given = {
        channel: [consent_words.cell(*about, channel, category, uow.now, member.zone) for category in Category]
        for channel in Channel
    }
    return {
        "id": phone.id,
        "number": phone.number,
        "state": member_words.number(phone.state),
        "stopped": words.date_of(stopped, member.zone) if stopped else "",
        "silent": consent_words.silent(phone.ledger),
        "given": any(cell.tone == "good" for cell in given[Channel.SMS]),
        "heard": member_words.heard(phone, member.zone),
        "looked_up": member_words.looked_up(phone, member.zone),
        "shared_with": phone.shared_with,
        "channels": [(consent_words.CHANNELS[channel], cells) for channel, cells in given.items()],
        "taken_back": consent_words.can_be_taken_back(phone.ledger, member.id),
    }


def _ledger(uow: UnitOfWork, member: MemberRow, phones: list[PhoneRow]) -> dict[str, Any]:
    entries = members.ledger(uow, member.id)
    return {
        "ledger": [consent_words.line(entry, member.zone) for entry in entries],
        "numbers": {phone.id: phone.number[-4:] for phone in phones},
        "categories": consent_words.CATEGORIES,
    }


def _owed(uow: UnitOfWork, member: MemberRow, phones: list[PhoneRow]) -> dict[str, Any]:
    promises = loops.of_member(uow, member.id, SHOWN)
    still_open = {loop.id: loop for loop in promises if not loop.closed}
    said = forecast(uow, still_open)
    coming = [row for row in planned.beside(uow, still_open) if row.id in said]
    tasks = task_reads.tasks_of_member(uow, SHOWN, member.id, [phone.id for phone in phones])
    return {
        "promises": [(loop, badge_of(loop), words.next_up(loop)) for loop in promises],
        "tasks": [(task, choices(task), badges(task)) for task in tasks],
        "coming": [
            (
                text_words.name(row.step, row.words),
                words.at(row.due_at, still_open[row.loop_id].zone),
                row.loop_id,
                forecast_words.foreseen(said[row.id], row.due_at, uow.now, still_open[row.loop_id].zone),
            )
            for row in coming
        ],
    }


def _reach(member: MemberRow, phones: list[PhoneRow]) -> dict[str, Any]:
    return {"wishes": member_words.wishes(member.rule, {phone.id: phone.number for phone in phones})}


def _shared(uow: UnitOfWork, member: MemberRow) -> dict[str, Any]:
    events = sharing.sharing(uow, [member.id]).get(member.id, ())
    return {
        "told": sharing_words.told(events, member.zone),
        "recipients": sharing_words.choices(),
        "information": sharing_words.open_to_choice(),
        "said_by": sharing_words.SAID_BY,
    }
