"""A person answers a member with approved words: past the gate, once, and never over somebody else's answer."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from counts import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from interleaving import Meeting, in_a_thread, replaced
from scene import ANA, CLINIC, NOW, OPERATOR, VISIT_DAY, ZONE, Scene, local
from twin import DIE_AFTER, LOSE, WorkerDied

from locales.factory import factory_texts
from locales.render import variables
from outreach.engine import person_texts
from outreach.engine.handlers import set_freeze
from outreach.engine.refusals import NotAsked
from outreach.engine.staff_texts import REPLIES, Composer, composer, say
from outreach.loops.events import VisitCancelled, VisitMoved
from outreach.loops.verdict import Allowed, HeldUntil, Refused
from outreach.store import tables as t
from outreach.store.actor import Actor
from outreach.store.conversation import UnknownVersion, Version
from outreach.store.touches import ON_THE_VISIT

KEVIN, DANA = Actor("person", "Kevin Lee"), Actor("person", "Dana Cruz")
EVENING = local(NOW.date(), 22)


def _open(scene: Scene, loop: int, actor: Actor = KEVIN) -> Composer:
    with scene.deployment.read(actor) as uow:
        found = composer(uow, loop)
    assert found is not None
    return found


def _say(scene: Scene, loop: int, key: str = "reply_call", actor: Actor = KEVIN) -> int:
    return say(scene.deployment, actor, loop, key, _open(scene, loop, actor).seen)


def _touch(scene: Scene, touch: int):
    return scene.row(t.touch, t.touch.c.id == touch)


def _texts_by_people(scene: Scene) -> int:
    return len(scene.rows(t.touch, t.touch.c.author.is_not(None)))


@pytest.fixture
def asked(scene: Scene, loop: int) -> int:
    """Ana was welcomed and asked something that only a person can answer."""
    scene.settle()
    scene.say(ANA, "can my sister come?")
    return loop


# -- what is offered


def test_the_replies_are_those_of_the_catalogue() -> None:
    texts = factory_texts("en")
    assert set(REPLIES) == {key for key in texts if key.startswith("reply_")}
    of_the_visit = {key for key in REPLIES if variables(texts[key]) & {"day", "time", "place"}}
    assert of_the_visit == ON_THE_VISIT


def test_every_offer_is_filled_in_with_its_english_and_its_size(scene: Scene) -> None:
    loop = scene.visit(scene.member(ANA, language="es"))
    found = _open(scene, loop)
    assert (found.loop, found.language) == (loop, "es")
    assert [offer.key for offer in found.offers] == list(REPLIES)
    visit = next(offer for offer in found.offers if offer.key == "reply_visit")
    assert ("mar 9 mar" in visit.body, "Tue 3/9" in visit.english) == (True, True)
    assert all(not re.search(r"[{}]", offer.body + offer.english) for offer in found.offers)
    assert all(offer.parts in (1, 2) and offer.units >= len(offer.body) > 0 for offer in found.offers)
    assert {offer.encoding for offer in found.offers} <= {"GSM-7", "UCS-2"}


def test_what_is_offered_shows_in_no_print(scene: Scene, loop: int) -> None:
    assert "CareLink" not in repr(_open(scene, loop))


def test_a_visit_that_is_over_cancelled_or_silent_is_not_spoken_of(scene: Scene) -> None:
    member = scene.member(ANA)
    for loop in (
        scene.visit(member, cancelled=True),
        scene.visit(member, day=NOW.date() - timedelta(days=1)),
        scene.visit(member, sensitivity="silent"),
    ):
        assert not {offer.key for offer in _open(scene, loop).offers} & ON_THE_VISIT


def test_a_restricted_clinics_place_is_not_offered(scene: Scene) -> None:
    scene.change(t.clinic, CLINIC, place=None)
    keys = {offer.key for offer in _open(scene, scene.visit(scene.member(ANA))).offers}
    assert "reply_visit" in keys
    assert "reply_place" not in keys


def test_without_approved_words_nothing_is_offered_and_the_gate_says_why(scene: Scene) -> None:
    loop = scene.visit(scene.member(ANA, language="zz"))
    found = _open(scene, loop)
    assert (found.offers, found.verdict) == ((), Refused("HIP-25"))
    with pytest.raises(NotAsked, match="HIP-25"):
        say(scene.deployment, KEVIN, loop, "reply_call", found.seen)


def test_without_a_phone_there_is_nothing_to_compose(scene: Scene) -> None:
    loop = scene.visit(scene.member())
    with scene.deployment.read(KEVIN) as uow:
        assert composer(uow, loop) is None
        assert composer(uow, 999_999) is None
    with pytest.raises(NotAsked, match="no phone"):
        say(scene.deployment, KEVIN, loop, "reply_call", "0.0.0")


# -- it leaves


def test_an_answer_leaves_at_once_in_the_name_of_its_author(scene: Scene, asked: int) -> None:
    assert isinstance(_open(scene, asked).verdict, Allowed)
    before, tasks = len(scene.carrier.bodies), scene.open_tasks()
    touch = _touch(scene, _say(scene, asked, "reply_companion"))
    assert scene.carrier.bodies[before:] == [
        "CareLink: Yes, one person may come with you, on the ride too. Questions? Call 800-555-0100. STOP to end."
    ]
    assert (touch.state, touch.author, touch.step, touch.queue) == (
        "sent", "person:Kevin Lee", "staff:reply_companion", "reply",
    )  # fmt: skip
    assert touch.answers_at == scene.row(t.reply).received_at
    assert scene.row(t.attempt, t.attempt.c.touch_id == touch.id).proactive is False
    assert scene.row(t.audit, t.audit.c.action == "text.said").actor == "person:Kevin Lee"
    assert scene.open_tasks() == tasks  # people finish tasks themselves
    assert scene.unheld() == {}


def test_to_a_member_who_said_nothing_it_is_a_proactive_text_that_caps_count(scene: Scene, loop: int) -> None:
    scene.settle()
    scene.at(NOW + timedelta(hours=1))
    for _ in range(3):
        _say(scene, loop)
    sent = scene.rows(t.touch, t.touch.c.author.is_not(None))
    assert [row.answers_at for row in sent] == [None] * 3
    assert [row.state for row in sent] == ["sent", "planned", "planned"]  # the welcome was the first of two
    assert sent[1].rule == "LAW-35"
    assert isinstance(_open(scene, loop).verdict, HeldUntil)


def test_without_consent_only_an_answer_to_their_own_words_may_leave(scene: Scene) -> None:
    loop = scene.visit(scene.member(ANA, consented=False))
    assert _open(scene, loop).verdict == Refused("LAW-01")
    scene.hear(ANA, "can my sister come?")
    assert isinstance(_open(scene, loop).verdict, Allowed)
    scene.at(NOW + timedelta(hours=73))
    assert _open(scene, loop).verdict == Refused("LAW-01")


def test_the_same_answer_may_be_given_twice_to_one_reply(scene: Scene, asked: int) -> None:
    first, second = _say(scene, asked), _say(scene, asked)
    assert first != second
    assert [_touch(scene, touch).state for touch in (first, second)] == ["sent", "sent"]


def test_too_many_answers_in_a_row_are_refused_as_for_any_text(scene: Scene, asked: int) -> None:
    for _ in range(5):
        if isinstance(_open(scene, asked).verdict, Refused):
            break
        _say(scene, asked)
    assert _open(scene, asked).verdict == Refused("TWI-26")
    with pytest.raises(NotAsked, match="TWI-26"):
        _say(scene, asked)


def test_at_night_an_answer_is_held_until_the_morning_and_holds_its_loop(scene: Scene, asked: int) -> None:
    scene.go_to(EVENING)
    held = _open(scene, asked).verdict
    assert isinstance(held, HeldUntil)
    assert held.rule == "LAW-33"
    touch = _say(scene, asked)
    assert (_touch(scene, touch).state, _touch(scene, touch).due_at) == ("planned", held.when)
    assert scene.unheld() == {}
    scene.go_to(held.when)
    assert _touch(scene, touch).state == "sent"


def test_while_sending_is_held_it_waits(scene: Scene, asked: int) -> None:
    set_freeze(scene.deployment, OPERATOR, True)
    touch = _say(scene, asked)
    assert (_touch(scene, touch).state, _touch(scene, touch).rule) == ("planned", "FREEZE")
    set_freeze(scene.deployment, OPERATOR, False)
    scene.go_to(NOW + timedelta(minutes=6))
    assert _touch(scene, touch).state == "sent"


# -- it never leaves


def test_after_a_stop_it_is_refused_with_the_rule(scene: Scene, asked: int) -> None:
    scene.say(ANA, "STOP")
    with pytest.raises(NotAsked, match="LAW-19"):
        _say(scene, asked)
    assert _texts_by_people(scene) == 0


def test_a_stop_while_it_is_held_stops_it_and_gives_it_back_to_a_person(scene: Scene, asked: int) -> None:
    scene.at(EVENING)
    touch = _say(scene, asked)
    scene.say(ANA, "STOP")
    scene.go_to(local(NOW.date() + timedelta(days=1), 9))
    assert (_touch(scene, touch).state, _touch(scene, touch).rule) == ("refused", "LAW-19")
    assert "call_member" in scene.open_tasks()
    assert touch not in scene.carrier.times_sent()


def test_what_is_not_on_the_list_cannot_be_said(scene: Scene, asked: int) -> None:
    seen = _open(scene, asked).seen
    for key in ("reminder", "stop", "", "reply_unknown"):
        with pytest.raises(NotAsked, match="not offered"):
            say(scene.deployment, KEVIN, asked, key, seen)
    scene.change(t.clinic, CLINIC, place=None)
    with pytest.raises(NotAsked, match="cannot be said about this visit"):
        say(scene.deployment, KEVIN, asked, "reply_place", seen)


# -- the visit changes under it


def _held_overnight(scene: Scene, loop: int, key: str) -> int:
    scene.at(EVENING)
    return _say(scene, loop, key)


def test_a_moved_visit_leaves_a_planned_answer_alone(scene: Scene, asked: int) -> None:
    touch = _held_overnight(scene, asked, "reply_call")
    scene.move_visit(asked, day=VISIT_DAY + timedelta(days=1))
    scene.happens(asked, VisitMoved(EVENING, True))
    assert _touch(scene, touch).state == "planned"
    scene.go_to(local(NOW.date() + timedelta(days=1), 9))
    assert _touch(scene, touch).state == "sent"


@pytest.mark.parametrize("change", ["moved", "cancelled"])
def test_an_answer_that_names_a_visit_as_it_was_is_refused_and_owed(scene: Scene, asked: int, change: str) -> None:
    touch = _held_overnight(scene, asked, "reply_visit")
    if change == "moved":
        scene.move_visit(asked, day=VISIT_DAY + timedelta(days=1))
        scene.happens(asked, VisitMoved(EVENING, True))
    else:
        scene.move_visit(asked, cancelled=True)
        scene.happens(asked, VisitCancelled(EVENING))
    scene.go_to(local(NOW.date() + timedelta(days=1), 9))
    assert (_touch(scene, touch).state, _touch(scene, touch).rule) == ("refused", "TIM-13")
    assert "answer_member" in scene.open_tasks()


def test_who_was_told_of_a_visit_by_a_person_hears_that_it_moved(scene: Scene, asked: int) -> None:
    _say(scene, asked, "reply_visit")
    scene.move_visit(asked, day=VISIT_DAY + timedelta(days=1))
    scene.happens(asked, VisitMoved(NOW, True))
    assert scene.touch(asked, "moved").state == "planned"


def test_thanks_are_not_news_of_a_visit(scene: Scene, asked: int) -> None:
    _say(scene, asked, "reply_thanks")
    scene.move_visit(asked, day=VISIT_DAY + timedelta(days=1))
    scene.happens(asked, VisitMoved(NOW, True))
    assert not scene.rows(t.touch, t.touch.c.step == "moved")


# -- twice, and two people


def test_pressed_twice_it_is_one_text(scene: Scene, asked: int) -> None:
    seen = _open(scene, asked).seen
    first = say(scene.deployment, KEVIN, asked, "reply_call", seen)
    assert say(scene.deployment, KEVIN, asked, "reply_call", seen) == first
    assert _texts_by_people(scene) == 1
    with pytest.raises(NotAsked, match=r"You answered just now\. Your text was not sent\."):
        say(scene.deployment, KEVIN, asked, "reply_thanks", seen)


def test_who_answered_first_is_named(scene: Scene, asked: int) -> None:
    seen = _open(scene, asked, DANA).seen
    _say(scene, asked)
    scene.at(NOW + timedelta(seconds=8))
    with pytest.raises(NotAsked, match=r"Kevin Lee answered 8 s ago\. Your text was not sent\."):
        say(scene.deployment, DANA, asked, "reply_call", seen)
    assert _texts_by_people(scene) == 1


def test_what_the_member_wrote_meanwhile_is_read_first(scene: Scene, asked: int) -> None:
    seen = _open(scene, asked).seen
    scene.hear(ANA, "never mind")
    with pytest.raises(NotAsked, match="The member wrote meanwhile"):
        say(scene.deployment, KEVIN, asked, "reply_call", seen)


def test_an_automatic_text_that_left_meanwhile_is_read_first(scene: Scene, loop: int) -> None:
    seen = _open(scene, loop).seen
    scene.settle()
    with pytest.raises(NotAsked, match="An automatic text left meanwhile"):
        say(scene.deployment, KEVIN, loop, "reply_call", seen)


@pytest.mark.parametrize("seen", ["", "1", "1.2", "a.b.c", "1.2.3.4", "-1.0.0", "٣.0.0"])
def test_a_made_up_version_says_what_to_do(scene: Scene, asked: int, seen: str) -> None:
    with pytest.raises(NotAsked, match="Open the conversation again"):
        say(scene.deployment, KEVIN, asked, "reply_call", seen)
    with pytest.raises(UnknownVersion):
        Version.parse(seen)


def test_two_people_at_once_are_one_text(scene: Scene, asked: int) -> None:
    seen, meeting = _open(scene, asked).seen, Meeting()
    with replaced(person_texts, "load_folder", meeting.before(person_texts.load_folder)):
        first, one = in_a_thread(lambda: say(scene.deployment, KEVIN, asked, "reply_call", seen))
        assert meeting.reached.wait(20)
        second, other = in_a_thread(lambda: say(scene.deployment, DANA, asked, "reply_call", seen))
        second.join(0.4)
        meeting.go_on.set()
        for thread in (first, second):
            thread.join(20)
    assert isinstance(one[0], int)
    assert isinstance(other[0], NotAsked)
    assert _texts_by_people(scene) == 1


# -- at every hour


def _answered_at_every_hour(scene: Scene) -> tuple[list[int], dict[int, datetime]]:
    """Each hour of a day another member writes, gets an answer, and every second one stops; return loops and stops."""
    numbers = [f"+1202555{n:04d}" for n in range(100, 124)]
    loops, stops = scene.crowd(*numbers), {}
    scene.settle()
    for hour, (number, loop) in enumerate(zip(numbers, loops, strict=True)):
        asked_at = NOW + timedelta(hours=hour)
        scene.go_to(asked_at)
        scene.say(number, "can my sister come?")
        scene.go_to(asked_at + timedelta(minutes=10))
        _say(scene, loop)
        if hour % 2:
            scene.go_to(asked_at + timedelta(minutes=20))
            scene.say(number, "STOP")
            stops[loop] = asked_at + timedelta(minutes=20)
    return loops, stops


def test_at_every_hour_an_answer_is_lawful_and_nothing_follows_a_stop(scene: Scene) -> None:
    loops, stops = _answered_at_every_hour(scene)
    scene.live_to(NOW + timedelta(days=3))
    left = 0
    for touch in scene.rows(t.touch, t.touch.c.author.is_not(None)):
        for tried in scene.rows(t.attempt, t.attempt.c.touch_id == touch.id):
            left += 1
            assert 9 <= tried.claimed_at.astimezone(ZoneInfo(ZONE)).hour < 20
            assert tried.claimed_at <= stops.get(touch.loop_id, tried.claimed_at)
        assert touch.state == ("sent" if touch.loop_id not in stops else touch.state)
    assert 12 <= left < len(loops)
    assert all(times == 1 for times in scene.carrier.times_sent().values())
    assert scene.unheld() == {}


# -- crashes


def test_a_worker_that_dies_after_the_post_never_sends_it_again(scene: Scene, asked: int) -> None:
    seen = _open(scene, asked).seen
    scene.carrier.answers.append(DIE_AFTER)
    with pytest.raises(WorkerDied):
        say(scene.deployment, KEVIN, asked, "reply_call", seen)
    touch = say(scene.deployment, KEVIN, asked, "reply_call", seen)  # pressed again after the error page
    for _ in range(4):
        scene.timer.sleep(3600)
        scene.settle()
    assert _touch(scene, touch).state == "sent"
    assert scene.carrier.times_sent()[touch] == 1


def test_what_was_lost_on_the_way_is_judged_again_and_leaves_once(scene: Scene, asked: int) -> None:
    scene.carrier.answers.append(LOSE)
    touch = _say(scene, asked)
    for _ in range(4):
        scene.timer.sleep(3600)
        scene.settle()
    assert scene.carrier.times_sent()[touch] == 1


@settings(max_examples=examples(200))
@given(*[st.integers(0, 10**9)] * 3)
def test_a_version_reads_back_as_it_was_written(heard: int, by_people: int, automatic: int) -> None:
    version = Version(heard, by_people, automatic)
    assert Version.parse(str(version)) == version
