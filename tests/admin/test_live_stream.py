"""A stream tells an open page that something changed: who may see it, once, and as long as they are signed in."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest
from console_world import REMINDED, World, on
from sqlalchemy import text

from admin import live, watch
from outreach.app import create_app
from outreach.store.actor import OPERATOR, Actor, Scope
from outreach.store.database import Database
from outreach.store.reads import news

SEEN = text("SELECT seen_at FROM session")


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    """Looks and lines come twenty times as often, tellings as fast as they are read."""
    monkeypatch.setattr(watch, "EVERY", 0.05)
    monkeypatch.setattr(live, "HERE", 0.5)
    monkeypatch.setattr(live, "PACE", 0.01)
    monkeypatch.setattr(live, "LASTS", 1e9)  # a test moves the clock by hours


@pytest.fixture
def either(database: Database) -> Iterator[World]:
    made = on(database)
    yield made
    made.app.extensions["outreach.watch"].close()


@contextmanager
def stream(browser, tab="a") -> Iterator[Iterator[str]]:
    """An open stream, past its first line, as the lines of its events."""
    answer = browser.client.get(f"/changes?tab={tab}", base_url=browser.base)
    assert answer.status_code == 200, answer.status_code
    lines = (part.decode() for part in answer.iter_encoded())
    assert next(lines).startswith("retry: ")
    try:
        yield lines
    finally:
        answer.close()


@contextmanager
def listening(watching, scope=None) -> Iterator[watch.Listener]:
    listener = watch.Listener("a", scope)
    with watching.listening(listener) as heard:
        assert heard
        yield listener


def event(lines) -> str:
    """Return the next event, or what is said where there is none."""
    return next(lines).partition("\n")[0]


def looked(world, times=2):
    """Wait until the trail was looked at so often from now on: what is new from then on is news."""
    watching = world.app.extensions["outreach.watch"]
    until = watching.looks + times
    while watching.looks < until:
        time.sleep(0.01)


def with_streams(world, most):
    settings = world.deployment.settings.model_copy(update={"web_streams": most})
    world.deployment = replace(world.deployment, settings=settings)
    world.app.extensions["outreach.watch"].close()
    world.app = create_app(world.deployment)


def test_a_page_is_told_when_a_member_writes_and_not_what(world):
    visit = world.visit("Canary Name")
    with stream(world.browser()) as lines:
        looked(world)
        world.hear(visit, "canary words")
        said = next(lines)
    assert said == "event: changed\ndata: 1\n\n"


def test_while_nothing_happens_a_line_says_that_the_stream_is_there(world):
    world.visit()
    with stream(world.browser()) as lines:
        looked(world)
        assert event(lines) == ": here"


def test_who_only_looks_is_no_news(world):
    visit = world.visit()
    other = world.browser(name="Lee Park")
    other.get("/tasks")
    with stream(world.browser()) as lines:
        looked(world)
        other.get(f"/loops/{visit.loop}")
        other.get(f"/members/{visit.member}")
        assert event(lines) == ": here"


def test_a_text_that_leaves_is_news_to_whom_it_concerns(either):
    mine = either.visit()
    either.remind()
    with either.deployment.write(OPERATOR) as uow:
        uow.execute(text("UPDATE touch SET carrier_rank = 1 WHERE state = 'sent'"))  # as carriers say at first
        uow.commit()
    elsewhere = either.row("SELECT id FROM clinic WHERE key <> 'riverside'").id
    with either.deployment.read(OPERATOR) as uow:
        left = [entry for entry in news.latest(uow, REMINDED - timedelta(seconds=10), 9) if entry[0] == "touch"]
    assert left
    for clinic, concerned in ((mine.clinic, True), (elsewhere, False)):
        reader = Actor("service", "watch", scope=Scope(clinics=frozenset({clinic})))
        with either.deployment.read(reader) as uow:
            assert news.any_of(uow, left) is concerned


def test_one_change_is_told_once(world):
    with stream(world.browser()) as lines:
        looked(world)
        with world.deployment.write(OPERATOR) as uow:
            uow.audit("task.noted", "task:1")
            uow.commit()
        assert event(lines) == "event: changed"
        looked(world)
        assert event(lines) == ": here"


def test_hip_15_what_happens_in_another_part_of_the_organisation_is_no_news(either):
    elsewhere = either.row("SELECT key FROM clinic WHERE key <> 'riverside'").key
    mine, other = either.visit(), either.visit("Somebody Else", clinic=elsewhere)
    watching = either.app.extensions["outreach.watch"]
    with listening(watching, Scope(clinics=frozenset({mine.clinic}))) as listener:
        looked(either)
        either.hear(other, "hello")
        looked(either, 3)
        assert not watching.wait(listener, 0)
        either.hear(mine, "hello")
        assert watching.wait(listener, 5)


def test_nobody_is_told_before_it_is_stored_nor_missed_when_it_is_stored_late(either):
    """Whatever began before another change and was committed after it is told as well."""
    visit = either.visit()
    watching = either.app.extensions["outreach.watch"]
    with listening(watching) as listener:
        looked(either)
        with either.deployment.write(Actor("person", "Early")) as early:
            early.audit("task.noted", "task:1")
            if either.deployment.database.dialect == "postgresql":  # SQLite has one writer at a time
                either.hear(visit, "hello")
                looked(either, 3)
                assert watching.wait(listener, 0)
            looked(either, 3)
            assert not watching.wait(listener, 0)
            early.commit()
        assert watching.wait(listener, 5)


def test_a_stream_ends_with_the_session_and_asking_is_no_sign_of_somebody_there(world):
    browser = world.browser()
    with world.deployment.read(OPERATOR) as uow:
        before = uow.all(SEEN)[0].seen_at
    world.timer.ahead = timedelta(minutes=5)
    with stream(browser) as lines:
        assert event(lines) == ": here"
        with world.deployment.read(OPERATOR) as uow:
            assert uow.all(SEEN)[0].seen_at == before
        world.timer.ahead = timedelta(minutes=16)
        said = list(lines)
    assert said[-1].startswith("event: over")
    assert browser.client.get("/changes?tab=b", base_url=browser.base).status_code == 401


def test_who_signs_out_elsewhere_hears_no_more(world):
    visit, browser = world.visit(), world.browser()
    with stream(browser) as lines:
        looked(world)
        browser.post("/sign-out", "/loops")
        world.hear(visit, "hello")
        said = list(lines)
    assert said[-1].startswith("event: over")
    assert not any("changed" in each for each in said)


def test_the_next_page_in_a_tab_takes_the_place_of_the_last(world):
    with_streams(world, 1)
    browser = world.browser()
    with stream(browser) as first, stream(browser) as second:
        assert list(first) == []
        assert event(second) == ": here"


def test_where_too_many_listen_a_page_is_sent_away_and_asks_by_itself(world):
    with_streams(world, 1)
    browser, other = world.browser(), world.browser(name="Lee Park")
    with stream(browser):
        refused = other.client.get("/changes?tab=a", base_url=other.base)
        assert (refused.status_code, refused.headers["Retry-After"]) == (503, "60")
    with stream(other) as lines:
        assert event(lines) == ": here"


def test_without_streams_no_page_asks_for_one(world):
    assert 'data-stream="/changes"' in world.browser().get("/tasks").text
    with_streams(world, 0)
    assert "data-stream" not in world.browser().get("/tasks").text


def test_nothing_is_asked_while_nobody_listens(world):
    watching = world.app.extensions["outreach.watch"]
    with stream(world.browser()):
        looked(world)
    time.sleep(0.2)
    before = watching.looks
    time.sleep(0.3)
    assert watching.looks == before


def test_a_process_that_ends_ends_its_streams_at_once(world):
    watching = world.app.extensions["outreach.watch"]
    with stream(world.browser()) as lines:
        watching.close()
        assert list(lines) in ([], [": here\n\n"])
    assert world.browser().client.get("/changes?tab=b").status_code in (401, 503)


@pytest.mark.parametrize("tab", ["", "../x", "A", "x" * 33])
def test_a_tab_is_named_plainly(world, tab):
    browser = world.browser()
    assert browser.client.get(f"/changes?tab={tab}", base_url=browser.base).status_code == 400


def test_nobody_who_is_not_signed_in_hears_anything(world):
    browser = world.browser(role=None)
    assert browser.client.get("/changes?tab=a", base_url=browser.base).status_code == 401


def test_a_stream_ends_after_some_minutes_and_the_browser_comes_again(world, monkeypatch):
    monkeypatch.setattr(live, "LASTS", 0.2)
    with stream(world.browser()) as lines:
        assert list(lines) == [": here\n\n"]
