"""The list of loops, and one loop with its four answers and its time line."""

from __future__ import annotations

import re
from dataclasses import dataclass

from flask import Blueprint, abort, redirect, render_template, request
from werkzeug.wrappers import Response

from admin import beside, consent_words, loop_words, member_words, ride_words, signal_words, stopping, words
from admin.access import allowed, signed_in
from admin.choices import choices
from admin.homes import home
from admin.language import N_, Sayings, ngettext
from admin.language import gettext as _
from admin.looks import looking
from admin.roles import Right
from admin.tasks import badges
from admin.timeline import SHOWN as LINES
from admin.timeline import dated, lines
from conversations.meaning import Reason
from locales.languages import languages
from outreach.engine import handlers
from outreach.engine.forecast import forecast
from outreach.loops.outcomes import Outcome
from outreach.loops.rides import RideNeed
from outreach.store.reads import huddle, members, rides, signals, timeline
from outreach.store.reads import loops as reads
from outreach.store.reads import tasks as task_reads
from outreach.store.reads.loops import LoopRow, Sort, Wanted
from outreach.store.switches import is_on
from outreach.store.unit_of_work import UnitOfWork

pages = Blueprint("loops", __name__, template_folder="templates")
PAGE = 50
SHOWN = Sayings({"open": N_("Open"), "closed": N_("Closed"), "all": N_("All"), "unheld": N_("Unheld")})
SORTS = Sayings({Sort.NEXT: N_("What comes next"), Sort.VISIT: N_("The visit"), Sort.OPENED: N_("The oldest")})


@dataclass(frozen=True, slots=True)
class Answer:
    """What is said to one of the four questions of a loop; `blocks` where something stands in its way."""

    question: str
    label: str
    said: str
    more: str = ""
    blocks: bool = False


@pages.get("/")
@allowed(Right.SIGNED_IN)
def first() -> Response:
    """Lead on to the first page that one may see."""
    return redirect(home(signed_in().role), 303)


@pages.get("/loops")
@allowed(Right.LOOPS)
def listed() -> str:
    """Where is every promise?"""
    wanted, after = _wanted(), request.args.get("after", "")
    if not re.fullmatch(r"([1-9][0-9]{0,17})?", after):
        abort(400)
    may_know = signed_in().may(Right.MEMBERS)
    with looking("loops") as uow:
        found = reads.page(uow, wanted, int(after) if after else None, PAGE)
        named = reads.named(uow, {loop.member_id for loop in found}) if may_know else {}
        frozen, places, spoken = is_on(uow, "freeze"), huddle.places(uow), reads.languages_there(uow)
    rows = [(loop, named.get(loop.member_id), badge_of(loop), four_answers(loop, frozen)) for loop in found]
    kept = {name: value for name in ("clinic", "language", "overdue", "sort") if (value := request.args.get(name))}
    return render_template(
        "admin/loops.html", rows=rows, show=wanted.show, shown=SHOWN, wanted=wanted, kept=kept, places=places,
        spoken=spoken, sorts=SORTS, following=found[-1].id if len(found) == PAGE else None, languages=languages(),
    )  # fmt: skip


def _wanted() -> Wanted:
    """Return which loops an address asks for; what is no choice of the page is refused."""
    asked = request.args
    show, clinic, language = asked.get("show", "open"), asked.get("clinic", ""), asked.get("language") or None
    sort = asked.get("sort") or Sort.NEXT.value
    right = show in SHOWN and re.fullmatch(r"([1-9][0-9]{0,17})?", clinic) and sort in list(Sort)
    if not right or (language is not None and language not in languages()):
        abort(400)
    return Wanted(show, int(clinic) if clinic else None, language, asked.get("overdue") == "1", Sort(sort))


@pages.get("/loops/<row:loop_id>")
@allowed(Right.LOOPS)
def shown(loop_id: int) -> str:
    """Status, next, who, what blocks it, and how we got here."""
    return loop_page(loop_id)


def loop_page(loop_id: int, failed: str = "", problem: str = "") -> str:
    """Return the page of a loop, or 404; seeing it is noted in the trail (HIP-14).

    `failed` names the form that was refused: it keeps what was typed, and says what is amiss.
    """
    asked = request.args.get("lines", "all")
    if asked not in LINES:
        abort(400)
    with looking(f"loop:{loop_id}") as uow:
        loop = reads.one(uow, loop_id) or abort(404)
        shown = _story(uow, loop, asked) | _beside(uow, loop)
        answers = four_answers(loop, is_on(uow, "freeze"))
    return render_template("admin/loop.html", promise=loop, answers=answers, failed=failed, problem=problem, **shown)


def four_answers(loop: LoopRow, frozen: bool) -> list[Answer]:
    """Return status, next, who and what blocks it."""
    first, when = words.next_up(loop)
    more = len(loop.holds) - 1
    stage = words.plain(loop.stage).capitalize()
    outcome = f"{stage}, {words.plain(loop.outcome)}" if loop.outcome else stage
    if more > 0 and when:
        when = ngettext("%(when)s, and %(num)d more", "%(when)s, and %(num)d more", more, when=when)
    blocker = words.blocked_by(loop, frozen)
    return [
        Answer("status", _("Status"), loop_words.named(words.status(loop)), outcome),
        Answer("next", _("Next"), first, when),
        Answer("who", _("Who"), _("Nobody, it is closed") if loop.closed else words.who(loop)),
        Answer("blocked_by", _("Blocked by"), blocker or _("Nothing"), blocks=bool(blocker)),
    ]


def badge_of(loop: LoopRow) -> tuple[str, str]:
    """Return the status of a loop as its badge: words and tone."""
    found = words.status(loop)
    return loop_words.status(loop, found), loop_words.tone(loop, found)


def _story(uow: UnitOfWork, loop: LoopRow, shown: str) -> dict[str, object]:
    coming = forecast(uow, [] if loop.closed else [loop.id])
    every = lines(timeline.moments(uow, loop.id, loop.member_id), loop, uow.now, coming)
    every = every if signed_in().may(Right.MEMBERS) else [line.discreet() for line in every]
    return {
        "line": dated([line for line in every if line.belongs(shown)], loop.zone, uow.now),
        "shown": shown,
        "shares": {name: sum(line.belongs(name) for line in every) for name in LINES},
        "now": uow.now,
        "zone_name": words.zone_name(uow.now, loop.zone),
    }


def _beside(uow: UnitOfWork, loop: LoopRow) -> dict[str, object]:
    member = reads.person(uow, loop.member_id)
    tasks = task_reads.tasks_of_loop(uow, PAGE, loop.id, member.phone_id)
    phones = members.phones(uow, loop.member_id)
    agreed = next((phone.ledger for phone in phones if phone.id == member.phone_id), ())
    return {
        "member": member,
        "beside": beside.spoken_with(uow, loop.member_id),
        "language": languages().get(member.language),
        "badge_of": badge_of(loop),
        "tasks": [(task, choices(task), badges(task)) for task in tasks],
        "need": ride_words.NEEDS[RideNeed(loop.ride_need)],
        "legs": [ride_words.shown(leg, loop.zone) for leg in rides.legs(uow, loop.id)],
        "statuses": ride_words.STATUSES,
        "told": [signal_words.shown(signal, loop.zone) for signal in signals.signals(uow, loop.id)],
        "ways": stopping.WAYS,
        "phones": [(phone.id, phone.number) for phone in phones if not consent_words.silent(phone.ledger)],
        "consent": consent_words.texts(agreed, member.id, loop.zone),
        "stands": member_words.STANDINGS[member.standing],
        "pauses": member_words.pauses(),
        "preferred": member_words.preferred(loop.preferences),
        "tried": member_words.tried(loop.tried, loop.called),
        "followed_by": reads.followed_by(uow, loop.id),
        "outcomes": {outcome: loop_words.outcome(outcome) for outcome in Outcome},
        "reasons": {reason: loop_words.reason(reason) for reason in Reason},
        "sources": {source: loop_words.SOURCES[source] for source in handlers.TOLD_BY},
    }
