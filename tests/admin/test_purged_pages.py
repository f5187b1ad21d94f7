"""Of a member whose record was purged the pages still tell what happened, and nothing of who it was (LAW-30)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from console_world import NOW, ON_THE_DAY, REMINDED, World, on
from sqlalchemy import text

from conversations.meaning import Reason
from outreach.engine import handlers, retention, rides
from outreach.engine.rides import Booking
from outreach.loops.outcomes import Outcome
from outreach.loops.rides import Leg, Trip
from outreach.store.actor import OPERATOR
from outreach.store.database import Database
from outreach.store.trips import Details

LATER = datetime(2036, 12, 24, 12, tzinfo=UTC)
PERSONAL = ("Hernández", "kanarie", "555-0001", "5550001", "+1202555")


@pytest.fixture
def either(database: Database) -> World:
    return on(database)


def test_every_page_about_a_purged_member_opens_and_names_nobody(either):
    visit = either.visit("Rosa Hernández")
    either.settle(NOW)
    either.hear(visit, "I don't have a ride, kanarie")
    window = {"pickup_from": datetime(2026, 11, 30, 18, tzinfo=UTC), "pickup_until": ON_THE_DAY}
    trips = (Trip(Leg.OUTBOUND, "kanarie-1", **window), Trip(Leg.RETURN, "kanarie-2", will_call=True, phone="kanarie"))
    booking = Booking(trips, Details("Modivcare", "wheelchair_van", "kanarie at the back door"))
    rides.book_ride(either.deployment, OPERATOR, visit.loop, booking)
    either.settle(REMINDED)
    either.hear(visit, "1")
    either.hear(visit, "purple kanarie")
    either.settle(ON_THE_DAY)
    handlers.report_outcome(either.deployment, OPERATOR, visit.loop, Outcome.KEPT, None)
    handlers.close_loop(either.deployment, OPERATOR, visit.loop, Reason.OTHER)
    while task := either.row("SELECT id FROM task WHERE state = 'open' ORDER BY id"):
        _finish(either, task.id)
    either.settle()
    browser = either.browser("supervisor")
    before = _pages(browser, visit)
    assert all(any(word in page for page in before.values()) for word in PERSONAL[:2])
    either.at(LATER)
    done = retention.purge(either.deployment, OPERATOR)
    assert (done.members, done.phones) == (1, 1)
    shown = _pages(either.browser("supervisor"), visit)
    assert {path: [word for word in PERSONAL if word in page] for path, page in shown.items()} == {p: [] for p in shown}
    assert "Ride booked, home on call" in shown[f"/loops/{visit.loop}"]


def _finish(world: World, task: int) -> None:
    with world.deployment.write(OPERATOR) as uow:
        uow.execute(text("UPDATE task SET state = 'resolved', resolution = 'done' WHERE id = :id").bindparams(id=task))
        uow.commit()


def _pages(browser, visit):
    paths = [f"/loops/{visit.loop}{more}" for more in ("", "/ride", "/evidence", "/evidence.jsonl")]
    paths += ["/loops?show=all", "/loops?show=closed", "/tasks", "/metrics"]
    answers = {path: browser.get(path) for path in paths}
    assert {path: answer.status_code for path, answer in answers.items()} == dict.fromkeys(paths, 200)
    return {path: answer.text for path, answer in answers.items()}
