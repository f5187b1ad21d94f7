"""A call to us of whose end nobody says anything: the carrier is asked, and whoever called in vain is called back."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from scene import ANA, OPERATOR, Scene, compose, local
from twin import HandTimer, TwinCarrier

from conversations.calls.answered_by import AnsweredBy
from conversations.calls.events import Answered, Digits
from outreach.channels.carrier import CallStatus
from outreach.engine import call_progress, calls
from outreach.engine.calls import Request
from outreach.store import tables as t
from outreach.store.database import Database

OURS, SID = "+12025550100", f"CA{7:032x}"
MORNING = local(date(2027, 3, 2), 10)
WITHHELD = "anonymous"
WELCOME = {
    "key": "welcome",
    "words": "optin_confirm",
    "when": "enrolment",
    "conditions": ["not_welcomed"],
    "late": True,
}
CALL = {"key": "reminder", "words": "reminder", "words_without_time": "reminder_no_time", "when": "days_before",
        "amount": 1, "conditions": ["unanswered"], "useful_hours": -20, "channel": "voice"}  # fmt: skip


@pytest.fixture
def scene(database: Database, timer: HandTimer) -> Scene:
    carrier = TwinCarrier()
    scene = Scene(compose(database, timer, carrier), carrier, timer)
    scene.furnish(steps=[WELCOME, CALL])
    with scene.deployment.write(OPERATOR) as uow:
        uow.execute(t.program.update().values(voice={"on_call": "+12025550190"}))
        uow.commit()
    scene.visit(scene.member(ANA))
    scene.go_to(MORNING)
    return scene


def rings(scene: Scene, number: str = ANA, *, pressed: str = "") -> None:
    calls.inbound(scene.deployment, number, OURS, Request(SID, Answered(AnsweredBy.HUMAN)))
    if pressed:
        calls.inbound(scene.deployment, number, OURS, Request(SID, Digits(1, pressed)))


def later(scene: Scene, **span: float) -> None:
    scene.go_to(MORNING + timedelta(**span))


def the_call(scene: Scene) -> tuple[str | None, bool]:
    (row,) = scene.rows(t.call)
    return row.outcome, row.ended_at is not None


def missed(scene: Scene) -> int:
    return scene.open_tasks().count("missed_call")


def test_a_call_whose_end_was_lost_is_asked_about_and_called_back(scene: Scene) -> None:
    rings(scene)
    scene.carrier.ended[SID] = CallStatus(SID, "completed", seconds=12)
    later(scene, hours=1)
    assert the_call(scene) == (None, False)  # it may still go on
    later(scene, hours=2, minutes=1)
    assert the_call(scene) == ("missed", True)
    assert missed(scene) == 1
    later(scene, hours=5)
    assert missed(scene) == 1


def test_a_call_that_goes_on_is_left_alone_and_asked_about_again(scene: Scene) -> None:
    rings(scene)
    scene.carrier.ended[SID] = CallStatus(SID, "in-progress")
    later(scene, hours=3)
    assert the_call(scene) == (None, False)
    scene.carrier.ended[SID] = CallStatus(SID, "completed")
    later(scene, hours=3, minutes=5)
    assert the_call(scene) == ("missed", True)


@pytest.mark.parametrize("said", [None, CallStatus(SID, "in-progress")])
def test_twice_as_long_as_any_call_lasts_it_is_over_whatever_is_said(scene: Scene, said: CallStatus | None) -> None:
    rings(scene)
    if said is not None:
        scene.carrier.ended[SID] = said
    later(scene, hours=3, minutes=59)
    assert the_call(scene) == (None, False)
    later(scene, hours=4, minutes=1)
    assert the_call(scene) == ("missed", True)
    assert missed(scene) == 1


def test_a_call_that_the_carrier_does_not_know_is_over(scene: Scene) -> None:
    rings(scene)
    scene.carrier.ended[SID] = CallStatus(SID, "")
    later(scene, hours=2, minutes=1)
    assert the_call(scene) == ("missed", True)


def test_whoever_pressed_a_key_was_heard_and_is_not_called_back(scene: Scene) -> None:
    rings(scene, pressed="1")
    later(scene, hours=5)
    assert the_call(scene) == ("talked", True)
    assert missed(scene) == 0


def test_whoever_withheld_their_number_cannot_be_called_back(scene: Scene) -> None:
    rings(scene, WITHHELD)
    later(scene, hours=5)
    assert the_call(scene) == ("missed", True)
    assert missed(scene) == 0


def test_an_end_that_is_told_late_after_all_changes_nothing(scene: Scene) -> None:
    rings(scene)
    later(scene, hours=5)
    call_progress.of_theirs(scene.deployment, ANA, OURS, CallStatus(SID, "completed", 3))
    assert missed(scene) == 1
