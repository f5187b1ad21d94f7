"""What a visitor does with a simulated phone that rings, or that calls the program: through the carrier's own doors."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from admin.access import allowed, deployment, signed_in
from admin.roles import Right
from outreach.simulation import exchange
from outreach.simulation.bar import demo_now
from outreach.simulation.earpiece import Then, read
from outreach.store import programs
from outreach.store.reads.on_the_line import OnTheLine, on_the_line
from outreach.store.reads.phones import number_of

calling = Blueprint("calling", __name__)
KEYS = frozenset("0123456789*#")
_GONE = "This call is over."
_A_TALK = 30  # seconds that a talk in the browser is told to have lasted


@calling.post("/phones/<row:phone_id>/answer")
@allowed(Right.CARE)
def answer(phone_id: int) -> Response:
    """Pick up a phone that rings."""
    call = _call(phone_id)
    if call is None or call.talks or not _take(call):
        return _back(phone_id, _GONE)
    if exchange.pick_up(deployment(), call).then is Then.HANG_UP:
        exchange.hang_up(deployment(), call, 1)
    return _back(phone_id)


@calling.post("/phones/<row:phone_id>/decline")
@allowed(Right.CARE)
def decline(phone_id: int) -> Response:
    """Decline a call, which may be a refusal: a person finds out."""
    call = _call(phone_id)
    if call is None or call.talks or not _take(call):
        return _back(phone_id, _GONE)
    exchange.refuse(deployment(), call, "busy", 603)
    return _back(phone_id)


@calling.post("/phones/<row:phone_id>/key")
@allowed(Right.CARE)
def key(phone_id: int) -> Response:
    """Press keys on what was just said; none at all means that the time is over."""
    call, keys = _call(phone_id), request.form.get("keys", "")
    if not KEYS.issuperset(keys) or len(keys) > 8:
        abort(400)
    if call is None or call.document is None:
        return _back(phone_id, _GONE)
    _touched(call)
    heard = read(call.document)
    if request.form.get("turn", "") != str(heard.turn):
        return _back(phone_id)  # pressed twice, or on words that are over
    if exchange.press(deployment(), call, heard, keys).then is Then.HANG_UP:
        exchange.hang_up(deployment(), call, _A_TALK)
    return _back(phone_id)


@calling.post("/phones/<row:phone_id>/hang-up")
@allowed(Right.CARE)
def hang_up(phone_id: int) -> Response:
    """Hang up."""
    call = _call(phone_id)
    if call is None or not call.talks:
        return _back(phone_id, _GONE)
    exchange.hang_up(deployment(), call, _A_TALK)
    return _back(phone_id)


@calling.post("/phones/<row:phone_id>/ring")
@allowed(Right.CARE)
def ring(phone_id: int) -> Response:
    """Call the program from a member's phone."""
    with deployment().read(signed_in().actor) as uow:
        number, known = number_of(uow, phone_id), programs.programs(uow)
    if number is None or not known:
        abort(404)
    if _call(phone_id) is not None:
        return _back(phone_id, "This phone is on a call.")
    ours = min(known.values(), key=lambda each: each.id).sender
    call = OnTheLine(f"CA{deployment().timer.token()}", phone_id, ours, number)
    _touched(call)
    if exchange.pick_up(deployment(), call).then is Then.HANG_UP:
        exchange.hang_up(deployment(), call, 1)
    return _back(phone_id)


def _call(phone_id: int) -> OnTheLine | None:
    with deployment().read(signed_in().actor) as uow:
        return on_the_line(uow).get(phone_id)


def _take(call: OnTheLine) -> bool:
    demo = demo_now()
    if demo is not None and not demo.lines.take(call.sid):
        return False
    _touched(call)
    return True


def _touched(call: OnTheLine) -> None:
    demo = demo_now()
    if demo is not None:
        demo.lines.touched(call.sid)


def _back(phone_id: int, problem: str = "") -> Response:
    """Return to the phones, with what the loop made of it: whoever presses a key looks at once."""
    if problem:
        flash(problem)
    demo = demo_now()
    if demo is not None:
        demo.stir()
    asked = request.form.get("phones", "")
    return redirect(url_for("phones.shown", phones=asked or str(phone_id)), 303)
