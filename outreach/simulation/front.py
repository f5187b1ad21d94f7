"""The front door of a demo: one WSGI application that passes each request on to the world that is shown now."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from werkzeug.wsgi import ClosingIterator

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


@dataclass(eq=False, slots=True)
class _House:
    """One application, what closes it, and how many requests are inside."""

    app: WSGIApplication
    close: Callable[[], None]
    inside: int = 0


class Front:
    """Shows one application at a time; the one before is closed as soon as its last request has been answered."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._shown: _House | None = None

    def show(self, app: WSGIApplication, close: Callable[[], None]) -> None:
        """Pass new requests to `app`; `close` is called once, after another one is shown and the last request left."""
        with self._lock:
            before, self._shown = self._shown, _House(app, close)
            empty = before is not None and before.inside == 0
        if before is not None and empty:
            before.close()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        house = self._enter()
        try:
            answer = house.app(environ, start_response)
        except BaseException:
            self._leave(house)
            raise
        return ClosingIterator(answer, lambda: self._leave(house))

    def _enter(self) -> _House:
        with self._lock:
            if self._shown is None:
                raise LookupError("No world is shown yet.")
            self._shown.inside += 1
            return self._shown

    def _leave(self, house: _House) -> None:
        with self._lock:
            house.inside -= 1
            last = house.inside == 0 and house is not self._shown
        if last:
            house.close()
