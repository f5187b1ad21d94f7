"""Where every promise is, and how one got there; whoever looks is in the trail."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from console_world import NOW, ON_THE_DAY

from outreach.loops.pauses import What, pause_of
from outreach.store import switches
from outreach.store.actor import OPERATOR
from outreach.store.reads import loops


def test_the_list_says_whose_each_loop_is_and_what_comes_next(world):
    visit = world.visit("Rosa Hernández")
    world.settle(NOW)
    shown = world.browser().get("/loops").text
    assert f"L-{visit.loop}" in shown
    assert "Rosa Hernández</bdi>" in shown
    assert re.search(r"Reminder a week before<br>|Ride check<br>", shown)
    assert re.search(r"planned for \w{3} Nov \d\d, \d+:\d\d [AP]M ET", shown)


def test_program_staff_see_every_loop_and_no_name_or_word_of_a_member(world):
    visit = world.visit("Canary Name")
    world.hear(visit, "my canary is ill")
    browser = world.browser("program_staff")
    for path in ("/loops", f"/loops/{visit.loop}"):
        shown = browser.get(path).text
        assert f"L-{visit.loop}" in shown
        assert "canary" not in shown.lower()


def test_looking_at_the_list_is_in_the_trail_once_however_long_it_stays_open(world):
    world.visit()
    browser = world.browser()
    for headers in ({}, {"Outreach-Live": "1"}, {"Outreach-Live": "1"}):
        browser.client.get("/loops", base_url=browser.base, headers=headers)
    assert world.row("SELECT count(*) AS n FROM audit WHERE action = 'viewed' AND object = 'loops'").n == 1


def test_the_list_pages_by_key_without_losing_or_repeating_a_loop(world):
    loops = {world.visit(f"Member {number}").loop for number in range(53)}
    browser = world.browser()
    first = browser.get("/loops").text
    after = first.partition("after=")[2].partition('"')[0]
    second = browser.get(f"/loops?after={after}").text
    on_first = {loop for loop in loops if f">L-{loop}<" in first}
    on_second = {loop for loop in loops if f">L-{loop}<" in second}
    assert len(on_first) == 50
    assert on_first | on_second == loops
    assert not on_first & on_second


@pytest.mark.parametrize("query", ["show=x", "after=x", "after=-1", "after=" + "9" * 40, "show=open%27"])
def test_only_known_filters_are_answered(world, query):
    assert world.browser().get(f"/loops?{query}").status_code == 400


def test_closed_loops_stand_on_their_own_page_and_behind_the_open_ones(world):
    closed, still_open = world.visit(), world.visit()
    world.at(ON_THE_DAY)
    world.clinic(closed).post("/clinic/visit", "/clinic/visit", outcome="kept")
    browser = world.browser()
    assert f">L-{closed.loop}<" not in browser.get("/loops").text
    assert f">L-{still_open.loop}<" not in browser.get("/loops?show=closed").text
    both = browser.get("/loops?show=all").text
    assert both.index(f">L-{still_open.loop}<") < both.index(f">L-{closed.loop}<")


def test_a_loop_has_its_four_answers_and_its_time_line_around_now(world):
    visit = world.visit()
    world.remind()
    world.hear(visit, "1")
    shown = world.browser().get(f"/loops/{visit.loop}").text
    order = ["Status", "Next", "Who", "Blocked by", "Nothing"]
    assert [shown.index(f">{word}<") for word in order] == sorted(shown.index(f">{word}<") for word in order)
    past, _, future = shown.partition('id="now"')
    told = ("Text sent: Welcome", "Text sent: Day-before reminder", "Heard", "Keeps the visit", "COPY-02/reminder")
    for words in ("Loop opened", *told):
        assert words in past
    for words in ("Text planned: Day-of check", "Visit", "Waiting for the clinic&#39;s outcome"):
        assert words in future


def test_looking_at_a_loop_is_in_the_trail(world):
    visit = world.visit()
    world.browser().get(f"/loops/{visit.loop}")
    row = world.row("SELECT actor, object FROM audit WHERE action = 'viewed'")
    assert (row.actor, row.object) == ("person:Maya Ortiz", f"loop:{visit.loop}")


@pytest.mark.parametrize("path", ["/loops/1", "/loops/0", "/loops/999999999999999999", "/loops/" + "9" * 5000])
def test_a_loop_that_does_not_exist_is_plainly_not_there(world, path):
    assert world.browser().get(path).status_code == 404


def test_no_page_title_or_address_carries_a_name(world):
    visit = world.visit("Canary Name")
    title = world.browser().get(f"/loops/{visit.loop}").text.partition("<title>")[2].partition("</title>")[0]
    assert title == f"L-{visit.loop} · Outreach"


@pytest.mark.parametrize(
    "words", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{ 7 * 7 }}", "</blockquote><h1>x"]
)
def test_markup_in_a_reply_is_shown_as_text(world, words):
    visit = world.visit("<b>Rosa</b>")
    world.hear(visit, words)
    shown = world.browser().get(f"/loops/{visit.loop}").text
    assert "<script>" not in shown
    assert "<img src=x" not in shown
    assert "<b>Rosa" not in shown
    assert "</blockquote><h1>" not in shown
    assert "{{ 7 * 7 }}" in shown or "7 * 7" not in words


def test_a_reply_runs_in_its_own_direction_and_turning_characters_are_seen(world):
    visit = world.visit("فاطمة", language="es")
    world.hear(visit, "أين \u202eالعيادة؟")
    shown = world.browser().get(f"/loops/{visit.loop}").text
    assert '<blockquote class="o-quote o-words" dir="auto">' in shown
    assert "U+202E</span>" in shown
    assert "\u202e" not in shown
    assert '<bdi lang="es">فاطمة</bdi>' in shown


def test_our_own_text_has_the_direction_of_its_language(world):
    world.visit()
    world.settle(NOW)
    visit = world.row("SELECT id FROM loop")
    assert 'dir="ltr" lang="en">CareLink' in world.browser().get(f"/loops/{visit.id}").text


def test_the_phone_is_masked(world):
    visit = world.visit()
    shown = world.browser().get(f"/loops/{visit.loop}").text
    assert visit.number[-4:] in shown
    assert visit.number not in shown
    assert visit.number[2:8] not in shown


def test_a_visit_without_a_time_is_shown_by_its_day(world):
    visit = world.visit(day=date(2026, 12, 4), at=None)
    assert "on Fri Dec 4." in world.browser().get(f"/loops/{visit.loop}").text


def test_the_top_bar_says_held_and_unheld_loops_in_red(world):
    browser = world.browser("supervisor")
    assert "Unheld <b>0</b>" in browser.get("/tasks").text
    visit = world.visit()
    with world.deployment.write(_operator()) as uow:
        _break(uow, visit.loop)
        uow.commit()
    world.timer.ahead = timedelta(minutes=1)
    shown = browser.get("/tasks").text
    assert 'href="/loops?show=unheld">Unheld 1</a>' in shown
    assert f">L-{visit.loop}<" in browser.get("/loops?show=unheld").text


def test_sending_is_held_and_released_from_any_page(world):
    browser = world.browser("supervisor")
    browser.post("/sends/freeze", "/loops")
    assert "Sending held" in browser.get("/loops").text
    visit = world.visit()
    world.settle(NOW)
    assert world.row("SELECT count(*) AS n FROM touch WHERE state = 'sent'").n == 0
    assert "Sending is held" in browser.get(f"/loops/{visit.loop}").text
    browser.post("/sends/unfreeze", "/loops")
    world.settle(NOW + timedelta(minutes=10))
    assert world.row("SELECT count(*) AS n FROM touch WHERE state = 'sent'").n == 1


@pytest.mark.parametrize(
    ("what", "said", "owner"),
    [
        (What.ACCOUNT, "No text leaves: the carrier refuses our account.", "Operations"),
        (What.SENDER, "No text leaves from +12025550100: the carrier refuses this sender.", "Operations"),
        (What.TEMPLATE, "of CareLink does not leave: the carrier refuses it.", "Operations"),
        (What.BREAKER, "of CareLink is held on +12025550100: too many of it fail.", "Program staff"),
    ],
)
def test_what_the_carrier_paused_stands_on_every_page_until_somebody_releases_it(world, what, said, owner):
    pause = pause_of(what, "+12025550100", world.row("SELECT id FROM program").id, "optin_confirm")
    with world.deployment.write(_operator()) as uow:
        switches.turn(uow, pause.name, True, 30007)
        uow.commit()
    visit, browser = world.visit(), world.browser("supervisor")
    for page in ("/loops", "/tasks", f"/loops/{visit.loop}", "/loops?show=closed"):
        shown = browser.get(page).text
        assert said in shown
        assert "Filtered as spam (error 30007)." in shown
        assert f"{owner} has the task." in shown
    assert "/sends/release" not in world.browser("coordinator").get("/loops").text
    browser.post("/sends/release", "/loops", pause=pause.name)
    assert said not in browser.get("/loops").text
    browser.post("/sends/release", "/loops", pause=pause.name)
    assert "This is not paused." in browser.get("/loops").text


def _operator():
    from outreach.store.actor import OPERATOR

    return OPERATOR


def _break(uow, loop):
    from sqlalchemy import text

    uow.execute(text("DELETE FROM touch WHERE loop_id = :loop").bindparams(loop=loop))
    uow.execute(text("DELETE FROM awaited WHERE loop_id = :loop").bindparams(loop=loop))


def test_a_loop_says_how_often_its_member_was_tried(world):
    visit = world.visit()
    world.settle(NOW)
    assert "Not tried since last heard" in world.browser().get(f"/loops/{visit.loop}").text


def test_the_time_line_shows_a_part_of_itself_with_how_much_that_is(world):
    visit = world.visit()
    world.remind()
    world.hear(visit, "1")
    browser = world.browser()
    messages = browser.get(f"/loops/{visit.loop}?lines=messages").text
    assert "Text sent: Welcome" in messages
    assert "Loop opened" not in messages
    assert re.search(r"Messages \d+<", messages)
    assert "Loop opened" in browser.get(f"/loops/{visit.loop}?lines=decisions").text
    assert browser.get(f"/loops/{visit.loop}?lines=x").status_code == 400


def test_a_person_records_the_outcome_with_who_told_them(world):
    visit, browser = world.visit(), world.browser()
    world.at(ON_THE_DAY)
    path = f"/loops/{visit.loop}"
    browser.post(f"{path}/outcome", path, outcome="kept", source="clinic_staff")
    row = world.row("SELECT closed, outcome, source FROM loop")
    assert (row.closed, row.outcome, row.source) == ("visit_completed", "kept", "clinic_staff")
    assert "Closed: kept" in browser.get(path).text


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({}, 409),
        ({"outcome": "kept"}, 409),
        ({"source": "member"}, 409),
        ({"outcome": "kept", "source": "ehr"}, 409),
        ({"outcome": "x", "source": "member"}, 400),
    ],
)
def test_an_outcome_without_its_source_is_not_recorded(world, form, status):
    visit, browser = world.visit(), world.browser()
    path = f"/loops/{visit.loop}"
    answer = browser.post(f"{path}/outcome", path, **form)
    assert (answer.status_code, status == 400 or 'role="alert"' in answer.text) == (status, True)
    assert world.row("SELECT outcome FROM loop").outcome is None


def test_a_loop_is_closed_by_a_person_only_with_a_reason(world):
    visit, browser = world.visit(), world.browser()
    path = f"/loops/{visit.loop}"
    assert browser.post(f"{path}/close", path).status_code == 409
    assert browser.post(f"{path}/close", path, reason="moved").status_code == 303
    assert world.row("SELECT reason FROM loop").reason == "moved"
    assert "Close with a reason" not in browser.get(path).text


def test_an_opt_out_stands_where_the_consent_stood(world):
    visit, browser = world.visit(), world.browser()
    path = f"/loops/{visit.loop}"
    assert "Visits and rides, since " in browser.get(path).text
    world.hear(visit, "STOP")
    assert "Opted out, since " in browser.get(path).text


def test_loops_are_chosen_by_clinic_language_and_overdue_work_and_put_in_order(world):
    here, there = world.visit("Here", language="es"), world.visit("There", clinic="lakeview")
    browser, other = world.browser(), world.row("SELECT id FROM clinic WHERE key = 'lakeview'").id

    def shown(query):
        return set(re.findall(r'href="/loops/(\d+)"', browser.get(f"/loops?{query}").text))

    assert shown("") == shown("sort=visit") == shown("sort=opened") == {str(here.loop), str(there.loop)}
    assert shown(f"clinic={other}") == {str(there.loop)}
    assert shown("language=es") == {str(here.loop)}
    assert shown(f"language=es&clinic={other}") == shown("overdue=1") == set()


@pytest.mark.parametrize(
    "query", ["sort=price", "clinic=x", "language=xx", "show=some", "after=-1", "clinic=1%20OR%201"]
)
def test_what_is_no_choice_of_the_list_is_refused(world, query):
    assert world.browser().get(f"/loops?{query}").status_code == 400


@pytest.mark.parametrize("sort", ["next", "visit", "opened"])
def test_every_loop_is_met_once_in_any_order(world, sort):
    made = {world.visit().loop for _ in range(7)}
    with world.deployment.read(OPERATOR) as uow:
        wanted, met = loops.Wanted(sort=loops.Sort(sort)), []
        while page := loops.page(uow, wanted, met[-1] if met else None, 3):
            met += [row.id for row in page]
    assert sorted(met) == sorted(made)
