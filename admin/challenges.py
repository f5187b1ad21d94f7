"""The challenge that a passkey signs, between the page that asks and its answer: in the signed cookie, not for long."""

from __future__ import annotations

from datetime import datetime

from flask import session

from admin.access import asks_itself_again, deployment
from outreach.engine.passkeys import CHALLENGE_LASTS, Question


def put(question: Question) -> str:
    """Remember what this page asks; return the options for the browser, as JSON.

    A page that stays open and asks itself again keeps the question that it was drawn with.
    """
    if not (asks_itself_again() and "challenge" in session):
        session["challenge"] = {"is": question.challenge, "at": deployment().timer.now().isoformat()}
    return question.options


def take() -> str:
    """Return what was asked, and forget it; nothing where it was asked too long ago, or never."""
    kept = session.pop("challenge", None)
    if not isinstance(kept, dict):
        return ""
    late = deployment().timer.now() > datetime.fromisoformat(kept["at"]) + CHALLENGE_LASTS
    return "" if late else str(kept["is"])
