"""Answering as the member, on the simulated phones only."""

from __future__ import annotations

import structlog
from flask import Blueprint, abort, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from admin.access import CARE, allowed, deployment, signed_in
from admin.words import plain
from outreach.engine import inbound, understanding
from outreach.store.actor import Actor
from outreach.store.reads.loops import one, person
from outreach.store.reads.timeline import understood

pages = Blueprint("answers", __name__)
_LONGEST = 1600  # what a carrier lets through
_log = structlog.get_logger()


@pages.post("/loops/<row:loop_id>/answer")
@allowed(*CARE)
def answer(loop_id: int) -> Response:
    """Text back from the member's simulated phone; with a real carrier there is no such page."""
    if deployment().settings.carrier_configured:
        abort(404)
    text, actor = request.form.get("text", ""), signed_in().actor
    number = _number(actor, loop_id)
    if not text.strip() or len(text) > _LONGEST or number is None:
        abort(400)
    sid = f"SM{deployment().timer.token()}"
    received = inbound.receive(
        deployment(), sid=sid, number=number, body=text.replace("\x00", ""), media_count=0, provider_word=None
    )
    if received.stopped:
        inbound.settle_stop(deployment(), number)
    flash(_understood(actor, received.reply_id))
    return redirect(url_for("loops.shown", loop_id=loop_id), 303)


def _number(actor: Actor, loop_id: int) -> str | None:
    with deployment().read(actor) as uow:
        loop = one(uow, loop_id)
        if loop is None:
            abort(404)
        return person(uow, loop.member_id).number


def _understood(actor: Actor, reply_id: int | None) -> str:
    if reply_id is None:
        return "Heard already."
    try:
        understanding.understand_now(deployment(), reply_id)
    except Exception as problem:  # stored is stored: the worker's sweep reads it again
        _log.error("reply.unread", reply=reply_id, problem=type(problem).__name__)
    with deployment().read(actor) as uow:
        intents = understood(uow, reply_id)
    if intents is None:
        return "Heard, not understood yet."
    return f"Understood: {', '.join(plain(intent) for intent in intents) or 'nothing, a person reads it'}."
