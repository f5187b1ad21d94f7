"""A demo in this process behind a real port: a test or a camera plays it to a moment, and then looks around."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from flask import Flask
from werkzeug.serving import WSGIRequestHandler, make_server

from outreach.app import create_app
from outreach.bootstrap import RealTimer
from outreach.engine.handlers import issue_link
from outreach.simulation.clock import Pace
from outreach.simulation.demo import Demo
from outreach.simulation.front import Front
from outreach.simulation.stage import Script
from outreach.simulation.world import WORLD


class _Silent(WSGIRequestHandler):
    def log_request(self, *_args: Any, **_more: Any) -> None:
        """Say nothing."""


class Shown:
    """A demo that is served. It stands still between `play_until` and the next visitor's act."""

    def __init__(self, demo: Demo, port: int) -> None:
        self.demo = demo
        self.url = f"http://127.0.0.1:{port}"

    @property
    def now(self) -> datetime:
        return self.demo.deployment.database.now()

    def link(self, name: str = "Maya Ortiz", role: str = "coordinator") -> str:
        subject: dict[str, object] = {"name": name, "role": role}
        return f"{self.url}/sign-in/{issue_link(self.demo.deployment, WORLD, 'sign_in', subject, 1)}"

    def play_until(self, enough: Callable[[], bool]) -> None:
        """Play at full speed until it is enough or the story is over; then stand still."""
        self.demo.set_pace(Pace.FULL_SPEED)
        while not enough() and not self.demo.over:
            self.demo.tick()
        self.demo.set_pace(Pace.PAUSED)
        self.demo.tick()


@contextmanager
def shown(folder: Path, members: int, seed: int = 1) -> Iterator[Shown]:
    """Serve a demo that stands still at its beginning; its clock ticks only when it is told to, or in `ticking`."""
    front = Front()
    server = make_server("127.0.0.1", 0, front, threaded=True, request_handler=_Silent)
    script = Script(folder, server.port, members, RealTimer())
    demo = Demo(script, front, seed, Pace.PAUSED, _opened, lambda _said: None)
    serving = threading.Thread(target=server.serve_forever)
    serving.start()
    try:
        yield Shown(demo, server.port)
    finally:
        server.shutdown()
        serving.join()
        server.server_close()
        demo.deployment.database.engine.dispose()


@contextmanager
def ticking(demo: Demo) -> Iterator[None]:
    """Let the demo's own clock run meanwhile, as the command line does."""
    playing = threading.Thread(target=demo.play)
    playing.start()
    try:
        yield
    finally:
        demo.stop()
        playing.join()


def _opened(demo: Demo) -> Flask:
    app = create_app(demo.deployment)
    app.extensions["outreach.demo"] = demo
    return app
