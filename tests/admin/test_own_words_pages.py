"""A coordinator writes to a member in their own words, on the page of a task."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from console_browser import Browser
from console_world import REMINDED, Visit, World
from sqlalchemy import text

from outreach.store.actor import OPERATOR

BACK = timedelta(seconds=11)  # so long a text is held back, that its author may take it back
NIGHT = REMINDED + timedelta(hours=5)
_SEEN = re.compile(r'name="version" value="([^"]+)"')
_AGREED = re.compile(r'name="agreement" value="([^"]+)"')
SPANISH = {"text": "Su hermana puede venir con usted.", "written_in": "es", "vouched": "speaker"}


def _task(world: World, visit: Visit) -> int:
    return int(world.row("SELECT id FROM task WHERE loop_id = :loop AND state = 'open'", loop=visit.loop).id)


def _page(world: World, visit: Visit) -> str:
    return world.browser().get(f"/tasks/{_task(world, visit)}").text


def _look(world: World, visit: Visit, **form: str):
    return world.browser().act(_task(world, visit), "write/look", **(SPANISH | form))


def _write(world: World, visit: Visit, page: str, browser: Browser | None = None, **form: str):
    """Send what the page shows, as the page was when it was read."""
    found = {"version": _SEEN.search(page), "agreement": _AGREED.search(page)}
    kept = {name: match[1] for name, match in found.items() if match}
    return (browser or world.browser()).act(_task(world, visit), "write", **(SPANISH | kept | form))


def _own(page: str) -> str:
    return page[page.index('id="own"') : page.index("Log a call")]


def test_the_form_offers_the_members_language_first_and_asks_who_answers_for_it(world, asked):
    own = _own(_page(world, asked))
    assert re.search(r'name="written_in"><option value="es" selected>Spanish</option><option value="en">English', own)
    for words in (
        "In your own words",
        "Who answers for the language",
        "See how it arrives",
        "call with an interpreter",
    ):
        assert words in own
    assert 'btn-primary" data-key="send" formaction=' in own
    assert "Send in Spanish" not in own  # nothing is sent that was not seen


def test_what_was_written_is_shown_as_it_arrives_with_its_size_and_what_the_gate_says(world, asked):
    page = _look(world, asked)
    own = _own(page.text)
    assert page.status_code == 200
    assert 'lang="es">CareLink: Su hermana puede venir con usted.\nSTOP para terminar.</blockquote>' in own
    for words in (
        "1 segment, GSM-7, 63 units",
        "Allowed now,",
        "Send in Spanish",
        ">Su hermana puede venir con usted.<",
    ):
        assert words in own
    assert world.row("SELECT count(*) AS n FROM own_words").n == 0


def test_it_leaves_after_ten_seconds_as_it_was_shown_and_stands_in_the_thread(world, asked):
    maya = world.browser()
    answer = _write(world, asked, _look(world, asked).text, maya)
    assert answer.status_code == 303
    assert "hermana" not in answer.headers["Location"]
    waiting = maya.get(f"/tasks/{_task(world, asked)}").text
    assert "It leaves in 10 seconds." in waiting
    assert re.search(r"Own words</b>, <bdi>Maya Ortiz</bdi>", waiting)
    assert "Su hermana puede venir con usted." in waiting  # what is to leave can be read until then
    world.settle(REMINDED + BACK)
    after = _page(world, asked)
    assert "<b>Own words</b> <bdi>Maya Ortiz</bdi>" in after
    assert 'lang="es">CareLink: Su hermana puede venir con usted.\nSTOP para terminar.' in after
    assert "[message]" not in after
    arrived = "SELECT count(*) AS n FROM simulated_message m JOIN touch t ON t.id = m.touch_id WHERE t.author = :who"
    assert world.row(arrived, who="person:Maya Ortiz").n == 1


def test_it_can_be_taken_back_before_it_leaves(world, asked):
    maya = world.browser()
    _write(world, asked, _look(world, asked).text, maya)
    answer = maya.post("/tasks/undo", f"/tasks/{_task(world, asked)}")
    assert answer.status_code == 303
    world.settle(REMINDED + BACK)
    assert world.row("SELECT state FROM touch WHERE words = 'own_words'").state == "cancelled"


def test_pressed_twice_it_is_one_text(world, asked):
    page = _look(world, asked).text
    assert [_write(world, asked, page).status_code for _ in range(2)] == [303, 303]
    assert world.row("SELECT count(*) AS n FROM own_words").n == 1


def test_when_somebody_answered_meanwhile_nothing_is_sent_and_the_draft_stays(world, asked):
    page = _look(world, asked).text
    other = world.browser(name="Ana Diaz")
    seen = _SEEN.search(page)
    assert seen
    other.act(_task(world, asked), "say", key="reply_thanks", version=seen[1])
    answer = _write(world, asked, page)
    assert answer.status_code == 409
    assert "Ana Diaz answered" in answer.text
    assert ">Su hermana puede venir con usted.</textarea>" in answer.text
    assert world.row("SELECT count(*) AS n FROM own_words").n == 0


def test_what_no_text_may_say_is_said_and_there_is_no_button(world, asked):
    own = _own(_look(world, asked, text="Su prueba de VIH esta lista.").text)
    assert "Change it" in own
    assert "HIP-03" in own
    assert "Send in Spanish" not in own


def test_a_language_that_is_not_theirs_is_agreed_to(world, asked):
    english = {"text": "Your sister may come.", "written_in": "en", "vouched": ""}
    page = _look(world, asked, **english)
    own = _own(page.text)
    for words in ("The member reads Spanish, and this is in English.", "HIP-24", "Send in English", "required> I read"):
        assert words in own
    unread = _write(world, asked, page.text, **english, agreement="")
    assert unread.status_code == 409
    assert "agree to what is said about it" in unread.text
    assert _write(world, asked, page.text, **english).status_code == 303


def test_nobody_writes_spanish_for_whom_nobody_answers(world, asked):
    answer = _write(world, asked, _look(world, asked, vouched="").text, vouched="")
    assert answer.status_code == 409
    assert "Say who answers for the language. Your text was not sent." in answer.text


def test_what_cannot_be_a_text_says_why_and_stays_in_the_field(world, asked):
    own = _own(_look(world, asked, text="Hola {nombre}").text)
    assert "A brace is left over" in own or "in braces" in own or "No text may say" in own
    assert "Hola {nombre}</textarea>" in own


def test_at_night_the_button_says_when_it_leaves(world, asked):
    world.at(NIGHT)
    page = _look(world, asked)
    assert "Send at 9:00 AM in Spanish" in _own(page.text)
    _write(world, asked, page.text)
    world.settle(NIGHT + BACK)
    assert world.row("SELECT state FROM touch WHERE words = 'own_words'").state == "planned"


def test_after_a_stop_there_is_no_form_and_the_page_says_what_to_do(world, asked):
    world.hear(asked, "STOP")
    world.settle()
    own = _own(_page(world, asked))
    assert "This number opted out of texts." in own
    assert "<textarea" not in own


@pytest.mark.parametrize("what", ["write", "write/look"])
def test_who_sees_no_members_cannot_write(world, asked, what):
    task = _task(world, asked)
    assert world.browser("program_staff").act(task, what, **SPANISH).status_code == 403


def test_a_right_to_left_text_is_shown_from_the_right(world, asked):
    with world.deployment.write(OPERATOR) as uow:
        uow.execute(text("UPDATE member SET language = 'ar' WHERE id = :id"), {"id": asked.member})
        uow.commit()
    found = _look(world, asked, text="نعم، يمكنها أن تأتي.", written_in="ar").text
    assert 'dir="rtl" lang="ar">' in _own(found) or "Nobody has approved" in _own(found)


def test_words_of_a_member_stand_in_no_trail_and_no_address(world, asked):
    _write(world, asked, _look(world, asked).text)
    world.settle(REMINDED + BACK)
    trail = world.row("SELECT count(*) AS n FROM audit WHERE object LIKE '%hermana%' OR action LIKE '%hermana%'")
    assert trail.n == 0
    assert world.row("SELECT count(*) AS n FROM audit WHERE action = 'text.written'").n == 1
