"""The web composition root: one app with its doors and pages, and the server that runs it."""

from __future__ import annotations

import signal
from types import FrameType
from typing import Any

import structlog
from flask import Flask, Response, request
from flask_compress import Compress
from flask_wtf.csrf import CSRFProtect
from gunicorn.app.base import BaseApplication
from werkzeug.exceptions import HTTPException
from werkzeug.middleware.proxy_fix import ProxyFix

import admin
from admin.errors import error_page
from outreach import web
from outreach.bootstrap import bootstrap, calm_collector
from outreach.engine.deployment import Deployment
from outreach.settings import Settings
from outreach.simulation.pages import pages as phones
from outreach.store.database import StoreAway
from outreach.store.loops import LoopChangedMeanwhile
from outreach.web.files import name_by_content
from scheduler.single import scheduler_for

_LARGEST_BODY = 256 * 1024
_MOST_PARTS = 200
_SAFE = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; script-src 'self'; "
        "connect-src 'self'; media-src 'self' blob:; frame-ancestors 'none'; base-uri 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
}
_log = structlog.get_logger()
_THREADS = 8  # that answer


def create_app(deployment: Deployment) -> Flask:
    """Return the web application of one deployment."""
    app = Flask("outreach.web", static_folder="static", template_folder="templates")
    app.config.update(_config(deployment))
    app.extensions["outreach"] = deployment
    web.register(app, deployment)
    admin.register(app)
    if not deployment.settings.carrier_configured:
        app.register_blueprint(phones)
    Compress(app)
    name_by_content(app)
    csrf = CSRFProtect(app)
    for doors in web.MACHINE_DOORS:
        csrf.exempt(doors)
    _answer_plainly(app, deployment)
    if deployment.settings.proxies > 0:
        hops = deployment.settings.proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign] # as Flask documents
    return app


def _config(deployment: Deployment) -> dict[str, Any]:
    https = _https(deployment)
    return {
        "SECRET_KEY": deployment.database.keyring.derive("flask-session").hex(),
        "SESSION_COOKIE_NAME": "__Host-outreach" if https else "outreach",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": https,
        "COMPRESS_ALGORITHM": ["br", "gzip"],
        "COMPRESS_ALGORITHM_STREAMING": ["br", "gzip"],
        "MAX_CONTENT_LENGTH": _LARGEST_BODY,
        "MAX_FORM_MEMORY_SIZE": _LARGEST_BODY,
        "MAX_FORM_PARTS": _MOST_PARTS,
        "WTF_CSRF_TIME_LIMIT": None,  # a token lives as long as its session
        "WTF_CSRF_SSL_STRICT": False,  # it wants a Referer, which our own policy forbids browsers to send
    }


def _https(deployment: Deployment) -> bool:
    return deployment.settings.public_url.startswith("https://")


def _answer_plainly(app: Flask, deployment: Deployment) -> None:
    hsts = _https(deployment)

    @app.after_request
    def protect(response: Response) -> Response:
        response.headers.update(_SAFE)
        response.headers.setdefault("Cache-Control", "no-store")  # but for what is nobody's: files, recordings
        if hsts:
            response.headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
        return response

    @app.errorhandler(HTTPException)
    def refused(problem: HTTPException) -> Response | HTTPException:
        # An answer that was composed already, such as the empty one of a webhook door, is left as it is.
        return (
            problem if problem.response is not None else _page(deployment, problem.code or 500, problem.get_headers())
        )

    @app.errorhandler(StoreAway)
    def away(problem: StoreAway) -> Response:
        return _page(deployment, 503, [("Retry-After", "30")], problem)

    @app.errorhandler(LoopChangedMeanwhile)
    def changed(problem: LoopChangedMeanwhile) -> Response:
        return _page(deployment, 409)

    @app.errorhandler(Exception)
    def broken(problem: Exception) -> Response:
        return _page(deployment, 500, [], problem)


def _page(deployment: Deployment, status: int, headers: Any = (), problem: Exception | None = None) -> Response:
    """Answer an error with an id to quote; the log has the same id and no text of the exception."""
    quote = deployment.timer.token()[:12]
    if problem is not None:
        _log.error("request.failed", id=quote, status=status, endpoint=request.endpoint, trail=_trail(problem))
    answer = Response(error_page(status, quote), status=status)
    for name, value in headers:
        if name.lower() in ("allow", "retry-after"):
            answer.headers[name] = value
    return answer


def _trail(problem: Exception) -> list[str]:
    """Return where it happened; the message of an exception may carry personal data, so it is left out."""
    found, at = [type(problem).__name__], problem.__traceback__
    while at is not None:
        found.append(f"{at.tb_frame.f_globals.get('__name__')}:{at.tb_lineno}")
        at = at.tb_next
    return found[:1] + found[-5:]


def _close_streams_first(app: Flask) -> None:
    """Let SIGTERM end what would go on for minutes; gunicorn waits for the requests that are left."""
    before = signal.getsignal(signal.SIGTERM)

    def close(number: int, frame: FrameType | None) -> None:
        app.extensions["outreach.watch"].close()
        if callable(before):
            before(number, frame)

    signal.signal(signal.SIGTERM, close)


class _Server(BaseApplication):  # type: ignore[misc] # gunicorn has no types
    """Gunicorn in this process, configured by our settings and by nothing else."""

    def __init__(self, settings: Settings, with_worker: bool) -> None:
        self._settings = settings
        self._with_worker = with_worker
        super().__init__()

    def load_config(self) -> None:
        """Set what gunicorn needs to know."""
        # One process: SQLite has one writer, and each process counts its own webhooks. More web processes scale.
        chosen = {
            "bind": f"0.0.0.0:{self._settings.port}",
            "worker_class": "gthread",
            "workers": 1,
            "threads": _THREADS + self._settings.web_streams,  # a stream keeps one, and sleeps
            "timeout": 60,
            "graceful_timeout": 20,
            "keepalive": 5,
            "control_socket_disable": True,
            "accesslog": None,
            "loglevel": "warning",
            "proc_name": "outreach",
        }
        for name, value in chosen.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        """Compose after the fork: no connection may be shared between processes."""
        deployment = bootstrap(self._settings)
        if self._with_worker:
            # With connections of its own: however busy sending is, a webhook finds one free.
            ticking = scheduler_for(bootstrap(self._settings))
            ticking.start()
            self.cfg.set("worker_exit", lambda _server, _worker: ticking.shutdown(wait=True))
        app = create_app(deployment)
        _close_streams_first(app)
        calm_collector()
        return app


def serve(settings: Settings, with_worker: bool) -> None:
    """Serve until SIGTERM, which lets requests finish for 20 seconds; with the worker in the same process if asked."""
    _Server(settings, with_worker).run()
