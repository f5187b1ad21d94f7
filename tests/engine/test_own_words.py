"""A person writes to a member in their own words: with consent, in a language somebody answers for, past the gate."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from interleaving import Meeting, in_a_thread, replaced
from scene import ANA, NOW, OPERATOR, VISIT_DAY, Scene, local

from locales.segments import segments
from outreach.engine import person_texts
from outreach.engine.handlers import set_freeze
from outreach.engine.own_words import Desk, Vouched, Writing, read, write
from outreach.engine.own_words_check import Read
from outreach.engine.refusals import NotAsked
from outreach.engine.staff_texts import Composer, composer, say, withdraw
from outreach.loops.events import VisitMoved
from outreach.loops.verdict import Allowed, HeldUntil, Refused
from outreach.store import enrolment, own_words
from outreach.store import tables as t
from outreach.store.actor import Actor
from outreach.store.conversation import with_people
from outreach.store.people import members

KEVIN, DANA = Actor("person", "Kevin Lee"), Actor("person", "Dana Cruz")
EVENING = local(NOW.date(), 22)
SISTER = Writing("Yes, your sister may come. Please bring your card.", "en")


@pytest.fixture
def asked(scene: Scene, loop: int) -> int:
    """Ana was welcomed and asked something that only a person can answer."""
    scene.settle()
    scene.say(ANA, "can my sister come?")
    return loop


@pytest.fixture
def rosa(scene: Scene) -> int:
    """A member who reads Spanish, and wrote in it."""
    found = scene.visit(scene.member(ANA, language="es"))
    scene.settle()
    scene.say(ANA, "puede venir mi hermana?")
    return found


def _open(scene: Scene, loop: int, actor: Actor = KEVIN) -> Composer:
    with scene.deployment.read(actor) as uow:
        found = composer(uow, loop)
    assert found is not None
    return found


def _desk(scene: Scene, loop: int) -> Desk:
    return _open(scene, loop).own


def _read(scene: Scene, loop: int, writing: Writing) -> Read:
    with scene.deployment.read(KEVIN) as uow:
        return read(uow, loop, writing)


def _write(
    scene: Scene, loop: int, writing: Writing = SISTER, actor: Actor = KEVIN, seen: str = "",
    later: datetime | None = None, held_back: timedelta = timedelta(),
) -> int:  # fmt: skip
    agreed = replace(writing, agreement=_read(scene, loop, writing).agreement)
    seen = seen or _open(scene, loop, actor).seen
    return write(scene.deployment, actor, loop, agreed, seen, held_back=held_back, later=later)


def _touch(scene: Scene, touch: int):
    return scene.row(t.touch, t.touch.c.id == touch)


def _rules(findings) -> set[str]:
    return {each.rule for each in findings}


# -- it leaves as it was shown


def test_it_leaves_between_who_writes_and_how_to_stop_exactly_as_it_was_shown(scene: Scene, asked: int) -> None:
    shown, before = _read(scene, asked, SISTER), len(scene.carrier.bodies)
    touch = _touch(scene, _write(scene, asked))
    assert scene.carrier.bodies[before:] == [shown.body]
    assert shown.body == "CareLink: Yes, your sister may come. Please bring your card.\nSTOP to end."
    assert (touch.state, touch.author, touch.words, touch.step) == (
        "sent", "person:Kevin Lee", "own_words", "staff:own_words",
    )  # fmt: skip
    sent = scene.row(t.attempt, t.attempt.c.touch_id == touch.id)
    assert (sent.language, sent.rule, sent.consent_id is not None) == ("en", "LAW-04", True)
    assert scene.unheld() == {}


@pytest.mark.parametrize(
    ("language", "said", "encoding", "parts"),
    [
        ("es", "Sí, su hermana puede venir con usted a la visita.", "UCS-2", 2),
        ("es", "Su hermana puede venir con usted.", "GSM-7", 1),
        ("ar", "نعم، يمكن لأختك أن تأتي معك.", "UCS-2", 1),
    ],
)
def test_what_it_costs_is_said_before_and_is_what_the_carrier_gets(
    scene: Scene, language: str, said: str, encoding: str, parts: int
) -> None:
    loop = scene.visit(scene.member(ANA, language=language))
    scene.settle()
    writing = Writing(said, language, Vouched.SPEAKER)
    shown = _read(scene, loop, writing)
    scene.at(NOW + timedelta(hours=1))
    touch = _touch(scene, _write(scene, loop, writing))
    assert touch.state == "sent"
    assert (shown.cost.encoding, shown.cost.parts) == (encoding, parts)
    assert (scene.carrier.bodies[-1], segments(scene.carrier.bodies[-1])) == (shown.body, shown.cost)


def test_spaces_and_line_ends_are_made_plain_and_quotes_too(scene: Scene, asked: int) -> None:
    shown = _read(scene, asked, Writing("  Yes,\tyour  sister\r\nmay \u201ccome\u201d.  ", "en"))
    assert shown.body == 'CareLink: Yes, your sister\nmay "come".\nSTOP to end.'


# -- the gate


def test_even_an_answer_needs_their_consent(scene: Scene) -> None:
    loop = scene.visit(scene.member(ANA, consented=False))
    scene.hear(ANA, "can my sister come?")
    assert isinstance(_open(scene, loop).verdict, Allowed)
    assert _desk(scene, loop).verdict == Refused("LAW-01")
    with pytest.raises(NotAsked, match="LAW-01"):
        _write(scene, loop)
    assert scene.rows(t.own_words) == []


def test_after_a_stop_nothing_is_written(scene: Scene, asked: int) -> None:
    scene.say(ANA, "STOP")
    with pytest.raises(NotAsked, match="LAW-19"):
        _write(scene, asked)


def test_a_stop_between_writing_and_sending_stops_it_and_gives_it_back_to_a_person(scene: Scene, asked: int) -> None:
    scene.at(EVENING)
    touch = _write(scene, asked)
    scene.say(ANA, "STOP")
    scene.go_to(local(NOW.date() + timedelta(days=1), 9))
    assert (_touch(scene, touch).state, _touch(scene, touch).rule) == ("refused", "LAW-19")
    assert "call_member" in scene.open_tasks()
    assert touch not in scene.carrier.times_sent()


def test_at_night_it_is_held_until_the_morning_and_holds_its_loop(scene: Scene, asked: int) -> None:
    scene.go_to(EVENING)
    held = _desk(scene, asked).verdict
    assert isinstance(held, HeldUntil)
    touch = _write(scene, asked)
    assert (_touch(scene, touch).state, _touch(scene, touch).due_at) == ("planned", held.when)
    assert scene.unheld() == {}
    scene.go_to(held.when)
    assert _touch(scene, touch).state == "sent"


def test_what_was_written_about_a_visit_that_moved_comes_back_to_a_person(scene: Scene, asked: int) -> None:
    scene.at(EVENING)
    touch = _write(scene, asked)
    scene.move_visit(asked, day=VISIT_DAY + timedelta(days=1))
    scene.happens(asked, VisitMoved(EVENING, True))
    scene.go_to(local(NOW.date() + timedelta(days=1), 9))
    assert (_touch(scene, touch).state, _touch(scene, touch).rule) == ("refused", "TIM-13")
    assert "answer_member" in scene.open_tasks()


def test_while_sending_is_held_it_waits_and_its_author_can_take_it_back(scene: Scene, asked: int) -> None:
    set_freeze(scene.deployment, OPERATOR, True)
    touch = _write(scene, asked)
    assert (_touch(scene, touch).state, _touch(scene, touch).rule) == ("planned", "FREEZE")
    withdraw(scene.deployment, KEVIN, scene.phone(ANA), touch)
    assert _touch(scene, touch).state == "cancelled"


def test_at_a_time_of_ones_own_it_leaves_then(scene: Scene, asked: int) -> None:
    tomorrow = local(NOW.date() + timedelta(days=1), 10)
    touch = _write(scene, asked, later=tomorrow)
    scene.go_to(tomorrow - timedelta(minutes=1))
    assert _touch(scene, touch).state == "planned"
    scene.go_to(tomorrow)
    assert _touch(scene, touch).state == "sent"


def test_automatic_texts_wait_for_a_person_who_writes(scene: Scene, asked: int) -> None:
    _write(scene, asked)
    with scene.deployment.read(KEVIN) as uow:
        assert with_people(uow, [scene.phone(ANA)])[scene.phone(ANA)] > uow.now


# -- the language


def test_somebody_answers_for_every_language_but_that_of_the_console(scene: Scene, rosa: int) -> None:
    said = Writing("Su hermana puede venir con usted.", "es")
    with pytest.raises(NotAsked, match="who answers for the language"):
        _write(scene, rosa, said)
    touch = _write(scene, rosa, replace(said, vouched=Vouched.INTERPRETER))
    assert _touch(scene, touch).state == "sent"
    assert (scene.row(t.own_words).language, scene.row(t.own_words).vouched) == ("es", "interpreter")


def test_a_language_that_is_not_theirs_is_warned_of_and_agreed_to(scene: Scene, rosa: int) -> None:
    found = _read(scene, rosa, SISTER)
    assert "HIP-24" in _rules(found.warnings)
    assert found.refusals == ()
    with pytest.raises(NotAsked, match="agree to what is said"):
        write(scene.deployment, KEVIN, rosa, SISTER, _open(scene, rosa).seen)
    touch = _write(scene, rosa)
    assert _touch(scene, touch).state == "sent"
    assert scene.row(t.attempt, t.attempt.c.touch_id == touch).language == "en"
    assert "HIP-24" in scene.row(t.own_words).agreed


@pytest.mark.parametrize(
    ("said", "language"),
    [("Tengo que hablar con usted porque la cita es mañana.", "en"), ("Your sister may come.", "ar")],
)
def test_words_that_look_like_another_language_are_warned_of(
    scene: Scene, asked: int, said: str, language: str
) -> None:
    assert "HIP-22" in _rules(_read(scene, asked, Writing(said, language)).warnings)


def test_theirs_is_offered_first_then_english(scene: Scene, rosa: int) -> None:
    assert _desk(scene, rosa).languages[:2] == ("es", "en")


def test_without_the_approved_text_round_it_nothing_is_written_in_a_language(scene: Scene, asked: int) -> None:
    for row in scene.rows(t.message_version, t.message_version.c.key == "own_words"):
        scene.change(t.message_version, row.id, state="withdrawn")
    assert (_desk(scene, asked).languages, _desk(scene, asked).verdict) == ((), Refused("HIP-25"))
    with pytest.raises(NotAsked, match="Nobody has approved"):
        _read(scene, asked, SISTER)


def test_it_is_withdrawn_while_a_text_waits_and_that_comes_back(scene: Scene, asked: int) -> None:
    scene.at(EVENING)
    touch = _write(scene, asked)
    for row in scene.rows(t.message_version, t.message_version.c.key == "own_words"):
        scene.change(t.message_version, row.id, state="withdrawn")
    scene.go_to(local(NOW.date() + timedelta(days=1), 9))
    assert (_touch(scene, touch).state, _touch(scene, touch).rule) == ("refused", "HIP-25")
    assert "answer_member" in scene.open_tasks()


# -- the linter


@pytest.mark.parametrize(
    ("said", "rule"),
    [
        ("Your diabetes test is back.", "HIP-03"),
        ("Your Medicaid card is here.", "HIP-03"),
        ("See http://bit.ly/x for more.", "LAW-45"),
        ("Call us at 202-555-0177.", "LAW-46"),
        ("It costs $20.", "LAW-46"),
        ("Reply YES to keep it.", "COPY-02"),
        ("Can you come? Or is it too far?", "COPY-02"),
        ("Yes, your sister may come along. " * 12, "TWI-57"),
    ],
)
def test_what_no_text_may_say_is_refused(scene: Scene, asked: int, said: str, rule: str) -> None:
    found = _read(scene, asked, Writing(said.strip(), "en"))
    assert rule in _rules(found.refusals)
    with pytest.raises(NotAsked, match="may not be sent as it stands"):
        _write(scene, asked, Writing(said.strip(), "en"))
    assert scene.rows(t.own_words) == []


@pytest.mark.parametrize(
    ("said", "rule"),
    [("PLEASE come.", "COPY-03"), ("We call you on Tuesday at 3 PM.", "COPY-04"), ("Thank you \U0001f600", "COPY-03")],
)
def test_what_a_person_may_mean_is_agreed_to(scene: Scene, asked: int, said: str, rule: str) -> None:
    found = _read(scene, asked, Writing(said, "en"))
    assert (_rules(found.warnings), found.refusals) == ({rule}, ())
    assert _touch(scene, _write(scene, asked, Writing(said, "en"))).state == "sent"
    assert scene.row(t.own_words).agreed == rule


def test_agreeing_is_to_these_very_words(scene: Scene, asked: int) -> None:
    agreed = _read(scene, asked, Writing("PLEASE come.", "en")).agreement
    with pytest.raises(NotAsked, match="agree to what is said"):
        write(scene.deployment, KEVIN, asked, Writing("PLEASE go.", "en", agreement=agreed), _open(scene, asked).seen)


def test_a_digit_that_is_no_option_and_the_programs_own_number_may_stand_in_it(scene: Scene, asked: int) -> None:
    found = _read(scene, asked, Writing("Bring 2 cards. Call 800-555-0100.", "en"))
    assert (found.refusals, found.warnings) == ((), ())


def test_nobody_who_has_the_phone_is_named(scene: Scene) -> None:
    member = scene.member(ANA)
    loop = scene.visit(member)
    with scene.deployment.write(OPERATOR) as uow:
        sealed = uow.keyring.seal(enrolment.NAME, member, "May Hernández")
        assert members(uow, [member])
        uow.commit()
    scene.change(t.member, member, name=sealed)
    for said in ("Hello May.", "Hello Hernandez.", "Hello HERNÁNDEZ."):
        assert "HIP-02" in _rules(_read(scene, loop, Writing(said, "en")).refusals)
    assert _read(scene, loop, Writing("You may come.", "en")).refusals == ()


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("", "is empty"), ("  \n ", "is empty"), ("Hello {day}", "braces"), ("Hello }", "brace"),
        ("a\u202eb", "invisible mark"), ("a\x07b", "control character"), ("x" * 1001, "more than 1,000"),
    ],
)  # fmt: skip
def test_what_no_phone_could_show_says_so(scene: Scene, asked: int, said: str, why: str) -> None:
    with pytest.raises(NotAsked, match=why):
        _read(scene, asked, Writing(said, "en"))


# -- twice, and two people


def test_pressed_twice_it_is_one_text_and_another_wording_is_another(scene: Scene, asked: int) -> None:
    seen = _open(scene, asked).seen
    first = _write(scene, asked, seen=seen)
    assert _write(scene, asked, seen=seen) == first
    assert len(scene.rows(t.own_words)) == 1
    with pytest.raises(NotAsked, match=r"You answered just now\. Your text was not sent\."):
        _write(scene, asked, Writing("No, I am sorry.", "en"), seen=seen)


def test_who_wrote_first_is_named(scene: Scene, asked: int) -> None:
    seen = _open(scene, asked, DANA).seen
    say(scene.deployment, KEVIN, asked, "reply_thanks", seen)
    with pytest.raises(NotAsked, match="Kevin Lee answered"):
        _write(scene, asked, actor=DANA, seen=seen)


def test_two_people_at_once_are_one_text(scene: Scene, asked: int) -> None:
    seen, meeting = _open(scene, asked).seen, Meeting()
    ready = replace(SISTER, agreement=_read(scene, asked, SISTER).agreement)
    with replaced(person_texts, "load_folder", meeting.before(person_texts.load_folder)):
        first, one = in_a_thread(lambda: write(scene.deployment, KEVIN, asked, ready, seen))
        assert meeting.reached.wait(20)
        second, other = in_a_thread(lambda: write(scene.deployment, DANA, asked, ready, seen))
        second.join(0.4)
        meeting.go_on.set()
        for thread in (first, second):
            thread.join(20)
    assert isinstance(one[0], int)
    assert isinstance(other[0], NotAsked)
    assert len(scene.rows(t.own_words)) == 1


# -- where it is kept


def test_it_is_sealed_and_stands_in_no_trail_no_print_and_no_log(
    scene: Scene, asked: int, caplog: pytest.LogCaptureFixture
) -> None:
    touch = _write(scene, asked)
    row = scene.row(t.own_words)
    assert b"sister" not in repr(row.body).encode()
    assert "sister" not in repr((SISTER, SISTER.own_words(), _read(scene, asked, SISTER)))
    assert "sister" not in str([tuple(each) for each in scene.rows(t.audit)])
    assert "sister" not in caplog.text
    noted = scene.row(t.audit, t.audit.c.action == "text.written")
    assert (noted.actor, noted.object) == ("person:Kevin Lee", f"touch:{touch}")
    with scene.deployment.read(KEVIN) as uow:
        assert own_words.of_touches(uow, [touch])[touch].body == SISTER.text
