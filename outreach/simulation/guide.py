"""Five things to try, each linked to something real that fits right now, and ticked when a visitor has done it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from admin.access import signed_in
from admin.words import clock, day
from outreach.simulation.staff import VISITORS
from outreach.store.actor import Actor
from outreach.store.reads.metrics import office_zone
from outreach.store.reads.tour import Ready, Soon, acts_of, ready, soon
from outreach.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to try. `path` is empty while there is nothing to try it on; then `later` says when there will be."""

    title: str
    look: str
    path: str
    later: str
    done: bool


def guide(uow: UnitOfWork) -> tuple[Step, ...]:
    """Return the five steps as they stand."""
    acts = _acts(uow)
    now, next_up, zone = ready(uow), soon(uow), office_zone(uow)
    return tuple(_step(title, look, path, at, zone, done) for title, look, path, at, done in _all(acts, now, next_up))


def tried(uow: UnitOfWork) -> tuple[int, int]:
    """Return how many of the steps were done, and how many there are."""
    steps = _all(_acts(uow), Ready(None, None, None, None), Soon(None, None, None))
    done = [step[-1] for step in steps]
    return sum(done), len(done)


def _acts(uow: UnitOfWork) -> frozenset[str]:
    names = {*VISITORS, signed_in().name}
    return acts_of(uow, sorted(str(Actor("person", name)) for name in names))


def _all(acts: frozenset[str], now: Ready, next_up: Soon) -> Iterable[tuple[str, str, str, datetime | None, bool]]:
    return (
        (
            "Answer this member",
            "The rules answer before you press send.",
            f"/tasks/{now.answer}" if now.answer else "",
            next_up.answer,
            "text" in acts or any(act.startswith("answered.") for act in acts),
        ),
        (
            "Book this ride",
            "One form, both ways. Ride texts follow by themselves.",
            f"/tasks/{now.ride}" if now.ride else "",
            next_up.ride,
            "ride.booked" in acts,
        ),
        (
            "Mark this visit",
            "The loop closes, with who said so.",
            f"/loops/{now.mark}" if now.mark else "",
            next_up.mark,
            any(act.startswith("outcome.") for act in acts),
        ),
        (
            "Freeze sending",
            "Texts wait, none is lost, unheld stays 0.",
            "#standing",
            None,
            "sends.freeze" in acts,
        ),
        (
            "Read this loop's evidence",
            "Every text with its rule, every reply with its why.",
            f"/loops/{now.evidence}/evidence" if now.evidence else "",
            next_up.answer,
            any("evidence" in act for act in acts),
        ),
    )


def _step(title: str, look: str, path: str, at: datetime | None, zone: str, done: bool) -> Step:
    later = ""
    if not path:
        later = f"The first one comes about {day(at, zone)[:3]} {clock(at, zone)}." if at else "None is open right now."
    return Step(title, look, path, later, done)
