"""The words on the screen for what happened to a loop and what was decided on it; no personal data is in them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from admin import ride_words, task_words, text_words
from admin.language import N_, Sayings
from admin.language import gettext as _
from admin.member_words import STANDINGS
from admin.words import plain
from outreach.loops.rides import Leg, TripStatus
from outreach.loops.standing import Standing
from outreach.loops.tasks import TaskKind

_EVENTS = Sayings(
    {
        "Opened": N_("Loop opened"),
        "VisitMoved": N_("Clinic moved the visit"),
        "VisitCancelled": N_("Clinic cancelled the visit"),
        "Heard": N_("Decided on the reply"),
        "TouchDelivered": N_("Text delivered: %(step)s"),
        "TouchRefused": N_("Not sent: %(step)s"),
        "TouchFailed": N_("Not delivered: %(step)s"),
        "CallEnded": N_("Call over: %(step)s, %(outcome)s"),
        "TouchUnresolved": N_("Not known whether it left: %(step)s"),
        "DeadlinePassed": N_("Not in time: %(awaited)s"),
        "OutcomeReported": N_("Outcome reported: %(outcome)s"),
        "ArrivalReported": N_("The clinic has the member there"),
        "RideBooked": N_("Ride booked"),
        "TripReported": N_("Ride %(leg)s: %(status)s"),
        "TaskResolved": N_("Task finished: %(kind)s, %(resolution)s"),
        "TaskEscalated": N_("Task not finished in time: %(kind)s, %(level)s"),
        "NewVisitLinked": N_("New visit linked"),
        "FollowsOn": N_("It takes over from an earlier visit"),
        "Suppressed": N_("Texts to this phone stopped"),
        "StandingChanged": N_("The member: %(standing)s"),
        "Reachable": N_("There is a new way to reach the member"),
        "StaffClosed": N_("Closed by a person: %(reason)s"),
    }
)
_NOT_IN_TIME = Sayings(
    {
        "reply": N_("The question went unanswered"),
        "outcome": N_("No outcome in time"),
        "home": N_("No word that the member got home"),
    }
)
_EFFECTS = Sayings(
    {
        "OpenTask": N_("task opened: %(what)s"),
        "CloseTasks": N_("tasks no longer needed"),
        "Await": N_("waits for %(what)s"),
        "StopAwaiting": N_("no longer waits for %(what)s"),
        "Tell": N_("clinic told: %(what)s"),
    }
)
_WORDS: dict[str, Callable[[Any], str]] = {
    "step": lambda code: text_words.name(code),
    "leg": lambda code: ride_words.LEGS[Leg(code)].lower(),
    "status": lambda code: ride_words.STATUSES[TripStatus(code)].lower(),
    "standing": lambda code: STANDINGS[Standing(code)].lower(),
    "level": task_words.level,
    "kind": lambda code: task_words.kind(code).lower(),
    "resolution": lambda code: task_words.resolution(code).lower(),
}


def happened(kind: str, body: Mapping[str, Any]) -> str:
    """Return an event in words; of its body only codes are shown."""
    if kind == "DeadlinePassed" and body.get("awaited") in _NOT_IN_TIME:
        return _NOT_IN_TIME[body["awaited"]]
    if kind == "RideBooked":
        return _ride(body.get("trips", ()))
    named = {key: _WORDS.get(key, _plain)(value) for key, value in body.items() if isinstance(value, str | int)}
    return _EVENTS.get(kind, kind) % _Named(named)


def effect(decided: str) -> str:
    """Return one effect of a decision in words."""
    name, _space, what = decided.partition(": ")[2].partition(" ")
    if name == "Answer":
        return _("answered: %(text)s", text=text_words.name(what).lower())
    shown = task_words.kind(what).lower() if what in list(TaskKind) else plain(what.replace("-", " "))
    return _EFFECTS[name] % {"what": shown} if name in _EFFECTS else plain(decided)


class _Named(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return ""


def _plain(value: object) -> str:
    return plain(str(value))


def _ride(trips: Any) -> str:
    home = [trip for trip in trips if trip["leg"] == Leg.RETURN]
    if not home:
        return _("Ride booked, one way")
    return _("Ride booked, home on call") if home[0]["will_call"] else _("Ride booked, there and back")
