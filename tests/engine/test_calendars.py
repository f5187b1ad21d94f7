"""The domain's calendar may be turned where no text can reach a real phone, and nowhere else."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from outreach.engine.calendars import CalendarIsReal, set_calendar
from outreach.engine.deployment import Deployment
from outreach.loops.instants import NaiveInstant
from outreach.settings import Settings

THEN = datetime(2031, 5, 6, 12, 0, tzinfo=UTC)


def test_every_transaction_runs_at_the_time_that_was_set(deployment: Deployment) -> None:
    set_calendar(deployment, THEN)
    assert deployment.database.now() == THEN
    set_calendar(deployment, None)
    assert deployment.database.now() < THEN


def test_where_a_carrier_is_configured_time_is_real(deployment: Deployment) -> None:
    live = replace(deployment, settings=Settings(twilio_account_sid="AC1", mode="live"))
    with pytest.raises(CalendarIsReal):
        set_calendar(live, THEN)


def test_a_time_without_a_zone_is_refused(deployment: Deployment) -> None:
    with pytest.raises(NaiveInstant):
        set_calendar(deployment, THEN.replace(tzinfo=None))
