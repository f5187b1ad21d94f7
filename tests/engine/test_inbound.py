"""Hear: every text is stored once, and what the screens find is acted on in the same transaction."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from scene import ANA, BEN, NOW, VISIT_DAY, Scene, compose, local
from twin import HandTimer

from outreach.engine import inbound
from outreach.engine.handlers import set_freeze
from outreach.engine.pump import pump
from outreach.engine.tasks import Finish, resolve
from outreach.store import tables as t
from outreach.store.actor import OPERATOR
from outreach.store.database import Database

REMINDER_DAY = local(VISIT_DAY - timedelta(days=3), 12)
STOPPED = "CareLink: We will not text you again. To get texts again, reply START. Questions? Call 800-555-0100."


@pytest.fixture
def loop(scene: Scene) -> int:
    loop = scene.visit(scene.member(ANA))
    scene.settle()
    return loop


def _since(scene: Scene, before: int) -> list[str]:
    return scene.carrier.bodies[before:]


def test_a_duplicate_message_changes_nothing(scene: Scene, loop: int) -> None:
    first = scene.hear(ANA, "STOP", sid="SM1")
    again = scene.hear(ANA, "STOP", sid="SM1")
    assert first.reply_id is not None
    assert (again.reply_id, len(scene.rows(t.reply))) == (None, 1)
    assert [row.action for row in scene.rows(t.consent_event)] == ["grant", "stop"]
    assert len(scene.rows(t.touch, t.touch.c.words == "stop")) == 1


def test_many_copies_of_a_strangers_first_text_are_one(scene: Scene) -> None:
    with ThreadPoolExecutor(8) as threads:
        heard = list(threads.map(lambda _: scene.hear("+12025550177", "hello", sid="SM1").reply_id, range(8)))
    assert sum(reply is not None for reply in heard) == 1
    assert len(scene.rows(t.reply)) == len(scene.rows(t.contact_point)) == 1


def test_a_stop_is_confirmed_once_and_ends_every_text(scene: Scene, loop: int) -> None:
    scene.say(ANA, "STOP")
    scene.say(ANA, "stop texting me")
    assert _since(scene, 1) == [STOPPED]
    scene.go_to(REMINDER_DAY)
    assert _since(scene, 2) == []
    assert scene.open_tasks() == ["call_member"]
    assert scene.unheld() == {}


def test_a_stop_binds_the_phone_and_so_everybody_on_it(scene: Scene, loop: int) -> None:
    brother = scene.visit(scene.member(ANA))
    scene.say(ANA, "STOP")
    scene.go_to(REMINDER_DAY)
    assert scene.touch(brother, "reminder").rule == "LAW-19"
    assert len(scene.carrier.bodies) == 2


def test_a_stop_confirmation_later_than_five_minutes_never_leaves(scene: Scene, loop: int) -> None:
    scene.hear(ANA, "STOP")
    scene.go_to(NOW + timedelta(minutes=5, seconds=1))
    assert _since(scene, 1) == []
    assert scene.row(t.touch, t.touch.c.words == "stop").rule == "LAW-17"


@pytest.mark.parametrize(
    ("by", "body", "word", "ours"),
    [
        ("app", "STOP", "STOP", 1),
        ("provider", "STOP", "STOP", 0),
        ("provider", "Quit", None, 0),  # TWI-27: the carrier's own keyword, though it does not say so
        ("provider", "stop texting me", None, 1),
    ],
)
def test_either_we_or_the_carrier_confirm_a_stop_never_both(
    database: Database, by: str, body: str, word: str | None, ours: int
) -> None:
    scene = Scene(compose(database, HandTimer(), stop_reply_by=by), None, HandTimer())  # type: ignore[arg-type]
    scene.furnish()
    scene.member(ANA)
    scene.hear(ANA, body, word=word)
    assert len(scene.rows(t.touch, t.touch.c.words == "stop")) == ours


def test_the_carriers_own_word_stops_what_our_screens_do_not_know(scene: Scene, loop: int) -> None:
    assert scene.hear(ANA, "zzz", word="STOP").stopped
    assert [row.action for row in scene.rows(t.consent_event)] == ["grant", "stop"]


def test_start_lifts_a_stop_and_is_confirmed(scene: Scene, loop: int) -> None:
    scene.say(ANA, "STOP")
    scene.at(NOW + timedelta(minutes=1))
    scene.say(ANA, "START")
    assert _since(scene, 2)[0].startswith("CareLink: You will get our texts again")
    scene.go_to(REMINDER_DAY)
    assert scene.touch(loop, "reminder").state == "sent"


def test_a_replayed_start_after_a_stop_restores_nothing(scene: Scene, loop: int) -> None:
    scene.hear(ANA, "START", sid="SM-old")
    scene.at(NOW + timedelta(minutes=1))
    scene.say(ANA, "STOP")
    scene.at(NOW + timedelta(minutes=2))
    assert scene.hear(ANA, "START", sid="SM-old").reply_id is None
    scene.go_to(REMINDER_DAY)
    assert scene.touch(loop, "reminder").rule == "LAW-19"


def test_help_is_answered_even_after_a_stop(scene: Scene, loop: int) -> None:
    scene.say(ANA, "STOP")
    scene.say(ANA, "HELP")
    assert "Call 800-555-0100, TTY 711" in scene.carrier.bodies[-1]


def test_a_crisis_is_answered_at_once_and_opens_an_urgent_task(scene: Scene, loop: int) -> None:
    scene.say(ANA, "I want to kill myself")
    assert "988" in scene.carrier.bodies[-1]
    task = scene.row(t.task, t.task.c.kind == "crisis")
    assert (task.due_at - task.opened_at, task.priority) == (timedelta(minutes=15), "stat")


def test_a_crisis_at_night_and_after_a_stop_is_still_answered(scene: Scene, loop: int) -> None:
    scene.say(ANA, "STOP")
    scene.at(local(NOW.date(), 23))
    scene.say(ANA, "I want to kill myself")
    assert "988" in scene.carrier.bodies[-1]


def test_a_crisis_and_a_stop_in_one_text_are_both_acted_on(scene: Scene, loop: int) -> None:
    scene.say(ANA, "STOP. I want to kill myself")
    assert "988" in scene.carrier.bodies[-1]
    assert [row.action for row in scene.rows(t.consent_event)] == ["grant", "stop"]
    assert "crisis" in scene.open_tasks()


def test_the_same_crisis_words_are_answered_once_in_half_an_hour(scene: Scene, loop: int) -> None:
    scene.say(ANA, "I want to kill myself")
    scene.say(ANA, "I want to kill myself")
    assert sum("988" in body for body in scene.carrier.bodies) == 1
    assert scene.open_tasks().count("crisis") == 2


def test_an_open_crisis_holds_every_reminder(scene: Scene, loop: int) -> None:
    scene.say(ANA, "I want to kill myself")
    scene.go_to(REMINDER_DAY)
    assert scene.touch(loop, "reminder").rule == "CRI-11"
    assert scene.unheld() == {}


def test_abuse_gets_words_that_give_nothing_away(scene: Scene, loop: int) -> None:
    scene.hear(ANA, "he hits me")
    assert [row.words for row in scene.rows(t.touch, t.touch.c.queue == "safety")] == ["safety_neutral"]


def test_a_wrong_number_is_answered_once_and_never_texted_again(scene: Scene, loop: int) -> None:
    scene.say(ANA, "wrong number")
    assert scene.carrier.bodies[-1].endswith("We will not text this number again.")
    assert scene.open_tasks() == ["verify_phone"]
    scene.go_to(REMINDER_DAY)
    assert scene.touch(loop, "reminder").rule == "LAW-39"


def test_a_report_of_death_is_not_answered_by_a_machine(scene: Scene, loop: int) -> None:
    before = len(scene.carrier.bodies)
    scene.say(ANA, "my mother passed away")
    scene.go_to(REMINDER_DAY)
    assert _since(scene, before) == []
    assert "deceased_report" in scene.open_tasks()


def test_cancel_stops_the_texts_and_asks_a_person_about_the_visit(scene: Scene, loop: int) -> None:
    scene.say(ANA, "CANCEL")
    assert "possible_visit_cancel" in scene.open_tasks()
    assert [row.action for row in scene.rows(t.consent_event)] == ["grant", "stop"]


def test_a_reply_nobody_has_read_holds_its_phone(scene: Scene, loop: int) -> None:
    scene.at(REMINDER_DAY)
    scene.hear(ANA, "thanks")
    pump(scene.deployment, "bulk")
    assert scene.touch(loop, "reminder").rule == "UNREAD-REPLY"
    scene.go_to(REMINDER_DAY + timedelta(minutes=2))
    assert scene.touch(loop, "reminder").state == "sent"


def test_a_stranger_is_somebodys_task(scene: Scene) -> None:
    scene.say(BEN, "blue bicycle")
    assert scene.open_tasks() == ["unmatched_text"]


def test_freezing_holds_answers_too_and_a_late_stop_confirmation_is_dropped(scene: Scene, loop: int) -> None:
    set_freeze(scene.deployment, OPERATOR, True)
    scene.say(ANA, "STOP")
    set_freeze(scene.deployment, OPERATOR, False)
    scene.go_to(NOW + timedelta(minutes=11))
    assert len(scene.carrier.bodies) == 1


def test_a_stop_waits_for_texts_in_flight_and_says_when_it_could_not(scene: Scene, loop: int) -> None:
    touch = scene.touch(loop, "reminder")
    scene.change(t.touch, touch.id, state="claimed", attempts=1, lease_until=scene.timer.now() + timedelta(hours=1))
    began = scene.timer.monotonic()
    inbound.settle_stop(scene.deployment, ANA)
    assert 10 <= scene.timer.monotonic() - began < 12
    assert [row.action for row in scene.rows(t.audit, t.audit.c.action == "stop.in_flight")] == ["stop.in_flight"]


def test_a_report_of_death_that_is_confirmed_closes_the_loop(scene: Scene, loop: int) -> None:
    scene.say(ANA, "my mother passed away")
    task = scene.row(t.task, t.task.c.kind == "deceased_report")
    assert task.loop_id == loop
    resolve(scene.deployment, OPERATOR, task.id, Finish("member_died"))
    assert scene.row(t.loop).closed == "member_died"
    assert scene.unheld() == {}


def test_a_visit_that_was_meant_by_cancel_ends_as_not_kept(scene: Scene, loop: int) -> None:
    scene.say(ANA, "CANCEL")
    task = scene.row(t.task, t.task.c.kind == "possible_visit_cancel")
    resolve(scene.deployment, OPERATOR, task.id, Finish("visit_cancelled"))
    assert scene.row(t.loop).stage == "not_kept"
    assert scene.unheld() == {}
