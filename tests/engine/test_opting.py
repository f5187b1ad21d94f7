"""Every route of opting out ends in the same entry, takes effect at its commit, and only the member leads back."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import hypothesis.strategies as st
import pytest
from counts import examples
from hypothesis import HealthCheck, given, settings
from scene import ANA, BEN, CLINIC, NOW, OPERATOR, VISIT_DAY, Scene, compose, local
from twin import HandTimer, TwinCarrier

from conversations.meaning import Safety
from conversations.screens import screen
from locales.factory import factory_languages, factory_texts
from outreach.engine import opting
from outreach.engine.opting import StopHow
from outreach.engine.pump import pump
from outreach.engine.refusals import NotAsked
from outreach.engine.tasks import Finish, resolve
from outreach.loops.consent import Action, Category, ConsentEvent, suppressed
from outreach.store import consents
from outreach.store import tables as t
from outreach.store.actor import Actor
from outreach.store.database import Database
from outreach.store.reads.after_stop import sends_after_stop

REMINDER_DAY = local(VISIT_DAY - timedelta(days=3), 12)
A_MINUTE = timedelta(minutes=1)
LINK = Actor("clinic", "link-3", clinic=CLINIC)
TRANSPORT_STEP: list[dict[str, Any]] = [
    {"key": "welcome", "words": "optin_confirm", "when": "enrolment", "conditions": ["not_welcomed"], "late": True},
    {"key": "reminder", "words": "reminder", "when": "days_before", "amount": 3, "conditions": ["unanswered"],
     "useful_hours": -20, "late": True},
    {"key": "ride_check", "words": "transport", "when": "days_before", "amount": 2, "at": "13:00",
     "conditions": ["still_on", "ride_unknown"], "category": "transport", "useful_hours": -4},
]  # fmt: skip


@pytest.fixture
def loop(scene: Scene) -> int:
    """Ana's visit, known and welcomed."""
    opened = scene.visit(scene.member(ANA))
    scene.settle()
    return opened


@pytest.fixture
def asking(database: Database) -> Scene:
    """A deployment that may ask what a STOP covers; members agree to visits and rides."""
    carrier, timer = TwinCarrier(), HandTimer()
    deployment = compose(database, timer, carrier, stop_scope_question=True, provider_stop_filter="off")
    made = Scene(deployment, carrier, timer, categories=("appointment", "transport"))
    made.furnish(steps=TRANSPORT_STEP)
    return made


def ledger(scene: Scene, number: str = ANA) -> tuple[ConsentEvent, ...]:
    phone = scene.phone(number)
    with scene.deployment.read(OPERATOR) as uow:
        return consents.consents(uow, [phone]).get(phone, ())


def entries(scene: Scene, action: Action) -> list[Any]:
    return scene.rows(t.consent_event, t.consent_event.c.action == action)


def answered(scene: Scene, *words: str) -> list[str]:
    return [row.words for row in scene.rows(t.touch, t.touch.c.words.in_(words), t.touch.c.state == "sent")]


def by_text(scene: Scene, loop: int) -> None:
    scene.say(ANA, "please stop texting me")


def by_the_carriers_word(scene: Scene, loop: int) -> None:
    scene.say(ANA, "zzz", word="STOP")


def by_a_provider_error(scene: Scene, loop: int) -> None:
    scene.carrier.answers.append(21610)
    scene.go_to(REMINDER_DAY)


def by_staff(scene: Scene, loop: int) -> None:
    opting.stop(scene.deployment, OPERATOR, scene.phone(ANA), StopHow.STAFF_VERBAL)


def by_a_clinics_link(scene: Scene, loop: int) -> None:
    opting.stop_for_visit(scene.deployment, LINK, loop)


def by_a_key_in_a_call(scene: Scene, loop: int) -> None:
    opting.stop(scene.deployment, OPERATOR, scene.phone(ANA), StopHow.VOICE_KEY)


ROUTES = [
    (by_text, "member_reply", "LAW-14"),
    (by_the_carriers_word, "member_reply", "TWI-29"),
    (by_a_provider_error, "provider_sync", "CARRIER-21610"),
    (by_staff, "staff_verbal", "LAW-15"),
    (by_a_clinics_link, "clinic", "LAW-15"),
    (by_a_key_in_a_call, "voice_key", "LAW-14"),
]


@pytest.mark.parametrize(("route", "source", "rule"), ROUTES)
def test_law_14_every_route_of_opting_out_ends_every_text_and_gives_every_visit_to_a_person(
    scene: Scene, loop: int, route: Any, source: str, rule: str
) -> None:
    brother = scene.visit(scene.member(ANA))
    route(scene, loop)
    entry = entries(scene, Action.STOP)[0]
    assert (entry.source, entry.rule.split("/")[0], entry.category, entry.member_id) == (source, rule, "*", None)
    assert suppressed(ledger(scene))
    scene.settle()
    for visit in (loop, brother):
        owned = scene.rows(t.task, t.task.c.loop_id == visit, t.task.c.state == "open")
        assert "call_member" in {task.kind for task in owned}
    left = len(scene.carrier.bodies)
    scene.live_to(local(VISIT_DAY, 20))
    assert scene.carrier.bodies[left:] == []
    assert scene.unheld() == {}


def test_law_24_an_opt_out_says_whose_words_when_by_which_rule_and_who_took_it(scene: Scene, loop: int) -> None:
    reply = scene.say(ANA, "Please take me off your list")
    entry = entries(scene, Action.STOP)[0]
    assert (entry.contact_point_id, entry.evidence, entry.channel) == (scene.phone(ANA), f"reply:{reply}", "sms")
    assert (entry.received_at, entry.collector, entry.rule) == (NOW, "carrier:webhook", "LAW-14")
    confirmation = scene.row(t.touch, t.touch.c.reply_id == reply)
    assert (confirmation.words, confirmation.exempt, confirmation.state) == ("stop", "LAW-17", "sent")


def test_law_15_said_twice_to_people_it_is_stored_once(scene: Scene, loop: int) -> None:
    for _ in range(2):
        by_staff(scene, loop)
        by_a_clinics_link(scene, loop)
    assert len(entries(scene, Action.STOP)) == 1
    assert answered(scene, "stop") == []


def test_law_15_a_clinics_link_silences_every_phone_of_its_own_patient_and_no_other(scene: Scene) -> None:
    loop = scene.visit(scene.member(ANA, BEN))
    other = scene.visit(scene.member("+12025550188"))
    by_a_clinics_link(scene, loop)
    assert [suppressed(ledger(scene, number)) for number in (ANA, BEN, "+12025550188")] == [True, True, False]
    with pytest.raises(NotAsked):
        opting.stop_for_visit(scene.deployment, Actor("clinic", "link-9", clinic=CLINIC + 6), other)
    assert not suppressed(ledger(scene, "+12025550188"))


def test_law_15_an_unknown_number_cannot_be_opted_out(scene: Scene) -> None:
    with pytest.raises(NotAsked, match="no such number"):
        opting.stop(scene.deployment, OPERATOR, 999_999, StopHow.MAIL)


def test_21610_without_a_stop_of_ours_fails_closed_and_asks_operations_why_once(scene: Scene, loop: int) -> None:
    by_a_provider_error(scene, loop)
    task = scene.row(t.task, t.task.c.kind == "unknown_block_reason")
    assert (task.owner_queue, task.contact_point_id) == ("operations", scene.phone(ANA))
    scene.carrier.answers.append(21610)
    scene.say(ANA, "HELP")
    assert len(scene.rows(t.task, t.task.c.kind == "unknown_block_reason")) == 1
    assert len(entries(scene, Action.STOP)) == 1


def test_21610_after_a_stop_of_ours_asks_nobody(scene: Scene, loop: int) -> None:
    scene.carrier.answers.append(21610)
    scene.say(ANA, "STOP")
    assert "unknown_block_reason" not in scene.open_tasks()


# -- the way back


def test_law_25_a_start_is_only_ever_the_members_own(scene: Scene, loop: int) -> None:
    """There is one function that lifts a block, and one caller: the reply that says so."""
    root = Path(opting.__file__).parents[1]
    found = [(path.name, call) for path in sorted(root.rglob("*.py")) for call in _calls(path, "START", "started")]
    assert [name for name, call in found if "Action.START" in call[1:]] == ["opting.py"]
    assert [name for name, call in found if call[0].endswith("started")] == ["screened.py"]
    scene.say(ANA, "STOP")
    scene.at(NOW + A_MINUTE)
    scene.say(ANA, "START")
    assert {row.source for row in entries(scene, Action.START)} == {"member_reply"}


def _calls(path: Path, *words: str) -> Iterator[tuple[str, ...]]:
    """Every call in a file that has one of these words, as (what is called, its arguments)."""
    source = path.read_text("utf-8")
    for node in ast.walk(ast.parse(source)) if any(word in source for word in words) else ():
        if isinstance(node, ast.Call):
            yield tuple(ast.unparse(part) for part in (node.func, *node.args))


@pytest.mark.parametrize("route", [by_text, by_a_provider_error, by_staff, by_a_clinics_link])
def test_law_25_a_start_leads_back_from_every_route(scene: Scene, loop: int, route: Any) -> None:
    route(scene, loop)
    scene.at(scene.deployment.database.now() + A_MINUTE)
    scene.say(ANA, "START")
    assert not suppressed(ledger(scene))
    assert answered(scene, "start") == ["start"]


def test_law_25_a_start_that_was_said_before_the_stop_changes_nothing(scene: Scene, loop: int) -> None:
    scene.at(NOW + timedelta(hours=1))
    scene.say(ANA, "STOP")
    scene.at(NOW + timedelta(hours=2))
    scene.say(ANA, "START", said_at=NOW + timedelta(minutes=30))
    assert suppressed(ledger(scene))
    assert answered(scene, "start") == []


def test_law_25_a_start_from_a_clock_that_runs_ahead_does_not_outlive_the_next_stop(scene: Scene, loop: int) -> None:
    scene.say(ANA, "START", said_at=NOW + timedelta(days=300))
    scene.at(NOW + A_MINUTE)
    scene.say(ANA, "STOP")
    assert suppressed(ledger(scene))


def test_law_25_a_start_creates_no_consent(scene: Scene) -> None:
    loop = scene.visit(scene.member(ANA, consented=False))
    scene.say(ANA, "START")
    scene.live_to(local(VISIT_DAY, 20))
    assert scene.touch(loop, "welcome").rule == "LAW-01"
    assert len(scene.carrier.bodies) == 1  # that START was heard


def test_twi_28_a_yes_that_the_carrier_takes_for_a_start_confirms_the_visit_and_starts_nothing(
    scene: Scene, loop: int
) -> None:
    scene.go_to(REMINDER_DAY)
    scene.say(ANA, "YES", word="START")
    assert scene.row(t.loop).stage == "confirmed"
    assert (entries(scene, Action.START), answered(scene, "start")) == ([], [])


def test_twi_28_a_yes_from_a_number_that_is_opted_out_is_the_carriers_start_and_no_answer(
    scene: Scene, loop: int
) -> None:
    scene.go_to(REMINDER_DAY)
    scene.say(ANA, "STOP")
    scene.at(REMINDER_DAY + A_MINUTE)
    scene.say(ANA, "YES", word="START")
    assert not suppressed(ledger(scene))
    assert scene.row(t.loop).stage == "scheduled"


WORDS = st.one_of(
    st.text(max_size=40),
    st.sampled_from(["yes", "1", "ok thanks", "RIDE", "HELP", "I changed my mind", "text me again please", "si", "да"]),
)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@given(body=WORDS)
@settings(max_examples=examples(25), deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
def test_law_25_ordinary_texts_never_undo_a_stop(scene: Scene, body: str) -> None:
    scene.hear(ANA, "STOP")
    scene.at(scene.deployment.database.now() + A_MINUTE)
    scene.hear(ANA, body)
    assert suppressed(ledger(scene)) or Safety.OPT_IN in screen(body).safety


@given(st.lists(st.sampled_from([a for a in Action if a is not Action.START]), max_size=8))
def test_law_25_no_other_entry_ever_lifts_a_stop(after: list[Action]) -> None:
    stop = ConsentEvent(Action.STOP, None, NOW, None, "sms", "*", id=1)
    later = [ConsentEvent(action, None, NOW + A_MINUTE, None, "sms", "transport") for action in after]
    assert suppressed([stop, *later])
    assert suppressed([stop, *later], Category.APPOINTMENT)


# -- one confirmation, and its one question


def test_law_17_a_second_stop_is_not_confirmed_again(scene: Scene, loop: int) -> None:
    for body in ("STOP", "stop texting me", "CANCEL"):
        scene.say(ANA, body)
    assert answered(scene, "stop", "stop_clarify") == ["stop"]
    assert len(entries(scene, Action.STOP)) == 3


def test_law_17_a_stop_after_people_recorded_one_is_not_confirmed(scene: Scene, loop: int) -> None:
    by_staff(scene, loop)
    scene.say(ANA, "STOP")
    assert answered(scene, "stop") == []


def test_law_17_who_agreed_to_more_than_one_thing_is_asked_what_a_stop_covers(asking: Scene) -> None:
    loop = asking.visit(asking.member(ANA))
    asking.settle()
    asking.say(ANA, "STOP")
    assert answered(asking, "stop", "stop_clarify") == ["stop_clarify"]
    before = len(asking.carrier.bodies)
    asking.at(NOW + timedelta(hours=1))
    asking.say(ANA, "RIDE")
    assert suppressed(ledger(asking), Category.APPOINTMENT)
    assert not suppressed(ledger(asking), Category.TRANSPORT)
    assert asking.row(t.reply, t.reply.c.received_at > NOW).intents == ["opt_in"]
    assert "arrange_ride" not in asking.open_tasks()
    assert len(asking.carrier.bodies) == before  # no second text
    asking.live_to(local(VISIT_DAY, 20))
    assert asking.touch(loop, "reminder").rule == "LAW-19"
    assert asking.touch(loop, "ride_check").state == "sent"
    with asking.deployment.read(OPERATOR) as uow:
        assert sends_after_stop(uow) == 0


def test_law_17_a_stop_after_rides_were_kept_ends_those_too_and_asks_nothing(asking: Scene) -> None:
    asking.visit(asking.member(ANA))
    for minute, body in enumerate(("STOP", "RIDE", "STOP", "RIDE")):
        asking.at(NOW + minute * A_MINUTE)
        asking.say(ANA, body)
    assert suppressed(ledger(asking), Category.TRANSPORT)
    assert answered(asking, "stop", "stop_clarify") == ["stop_clarify"]


@pytest.mark.parametrize("between", ["hello", "1", "HELP"])
def test_law_17_any_other_answer_keeps_everything_stopped_and_closes_the_question(asking: Scene, between: str) -> None:
    asking.visit(asking.member(ANA))
    for minute, body in enumerate(("STOP", between, "RIDE")):
        asking.at(NOW + minute * A_MINUTE)
        asking.say(ANA, body)
    assert suppressed(ledger(asking), Category.TRANSPORT)


@pytest.mark.parametrize(("hours", "kept"), [(71, True), (73, False)])
def test_law_17_the_question_is_open_for_three_days(asking: Scene, hours: int, kept: bool) -> None:
    asking.visit(asking.member(ANA))
    asking.settle()
    asking.say(ANA, "STOP")
    asking.at(NOW + timedelta(hours=hours))
    asking.say(ANA, "RIDE")
    assert suppressed(ledger(asking), Category.TRANSPORT) is not kept


def test_law_17_who_agreed_to_one_thing_is_not_asked(asking: Scene) -> None:
    asking.categories = ("appointment",)
    asking.visit(asking.member(ANA))
    asking.settle()
    asking.say(ANA, "STOP")
    asking.say(ANA, "RIDE")
    assert answered(asking, "stop", "stop_clarify") == ["stop"]
    assert suppressed(ledger(asking), Category.TRANSPORT)


def test_law_17_a_ride_is_a_ride_where_nothing_was_asked(scene: Scene, loop: int) -> None:
    scene.say(ANA, "RIDE")
    assert entries(scene, Action.KEEP) == []
    assert scene.row(t.reply).safety == []


def test_law_17_without_approved_words_for_the_question_the_plain_confirmation_goes(asking: Scene) -> None:
    with asking.deployment.write(OPERATOR) as uow:
        uow.execute(t.message_version.delete().where(t.message_version.c.key == "stop_clarify"))
        uow.commit()
    asking.visit(asking.member(ANA))
    asking.settle()
    asking.say(ANA, "STOP")
    assert answered(asking, "stop", "stop_clarify") == ["stop"]


# -- CANCEL, and words that may have meant STOP


@pytest.mark.parametrize("body", ["CANCEL", "end", "Quit"])
def test_law_21_cancel_end_and_quit_stop_and_ask_once_whether_the_visit_was_meant(
    scene: Scene, loop: int, body: str
) -> None:
    scene.say(ANA, body)
    scene.say(ANA, body)
    assert suppressed(ledger(scene))
    assert scene.open_tasks().count("possible_visit_cancel") == 1
    assert scene.row(t.task, t.task.c.kind == "possible_visit_cancel").loop_id == loop


def test_law_21_where_there_is_no_visit_they_meant_the_texts(scene: Scene) -> None:
    scene.member(ANA)
    scene.say(ANA, "CANCEL")
    assert suppressed(ledger(scene))
    assert scene.open_tasks() == []


def test_law_23_a_stop_word_inside_a_sentence_pauses_the_number_until_a_person_has_read_it(
    scene: Scene, loop: int
) -> None:
    scene.say(ANA, "we had to stop by my sister to unsubscribe her cable thing")
    assert not suppressed(ledger(scene))
    review = scene.row(t.task, t.task.c.kind == "safety_review")
    scene.go_to(REMINDER_DAY)
    assert (scene.touch(loop, "reminder").state, scene.touch(loop, "reminder").rule) == ("planned", "LAW-23")
    resolve(scene.deployment, OPERATOR, review.id, Finish("cleared"))
    scene.go_to(REMINDER_DAY + timedelta(hours=1))
    assert scene.touch(loop, "reminder").state == "sent"
    assert scene.unheld() == {}


# -- HELP, and who is this


@pytest.mark.parametrize("language", ["en", "es", "ru", "zh-Hans", "ar", "vi", "ht", "hmn"])
def test_law_41_help_is_in_the_members_language_with_both_numbers_in_danger(scene: Scene, language: str) -> None:
    scene.member(ANA, language=language)
    scene.member(ANA, language=language)  # two people who share the phone share the language
    scene.say(ANA, "HELP")
    attempt = scene.row(t.attempt)
    assert attempt.language == language
    assert "911" in scene.carrier.bodies[-1]
    assert "988" in scene.carrier.bodies[-1]


@pytest.mark.parametrize(("tier", "work"), [(3, []), (4, ["safety_review"])])
def test_twi_28_help_from_a_critical_member_is_also_somebodys_task_at_once(
    scene: Scene, tier: int, work: list[str]
) -> None:
    scene.change(t.member, scene.member(ANA), tier=tier)
    scene.say(ANA, "HELP")
    assert "988" in scene.carrier.bodies[-1]
    assert scene.open_tasks() == work
    assert all(task.priority == "asap" for task in scene.rows(t.task))


@pytest.mark.parametrize("stopped", [False, True])
def test_who_is_this_is_answered_with_who_we_are_and_nobodys_name(scene: Scene, loop: int, stopped: bool) -> None:
    if stopped:
        scene.say(ANA, "STOP")
    scene.say(ANA, "Who is this?")
    assert scene.carrier.bodies[-1].startswith("CareLink: We text you about your visits and rides.")
    assert "answer_member" not in scene.open_tasks()


def test_twi_26_two_machines_do_not_talk_for_ever(scene: Scene, loop: int) -> None:
    before = len(scene.carrier.bodies)
    for _ in range(6):
        scene.say(ANA, "Who is this?")
    assert len(scene.carrier.bodies) - before == 3
    assert "answer_member" in scene.open_tasks()


# -- what is watched


def test_law_16_the_alarm_counts_what_left_after_a_stop_and_only_that(scene: Scene, loop: int) -> None:
    def alarm() -> int:
        with scene.deployment.read(OPERATOR) as uow:
            return sends_after_stop(uow)

    scene.say(ANA, "STOP")
    scene.at(NOW + timedelta(minutes=2))
    scene.say(ANA, "HELP")
    assert alarm() == 0  # exempt
    scene.at(NOW + timedelta(minutes=3))
    scene.say(ANA, "START")
    scene.go_to(REMINDER_DAY)
    assert (scene.touch(loop, "reminder").state, alarm()) == ("sent", 0)
    for row in entries(scene, Action.START):
        scene.change(t.consent_event, row.id, action="keep", category="coverage")
    assert alarm() == 1


def test_law_16_a_stop_is_effective_when_it_is_committed(scene: Scene, loop: int) -> None:
    scene.at(REMINDER_DAY)
    scene.hear(ANA, "STOP")
    pump(scene.deployment, "bulk")
    assert scene.touch(loop, "reminder").rule == "LAW-19"


EXEMPT_WORDS = {"stop", "stop_clarify", "wrong", "emergency", "safety_neutral"}


@pytest.mark.parametrize("language", factory_languages())
def test_law_41_every_text_but_those_that_end_texts_or_save_a_life_says_how_to_stop(language: str) -> None:
    """So no fifth text and no month is ever without it: nothing has to be appended."""
    without = {key for key, body in factory_texts(language).items() if "STOP" not in body}
    assert without <= EXEMPT_WORDS
