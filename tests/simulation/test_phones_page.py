"""The simulated phones: what the member sees, and a text that takes the same way as a carrier's."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from console_browser import Browser
from console_world import REMINDED, Visit, World, on
from demo_world import Watched, watched
from flask import Flask

from outreach.app import create_app
from outreach.bootstrap import RealTimer
from outreach.channels.phones import Mood
from outreach.engine.handlers import issue_link
from outreach.simulation.clock import Pace
from outreach.simulation.demo import Demo
from outreach.store.actor import OPERATOR
from outreach.store.database import Database


def shown(demo: Demo) -> Flask:
    app = create_app(demo.deployment)
    app.extensions["outreach.demo"] = demo
    return app


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watched]:
    """One demo for all of these tests: none of them cares what the others did in it."""
    with watched(tmp_path_factory.mktemp("demo"), Pace.PAUSED, members=14, timer=RealTimer(), opened=shown) as found:
        yield found


def visitor(seen: Watched, role: str = "coordinator", name: str = "Maya Ortiz") -> Browser:
    browser = Browser(shown(seen.demo), "http://127.0.0.1:8080")
    token = issue_link(seen.demo.deployment, OPERATOR, "sign_in", {"name": name, "role": role}, 1)
    assert browser.get(f"/sign-in/{token}").status_code == 303
    return browser


def phone_of(world: World, visit: Visit) -> int:
    row = world.row("SELECT contact_point_id AS id FROM member_contact WHERE member_id = :m", m=visit.member)
    return int(row.id)


def cards(page: str) -> list[int]:
    return [int(row_id) for row_id in re.findall(r'<article class="o-phone" id="phone-(\d+)"', page)]


@pytest.fixture
def six(world: World) -> list[Visit]:
    names = (("Rosa Hernández", "es"), ("Alma Torres", "en"), ("فاطمة السيد", "ar"), ("Jean Baptiste", "en"))
    visits = [world.visit(name, language) for name, language in names]
    visits += [world.visit(f"Member {number}") for number in range(4)]
    world.remind()
    return visits


def test_where_a_member_wrote_last_comes_first(world: World, six: list[Visit]) -> None:
    world.hear(six[1], "1")
    world.settle()
    page = world.browser().get("/phones").text
    assert cards(page)[0] == phone_of(world, six[1])
    assert len(cards(page)) == 6


def test_a_phone_shows_our_texts_the_reply_what_was_understood_why_and_what_came_of_it(
    world: World, six: list[Visit]
) -> None:
    world.hear(six[1], "I don't have a ride")
    world.settle()
    page = world.browser().get(f"/phones?phones={phone_of(world, six[1])}").text
    mine = page[page.index(f'id="phone-{phone_of(world, six[1])}"') :].partition("</article>")[0]
    assert "STOP" in mine  # our own texts
    assert 'class="o-bubble o-words o-mine" dir="auto"' in mine
    assert "Needs a ride" in mine
    assert "7.1/" in mine or "COPY-02" in mine
    assert "Task opened: arrange a ride" in mine


def test_texting_as_a_member_takes_the_same_door_as_a_carrier(world: World, six: list[Visit]) -> None:
    phone, browser = phone_of(world, six[0]), world.browser()
    answer = browser.post(f"/phones/{phone}/text", "/phones", text="Sí voy pero no tengo quien me lleve", phones="")
    assert answer.status_code == 303
    row = world.row("SELECT sid, read_at, intents FROM reply WHERE contact_point_id = :p", p=phone)
    assert row.sid.startswith("SM")
    assert row.read_at is not None
    assert "need_transport" in row.intents
    assert "no tengo quien me lleve" in browser.get(answer.headers["Location"]).text


def test_a_digit_answers_the_open_question_even_when_a_text_was_begun(world: World, six: list[Visit]) -> None:
    phone, browser = phone_of(world, six[1]), world.browser()
    page = browser.get(f"/phones?phones={phone}").text
    assert 'name="digit" value="1"' in page
    browser.post(f"/phones/{phone}/text", "/phones", digit="1", text="I was about to")
    row = world.row("SELECT intents FROM reply WHERE contact_point_id = :p", p=phone)
    assert row.intents in ('["confirm"]', '["transport_ok"]')  # whichever question came last


def test_stop_from_a_simulated_phone_stops_the_texts_at_once(world: World, six: list[Visit]) -> None:
    phone, browser = phone_of(world, six[1]), world.browser()
    browser.post(f"/phones/{phone}/text", "/phones", text="STOP")
    world.settle()
    page = browser.get(f"/phones?phones={phone}").text
    assert "Said STOP" in page
    assert "No more texts to this phone" in page


@pytest.mark.parametrize("said", ["", "   ", "\x00", "x" * 1601])
def test_what_no_carrier_lets_through_is_refused(world: World, six: list[Visit], said: str) -> None:
    phone = phone_of(world, six[1])
    assert world.browser().post(f"/phones/{phone}/text", "/phones", text=said).status_code == 400
    assert world.row("SELECT count(*) AS n FROM reply").n == 0


def test_a_phone_that_does_not_exist_is_not_found(world: World, six: list[Visit]) -> None:
    assert world.browser().post("/phones/999999/text", "/phones", text="hello").status_code == 404


def test_any_phone_is_picked_up_by_name_language_or_last_digits_and_its_name_leaves_the_address(
    world: World, six: list[Visit]
) -> None:
    browser = world.browser()
    by_words = {"baptiste": six[3], "arabic": six[2], "العربية": six[2], six[0].number[-4:]: six[0]}
    for words, visit in by_words.items():
        answer = browser.client.get("/phones", query_string={"q": words}, base_url=browser.base)
        assert answer.status_code == 303
        assert words not in answer.headers["Location"]
        assert cards(browser.get(answer.headers["Location"]).text)[0] == phone_of(world, visit)


def test_a_name_that_fits_no_phone_says_so(world: World, six: list[Visit]) -> None:
    browser = world.browser()
    answer = browser.get("/phones?q=nobody-of-that-name")
    assert "No phone fits" in browser.get(answer.headers["Location"]).text


def test_a_phone_or_a_loop_in_the_address_comes_first(world: World, six: list[Visit]) -> None:
    browser, phone = world.browser(), phone_of(world, six[5])
    for asked in (f"phone={phone}", f"loop={six[5].loop}"):
        answer = browser.get(f"/phones?{asked}")
        assert cards(browser.get(answer.headers["Location"]).text)[0] == phone


def test_once_the_order_is_in_the_address_nothing_moves(world: World, six: list[Visit]) -> None:
    browser = world.browser()
    order = [phone_of(world, visit) for visit in six[:6]]
    address = "/phones?phones=" + ",".join(map(str, order))
    world.hear(six[7], "1")
    live = browser.client.get(address, base_url=browser.base, headers={"Outreach-Live": "1"})
    assert cards(live.text) == order


def test_while_it_follows_one_quiet_phone_makes_room_for_one_where_somebody_wrote(
    world: World, six: list[Visit]
) -> None:
    browser = world.browser()
    for visit in six[:5]:
        world.hear(visit, "1")
    order = [phone_of(world, visit) for visit in six[:6]]
    world.at(REMINDED)
    world.hear(six[7], "hello")
    address = f"/phones?phones={','.join(map(str, order))}&follow=on"
    live = browser.client.get(address, base_url=browser.base, headers={"Outreach-Live": "1"})
    assert cards(live.text) == [*order[:5], phone_of(world, six[7])]


def test_seeing_a_conversation_is_noted_once_for_each_phone(world: World, six: list[Visit]) -> None:
    browser = world.browser()
    browser.get("/phones")
    browser.client.get("/phones", base_url=browser.base, headers={"Outreach-Live": "1"})
    seen = world.row("SELECT count(*) AS n FROM audit WHERE action = 'viewed' AND object LIKE 'contact_point:%'")
    assert seen.n == 6


def test_our_texts_run_in_the_direction_of_their_language(seen: Watched) -> None:
    seen.demo.set_pace(Pace.FULL_SPEED)
    for _ in range(3):
        seen.demo.tick()
    browser = visitor(seen)
    arabic = seen.rows(
        "SELECT c.contact_point_id AS id FROM member m JOIN member_contact c ON c.member_id = m.id "
        "JOIN touch t ON t.contact_point_id = c.contact_point_id AND t.state = 'sent' WHERE m.language = 'ar'"
    )
    assert arabic
    page = browser.get(f"/phones?phones={arabic[0].id}").text
    assert 'dir="rtl" lang="ar"' in page


def test_outside_a_demo_there_are_phones_but_no_clock(world: World, six: list[Visit]) -> None:
    page = world.browser().get("/phones").text
    assert "Simulated, nothing leaves this computer" in page
    assert 'id="bar"' not in page
    assert "Try it yourself" not in page
    assert world.browser().post("/demo/pace", "/phones", pace="paused").status_code == 404


def test_with_a_carrier_there_are_no_phones(carried: World) -> None:
    assert carried.browser().get("/phones").status_code == 404


def test_program_staff_see_no_members_phones(world: World, six: list[Visit]) -> None:
    assert world.browser("program_staff").get("/phones").status_code == 403


def test_the_phones_are_read_alike_on_both_databases(database: Database) -> None:
    made = on(database)
    visit = made.visit("Rosa Hernández")
    made.remind()
    made.hear(visit, "I need another time")
    made.settle()
    page = made.browser().get("/phones").text
    assert cards(page) == [phone_of(made, visit)]
    assert "Wants another time" in page
    assert ">1 promise</h2>" in page


def test_every_page_of_the_demo_has_the_clock_and_the_counters(seen: Watched) -> None:
    browser = visitor(seen)
    for path in ("/phones", "/tasks", "/loops", "/demo/summary"):
        page = browser.get(path).text
        assert 'id="bar"' in page, path
        assert re.search(r"Unheld <b>0</b>", page), path
        for counter in ("Kept", "Not kept", "Unknown", "Owned by a person"):
            assert counter in page, (path, counter)


def test_the_counters_add_up_to_the_promises(seen: Watched) -> None:
    seen.demo.set_pace(Pace.FULL_SPEED)
    for _ in range(3):
        seen.demo.tick()
    bar = visitor(seen).get("/loops").text.partition('id="bar"')[2].partition("</section>")[0]
    wide = bar.partition('class="o-fold"')[0]
    counts = [int(n) for n in re.findall(r"(?:Kept|Not kept|Unknown|Owned by a person|due|Unheld) <b>(\d+)</b>", wide)]
    promises = re.search(r"(\d+) promises", bar)
    assert promises is not None
    assert sum(counts) == int(promises[1]) > 0


def test_the_clock_obeys_and_brings_its_visitor_back(seen: Watched) -> None:
    browser = visitor(seen)
    answer = browser.post("/demo/pace", "/tasks", pace="day_a_minute", back="/tasks?mine=1")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/tasks?mine=1")
    assert seen.demo.pace is Pace.DAY_A_MINUTE
    before = seen.now
    browser.post("/demo/step", "/tasks", back="/tasks")
    assert seen.demo.pace is Pace.PAUSED
    for _ in range(3):
        seen.demo.tick()
    assert seen.now > before
    browser.post("/demo/mood", "/tasks", mood="failing", back="/tasks")
    assert seen.demo.mood is Mood.FAILING
    assert "failing" in browser.get("/tasks").text


@pytest.mark.parametrize("back", ["//evil.example", "/\\evil.example", "https://evil.example", "", "javascript:1"])
def test_the_way_back_stays_on_this_site(seen: Watched, back: str) -> None:
    answer = visitor(seen).post("/demo/pace", "/tasks", pace="paused", back=back)
    assert answer.headers["Location"] == "/phones"


def test_a_pace_or_a_mood_that_does_not_exist_is_refused(seen: Watched) -> None:
    browser = visitor(seen)
    assert browser.post("/demo/pace", "/tasks", pace="backwards").status_code == 400
    assert browser.post("/demo/mood", "/tasks", mood="merry").status_code == 400
    assert browser.client.post("/demo/pace", data={"pace": "paused"}, base_url=browser.base).status_code == 400


def test_texting_stirs_the_demo(seen: Watched) -> None:
    browser = visitor(seen)
    phone = cards(browser.get("/phones").text)[0]
    browser.post(f"/phones/{phone}/text", "/phones", text="where do I park?")
    seen.demo.tick()
    assert "where do I park?" in browser.get(f"/phones?phones={phone}").text
    assert seen.unheld() == {}
