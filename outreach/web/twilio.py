"""The carrier's doors: believed only when signed, stored before they are answered (TWI-16, TWI-21)."""

from __future__ import annotations

import re
from urllib.parse import quote

import structlog
from flask import Blueprint, Response, abort, request
from werkzeug.exceptions import Forbidden, RequestEntityTooLarge

from outreach.channels.receive import twiml
from outreach.channels.receive.form import Malformed, text
from outreach.channels.receive.sms import parse_inbound
from outreach.channels.receive.status import parse_status
from outreach.engine import callbacks, inbound
from outreach.store.database import StoreAway
from outreach.store.loops import LoopChangedMeanwhile
from outreach.web.running import close_gap, deployment, running

doors = Blueprint("twilio", __name__, url_prefix="/twilio")
_log = structlog.get_logger()
_FORM = "application/x-www-form-urlencoded"
_ANSWERS = {"not a form": 415, "too large": 413}
_LARGEST_FORM = 64 * 1024  # 1,600 characters, ten pictures and the names of places, all percent-encoded, are half of it


@doors.before_request
def verify() -> None:
    """Refuse whatever our carrier did not sign for our account; nothing of the request is logged (TWI-21)."""
    why = _unbelievable()
    if why is not None:
        running().refused.labels(why).inc()
        _log.warning("webhook.refused", door=request.endpoint, why=why)
        raise Forbidden(response=Response(status=_ANSWERS.get(why, 403)))


def _unbelievable() -> str | None:
    """Say why this request is not our carrier's, or None when it is."""
    request.max_content_length = _LARGEST_FORM
    verifier, signature = running().verifier, request.headers.get("X-Twilio-Signature", "")
    if verifier is None:
        return "no carrier"
    if not signature:
        return "not signed"
    if request.mimetype != _FORM:  # nothing else is in the signature, so nothing else may be read
        return "not a form"
    try:
        form = request.form
    except RequestEntityTooLarge:
        return "too large"
    if not verifier.accepts(_raw_target(), form, signature):
        return "wrong signature"
    return None if text(form, "AccountSid") == deployment().settings.twilio_account_sid else "another account"


@doors.after_request
def count(response: Response) -> Response:
    """Count every answer by its door; after one that stored nothing, what was missed is looked for (TWI-23)."""
    shared = running()
    shared.webhooks.labels(str(request.endpoint), str(response.status_code)).inc()
    if response.status_code >= 500:
        shared.gap = True
    elif response.status_code < 300:
        close_gap()
    return response


@doors.post("/sms")
def sms() -> Response:
    """Store an inbound text, let a STOP take hold, and answer with nothing (TWI-26); the worker reads it."""
    try:
        message = parse_inbound(request.form)
    except Malformed:
        abort(400)
    received = inbound.receive(
        deployment(),
        sid=message.sid,
        number=message.from_,
        body=message.body,
        media_count=message.media_count,
        media=message.media,
        provider_word=message.opt_out_type,
    )
    if received.stopped:
        inbound.settle_stop(deployment(), message.from_)
    return Response(twiml.EMPTY, content_type=twiml.CONTENT_TYPE)


@doors.post("/status/<row:touch>")
def status(touch: int) -> Response:
    """Store the carrier's word on one attempt of a text."""
    attempt = request.args.get("a", "")
    if not re.fullmatch(r"[0-9]{1,9}", attempt):
        abort(400)
    try:
        update = parse_status(request.form)
    except Malformed:
        abort(400)
    callbacks.receive(
        deployment(),
        touch_id=touch,
        attempt=int(attempt),
        sid=update.sid,
        status=update.status,
        error_code=update.error_code,
    )
    return Response(status=204)


@doors.errorhandler(StoreAway)
@doors.errorhandler(LoopChangedMeanwhile)
def away(_problem: StoreAway | LoopChangedMeanwhile) -> Response:
    """Ask the carrier to try again: nothing was stored. Anything but a 5xx it would take for our last word."""
    return Response(status=503, headers={"Retry-After": "5"})


def _raw_target() -> str:
    """Return path and query as they were requested: decoding and encoding again would break the signature (TWI-18)."""
    environ = request.environ
    raw = environ.get("RAW_URI") or environ.get("REQUEST_URI")
    if raw:
        return str(raw)
    path = quote((environ.get("SCRIPT_NAME", "") + environ.get("PATH_INFO", "")).encode("latin-1"))
    query = environ.get("QUERY_STRING", "")
    return f"{path}?{query}" if query else path
