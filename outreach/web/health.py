"""Is the process there, and could it store a webhook right now?"""

from __future__ import annotations

import shutil
from pathlib import Path

from flask import Blueprint, Response

from outreach.engine.deployment import Deployment
from outreach.web.running import deployment

doors = Blueprint("health", __name__)
_DISK_FLOOR = 100 * 1024 * 1024  # bytes; a write-ahead log needs room to grow
_SQLITE = "sqlite:///"


@doors.get("/healthz")
def healthz() -> Response:
    """The process answers."""
    return Response("ok\n", content_type="text/plain")


@doors.get("/readyz")
def readyz() -> Response:
    """A webhook that comes now could be stored."""
    problem = _problem(deployment())
    return Response(f"{problem or 'ready'}\n", status=503 if problem else 200, content_type="text/plain")


def _problem(deployed: Deployment) -> str | None:
    url = deployed.settings.database_url
    if url.startswith(_SQLITE):
        folder = Path(url.removeprefix(_SQLITE)).absolute().parent
        if not folder.is_dir() or shutil.disk_usage(folder).free < _DISK_FLOOR:
            return "the disk is full"
    return None if deployed.database.ready() else "the database cannot be written"
