"""After a backup is restored nothing that left is sent again, and nothing that was said is forgotten (I28)."""

from __future__ import annotations

from datetime import datetime, timedelta
from hashlib import sha256

import pytest
from scene import ANA, BEN, NOW, OPERATOR, VISIT_DAY, Scene, local
from twin import LOSE
from world import contents

from outreach.channels.carrier import Arrived, CannotLook, Listed
from outreach.engine.pump import pump
from outreach.engine.replaying import Replayed, replay
from outreach.loops.consent import suppressed
from outreach.store import consents
from outreach.store import tables as t

MINUTE = timedelta(minutes=1)


def left(scene: Scene, body: str, at: datetime, sid: str, status: str = "delivered", number: str = ANA) -> None:
    """This text left after the backup was made."""
    digest = sha256(body.encode()).hexdigest()
    scene.carrier.outbox.append(Listed(sid, digest, status, at, number, 30005 if status == "undelivered" else None))


def again(scene: Scene) -> Replayed:
    return replay(scene.deployment, scene.timer.now() - timedelta(hours=1))


def what_would_leave(scene: Scene) -> str:
    """The words of the welcome, as another member was sent them."""
    scene.visit(scene.member(BEN))
    pump(scene.deployment, "bulk")
    return scene.carrier.bodies[0]


def test_a_text_that_left_after_the_backup_is_not_sent_again(scene: Scene) -> None:
    body = what_would_leave(scene)
    loop = scene.visit(scene.member(ANA))
    left(scene, body, NOW - 10 * MINUTE, "SM-lost")
    assert again(scene) == Replayed(inbound=0, adopted=1, unmatched=0)
    touch = scene.touch(loop, "welcome")
    assert (touch.state, touch.sid, touch.sent_at, touch.carrier_status) == (
        "sent", "SM-lost", NOW - 10 * MINUTE, "delivered"
    )  # fmt: skip
    scene.settle()
    assert [message.to for message in scene.carrier.posted].count(ANA) == 0
    assert scene.unheld() == {}


def test_its_attempt_counts_for_the_caps_and_carries_its_words(scene: Scene) -> None:
    body = what_would_leave(scene)
    loop = scene.visit(scene.member(ANA))
    left(scene, body, NOW - 10 * MINUTE, "SM-lost")
    again(scene)
    attempt = scene.row(t.attempt, t.attempt.c.touch_id == scene.touch(loop, "welcome").id)
    assert (attempt.outcome, attempt.claimed_at, attempt.proactive) == ("accepted", NOW - 10 * MINUTE, True)
    with scene.deployment.read(OPERATOR) as uow:
        assert uow.keyring.open("attempt:body", attempt.touch_id, attempt.body) == body


def test_asked_again_it_changes_nothing_more(scene: Scene) -> None:
    body = what_would_leave(scene)
    scene.visit(scene.member(ANA))
    left(scene, body, NOW - 10 * MINUTE, "SM-lost")
    left(scene, "unknown words", NOW - 9 * MINUTE, "SM-other")
    scene.carrier.inbox.append(Arrived("SM-in", ANA, "STOP", NOW - MINUTE))
    assert again(scene) == Replayed(1, 1, 1)
    before = contents(scene.deployment.database, "counter", "audit")
    assert again(scene) == Replayed(0, 0, 1)
    assert contents(scene.deployment.database, "counter", "audit") == before


def test_one_message_is_taken_up_by_one_touch(scene: Scene) -> None:
    body = what_would_leave(scene)
    first, second = scene.member(ANA), scene.member(ANA)
    scene.visit(first)
    scene.visit(second)
    left(scene, body, NOW - 10 * MINUTE, "SM-lost")
    assert again(scene).adopted == 1
    assert [row.state for row in scene.rows(t.touch, t.touch.c.words == "optin_confirm")].count(
        "sent"
    ) == 2  # and Ben's


def test_a_reply_answers_the_question_that_left_after_the_backup(scene: Scene) -> None:
    asked_at = local(VISIT_DAY, 11) - timedelta(days=3)
    scene.visit(scene.member(BEN))
    scene.live_to(asked_at)
    body = scene.carrier.bodies[-1]
    loop = scene.visit(scene.member(ANA))
    scene.change(t.touch, scene.touch(loop, "welcome").id, state="sent", sent_at=NOW)
    left(scene, body, asked_at - 5 * MINUTE, "SM-lost")
    scene.carrier.inbox.append(Arrived("SM-in", ANA, "1", asked_at - MINUTE))
    result = again(scene)
    assert (result.inbound, result.adopted) == (1, 1)
    pump(scene.deployment, "replies")
    assert scene.row(t.reply).intents == ["confirm"]
    assert scene.row(t.prompt, t.prompt.c.loop_id == loop).state == "answered"


def test_an_attempt_in_doubt_at_the_backup_is_settled(scene: Scene) -> None:
    loop = scene.visit(scene.member(ANA))
    scene.carrier.answers.append(LOSE)
    pump(scene.deployment, "bulk")
    (posted,) = scene.carrier.posted
    left(scene, posted.body, NOW, "SM-lost", "sent")
    assert again(scene).adopted == 1
    touch = scene.touch(loop, "welcome")
    assert (touch.state, touch.sid, touch.attempts, touch.carrier_status) == ("sent", "SM-lost", 1, "sent")
    assert scene.row(t.attempt).outcome == "accepted"


def test_what_fits_no_touch_is_kept_for_a_person(scene: Scene) -> None:
    scene.visit(scene.member(ANA))
    left(scene, "words that nobody approved", NOW, "SM-1")
    left(scene, "to a stranger", NOW, "SM-2", number="+12025550177")
    assert again(scene) == Replayed(0, 0, 2)
    parked = scene.rows(t.parked_callback)
    assert {(row.sid, row.why) for row in parked} == {
        ("SM-1", "left after the backup"),
        ("SM-2", "left after the backup"),
    }


def test_a_failure_since_the_backup_is_acted_upon(scene: Scene) -> None:
    body = what_would_leave(scene)
    scene.visit(scene.member(ANA))
    left(scene, body, NOW, "SM-lost", "undelivered")
    again(scene)
    scene.settle()
    assert "verify_phone" in scene.open_tasks()


def test_a_stop_since_the_backup_holds(scene: Scene) -> None:
    scene.visit(scene.member(ANA))
    scene.carrier.inbox.append(Arrived("SM-in", ANA, "STOP", NOW - MINUTE))
    assert again(scene).inbound == 1
    with scene.deployment.read(OPERATOR) as uow:
        assert suppressed(consents.consents(uow, [scene.phone(ANA)])[scene.phone(ANA)])
    scene.settle()
    assert [row.words for row in scene.rows(t.touch, t.touch.c.state == "sent")] == ["stop"]


def test_no_id_that_was_given_after_the_backup_is_given_again(scene: Scene) -> None:
    with scene.deployment.write(OPERATOR) as uow:
        before = uow.next_id()
        uow.commit()
    again(scene)
    with scene.deployment.write(OPERATOR) as uow:
        assert uow.next_id() > before + 10**8
        uow.commit()


def test_a_list_that_cannot_be_read_ends_the_replay(scene: Scene) -> None:
    scene.carrier.blind = True
    with pytest.raises(CannotLook):
        again(scene)
