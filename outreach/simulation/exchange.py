"""The simulated telephone exchange: it asks our doors what to say, and tells them how a call goes, as a carrier does.

It stands behind the doors' parsers, as simulated texts do: nobody signs here.
"""

from __future__ import annotations

from conversations.calls.answered_by import AnsweredBy
from conversations.calls.events import Answered, Dialled, Digits, Event, Recorded, Silence
from outreach.channels.carrier import CallStatus
from outreach.engine import call_progress, calls
from outreach.engine.calls import Request
from outreach.engine.deployment import Deployment
from outreach.simulation.dice import roll
from outreach.simulation.earpiece import Heard, Then, read
from outreach.store.reads.on_the_line import OnTheLine

ON_CALL_ANSWERS = 0.5  # the share of calls that whoever is on call can take
_ORDER = {"initiated": 0, "ringing": 1, "in-progress": 2}
_LAST = 3


def pick_up(deployment: Deployment, call: OnTheLine, by: AnsweredBy = AnsweredBy.HUMAN) -> Heard:
    """Connect a call that rings, or one that somebody makes to us; return what is said first."""
    for status, sequence in _ORDER.items():
        _tell(deployment, call, status, sequence)
    return _ask(deployment, call, Answered(by))


def press(deployment: Deployment, call: OnTheLine, heard: Heard, keys: str) -> Heard:
    """Press keys on what was heard, or none: then the time is over. Return what is said to it."""
    turn = heard.turn or 0
    return _on(deployment, call, _ask(deployment, call, Digits(turn, keys) if keys else Silence(turn)))


def hang_up(deployment: Deployment, call: OnTheLine, seconds: int) -> None:
    """End a call that was connected."""
    _tell(deployment, call, "completed", _LAST, seconds=seconds)


def refuse(deployment: Deployment, call: OnTheLine, status: str, sip: int) -> None:
    """End a call that nobody took: busy, declined, or rung out."""
    _tell(deployment, call, status, _LAST, seconds=0, sip=sip)


def _tell(
    deployment: Deployment, call: OnTheLine, status: str, sequence: int, seconds: int | None = None, sip: int = 200
) -> None:
    told = CallStatus(call.sid, status, sequence, seconds=seconds, sip_code=sip)
    if call.touch:
        call_progress.of_ours(deployment, call.touch, call.attempt, told)
    else:
        call_progress.of_theirs(deployment, call.theirs, call.ours, told)


def _on(deployment: Deployment, call: OnTheLine, heard: Heard) -> Heard:
    """Do what needs nobody's finger: put a call through, or take a message, in which nobody's voice is kept."""
    turn = heard.turn or 0
    match heard.then:
        case Then.DIAL:
            return _ask(deployment, call, Dialled(turn, roll(0, "on call", call.sid) < ON_CALL_ANSWERS))
        case Then.RECORD:
            return _ask(deployment, call, Recorded(turn, 0))
        case Then.KEYS | Then.HANG_UP:
            return heard


def _ask(deployment: Deployment, call: OnTheLine, event: Event) -> Heard:
    request = Request(call.sid, event)
    if call.touch:
        return read(calls.outbound(deployment, call.touch, call.attempt, request))
    return read(calls.inbound(deployment, call.theirs, call.ours, request))
