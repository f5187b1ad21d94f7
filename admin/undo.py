"""What a person can take back, for ten seconds: kept in their signed session, done by the engine if it still can be."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from flask import session

from admin.access import deployment

FOR = timedelta(seconds=10)


@dataclass(frozen=True, slots=True)
class Undo:
    """What was just done: the note of a change to a task, or, with `phone`, a text that is held back."""

    task: int
    row: int
    phone: int | None = None


def offer(done: Undo) -> None:
    """Let the person take back what they just did."""
    session["undo"] = asdict(done) | {"until": (deployment().timer.now() + FOR).isoformat()}


def forget() -> None:
    """It was taken back, or cannot be."""
    session.pop("undo", None)


def offered() -> Undo | None:
    """Return what can still be taken back."""
    found = session.get("undo")
    if not found or datetime.fromisoformat(found["until"]) <= deployment().timer.now():
        return None
    return Undo(found["task"], found["row"], found["phone"])
