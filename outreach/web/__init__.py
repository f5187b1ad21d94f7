"""The doors for machines and clinics: carrier webhooks, health, metrics, and the link a clinic reports outcomes by."""

from __future__ import annotations

from flask import Flask

from conversations.screens import screen
from outreach.channels.receive.signature import Verifier
from outreach.engine.deployment import Deployment
from outreach.web import clinic, flow, health, latency, metrics, owed, recordings, twilio, voice
from outreach.web.running import RowId, Running
from outreach.web.sparing import Sparing

# These answer machines, which carry a signature or change nothing, and so need no form token.
MACHINE_DOORS = (twilio.doors, voice.doors, recordings.doors, health.doors, metrics.doors)
# The word lists are read before the first text comes, and not by the first texts, all at once.
_ANY_TEXT = "a good day to you all"


def register(app: Flask, deployment: Deployment) -> None:
    """Open the doors of `app`."""
    settings = deployment.settings
    verifier = Verifier(settings.auth_tokens, settings.public_url) if settings.carrier_configured else None
    if verifier is not None:
        screen(_ANY_TEXT)
    shared = Running(verifier)
    monotonic = deployment.timer.monotonic
    for dear in (metrics.StoreFigures(deployment), owed.OwedFigures(deployment)):
        shared.registry.register(Sparing(dear, monotonic))
    shared.registry.register(flow.FlowFigures(deployment))
    latency.measure(app, {twilio.doors.name, voice.doors.name}, shared.registry, monotonic)
    app.extensions["outreach.web"] = shared
    app.url_map.converters["row"] = RowId
    for doors in (*MACHINE_DOORS, clinic.doors):
        app.register_blueprint(doors)
