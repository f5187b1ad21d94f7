"""Turning the domain's calendar, for demonstrations and tests: never where texts reach real people."""

from __future__ import annotations

from datetime import datetime

from outreach.engine.deployment import Deployment
from outreach.loops.instants import check_aware
from outreach.store import calendar
from outreach.store.actor import Actor

CALENDAR = Actor("operator", "calendar")


class CalendarIsReal(Exception):
    """A carrier is configured, so the time is the real one: unset TWILIO_ACCOUNT_SID to try another."""


def set_calendar(deployment: Deployment, instant: datetime | None) -> None:
    """Let the domain time be `instant` until it is set again; None is real time. Raises CalendarIsReal."""
    if instant is not None and deployment.settings.carrier_configured:
        raise CalendarIsReal(CalendarIsReal.__doc__)
    with deployment.write(CALENDAR) as uow:
        calendar.set_time(uow, check_aware(instant) if instant is not None else None)
        uow.commit()
