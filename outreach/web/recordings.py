"""Where the carrier fetches what is played in a call: by a signed address that ends, and that names nobody (TWI-48)."""

from __future__ import annotations

from flask import Blueprint, Response, abort, request

from outreach.engine.recording_links import fetch
from outreach.web.running import deployment

doors = Blueprint("played", __name__, url_prefix="/twilio/recording")
AUDIO = "audio/wav"


@doors.get("/<token>.wav")
def recording(token: str) -> Response:
    """Return one recording; 404 for an address that is forged, over, or of what is played no more.

    The carrier keeps what it fetched for as long as we say, which is no longer than the address lives.
    """
    found = fetch(deployment(), token)
    if found is None:
        abort(404)
    answer = Response(found.audio, content_type=AUDIO)
    answer.set_etag(found.sha256)
    answer.headers["Cache-Control"] = f"private, max-age={found.good_for}, immutable"
    answer.make_conditional(request)
    return answer
