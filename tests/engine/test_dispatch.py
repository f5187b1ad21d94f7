"""Send: what the gate said and what the carrier answered, as rows that something always holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from scene import ANA, BEN, NOW, OPERATOR, VISIT_DAY, Scene, local
from twin import GIVE_BACK, KEEP, LOSE, Throttle

from outreach.channels.carrier import Accepted, Answers, Outgoing
from outreach.channels.phones import MemoryNetwork
from outreach.channels.send.phones import Phones
from outreach.engine import dispatch, looks, pump
from outreach.engine.claim import claim, rehearse
from outreach.engine.handlers import set_freeze
from outreach.engine.record import record
from outreach.loops.cadence import Queue
from outreach.loops.spreading import WIDEST
from outreach.store import tables as t

REMINDER_DAY = local(VISIT_DAY - timedelta(days=3), 12)  # a Saturday noon


def test_the_first_text_to_a_phone_is_the_opt_in_confirmation(scene: Scene, loop: int) -> None:
    scene.settle()
    assert [body[:33] for body in scene.carrier.bodies] == ["CareLink: You are signed up for t"]
    assert scene.touch(loop, "welcome").state == "sent"
    assert scene.unheld() == {}


def test_a_held_touch_moves_and_names_the_rule_that_held_it(scene: Scene, loop: int) -> None:
    scene.at(local(NOW.date(), 22))
    scene.settle()
    held, opening = scene.touch(loop, "welcome"), local(NOW.date() + timedelta(days=1), 9)
    assert (held.state, held.rule) == ("planned", "LAW-33")
    assert opening <= held.due_at < opening + WIDEST
    assert scene.unheld() == {}


def test_a_refused_touch_becomes_an_event_and_then_a_task(scene: Scene) -> None:
    loop = scene.visit(scene.member(ANA, consented=False))
    dispatch.send_due(scene.deployment, Queue.BULK)
    refused = scene.touch(loop, "welcome")
    assert (refused.state, refused.rule, refused.heard) == ("refused", "LAW-01", False)
    assert scene.unheld() == {}
    scene.settle()
    assert scene.open_tasks() == ["get_consent"]
    assert scene.touch(loop, "welcome").heard
    assert scene.unheld() == {}


def test_a_number_the_carrier_refuses_is_for_a_person_to_find_out(scene: Scene, loop: int) -> None:
    scene.carrier.answers.append(21211)
    scene.settle()
    assert (scene.touch(loop, "welcome").rule, scene.open_tasks()) == ("CARRIER-21211", ["verify_phone"])
    assert scene.row(t.contact_point).state == "invalid"


def test_an_opt_out_the_carrier_knows_becomes_ours(scene: Scene, loop: int) -> None:
    scene.carrier.answers.append(21610)
    scene.settle()
    assert [(row.action, row.source) for row in scene.rows(t.consent_event)][1:] == [("stop", "provider_sync")]
    scene.go_to(REMINDER_DAY)
    assert scene.carrier.bodies == []
    assert scene.touch(loop, "reminder").rule == "LAW-19"


def test_a_temporary_error_is_tried_again_and_then_for_a_person_to_call(scene: Scene, loop: int) -> None:
    scene.carrier.answers.append(30003)
    scene.settle()
    assert scene.open_tasks() == []
    scene.carrier.answers.extend([30003, 30003])
    scene.live_to(NOW + timedelta(days=2))
    assert (scene.open_tasks(), len(scene.carrier.posted), scene.unheld()) == (["call_member"], 3, {})


def test_a_claim_too_old_to_post_is_given_back_and_leaves_later(scene: Scene, loop: int) -> None:
    scene.carrier.answers.append(GIVE_BACK)
    scene.settle()
    assert [row.outcome for row in scene.rows(t.attempt)] == ["given_back", "accepted"]
    assert len(scene.carrier.bodies) == 1


def test_the_phones_give_back_what_was_claimed_more_than_a_second_ago(scene: Scene, loop: int) -> None:
    network = MemoryNetwork(scene.timer.now)
    (outgoing,), _ = claim(scene.deployment, Queue.BULK, "+12025550100", 10)
    scene.timer.sleep(1.1)
    record(scene.deployment, list(Phones(network, scene.timer.monotonic).post([outgoing])))
    assert network.accepted == []
    assert scene.touch(loop, "welcome").state == "planned"
    assert scene.rows(t.attempt)[0].outcome == "given_back"


def test_a_process_that_begins_rehearses_what_is_due_next_and_keeps_nothing_of_it(scene: Scene, loop: int) -> None:
    scene.settle()
    before = [scene.rows(table) for table in (t.touch, t.attempt, t.prompt, t.audit, t.loop_event)]
    scene.go_to(REMINDER_DAY - timedelta(hours=20))
    assert rehearse(scene.deployment) == 1
    assert [scene.rows(table) for table in (t.touch, t.attempt, t.prompt, t.audit, t.loop_event)] == before
    assert len(scene.carrier.bodies) == 1
    scene.go_to(REMINDER_DAY)
    assert len(scene.carrier.bodies) == 2


def test_a_throttled_text_waits_as_asked_and_spends_nothing(scene: Scene, loop: int) -> None:
    scene.carrier.answers.append(Throttle(90))
    scene.settle()
    waits = scene.touch(loop, "welcome")
    assert (waits.state, waits.due_at) == ("planned", NOW)
    assert [row.outcome for row in scene.rows(t.attempt)] == ["throttled"]
    scene.timer.sleep(89)
    scene.settle()
    assert scene.carrier.bodies == []
    scene.timer.sleep(2)
    scene.settle()
    assert len(scene.carrier.bodies) == 1


def test_a_throttled_question_was_never_asked(scene: Scene, loop: int) -> None:
    scene.settle()
    scene.carrier.answers.append(Throttle(90))
    scene.go_to(REMINDER_DAY)
    assert [row.state for row in scene.rows(t.prompt)] == ["withdrawn"]
    scene.timer.sleep(91)
    scene.settle()
    assert [row.state for row in scene.rows(t.prompt)] == ["withdrawn", "open"]
    assert scene.unheld() == {}


def _in_doubt(scene: Scene, answer: str) -> None:
    scene.carrier.answers.append(answer)
    scene.settle()
    assert [row.outcome for row in scene.rows(t.attempt)] == ["unknown"]
    assert scene.unheld() == {}


def _after_a_look(scene: Scene) -> None:
    scene.timer.sleep(scene.deployment.settings.timing.settle + 1)
    scene.settle()


def test_a_text_in_doubt_that_the_carrier_has_is_adopted(scene: Scene, loop: int) -> None:
    _in_doubt(scene, KEEP)
    assert scene.carrier.looks == 0
    _after_a_look(scene)
    adopted = scene.touch(loop, "welcome")
    assert (adopted.state, adopted.sid) == ("sent", scene.carrier.kept[0][1].sid)
    assert (scene.carrier.looks, len(scene.carrier.posted)) == (1, 1)


def test_a_text_in_doubt_that_the_carrier_lacks_is_looked_up_twice_and_sent_once_more(scene: Scene, loop: int) -> None:
    _in_doubt(scene, LOSE)
    _after_a_look(scene)
    assert (scene.carrier.looks, len(scene.carrier.posted)) == (1, 1)
    scene.timer.sleep(scene.deployment.settings.timing.look_again + 1)
    scene.settle()
    assert (scene.carrier.looks, len(scene.carrier.posted), len(scene.carrier.bodies)) == (2, 2, 1)
    assert [row.outcome for row in scene.rows(t.attempt)] == ["not_sent", "accepted"]


def test_a_late_answer_still_settles_a_text_that_was_given_up_for_lost(scene: Scene, loop: int) -> None:
    (outgoing,), _ = claim(scene.deployment, Queue.BULK, "+12025550100", 10)
    for wait in (200, 130):
        scene.timer.sleep(wait)
        looks.expire_leases(scene.deployment)
        looks.look_up_unknown(scene.deployment)
    assert scene.touch(loop, "welcome").state == "planned"
    record(scene.deployment, [Accepted(outgoing.touch, outgoing.attempt, "SM-late", "queued")])
    scene.settle()
    assert (scene.touch(loop, "welcome").sid, scene.carrier.posted) == ("SM-late", [])


def test_what_falls_due_while_the_carrier_takes_its_time_does_not_wait_for_its_answers(scene: Scene) -> None:
    one_thread = scene.deployment.database.dialect == "sqlite"  # it has every queue to see to: the answers come first
    first, second = scene.crowd(ANA, BEN)
    later, posted = NOW + timedelta(minutes=5), []
    scene.change(t.touch, scene.touch(second, "welcome").id, due_at=later)

    @dataclass
    class Slow:
        slots: int = 50

        def post(self, batch: Sequence[Outgoing]) -> Answers:
            posted.append([(message.touch, scene.touch(first, "welcome").state) for message in batch])
            return Answers(iter(list(scene.carrier.post(batch))), len(batch), self.came)

        def came(self) -> int:
            scene.at(later)
            return 0 if len(posted) < 2 else 1

    assert dispatch.send_due(replace(scene.deployment, carrier=Slow()), Queue.BULK) == 2 - one_thread
    assert [state for [(_, state)] in posted] == ["claimed"] * (2 - one_thread)
    assert scene.touch(first, "welcome").state == "sent"


def test_a_worker_that_died_leaves_doubt_and_never_a_touch_that_is_due(scene: Scene, loop: int) -> None:
    claim(scene.deployment, Queue.BULK, "+12025550100", 10)
    scene.settle()
    assert scene.touch(loop, "welcome").state == "claimed"
    scene.timer.sleep(scene.deployment.settings.timing.lease + 1)
    scene.deployment.carrier.slots = 0
    assert pump.pump(scene.deployment, "leases") == 1
    assert scene.touch(loop, "welcome").state == "unknown"


def test_two_texts_of_one_body_never_adopt_the_same_message(scene: Scene) -> None:
    for _ in range(2):
        scene.visit(scene.member(ANA))
    scene.settle()
    scene.carrier.answers.extend([KEEP, LOSE])
    scene.go_to(REMINDER_DAY)
    for wait in (125, 65, 1):
        scene.timer.sleep(wait)
        scene.settle()
    reminders = scene.rows(t.touch, t.touch.c.step == "reminder", t.touch.c.state == "sent")
    assert len({row.sid for row in reminders}) == len(reminders)


def test_freezing_holds_every_text_and_unfreezing_lets_it_go(scene: Scene, loop: int) -> None:
    set_freeze(scene.deployment, OPERATOR, True)
    scene.settle()
    assert (scene.touch(loop, "welcome").rule, scene.carrier.bodies) == ("FREEZE", [])
    assert scene.unheld() == {}
    set_freeze(scene.deployment, OPERATOR, False)
    scene.go_to(NOW + timedelta(minutes=6))
    assert len(scene.carrier.bodies) == 1


def test_what_became_useless_while_frozen_never_leaves(scene: Scene, loop: int) -> None:
    set_freeze(scene.deployment, OPERATOR, True)
    scene.settle()
    scene.at(local(VISIT_DAY, 20))
    set_freeze(scene.deployment, OPERATOR, False)
    scene.settle()
    assert [body for body in scene.carrier.bodies if "You have a visit" in body] == []
    assert scene.unheld() == {}


def test_another_question_waits_for_the_phone_and_not_for_ever(scene: Scene) -> None:
    first = scene.visit(scene.member(ANA))
    second = scene.visit(scene.member(ANA), day=VISIT_DAY + timedelta(days=4))
    scene.settle()
    scene.go_to(REMINDER_DAY)
    scene.change(t.loop, first, closed="staff", held_by=None, next_at=None)  # its prompt stays on the phone
    scene.change(t.awaited, scene.row(t.awaited, t.awaited.c.kind == "reply").id, state="dropped")
    for hours in range(12, 24 * 6, 12):
        scene.go_to(REMINDER_DAY + timedelta(hours=hours))
    assert scene.touch(second, "reminder").state == "sent"
