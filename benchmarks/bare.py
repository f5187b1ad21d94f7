"""The least that a webhook door can do: one signature validated, one row inserted. What ours is measured against."""

from __future__ import annotations

import os

from flask import Flask, Response, abort, request
from sqlalchemy import Column, DateTime, Integer, MetaData, String, Table, create_engine, func, insert
from twilio.request_validator import RequestValidator

_EMPTY = '<?xml version="1.0" encoding="UTF-8"?><Response></Response>'

app = Flask(__name__)
_engine = create_engine(os.environ["DATABASE_URL"], pool_size=20, max_overflow=0)
_validator = RequestValidator(os.environ["TWILIO_AUTH_TOKEN"])
_public = os.environ["PUBLIC_URL"]
_text = Table(
    "bare_text",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("sid", String, unique=True),
    Column("from_number", String),
    Column("body", String),
    Column("received_at", DateTime(timezone=True), server_default=func.now()),
)
_text.metadata.create_all(_engine)


@app.get("/readyz")
def readyz() -> Response:
    """Say that it is there."""
    return Response("ready")


@app.post("/twilio/sms")
def sms() -> Response:
    """Validate, insert, answer."""
    url = _public + request.full_path.removesuffix("?")
    if not _validator.validate(url, request.form, request.headers.get("X-Twilio-Signature", "")):
        abort(403)
    row = {"sid": request.form["MessageSid"], "from_number": request.form["From"], "body": request.form["Body"]}
    with _engine.begin() as connection:
        connection.execute(insert(_text).values(row))
    return Response(_EMPTY, content_type="text/xml")
