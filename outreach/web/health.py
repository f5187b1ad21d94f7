"""Is the process there, and could it store a webhook right now?"""

from __future__ import annotations

import shutil

from flask import Blueprint, Response

from outreach.engine.deployment import Deployment
from outreach.web.running import deployment

doors = Blueprint("health", __name__)
_DISK_FLOOR = 100 * 1024 * 1024  # bytes; a write-ahead log needs room to grow


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
    file = deployed.database.file
    if file is not None and shutil.disk_usage(file.absolute().parent).free < _DISK_FLOOR:
        return "the disk is full"
    return None if deployed.database.ready() else "the database cannot be written"
