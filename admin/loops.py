"""The list of loops, and one loop with its four answers and its time line."""

from __future__ import annotations

import re

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from admin import member_words, ride_words, signal_words, words
from admin.access import CARE, EVERY_ROLE, allowed, deployment, looks_anew, signed_in
from admin.choices import choices
from admin.tasks import badges
from admin.timeline import drawn
from locales.languages import languages
from outreach.engine import handlers
from outreach.loops.rides import RideNeed
from outreach.store.reads import loops as reads
from outreach.store.reads import rides, signals, timeline
from outreach.store.reads import tasks as task_reads
from outreach.store.reads.loops import LoopRow
from outreach.store.unit_of_work import UnitOfWork

pages = Blueprint("loops", __name__, template_folder="templates")
PAGE = 50
SHOWN = ("open", "closed", "all", "unheld")
_LINK_HOURS = 72.0


@pages.get("/")
@allowed(*EVERY_ROLE)
def home() -> Response:
    """Start at the loops."""
    return redirect(url_for("loops.listed"), 303)


@pages.get("/loops")
@allowed(*EVERY_ROLE)
def listed() -> str:
    """Where is every promise?"""
    show, after = request.args.get("show", "open"), request.args.get("after", "")
    if show not in SHOWN or not re.fullmatch(r"([1-9][0-9]{0,17})?", after):
        abort(400)
    with deployment().read(signed_in().actor) as uow:
        found = reads.page(uow, show, int(after) if after else None, PAGE)
    rows = [(loop, words.status(loop), words.status_tone(words.status(loop)), _held(loop)) for loop in found]
    following = found[-1].id if len(found) == PAGE else None
    return render_template("admin/loops.html", rows=rows, show=show, shown=SHOWN, following=following)


@pages.get("/loops/<row:loop_id>")
@allowed(*EVERY_ROLE)
def shown(loop_id: int) -> str:
    """Status, next, who, what blocks it, and how we got here."""
    return loop_page(loop_id)


def loop_page(loop_id: int, failed: str = "", problem: str = "") -> str:
    """Return the page of a loop, or 404; seeing it is noted in the trail (HIP-14).

    `failed` names the form that was refused: it keeps what was typed, and says what is amiss.
    """
    with deployment().write(signed_in().actor) as uow:
        loop = reads.one(uow, loop_id) or abort(404)
        shown = _shown(uow, loop)
        if looks_anew(f"loop:{loop_id}"):
            uow.audit("viewed", f"loop:{loop_id}")
        uow.commit()
    answers = four_answers(loop)
    return render_template("admin/loop.html", promise=loop, answers=answers, failed=failed, problem=problem, **shown)


def _shown(uow: UnitOfWork, loop: LoopRow) -> dict[str, object]:
    member = reads.person(uow, loop.member_id)
    tasks = task_reads.tasks_of_loop(uow, PAGE, loop.id, member.phone_id)
    return {
        "member": member,
        "language": languages().get(member.language),
        "line": drawn(timeline.moments(uow, loop.id, loop.member_id), loop, uow.now),
        "now": uow.now,
        "zone_name": words.zone_name(uow.now, loop.zone),
        "tasks": [(task, choices(task), badges(task)) for task in tasks],
        "simulated": not deployment().settings.carrier_configured,
        "need": ride_words.NEEDS[RideNeed(loop.ride_need)],
        "legs": [ride_words.shown(leg, loop.zone) for leg in rides.legs(uow, loop.id)],
        "statuses": ride_words.STATUSES,
        "told": [signal_words.shown(signal, loop.zone) for signal in signals.signals(uow, loop.id)],
        "stands": member_words.STANDINGS[member.standing],
        "pauses": member_words.PAUSES,
        "preferred": member_words.preferred(loop.preferences),
        "tried": member_words.tried(loop.tried, loop.called),
    }


@pages.post("/loops/<row:loop_id>/clinic-link")
@allowed(*CARE)
def clinic_link(loop_id: int) -> str:
    """Make a link by which the clinic itself says how this visit ended."""
    actor = signed_in().actor
    with deployment().read(actor) as uow:
        loop = reads.one(uow, loop_id)
    if loop is None:
        abort(404)
    subject: dict[str, object] = {"loop": loop_id, "clinic": loop.clinic_id}
    token = handlers.issue_link(deployment(), actor, "clinic", subject, _LINK_HOURS)
    address = f"{deployment().settings.public_url.rstrip('/')}/clinic/{token}"
    return render_template("admin/clinic_link.html", promise=loop, address=address, hours=int(_LINK_HOURS))


def _held(loop: LoopRow) -> list[str]:
    if loop.closed:
        return [f"Closed, {words.plain(loop.closed)}"]
    return [words.holding(hold, loop.zone) for hold in loop.holds] or ["Nothing holds it"]


def four_answers(loop: LoopRow) -> list[tuple[str, str, str]]:
    """Return status, next, who and what blocks it: each with its label, its answer and a detail."""
    frozen = handlers.frozen(deployment(), signed_in().actor)
    following = _held(loop)
    first, when = words.next_up(loop)
    stage = words.plain(loop.stage).capitalize()
    outcome = f"{stage}, {words.plain(loop.outcome)}" if loop.outcome else stage
    more = f"{when}, and {len(following) - 1} more" if len(following) > 1 else when
    return [
        ("Status", words.status(loop).capitalize(), outcome),
        ("Next", first, more),
        ("Who", "Nobody, it is closed" if loop.closed else words.who(loop), ""),
        ("Blocked by", words.blocked_by(loop, frozen), ""),
    ]
