"""Is the process there, and could it store a webhook right now?"""

from __future__ import annotations

import shutil

from flask import Blueprint, Response

from outreach.engine.deployment import Deployment
from outreach.engine.restoring import restoring
from outreach.store.actor import Actor
from outreach.store.database import StoreAway
from outreach.store.migrate import behind
from outreach.web.running import close_gap, deployment, running

doors = Blueprint("health", __name__)
_DISK_FLOOR = 100 * 1024 * 1024  # bytes; a write-ahead log needs room to grow
_PROBE = Actor("service", "readiness")


@doors.get("/healthz")
def healthz() -> Response:
    """The process answers."""
    return Response("ok\n", content_type="text/plain")


@doors.get("/readyz")
def readyz() -> Response:
    """A webhook that comes now could be stored. Restore mode holds what leaves, and hears what comes."""
    problem, note = _problem(deployment())
    if problem is None:
        close_gap()
    else:
        running().gap = True
    return Response(f"{problem or note}\n", status=503 if problem else 200, content_type="text/plain")


def _problem(deployed: Deployment) -> tuple[str | None, str]:
    """Return why no webhook could be stored, if so, and what to say if not."""
    file = deployed.database.file
    if file is not None and (free := shutil.disk_usage(file.absolute().parent).free) < _DISK_FLOOR:
        return f"the disk is full: {free // 2**20} MB are free, and {_DISK_FLOOR // 2**20} are needed", ""
    if not deployed.database.ready():
        return "the database is away, or cannot be written", ""
    try:
        if missing := behind(deployed.database.engine):
            return f"{missing} migrations are missing: run `outreach migrate`", ""
        with deployed.read(_PROBE) as uow:
            return None, "ready; restore mode: no text leaves" if restoring(uow) else "ready"
    except StoreAway:
        return "the database is away, or cannot be written", ""
