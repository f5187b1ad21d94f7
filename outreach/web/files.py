"""The files that pages load: named by what is in them, so that a browser asks once, and never for an old one."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from flask import Flask, Response, request
from werkzeug.security import safe_join

_YEAR = 365 * 24 * 3600


def name_by_content(app: Flask) -> None:
    """Let `url_for("static", ...)` carry what the file holds, and let browsers keep what they asked for by it."""
    folder = str(app.static_folder)

    @cache
    def digest(filename: str) -> str:
        path = safe_join(folder, filename)
        return sha256(Path(path).read_bytes()).hexdigest()[:10] if path and Path(path).is_file() else ""

    @app.url_defaults
    def carry(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint == "static":
            values.setdefault("v", digest(values["filename"]))

    @app.after_request
    def keep(response: Response) -> Response:
        if request.endpoint == "static" and response.is_streamed:
            response.direct_passthrough = False
            held = response.get_data()
            response.close()  # what compresses it would leave the file open
            response.set_data(held)
        named = (request.view_args or {}).get("filename", "")
        if request.endpoint == "static" and request.args.get("v") and request.args["v"] == digest(named):
            response.cache_control.no_cache = None
            response.cache_control.public, response.cache_control.max_age = True, _YEAR
            response.cache_control.immutable = True
        return response
