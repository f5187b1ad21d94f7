"""The words on the screen for what happened to a loop and what was decided on it; no personal data is in them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from admin import ride_words, task_words, text_words
from admin.member_words import STANDINGS
from admin.words import plain
from outreach.loops.rides import Leg, TripStatus
from outreach.loops.standing import Standing
from outreach.loops.tasks import TaskKind

_EVENTS = {
    "Opened": "Loop opened",
    "VisitMoved": "Clinic moved the visit",
    "VisitCancelled": "Clinic cancelled the visit",
    "Heard": "Decided on the reply",
    "TouchDelivered": "Text delivered: {step}",
    "TouchRefused": "Not sent: {step}",
    "TouchFailed": "Not delivered: {step}",
    "CallEnded": "Call over: {step}, {outcome}",
    "TouchUnresolved": "Not known whether it left: {step}",
    "DeadlinePassed": "Not in time: {awaited}",
    "OutcomeReported": "Outcome reported: {outcome}",
    "ArrivalReported": "The clinic has the member there",
    "RideBooked": "Ride booked",
    "TripReported": "Ride {leg}: {status}",
    "TaskResolved": "Task finished: {kind}, {resolution}",
    "TaskEscalated": "Task not finished in time: {kind}, {level}",
    "NewVisitLinked": "New visit linked",
    "FollowsOn": "It takes over from an earlier visit",
    "Suppressed": "Texts to this phone stopped",
    "StandingChanged": "The member: {standing}",
    "Reachable": "There is a new way to reach the member",
    "StaffClosed": "Closed by a person: {reason}",
}
_NOT_IN_TIME = {
    "reply": "The question went unanswered",
    "outcome": "No outcome in time",
    "home": "No word that the member got home",
}
_EFFECTS = {
    "OpenTask": "task opened: {}",
    "CloseTasks": "tasks no longer needed",
    "Await": "waits for {}",
    "StopAwaiting": "no longer waits for {}",
    "Tell": "clinic told: {}",
}
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
        return f"Ride booked{_home(body.get('trips', ()))}"
    named = {key: _WORDS.get(key, _plain)(value) for key, value in body.items() if isinstance(value, str | int)}
    return _EVENTS.get(kind, kind).format_map(_Named(named))


def effect(decided: str) -> str:
    """Return one effect of a decision in words."""
    name, _, what = decided.partition(": ")[2].partition(" ")
    if name == "Answer":
        return f"answered: {text_words.name(what).lower()}"
    shown = task_words.kind(what).lower() if what in list(TaskKind) else plain(what.replace("-", " "))
    return _EFFECTS.get(name, plain(decided)).format(shown)


class _Named(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return ""


def _plain(value: object) -> str:
    return plain(str(value))


def _home(trips: Any) -> str:
    home = [trip for trip in trips if trip["leg"] == Leg.RETURN]
    if not home:
        return ", one way"
    return ", home on call" if home[0]["will_call"] else ", there and back"
