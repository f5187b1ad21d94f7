"""A conversation beside its task: who said what, what was understood and why, and how a person answers."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from console_world import NOW, ON_THE_DAY, REMINDED, Visit, World
from sqlalchemy import text

from conversations.pieces import TOGETHER
from outreach.engine import handlers, inbound
from outreach.loops.outcomes import Outcome
from outreach.store.actor import OPERATOR

BACK = timedelta(seconds=11)  # so long a text is held back, that its author may take it back
NIGHT = REMINDED + timedelta(hours=5)  # ten in the evening at the clinic
_SEEN = re.compile(r'name="version" value="([^"]+)"')


def _task(world: World, visit: Visit) -> int:
    return int(world.row("SELECT id FROM task WHERE loop_id = :loop AND state = 'open'", loop=visit.loop).id)


def _page(world: World, visit: Visit, name: str = "Maya Ortiz") -> str:
    return world.browser(name=name).get(f"/tasks/{_task(world, visit)}").text


def _say(world: World, visit: Visit, page: str, key: str = "reply_call", name: str = "Maya Ortiz"):
    """Send what the page offers, as the page was when it was read."""
    seen = _SEEN.search(page)
    task = _task(world, visit)
    browser = world.browser(name=name)
    answer = browser.act(task, "say", key=key, version=seen[1] if seen else "")
    return answer, browser.get(f"/tasks/{task}").text if answer.status_code == 303 else answer.text


def test_our_texts_and_their_replies_stand_in_order_each_in_its_own_language(world, asked):
    page = _page(world, asked)
    ours = re.search(r'<blockquote class="o-bubble o-words" dir="ltr" lang="es">CareLink: [^<]*cita', page)
    theirs = page.index('<blockquote class="o-bubble o-words" dir="auto" lang="es">No tengo quien me lleve')
    assert ours
    assert ours.start() < theirs
    for words in ("<b>Day-before reminder</b>", ">Automatic<", ">Delivered<", ">English<", "5:05 PM ET", ">Spanish<"):
        assert words in page


def test_under_a_reply_stands_what_was_understood_and_the_trail_of_why(world, asked):
    page = _page(world, asked)
    for words in (
        '<span class="badge o-warn">Needs a ride</span>',
        "answers Day-before reminder",
        "Safety, opt-out, wrong number: nothing found",
        "CRI-01",
        "<q><bdi>no tengo quien me lleve</bdi></q> has no ride",
        "7.1/11",
        "answered: we look for a ride",
    ):
        assert words in page
    assert page.count("<details open><summary>Trail</summary>") == 1


def test_why_the_member_cannot_come_is_said_beside_what_is_wanted(world, asked):
    world.hear(asked, "necesito cambiar la cita, no tengo niñera")
    page = _page(world, asked)
    assert "Because: childcare" in page


def test_a_grave_reply_says_which_words_were_grave_and_nothing_lies_ready_to_be_sent(world, asked):
    world.hear(asked, "I want to kill myself")
    page = world.browser().get(f"/tasks/{world.task('crisis')}").text
    assert '<span class="badge o-bad">Possible danger</span>' in page
    assert "<q><bdi>kill myself</bdi></q> may mean danger" in page
    assert "CRI-02/C1" in page
    assert "Task opened: crisis" in page
    assert 'name="key" value="reply_call" required>' in page
    assert "required checked" not in page


def test_texts_to_come_stand_at_the_end(world, asked):
    page = _page(world, asked)
    assert page.index("Mon Nov 30, 11:30 AM ET: Day-of check") > page.index("No tengo quien me lleve</blockquote>")


def test_the_phone_is_masked_until_it_is_asked_for(world, asked):
    page = _page(world, asked)
    assert f"••• ••• {asked.number[-4:]}" in page
    assert asked.number not in page


def test_the_panel_answers_four_questions_about_the_loop(world, asked):
    page = _page(world, asked)
    for label in ("Status", "Next", "Who", "Blocked by"):
        assert f"<dt>{label}</dt>" in page
    assert "No ride yet" in page
    assert f'href="/loops/{asked.loop}"' in page


def test_an_answer_is_offered_with_its_english_and_size_and_reaches_the_phone(world, asked):
    page = _page(world, asked)
    for words in ("Una persona le va a llamar", "A person will call you", "GSM-7", "Allowed now,", "Send in Spanish"):
        assert words in page
    answer, after = _say(world, asked, page)
    assert answer.status_code == 303
    assert "It leaves in 10 seconds." in after
    world.settle(REMINDED + BACK)
    after = _page(world, asked)
    assert "<b>A person will call</b> <bdi>Maya Ortiz</bdi>" in after
    arrived = "SELECT count(*) AS n FROM simulated_message m JOIN touch t ON t.id = m.touch_id WHERE t.author = :who"
    assert world.row(arrived, who="person:Maya Ortiz").n == 1


def test_at_night_the_button_says_when_it_leaves_and_the_text_waits_in_the_thread(world, asked):
    world.at(NIGHT)
    page = _page(world, asked)
    for words in ("Held until Mon 9:00 AM ET.", "It is 10:05 PM ET now.", "LAW-33", "Send at 9:00 AM in Spanish"):
        assert words in page
    _, after = _say(world, asked, page)
    assert "It leaves Mon 9:00 AM ET." in after
    world.settle(NIGHT + BACK)
    after = _page(world, asked)
    assert "Mon Nov 30, 9:00 AM ET: A person will call</b>, <bdi>Maya Ortiz</bdi>" in after


def test_while_sending_is_held_the_button_says_so(world, asked):
    handlers.set_freeze(world.deployment, OPERATOR, True)
    page = _page(world, asked)
    for words in ("Sending is held for everybody.", "FREEZE", "Send in Spanish when released"):
        assert words in page


def test_after_a_stop_there_is_no_button_and_the_page_says_what_to_do(world, asked):
    before = _page(world, asked)
    world.hear(asked, "STOP")
    world.settle()
    page = _page(world, asked)
    for words in ("<b>Refused.</b>", "This number opted out of texts. A person may call.", "LAW-19"):
        assert words in page
    assert "Send in Spanish" not in page
    answer, after = _say(world, asked, page)
    assert (answer.status_code, "LAW-19" in after) == (409, True)
    assert _say(world, asked, before)[0].status_code == 409
    assert world.row("SELECT count(*) AS n FROM touch WHERE author IS NOT NULL").n == 0


def test_when_somebody_else_answered_meanwhile_nothing_is_sent_and_the_choice_is_kept(world, asked):
    page = _page(world, asked)
    _say(world, asked, _page(world, asked, "Kevin Lee"), name="Kevin Lee")
    answer, after = _say(world, asked, page, key="reply_ride")
    assert answer.status_code == 409
    assert re.search(r"Kevin Lee answered [^.]+\. Your text was not sent\.", after)
    assert 'value="reply_ride" required checked' in after
    assert world.row("SELECT count(*) AS n FROM touch WHERE author IS NOT NULL").n == 1


def test_when_the_member_wrote_meanwhile_nothing_is_sent(world, asked):
    page = _page(world, asked)
    world.hear(asked, "1")
    answer, after = _say(world, asked, page)
    assert (answer.status_code, "The member wrote meanwhile. Your text was not sent." in after) == (409, True)


@pytest.mark.parametrize("key", ["", "x", "reminder", "<script>"])
def test_only_what_is_offered_is_sent(world, asked, key):
    answer, after = _say(world, asked, _page(world, asked), key=key)
    assert (answer.status_code, 'role="alert"' in after) == (409, True)
    assert world.row("SELECT count(*) AS n FROM touch WHERE author IS NOT NULL").n == 0


def test_without_approved_words_in_the_language_a_person_calls_with_an_interpreter(world):
    visit = world.visit("Mai Xiong", language="hmn")
    world.remind()
    world.hear(visit, "?")
    page = _page(world, visit)
    assert "No approved reply can be said here in Hmong. Call with an interpreter." in page
    assert "HIP-25" in page


def test_somebody_nobody_knows_is_read_but_cannot_be_answered(world):
    sent = {"sid": "SM1", "number": "+12025550177", "body": "we are at the lake", "media_count": 0}
    inbound.receive(world.deployment, provider_word=None, **sent)
    world.settle(NOW + TOGETHER)
    task, browser = world.task("unmatched_text"), world.browser()
    assert "Unknown number" in browser.get("/tasks").text
    page = browser.get(f"/tasks/{task}").text
    for words in ("we are at the lake</blockquote>", "••• ••• 0177", "Nobody we know has this number."):
        assert words in page
    assert 'name="key"' not in page
    assert browser.act(task, "say", key="reply_call", version="1.0.0").status_code == 409


def test_people_who_share_a_phone_are_not_answered_before_it_is_known_who_is_meant(world):
    first, second = world.visit("Rosa Hernández"), world.visit("Luis Hernández")
    world.share(first, second)
    inbound.receive(
        world.deployment, sid="SM1", number=first.number, body="she died last week", media_count=0, provider_word=None
    )
    world.settle(NOW)
    browser = world.browser()
    assert "A shared phone" in browser.get("/tasks").text
    page = browser.get(f"/tasks/{world.task('deceased_report')}").text
    assert "Several people share this number." in page
    assert 'name="key"' not in page


def test_a_task_that_outlived_its_loop_says_that_the_loop_is_closed(world, asked):
    world.hear(asked, "can I take 2 pills before?")
    task = world.task("medication_question")
    world.at(ON_THE_DAY)
    handlers.report_outcome(world.deployment, OPERATOR, asked.loop, Outcome.KEPT, None)
    assert "This loop is closed" in world.browser().get(f"/tasks/{task}").text


@pytest.mark.parametrize(
    "words", ["😀" * 800, "<script>document.title = 'broken'</script>", "\u202e\u2067evil\u2069", "x" * 1600, "\u0000 "]
)
def test_hostile_words_are_text(world, asked, words):
    browser = world.browser()
    inbound.receive(world.deployment, sid="SM9", number=asked.number, body=words, media_count=0, provider_word=None)
    world.settle()
    answers = [browser.get("/tasks"), browser.get(f"/tasks/{_task(world, asked)}")]
    assert [answer.status_code for answer in answers] == [200, 200]
    for shown in (answer.text for answer in answers):
        assert "<script>document" not in shown
        assert not re.search("[\u202a-\u202e\u2066-\u2069]", shown)
    if words[0] in "😀x":
        assert words in answers[1].text


def test_program_staff_answer_nobody(world, asked):
    task = _task(world, asked)
    browser = world.browser("program_staff")
    shown = browser.get("/tasks").text
    assert "Rosa" not in shown
    assert "No tengo" not in shown
    assert f"L-{asked.loop}" in shown
    assert browser.get(f"/tasks/{task}").status_code == 403
    assert browser.act(task, "say", key="reply_call").status_code == 403


def test_an_open_page_asks_again_for_the_list_and_the_thread_but_not_for_what_is_typed(world, asked):
    page = _page(world, asked)
    live = re.search(r'hx-select-oob="([^"]+)"', page)
    assert live
    for part in ("#list:", "#thread:", "#verdict:"):
        assert part in live[1]
    inside = page[page.index('id="thread"') : page.index('class="o-composer"')]
    # What corrects a reply stands in the thread, and is kept as it is while the page asks again.
    assert "<input" not in re.sub(
        r'<details class="o-correct" id="correct-\d+" hx-preserve>.*?</form>\s*</details>', "", inside, flags=re.S
    )


def test_a_call_stands_among_the_texts_and_says_what_became_of_it(world, asked):
    call = world.row("SELECT id FROM touch WHERE loop_id = :loop AND step = 'day_before'", loop=asked.loop).id
    with world.deployment.write(OPERATOR) as uow:
        uow.execute(text(f"UPDATE touch SET channel = 'voice', call_outcome = 'voicemail' WHERE id = {call}"))
        uow.commit()
    page = _page(world, asked)
    assert "<b>Call: Day-before reminder</b>" in page
    assert ">Voicemail left<" in page
    shown = world.browser().get(f"/loops/{asked.loop}").text
    assert "Call: Day-before reminder" in shown
