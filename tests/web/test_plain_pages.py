"""The pages before and beside the console: they say what to do, hold nothing personal, and lead back."""

from __future__ import annotations

import pytest
from console_world import ON_THE_DAY


def test_who_is_not_signed_in_reads_how_to_and_that_use_is_recorded(world):
    answer = world.browser(role=None).get("/loops")
    assert answer.status_code == 401
    for words in (
        "Sign in to Outreach", "a link that works once", "outreach links sign-in --role coordinator",
        "This system holds personal health information. Use is recorded.", "15 minutes without activity",
    ):  # fmt: skip
        assert words in answer.text


def test_who_signs_out_is_told_so(world):
    assert "You are signed out." in world.browser().post("/sign-out", "/tasks").text


@pytest.mark.parametrize(("path", "status"), [("/nothing", 404), ("/loops/1", 404)])
def test_an_error_says_it_in_a_sentence_has_an_id_to_quote_and_leads_back(world, path, status):
    answer = world.browser().get(path)
    assert answer.status_code == status
    assert "There is nothing here." in answer.text
    assert "quote <bdi" in answer.text
    assert 'href="/"' in answer.text


def test_on_the_day_a_clinic_has_kept_first_and_the_reason_with_the_answers_that_need_one(world):
    browser = world.clinic(world.visit())
    before = browser.get("/clinic/visit").text
    assert "How it ended can be said from its day on." in before
    assert 'value="kept"' not in before
    world.at(ON_THE_DAY)
    shown = browser.get("/clinic/visit").text
    order = ['value="kept"', 'id="reason"', 'value="no_show"', 'value="cancelled_by_clinic"']
    assert [shown.index(part) for part in order] == sorted(shown.index(part) for part in order)
    assert "knows the visit by your own number only" in shown
