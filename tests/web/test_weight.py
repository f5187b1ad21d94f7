"""What a page weighs on its way: little the first time, less after it (an old laptop, a clinic's network)."""

from __future__ import annotations

import re

import brotli
import pytest

FIRST, AFTER = 150_000, 30_000  # bytes
PAGES = {"/tasks": "supervisor", "/loops": "supervisor", "/reports": "supervisor", "/huddle": "supervisor",
         "/people": "administrator", "/sign-in": "supervisor"}  # fmt: skip


def fetched(browser, path):
    return browser.client.get(path, base_url=browser.base, headers={"Accept-Encoding": "gzip, br"})


@pytest.mark.parametrize(("path", "role"), PAGES.items())
def test_a_page_with_all_it_loads_is_light_and_lighter_the_next_time(world, path, role):
    for _ in range(30):
        world.visit()
    browser = world.browser(role)
    page = fetched(browser, path)
    assert page.headers["Content-Encoding"] == "br"
    html = brotli.decompress(page.data).decode()
    files = set(re.findall(r'(?:src|href)="(/static/[^"#]+)', html))
    assert files
    first = len(page.data) + sum(len(fetched(browser, each.replace("&amp;", "&")).data) for each in files)
    assert first < FIRST
    assert len(page.data) < AFTER  # the files are kept by then


def test_a_file_is_kept_for_a_year_by_what_is_in_it_and_never_an_old_one(world):
    browser = world.browser()
    address = re.search(r"/static/outreach\.css\?v=[0-9a-f]{10}", browser.get("/loops").text)[0]
    assert "immutable" in fetched(browser, address).headers["Cache-Control"]
    for old in ("/static/outreach.css", "/static/outreach.css?v=0000000000"):
        answer = fetched(browser, old)
        assert answer.status_code == 200
        assert "immutable" not in answer.headers.get("Cache-Control", "")


def test_a_page_about_people_is_never_kept(world):
    assert fetched(world.browser(), "/tasks").headers["Cache-Control"] == "no-store"


def test_who_cannot_read_it_compressed_gets_it_plain(world):
    answer = world.browser().get("/loops")
    assert "Content-Encoding" not in answer.headers
    assert "Loops" in answer.text


@pytest.mark.parametrize("path", ["/static/../app.py", "/static/%2e%2e/app.py", "/static/nothing.css?v=0123456789"])
def test_no_other_file_is_given(world, path):
    assert world.browser().get(path).status_code == 404
