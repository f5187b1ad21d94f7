"""The carrier's doors of calls: signed like those of texts, and answered with what is said next (TWI-16, TWI-39)."""

from __future__ import annotations

import re

from flask import Blueprint, Response, abort, request

from conversations.calls.answered_by import AnsweredBy
from conversations.calls.events import Answered
from outreach.channels.receive.call_answer import CallAnswer, parse_call_answer
from outreach.channels.receive.call_status import parse_call_status
from outreach.channels.receive.form import Malformed, text
from outreach.channels.voice.twiml import CONTENT_TYPE
from outreach.engine import call_progress, calls
from outreach.engine.calls import Request
from outreach.store.database import StoreAway
from outreach.store.loops import LoopChangedMeanwhile
from outreach.web import twilio
from outreach.web.running import deployment

doors = Blueprint("voice", __name__, url_prefix="/twilio/voice")
doors.before_request(twilio.verify)
doors.after_request(twilio.count)
doors.register_error_handler(StoreAway, twilio.away)
doors.register_error_handler(LoopChangedMeanwhile, twilio.away)
doors.register_error_handler(Malformed, lambda _problem: Response(status=400))


@doors.post("/<row:touch>")
def outbound(touch: int) -> Response:
    """Say what comes next on a call of ours: its first words, or the answer to a key, a transfer or a message."""
    answer = parse_call_answer(request.form)
    by = answer.answered_by or AnsweredBy.UNKNOWN
    return _say(calls.outbound(deployment(), touch, _number("a"), _request(answer, by)))


@doors.post("/inbound")
def inbound() -> Response:
    """Say what comes next to somebody who calls us."""
    answer = parse_call_answer(request.form)
    return _say(calls.inbound(deployment(), answer.from_, answer.to, _request(answer, AnsweredBy.HUMAN)))


@doors.post("/fallback/<row:touch>")
def fallback(touch: int) -> Response:
    """Say who we are and which number to call, after another door failed (TWI-23)."""
    return _say(calls.fallback(deployment(), touch))


@doors.post("/status/<row:touch>")
def status(touch: int) -> Response:
    """Apply the carrier's word on a call of ours."""
    call_progress.of_ours(deployment(), touch, _number("a"), parse_call_status(request.form))
    return Response(status=204)


@doors.post("/inbound/status")
def inbound_status() -> Response:
    """Apply the carrier's word on a call to us."""
    told = parse_call_status(request.form)
    call_progress.of_theirs(deployment(), text(request.form, "From"), text(request.form, "To"), told)
    return Response(status=204)


def _request(answer: CallAnswer, by: AnsweredBy) -> Request:
    """Return what happened: that a call begins, where no turn is named, or the answer to one."""
    event = answer.event(_number("t")) if "t" in request.args else Answered(by)
    return Request(answer.sid, event, answer.recording_url)


def _number(name: str) -> int:
    found = request.args.get(name, "")
    if not re.fullmatch(r"[0-9]{1,9}", found, re.ASCII):
        abort(400)
    return int(found)


def _say(document: bytes) -> Response:
    return Response(document, content_type=CONTENT_TYPE)
