"""A stream of server-sent events (WHATWG HTML 9.2): it tells an open page when to ask again, and never what changed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from flask import Blueprint, Response, abort, current_app, request

from admin.access import allowed, signed_in, while_signed_in
from admin.roles import Right
from admin.watch import Listener, Watch

pages = Blueprint("live", __name__)
HERE = 15.0  # seconds: a line that says so, which also finds out that a page was closed
PACE = 3.0  # seconds between two tellings: no page asks more often than one without a stream
LASTS = 300.0  # seconds; then the browser comes again
_COME_AGAIN = 60  # seconds
_TAB = re.compile(r"[0-9a-z]{1,32}")


@pages.get("/changes")
@allowed(Right.SIGNED_IN)
def changes() -> Response:
    """Tell this page whenever something changed that whoever reads it may see."""
    tab = request.args.get("tab", "")
    if not _TAB.fullmatch(tab):
        abort(400)
    me, watching = signed_in(), watch()
    told = _told(watching, Listener(f"{me.session}:{tab}", me.scope), while_signed_in())
    if next(told, None) is None:  # begun, so that it ends whatever becomes of this answer
        return Response(status=503, headers={"Retry-After": str(_COME_AGAIN)})
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return Response(told, content_type="text/event-stream; charset=utf-8", headers=headers)


def watch() -> Watch:
    """Return the open pages of this process."""
    found: Watch = current_app.extensions["outreach.watch"]
    return found


def _told(watching: Watch, listener: Listener, open_yet: Callable[[], bool]) -> Iterator[str]:
    """Yield nothing at all where there is no place; else a blank, and then what is to be told."""
    monotonic = watching.deployment.timer.monotonic
    with watching.listening(listener) as heard:
        if not heard:
            return
        yield ""
        yield f"retry: {3000 + hash(listener.tab) % 3000}\n\n"  # not all at once, when a server begins anew
        ends = monotonic() + LASTS
        while monotonic() < ends and not listener.over:
            news = watching.wait(listener, HERE)
            if listener.over:
                return
            if not open_yet():
                yield "event: over\ndata: 1\n\n"
                return
            yield "event: changed\ndata: 1\n\n" if news else ": here\n\n"
            if news:
                watching.rest(listener, PACE)
