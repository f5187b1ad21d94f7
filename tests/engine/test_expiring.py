"""A consent that comes to its end is renewed in time: one task, once, and gone when the member agrees again."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from scene import ANA, NOW, OPERATOR, Scene

from outreach.engine import consenting
from outreach.engine.consenting import Recording
from outreach.engine.expiring import IN_TIME, renew_expiring
from outreach.engine.opting import StopHow
from outreach.engine.tasks import Finish, resolve
from outreach.loops.consent import ConsentClass, Organisation, Party
from outreach.loops.standing import Standing
from outreach.store import people
from outreach.store import tables as t
from outreach.store.reads.simulation import next_due

DAY = timedelta(days=1)


def agree(scene: Scene, member: int, ends: Any, **changes: Any) -> None:
    usual = {
        "channels": ("sms",), "categories": ("appointment",), "consent_class": ConsentClass.PEC_OPTIN,
        "method": "paper", "organisation": Organisation.PROGRAM, "party": Party.MEMBER, "party_relation": None,
        "text_version": "form-7", "language": "en", "given_at": scene.deployment.database.now(), "evidence": "form 12",
        "phone": scene.phone(ANA),
    }  # fmt: skip
    consenting.record(scene.deployment, OPERATOR, Recording(member=member, expires_at=ends, **(usual | changes)))


def ask_again(scene: Scene) -> list[Any]:
    return scene.rows(t.task, t.task.c.kind == "renew_consent", t.task.c.state == "open")


@pytest.fixture
def member(scene: Scene) -> int:
    return scene.member(ANA, consented=False)


def test_law_26_two_weeks_before_it_ends_somebody_asks_once(scene: Scene, member: int) -> None:
    agree(scene, member, NOW + 20 * DAY)
    assert renew_expiring(scene.deployment) == 0
    scene.go_to(NOW + 6 * DAY + timedelta(hours=1))
    [task] = ask_again(scene)
    assert (task.member_id, task.loop_id, task.owner_queue) == (member, None, "coordinators")
    assert NOW + 18 * DAY < task.due_at <= NOW + 20 * DAY
    for days in (7, 8, 9):
        scene.go_to(NOW + days * DAY)
    assert [row.id for row in ask_again(scene)] == [task.id]


def test_law_26_a_task_that_was_done_without_a_yes_does_not_come_back(scene: Scene, member: int) -> None:
    agree(scene, member, NOW + 5 * DAY)
    scene.settle()
    resolve(scene.deployment, OPERATOR, ask_again(scene)[0].id, Finish("not_possible"))
    scene.go_to(NOW + 2 * DAY)
    assert ask_again(scene) == []


def test_law_26_the_task_belongs_to_the_members_next_visit(scene: Scene, member: int) -> None:
    loop = scene.visit(member)
    agree(scene, member, NOW + 5 * DAY)
    scene.settle()
    assert [row.loop_id for row in ask_again(scene)] == [loop]
    assert scene.unheld() == {}


def test_law_26_one_task_for_all_that_ends(scene: Scene, member: int) -> None:
    agree(scene, member, NOW + 5 * DAY, channels=("sms", "voice"), categories=("appointment", "transport"))
    assert renew_expiring(scene.deployment) == 4
    assert len(ask_again(scene)) == 1


def test_law_26_a_renewal_ends_the_task_and_asks_for_none(scene: Scene, member: int) -> None:
    agree(scene, member, NOW + 5 * DAY)
    scene.settle()
    scene.at(NOW + timedelta(hours=2))
    agree(scene, member, NOW + 365 * DAY)
    assert ask_again(scene) == []
    scene.go_to(NOW + 4 * DAY)
    assert ask_again(scene) == []


def test_law_26_what_a_newer_consent_stands_for_is_not_renewed(scene: Scene, member: int) -> None:
    agree(scene, member, NOW + 20 * DAY)
    scene.at(NOW + DAY)
    agree(scene, member, None)
    scene.go_to(NOW + 10 * DAY)
    assert ask_again(scene) == []


@pytest.mark.parametrize("end", ["stop", "revoke", "death"])
def test_law_25_nobody_who_is_gone_or_said_no_is_asked_again(scene: Scene, member: int, end: str) -> None:
    agree(scene, member, NOW + 20 * DAY)
    scene.at(NOW + DAY)
    match end:
        case "stop":
            scene.say(ANA, "STOP")
        case "revoke":
            phone = scene.phone(ANA)
            consenting.revoke(scene.deployment, OPERATOR, member, phone, "sms", "*", StopHow.STAFF_VERBAL)
        case "death":
            with scene.deployment.write(OPERATOR) as uow:
                people.set_standing(uow, member, Standing.DECEASED, None)
                uow.commit()
    scene.go_to(NOW + 10 * DAY)
    assert ask_again(scene) == []


def test_law_26_nothing_leaves_once_it_has_ended(scene: Scene, member: int) -> None:
    scene.visit(member)
    agree(scene, member, NOW + DAY)
    scene.live_to(NOW + 6 * DAY)
    assert [row.words for row in scene.rows(t.touch, t.touch.c.state == "sent")] == ["optin_confirm"]
    assert {row.rule for row in scene.rows(t.touch, t.touch.c.state == "refused")} == {"LAW-26"}


def test_a_tick_without_anything_to_do_costs_one_row(scene: Scene, member: int) -> None:
    agree(scene, member, NOW + 60 * DAY)
    assert renew_expiring(scene.deployment) == 0
    agree(scene, member, NOW + 5 * DAY, categories=("transport",))
    assert renew_expiring(scene.deployment) == 0  # within the hour nobody looks
    scene.at(NOW + timedelta(hours=1))
    assert renew_expiring(scene.deployment) == 1


def test_what_will_end_some_day_wakes_no_simulation(scene: Scene, member: int) -> None:
    agree(scene, member, NOW + IN_TIME + 30 * DAY)
    scene.settle()
    with scene.deployment.read(OPERATOR) as uow:
        assert next_due(uow) is None


def test_two_members_on_one_phone_are_asked_each(scene: Scene) -> None:
    for _ in range(2):
        agree(scene, scene.member(ANA, consented=False), NOW + 5 * DAY)
    scene.settle()
    assert len(ask_again(scene)) == 2
