"""The simulated phones in the console: pick one up, read it, text back. Only where no carrier is configured."""

from __future__ import annotations

import re

import structlog
from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from admin.access import allowed, asks_itself_again, deployment, looks_anew, signed_in
from admin.roles import Right
from outreach.engine import inbound, understanding
from outreach.simulation.acts import acts
from outreach.simulation.bar import demo_now, in_the_demo
from outreach.simulation.board import board
from outreach.simulation.calling import calling
from outreach.simulation.cards import Card, card
from outreach.simulation.guide import guide
from outreach.simulation.news import news
from outreach.simulation.ringing import phones_with_a_call, ringing
from outreach.simulation.shelf import answered_first, following, found, laid_out
from outreach.store.reads.happenings import happenings
from outreach.store.reads.metrics import office_zone
from outreach.store.reads.phones import Phone, number_of, phone_of_loop, phones, stories
from outreach.store.reads.thread import thread
from outreach.store.unit_of_work import UnitOfWork

pages = Blueprint("phones", __name__, template_folder="templates")
pages.register_blueprint(acts)
pages.register_blueprint(calling)
pages.app_context_processor(in_the_demo)
SHOWN = 6
_LONGEST = 1600  # what a carrier lets through
_MESSAGES, _NEWS = 14, 8
_ROW = re.compile(r"[1-9][0-9]{0,17}")
_log = structlog.get_logger()


@pages.get("/phones")
@allowed(Right.CARE)
def shown() -> str | Response:
    """What does the member see?"""
    actor = signed_in().actor
    with deployment().read(actor) as uow:
        roster = phones(uow)
        picked = _picked(uow, roster)
        if picked is not None:
            return redirect(url_for("phones.shown", phones=",".join(str(row_id) for row_id in picked)), 303)
        kept = _ids(",".join(request.args.getlist("phones")[-1:]))
        follows = "follow" in request.args if asks_itself_again() else not kept
        on_show = laid_out(roster, kept, SHOWN)
        if follows and kept:
            on_show = following(roster, on_show)
        if follows:
            on_show = answered_first(roster, on_show, phones_with_a_call(uow))
        page = _page(uow, roster, on_show) | {"follows": follows}
    _note_looks(on_show)
    return render_template("simulation/phones.html", **page)


@pages.post("/phones/<row:phone_id>/text")
@allowed(Right.CARE)
def text(phone_id: int) -> Response:
    """Text from a member's phone, through the same door as a carrier's webhook."""
    said = (request.form.get("digit") or request.form.get("text", "")).replace("\x00", "")
    with deployment().read(signed_in().actor) as uow:
        number = number_of(uow, phone_id)
    if number is None:
        abort(404)
    if not said.strip() or len(said) > _LONGEST:
        abort(400)
    _deliver(number, said)
    demo = demo_now()
    if demo is not None:
        demo.stir()
    on_show = _ids(request.form.get("phones", "")) or [phone_id]
    return redirect(url_for("phones.shown", phones=",".join(str(row_id) for row_id in on_show)), 303)


def _deliver(number: str, said: str) -> None:
    sid = f"SM{deployment().timer.token()}"
    received = inbound.receive(deployment(), sid=sid, number=number, body=said, media_count=0, provider_word=None)
    if received.stopped:
        inbound.settle_stop(deployment(), number)
    try:
        understanding.understand_waiting(deployment())  # whoever texts here looks at once
    except Exception as problem:  # stored is stored: the worker reads it
        _log.error("reply.unread", reply=received.reply_id, problem=type(problem).__name__)


def _picked(uow: UnitOfWork, roster: list[Phone]) -> list[int] | None:
    """Return the phones to lay out when one was asked for, by name, id or loop; None when none was."""
    asked = request.args
    if asked.get("q", "").strip():
        wanted = [phone.id for phone in found(roster, asked["q"])]
        if not wanted:
            flash("No phone fits that name, language or number.")
    elif "phone" in asked or "loop" in asked:
        ids = _ids(asked.get("phone", "") or asked.get("loop", ""))
        wanted = ids if "phone" in asked else [p for row_id in ids if (p := phone_of_loop(uow, row_id)) is not None]
    else:
        return None
    return [phone.id for phone in laid_out(roster, wanted, SHOWN)]


def _ids(listed: str) -> list[int]:
    return [int(row_id) for row_id in listed.split(",")[:SHOWN] if _ROW.fullmatch(row_id)]


def _page(uow: UnitOfWork, roster: list[Phone], on_show: list[Phone]) -> dict[str, object]:
    zone, told = office_zone(uow), stories(uow, on_show)
    calls = ringing(uow, [phone.id for phone in on_show])
    cards: list[Card] = [card(phone, told[phone.id], thread(uow, phone.id, _MESSAGES), zone) for phone in on_show]
    return {
        "cards": cards,
        "calls": calls,
        "roster": roster,
        "board": board(uow),
        "news": [news(it, zone) for it in happenings(uow, _NEWS)],
        "guide": guide(uow),
        "listed": ",".join(str(phone.id) for phone in on_show),
    }


def _note_looks(on_show: list[Phone]) -> None:
    """Note in the trail whose conversations were seen (HIP-14)."""
    anew = [phone.id for phone in on_show if looks_anew(f"phone:{phone.id}")]
    if anew:
        with deployment().write(signed_in().actor) as uow:
            uow.narrow()
            for row_id in anew:
                uow.audit("viewed", f"contact_point:{row_id}")
            uow.commit()
