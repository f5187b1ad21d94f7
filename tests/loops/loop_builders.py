"""Builders with keyword overrides: a visit, its loop, a touch and its facts, the factory cadence."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from outreach.loops.anchor import Anchor
from outreach.loops.cadence import Cadence, Queue, read_cadence, standard_cadence
from outreach.loops.caps import Caps
from outreach.loops.consent import Action, Category, ConsentClass, ConsentEvent
from outreach.loops.contact_rule import ANY_WAY
from outreach.loops.facts import Facts, GateTouch
from outreach.loops.hours import Hours
from outreach.loops.loop import Loop
from outreach.loops.numbers import NumberState
from outreach.loops.plan import Situation
from outreach.loops.standing import Standing

NEW_YORK, CHICAGO, DENVER, LOS_ANGELES = (
    "America/New_York",
    "America/Chicago",
    "America/Denver",
    "America/Los_Angeles",
)
US_ZONES = (
    NEW_YORK,
    CHICAGO,
    DENVER,
    LOS_ANGELES,
    "America/Phoenix",
    "America/Indiana/Knox",
    "America/Anchorage",
    "America/Adak",
    "Pacific/Honolulu",
    "America/Puerto_Rico",
    "Pacific/Guam",
    "Pacific/Pago_Pago",
)
ENTRY = 7  # the ledger's entry of whatever consent a test builds
VISIT_DAY = dt.date(2027, 3, 16)  # a Tuesday, two days after the clocks changed


def local(text: str, zone: str = NEW_YORK) -> dt.datetime:
    """Return the instant of a wall time written as people write it, `2027-03-16 14:30`."""
    return dt.datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(dt.UTC)


def a_visit(**overrides: Any) -> Anchor:
    given: dict[str, Any] = {"id": 1, "version": 1, "day": VISIT_DAY, "wall_time": dt.time(14, 30), "zone": NEW_YORK}
    return Anchor(**(given | overrides))


def a_loop(anchor: Anchor | None = None, **overrides: Any) -> Loop:
    given: dict[str, Any] = {"id": 1, "lane": "appointment", "anchor": anchor or a_visit()}
    return Loop(**(given | overrides))


def factory_cadence() -> Cadence:
    """The cadence that a new program starts from."""
    data = standard_cadence()
    return read_cadence(1, data["step"], data["escalate_after"])


def a_situation(now: dt.datetime, **overrides: Any) -> Situation:
    given: dict[str, Any] = {
        "now": now,
        "hours": Hours(),
        "zones": (NEW_YORK,),
        "welcomed": True,
        "told_version": None,
        "started": frozenset(),
        "ever": frozenset(),
        "planned": {},
    }
    return Situation(**(given | overrides))


def a_consent(action: Action, received_at: dt.datetime, **overrides: Any) -> ConsentEvent:
    given: dict[str, Any] = {
        "at": None,
        "received_at": received_at,
        "member": 1,
        "channel": "sms",
        "category": "*",
        "consent_class": ConsentClass.PEC_OPTIN if action is Action.GRANT else None,
    }
    if action in (Action.STOP, Action.KEEP, Action.START):
        given["member"] = None
    if action in (Action.GRANT, Action.REQUEST):
        given["id"] = ENTRY
    return ConsentEvent(action, **(given | overrides))


def a_touch(useful_until: dt.datetime, **overrides: Any) -> GateTouch:
    given: dict[str, Any] = {
        "id": 1,
        "loop": 1,
        "member": 1,
        "phone": 9,
        "channel": "sms",
        "category": Category.APPOINTMENT,
        "queue": Queue.BULK,
        "anchor_version": 1,
        "useful_until": useful_until,
        "asks": True,
        "is_welcome": False,
    }
    return GateTouch(**(given | overrides))


def the_facts(**overrides: Any) -> Facts:
    """Return facts under which a reminder may leave in the middle of a working day."""
    long_ago = dt.datetime(2026, 1, 5, 17, tzinfo=dt.UTC)
    given: dict[str, Any] = {
        "frozen": False,
        "loop_open": True,
        "anchor_version": 1,
        "silent": False,
        "standing": Standing.ACTIVE,
        "is_guest": True,
        "number": NumberState.ACTIVE,
        "known_at": dt.datetime(2040, 1, 1, tzinfo=dt.UTC),
        "unheard_since": None,
        "contact_rule": ANY_WAY,
        "pressing_at": (),
        "consent_events": (a_consent(Action.GRANT, long_ago),),
        "words_approved": True,
        "crisis_open": False,
        "unread_reply": False,
        "hours": Hours(),
        "zones": (NEW_YORK,),
        "welcomed_at": long_ago,
        "open_prompt": None,
        "caps": Caps(),
        "sent_at": (),
        "ride_sent_at": (),
        "answered_at": (),
    }
    return Facts(**(given | overrides))
