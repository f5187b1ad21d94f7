"""What a phone said counts, even when its webhook never came: it is found in the carrier's list, once (TWI-23)."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from scene import ANA, BEN, NOW, OPERATOR, Scene
from world import contents

from outreach.channels.carrier import Arrived, Attachment, CannotLook
from outreach.engine import inbound, missed
from outreach.engine.pump import pump
from outreach.loops.consent import suppressed
from outreach.store import consents, rounds
from outreach.store import tables as t

MINUTE = timedelta(minutes=1)


def arrives(scene: Scene, body: str, ago: timedelta, sid: str, number: str = ANA) -> None:
    """The carrier took this text, and its webhook was lost."""
    scene.carrier.inbox.append(Arrived(sid, number, body, (NOW - ago).replace(microsecond=0)))


def look(scene: Scene) -> int:
    scene.timer.sleep(scene.deployment.settings.timing.reconcile + 1)
    return pump(scene.deployment, "missed")


def is_suppressed(scene: Scene, number: str = ANA) -> bool:
    with scene.deployment.read(OPERATOR) as uow:
        return suppressed(consents.consents(uow, [scene.phone(number)]).get(scene.phone(number), ()))


def test_a_missed_stop_is_found_and_takes_hold(scene: Scene, loop: int) -> None:
    arrives(scene, "STOP", 2 * MINUTE, "SM1")
    assert look(scene) == 1
    assert is_suppressed(scene)
    scene.settle()
    assert [row.words for row in scene.rows(t.touch, t.touch.c.state == "sent")] == ["stop"]


def test_a_found_text_says_that_it_was_found(scene: Scene, loop: int) -> None:
    arrives(scene, "Hello", 90 * MINUTE, "SM1")
    look(scene)
    reply = scene.row(t.reply)
    assert (reply.received_at, reply.found_at) == (NOW - 90 * MINUTE, NOW)
    noted = [(row.action, row.object, row.rule) for row in scene.rows(t.audit, t.audit.c.rule == "TWI-23")]
    assert noted == [("reply.found", f"reply:{reply.id}", "TWI-23"), ("inbound.reconciled", "replies:1", "TWI-23")]


def test_what_its_webhook_brought_is_not_taken_twice(scene: Scene, loop: int) -> None:
    scene.say(ANA, "STOP", sid="SM1")
    arrives(scene, "STOP", MINUTE, "SM1")
    before = contents(scene.deployment.database, "counter")
    assert look(scene) == 0
    assert contents(scene.deployment.database, "counter") == before
    assert scene.row(t.reply).found_at is None


def test_a_webhook_that_comes_after_all_changes_nothing(scene: Scene, loop: int) -> None:
    arrives(scene, "STOP", MINUTE, "SM1")
    look(scene)
    before = contents(scene.deployment.database)
    assert scene.hear(ANA, "STOP", sid="SM1").reply_id is None
    assert contents(scene.deployment.database) == before


@pytest.mark.parametrize("word", ["START", "UNSTOP", "YES"])
def test_a_found_start_that_is_older_than_a_stop_restores_nothing(scene: Scene, loop: int, word: str) -> None:
    scene.say(ANA, "STOP", sid="SM2")
    arrives(scene, word, 30 * MINUTE, "SM1")
    look(scene)
    scene.settle()
    assert is_suppressed(scene)


def test_a_found_start_that_is_newer_than_a_found_stop_restores(scene: Scene, loop: int) -> None:
    arrives(scene, "START", MINUTE, "SM2")
    arrives(scene, "STOP", 30 * MINUTE, "SM1")
    look(scene)
    assert not is_suppressed(scene)


def test_of_one_second_the_stop_counts(scene: Scene, loop: int) -> None:
    arrives(scene, "STOP", MINUTE, "SM2")
    arrives(scene, "START", MINUTE, "SM1")
    look(scene)
    assert is_suppressed(scene)


def test_a_found_stop_is_older_than_a_start_that_came_since(scene: Scene, loop: int) -> None:
    scene.say(ANA, "START", sid="SM2")
    arrives(scene, "STOP", 5 * MINUTE, "SM1")
    look(scene)
    assert not is_suppressed(scene)


def test_a_stop_that_is_found_late_is_not_confirmed(scene: Scene, loop: int) -> None:
    arrives(scene, "STOP", 30 * MINUTE, "SM1")
    look(scene)
    scene.settle()
    confirmation = scene.row(t.touch, t.touch.c.words == "stop")
    assert (confirmation.state, confirmation.rule) == ("refused", "LAW-17")
    assert scene.unheld() == {}


def test_a_cry_for_help_that_is_found_late_is_answered_and_a_persons(scene: Scene, loop: int) -> None:
    arrives(scene, "I want to kill myself", 30 * MINUTE, "SM1")
    look(scene)
    scene.settle()
    assert "crisis" in scene.open_tasks()
    assert scene.row(t.touch, t.touch.c.words == "emergency").state == "sent"


def test_a_digit_said_before_the_question_does_not_answer_it(scene: Scene, loop: int) -> None:
    arrives(scene, "1", timedelta(days=2), "SM1")
    with scene.deployment.read(OPERATOR) as uow:
        day = uow.now
    scene.live_to(day + timedelta(days=6))  # the reminder has asked by now
    asked = [row for row in scene.rows(t.prompt) if row.state == "open"]
    assert asked
    look(scene)
    scene.settle()
    assert [row.state for row in scene.rows(t.prompt, t.prompt.c.id == asked[0].id)] == ["open"]


def test_a_list_that_cannot_be_read_is_read_a_minute_later(scene: Scene, loop: int) -> None:
    arrives(scene, "STOP", MINUTE, "SM1")
    scene.carrier.blind = True
    assert look(scene) == 0
    scene.carrier.blind = False
    scene.timer.sleep(30)
    assert pump(scene.deployment, "missed") == 0
    scene.timer.sleep(31)
    assert pump(scene.deployment, "missed") == 1


def test_between_two_looks_nobody_is_asked(scene: Scene, loop: int) -> None:
    look(scene)
    asked = scene.carrier.asked
    scene.settle()
    assert scene.carrier.asked == asked


def test_after_a_gap_the_next_pump_looks(scene: Scene, loop: int) -> None:
    look(scene)
    arrives(scene, "STOP", MINUTE, "SM1")
    missed.look_soon(scene.deployment)
    assert pump(scene.deployment, "missed") == 1


def test_each_look_begins_before_the_last_one_ended(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[datetime, datetime]] = []

    def arrived(since: datetime, until: datetime) -> list[Arrived]:
        asked.append((since, until))
        return []

    monkeypatch.setattr(scene.carrier, "arrived", arrived)
    look(scene)
    look(scene)
    lag = timedelta(seconds=scene.deployment.settings.timing.list_lag)
    assert abs(asked[1][0] - (asked[0][1] - lag)) < timedelta(seconds=1)


def test_a_long_gap_is_read_in_slices_and_what_was_read_is_not_forgotten(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    look(scene)
    asked: list[tuple[datetime, datetime]] = []

    def arrived(since: datetime, until: datetime) -> list[Arrived]:
        asked.append((since, until))
        if len(asked) == 3:
            raise CannotLook("HTTP 500")
        return []

    monkeypatch.setattr(scene.carrier, "arrived", arrived)
    scene.timer.sleep(5 * 3600)
    pump(scene.deployment, "missed")
    assert all(until - since <= timedelta(hours=1) for since, until in asked)
    with scene.deployment.read(OPERATOR) as uow:
        reached = rounds.reached(uow, "missed")
    assert reached is not None
    assert abs(reached - asked[1][1]) < timedelta(seconds=1)


def test_one_that_cannot_be_stored_keeps_no_stop_behind_it_waiting_and_is_tried_again(
    scene: Scene, loop: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    arrives(scene, "broken", 2 * MINUTE, "SM1", BEN)
    arrives(scene, "STOP", MINUTE, "SM2")
    real = inbound.receive

    def choosy(*args: object, **given: object) -> inbound.Received:
        if given["sid"] == "SM1":
            raise ValueError
        return real(*args, **given)  # type: ignore[arg-type]

    with monkeypatch.context() as patched:
        patched.setattr(inbound, "receive", choosy)
        assert look(scene) == 1
    assert is_suppressed(scene)
    scene.timer.sleep(61)
    assert pump(scene.deployment, "missed") == 1
    assert [row.sid for row in scene.rows(t.reply)] == ["SM2", "SM1"]


def test_a_command_looks_as_far_back_as_it_is_told_and_is_on_record(scene: Scene, loop: int) -> None:
    arrives(scene, "STOP", timedelta(days=3), "SM1")
    for new in (1, 0):
        assert missed.reconcile(scene.deployment, OPERATOR, scene.timer.now() - timedelta(hours=3)).found == new
    noted = [(row.actor, row.object) for row in scene.rows(t.audit, t.audit.c.action == "inbound.reconciled")]
    assert noted == [("operator:test", "replies:1"), ("operator:test", "replies:0")]


def test_of_a_picture_its_place_is_kept_sealed_and_a_person_sees_it(scene: Scene, loop: int) -> None:
    where = Attachment("https://api.example.org/media/canary", "image/jpeg")
    scene.carrier.inbox.append(Arrived("MM1", ANA, "", NOW - MINUTE, 1, (where,)))
    look(scene)
    scene.settle()
    reply = scene.row(t.reply)
    with scene.deployment.read(OPERATOR) as uow:
        opened = uow.keyring.open("reply:media", reply.id, reply.media)
    assert opened == '[["https://api.example.org/media/canary", "image/jpeg"]]'
    assert b"canary" not in reply.media.blob
    assert (scene.open_tasks(), scene.unheld()) == (["answer_member"], {})
