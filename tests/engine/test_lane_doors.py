"""The lane through its doors: what clinics, files and phones bring reaches the member, a person or a clinic."""

from __future__ import annotations

from datetime import time, timedelta
from typing import Any

import pytest
from scene import ANA, CLINIC, NOW, OPERATOR, VISIT_DAY, Scene, compose, local
from twin import HandTimer, TwinCarrier

from outreach.engine import tasks
from outreach.engine.handlers import report_arrival, report_outcome
from outreach.engine.refusals import NotAsked
from outreach.engine.signals import acted_upon
from outreach.engine.tasks import Finish
from outreach.loops.cadence import standard_cadence
from outreach.loops.outcomes import Outcome
from outreach.store import tables as t
from outreach.store.actor import Actor
from outreach.store.database import Database

CLINIC_LINK = Actor("clinic", "link", clinic=CLINIC)


@pytest.fixture
def standard(database: Database, timer: HandTimer) -> Scene:
    """The standard cadence, and members who agreed to texts about rides."""
    carrier = TwinCarrier()
    made = Scene(compose(database, timer, carrier), carrier, timer)
    made.furnish(steps=list(standard_cadence()["step"]))
    made.categories = ("appointment", "transport")
    return made


def _words(scene: Scene) -> list[str]:
    """What reached the phones, in order."""
    return [row.words for row in sorted(scene.rows(t.touch, t.touch.c.state == "sent"), key=lambda row: row.sent_at)]


def _task(scene: Scene, kind: str) -> Any:
    return scene.row(t.task, t.task.c.kind == kind, t.task.c.state == "open")


def test_law_36_two_questions_that_gave_way_unanswered_are_a_call(standard: Scene) -> None:
    standard.visit(standard.member(ANA))
    standard.live_to(local(VISIT_DAY - timedelta(days=3), 9))
    assert "call_member" not in standard.open_tasks()
    standard.live_to(local(VISIT_DAY - timedelta(days=3), 10, 30))
    assert "call_member" in standard.open_tasks()
    assert standard.unheld() == {}


def test_a_whole_silent_visit_gets_each_text_once_and_ends_with_a_person(standard: Scene) -> None:
    standard.visit(standard.member(ANA))
    standard.live_to(local(VISIT_DAY + timedelta(days=4), 12))
    assert _words(standard) == [
        "optin_confirm", "reminder", "transport", "reminder", "reminder", "dayof", "postvisit",
    ]  # fmt: skip
    assert {"call_member", "find_outcome"} <= set(standard.open_tasks())
    assert standard.row(t.loop).stage == "outcome_missing"
    assert standard.unheld() == {}


def test_a_visit_its_clinic_cancels_on_the_link_is_told_to_who_knew_of_it_and_only_once(standard: Scene) -> None:
    loop = standard.visit(standard.member(ANA))
    standard.live_to(local(VISIT_DAY - timedelta(days=6), 11))
    report_outcome(standard.deployment, CLINIC_LINK, loop, Outcome.CANCELLED_BY_CLINIC, None)
    standard.live_to(local(VISIT_DAY + timedelta(days=5), 12))
    assert _words(standard).count("visit_cancelled") == 1
    assert "dayof" not in _words(standard)
    assert "reschedule" in standard.open_tasks()


def test_a_visit_cancelled_when_no_text_can_leave_any_more_is_a_call(standard: Scene) -> None:
    loop = standard.visit(standard.member(ANA), at=time(7, 30))
    standard.live_to(local(VISIT_DAY, 5))
    report_outcome(standard.deployment, CLINIC_LINK, loop, Outcome.CANCELLED_BY_CLINIC, None)
    standard.settle()
    assert "visit_cancelled" not in _words(standard)
    assert "call_member" in standard.open_tasks()


def _the_early_visit_after_memorial_day(standard: Scene, states: list[str]) -> None:
    """The Tuesday after Memorial Day at 7:30: what cannot be said on its morning is said the evening before."""
    standard.at(local(VISIT_DAY.replace(month=5, day=17), 10))
    member = standard.member(ANA)
    standard.change(t.member, member, states=states)
    standard.visit(member, day=VISIT_DAY.replace(month=6, day=1), at=time(7, 30))
    standard.live_to(local(VISIT_DAY.replace(month=6, day=1), 7))


def test_tim_11_what_cannot_wait_goes_on_the_evening_of_a_holiday(standard: Scene) -> None:
    _the_early_visit_after_memorial_day(standard, ["NY"])
    sent = standard.row(t.touch, t.touch.c.step == "dayof")
    assert (sent.state, sent.words, sent.planned_for) == (
        "sent", "dayof_eve", local(VISIT_DAY.replace(month=5, day=31), 18),
    )  # fmt: skip


def test_an_early_visit_after_a_closed_day_that_no_window_can_announce_is_a_call(standard: Scene) -> None:
    """LAW-32: Rhode Island closes Sundays and holidays, for what cannot wait too."""
    _the_early_visit_after_memorial_day(standard, ["RI"])
    refused = standard.rows(t.touch, t.touch.c.step == "dayof")
    assert [(row.state, row.rule) for row in refused] == [("refused", "TIM-09")]
    assert "call_member" in standard.open_tasks()


def test_still_here_is_for_the_day_and_for_the_visits_own_clinic(scene: Scene, loop: int) -> None:
    with pytest.raises(NotAsked, match="not today"):
        report_arrival(scene.deployment, CLINIC_LINK, loop)
    scene.live_to(local(VISIT_DAY, 15))
    with pytest.raises(NotAsked):
        report_arrival(scene.deployment, Actor("clinic", "link", clinic=CLINIC + 9), loop)
    report_arrival(scene.deployment, CLINIC_LINK, loop)
    assert scene.row(t.loop).stage == "arrived"
    assert scene.unheld() == {}


def test_an_outcome_before_the_visits_day_is_looked_into_and_changes_nothing(scene: Scene, loop: int) -> None:
    report_outcome(scene.deployment, CLINIC_LINK, loop, Outcome.KEPT, None)
    assert (scene.row(t.loop).stage, scene.open_tasks()) == ("scheduled", ["outcome_conflict"])


def test_a_clinic_without_a_system_hears_of_what_cannot_wait_by_phone(scene: Scene, loop: int) -> None:
    scene.live_to(local(VISIT_DAY, 12))
    scene.say(ANA, "2")  # running late
    scene.say(ANA, "I am running late")
    assert scene.open_tasks().count("phone_clinic") == 1
    assert scene.unheld() == {}
    tasks.resolve(scene.deployment, OPERATOR, _task(scene, "phone_clinic").id, Finish("done"))


def test_received_and_acted_upon_are_two_facts_and_only_the_clinics_own(scene: Scene, loop: int) -> None:
    scene.live_to(local(VISIT_DAY - timedelta(days=3), 11))
    scene.say(ANA, "2")  # another day
    told = scene.row(t.signal, t.signal.c.kind == "reschedule-requested")
    assert (told.delivered_at, told.acted_at) == (None, None)
    with pytest.raises(NotAsked):
        acted_upon(scene.deployment, Actor("clinic", "link", clinic=CLINIC + 9), told.id)
    acted_upon(scene.deployment, CLINIC_LINK, told.id)
    assert scene.row(t.signal, t.signal.c.id == told.id).acted_by == "clinic:link"
    with pytest.raises(NotAsked):
        acted_upon(scene.deployment, CLINIC_LINK, told.id)


def test_what_a_member_prefers_is_asked_once_and_told_to_the_clinic(scene: Scene, loop: int) -> None:
    scene.live_to(local(VISIT_DAY - timedelta(days=3), 11))
    scene.say(ANA, "2")
    assert "when_better" in _words(scene)
    scene.say(ANA, "1")
    assert scene.row(t.loop).preferences == {"part_of_day": "morning"}
    told = scene.rows(t.signal, t.signal.c.kind == "reschedule-requested")
    assert told[-1].body["preferences"] == {"part_of_day": "morning"}
    assert _words(scene)[-1] == "ack_preference"


def test_the_ride_that_was_missing_is_sought_for_the_visit_that_follows(scene: Scene, loop: int) -> None:
    scene.live_to(local(VISIT_DAY - timedelta(days=3), 11))
    scene.say(ANA, "3")
    scene.say(ANA, "1")  # why: no ride
    member = scene.row(t.loop).member_id
    after = scene.visit(member, day=VISIT_DAY + timedelta(days=14))
    finish = Finish("new_visit", new_loop=after)
    tasks.resolve(scene.deployment, OPERATOR, _task(scene, "reschedule").id, finish)
    assert scene.row(t.loop, t.loop.c.id == after).ride_need == "needed"
    assert _task(scene, "arrange_ride").loop_id == after
    assert scene.row(t.loop, t.loop.c.id == loop).closed == "new_visit"


def test_a_missed_visit_gets_one_blame_free_text_a_day_later_and_its_answer_counts(standard: Scene) -> None:
    loop = standard.visit(standard.member(ANA))
    standard.live_to(local(VISIT_DAY, 16))
    report_outcome(standard.deployment, CLINIC_LINK, loop, Outcome.NO_SHOW, None)
    standard.live_to(local(VISIT_DAY + timedelta(days=1), 16))
    assert _words(standard).count("missed") == 1
    standard.say(ANA, "2")
    assert {"reschedule", "arrange_ride"} <= set(standard.open_tasks())
    assert standard.row(t.loop).ride_need == "needed"


def test_two_visits_on_one_phone_are_asked_about_one_after_the_other(standard: Scene) -> None:
    first, second = standard.visit(standard.member(ANA)), standard.visit(standard.member(ANA), at=time(10, 0))
    standard.live_to(local(VISIT_DAY - timedelta(days=6), 12))
    asked = standard.rows(t.prompt, t.prompt.c.state == "open")
    assert len(asked) == 1
    assert asked[0].loop_id in (first, second)
    standard.live_to(local(VISIT_DAY + timedelta(days=4), 12))
    assert standard.unheld() == {}
    assert standard.deployment.database.now() > NOW


def test_why_somebody_cannot_come_may_be_answered_after_the_hour_of_the_visit(scene: Scene, loop: int) -> None:
    scene.live_to(local(VISIT_DAY, 12))
    scene.say(ANA, "4")
    scene.live_to(local(VISIT_DAY, 17))
    scene.say(ANA, "2")
    assert scene.row(t.loop).reason == "work_conflict"
    assert "evening_slot" in scene.open_tasks()
