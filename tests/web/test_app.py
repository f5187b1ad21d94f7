"""Every answer is guarded, every form needs its token, and no bytes at all break a door."""

from __future__ import annotations

import time

import pytest
from console_world import World
from counts import examples
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

PAGES = [
    "/healthz",
    "/readyz",
    "/metrics",
    "/loops",
    "/tasks",
    "/nothing-here",
    "/clinic/x",
    "/sign-in/x",
    "/twilio/sms",
]
ONLY_POST = ["/twilio/sms", "/twilio/status/1", "/sign-out", "/sends/freeze", "/sends/unfreeze", "/tasks/1/resolve"]
ONLY_GET = ["/healthz", "/readyz", "/metrics", "/loops", "/tasks", "/clinic/some-token", "/sign-in/some-token"]

KINDS = ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/json", ""]
HEADER = st.text(st.characters(max_codepoint=255, exclude_characters="\r\n"), max_size=30)


@pytest.mark.parametrize("path", PAGES)
def test_every_answer_carries_the_security_headers(world, path):
    headers = world.app.test_client().get(path).headers
    assert headers["Content-Security-Policy"].startswith("default-src 'none'; style-src 'self'")
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cache-Control"] == "no-store"
    assert "Strict-Transport-Security" not in headers


def test_https_is_remembered_where_it_is_published(carried):
    headers = carried.app.test_client().get("/healthz").headers
    assert "max-age" in headers["Strict-Transport-Security"]


def test_the_session_cookie_is_out_of_reach_of_scripts_and_other_sites(carried):
    cookie = (
        carried.browser(role=None)
        .client.get(carried.sign_in_link(), base_url="https://care.example.org")
        .headers["Set-Cookie"]
    )
    assert cookie.startswith("__Host-outreach=")
    assert all(flag in cookie for flag in ("HttpOnly", "Secure", "SameSite=Lax", "Path=/"))


def test_forms_work_over_https_though_browsers_send_no_referer(carried):
    assert carried.browser("supervisor").post("/sends/freeze", "/loops").status_code == 303


@pytest.mark.parametrize("path", ONLY_POST)
def test_what_changes_something_is_never_a_get(world, path):
    answer = world.app.test_client().get(path)
    assert (answer.status_code, "POST" in answer.headers["Allow"]) == (405, True)


@pytest.mark.parametrize("path", ONLY_GET)
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_what_shows_something_takes_no_other_method(world, path, method):
    assert world.app.test_client().open(path, method=method).status_code == 405


def test_a_post_without_a_form_token_changes_nothing(world):
    browser = world.browser("supervisor")
    assert browser.client.post("/sends/freeze").status_code == 400
    assert browser.client.post("/sends/freeze", data={"csrf_token": "forged"}).status_code == 400
    assert world.row('SELECT count(*) AS n FROM "switch"').n == 0


def test_an_error_page_has_an_id_to_quote_and_nothing_of_the_request(world):
    answer = world.app.test_client().get("/canary-word")
    assert answer.status_code == 404
    assert "quote" in answer.text
    assert "canary-word" not in answer.text


def test_a_mistake_of_ours_is_logged_without_its_text(world, monkeypatch, capsys):
    def broken(*_args: object) -> None:
        raise RuntimeError("canary-word")

    monkeypatch.setattr("admin.loops.reads.page", broken)
    answer = world.browser().get("/loops")
    said = "".join(capsys.readouterr())
    assert answer.status_code == 500
    assert "canary-word" not in answer.text + said
    assert "RuntimeError" in said


def test_a_page_says_when_the_database_is_away(world, monkeypatch):
    from outreach.store.database import Database, StoreAway

    def away(*_args: object) -> None:
        raise StoreAway

    visit, browser = world.visit(), world.browser()
    monkeypatch.setattr(Database, "write", away)
    assert browser.get(f"/loops/{visit.loop}").status_code == 503


@pytest.fixture
def crowd(world: World) -> World:
    for number in range(60):
        world.visit(f"Member {number}")
    return world


@pytest.mark.parametrize("path", ["/loops", "/tasks", "/metrics"])
def test_pages_answer_quickly(crowd, path):
    browser = crowd.browser()
    browser.get(path)
    began = time.perf_counter()
    assert browser.get(path).status_code == 200
    assert time.perf_counter() - began < 1


@settings(max_examples=examples(60), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_any_bytes_to_any_door_are_answered_without_breaking(world, carried, data):
    fuzzed = data.draw(st.sampled_from([world, carried]))
    rule = data.draw(st.sampled_from(list(fuzzed.app.url_map.iter_rules())))
    path = rule.rule
    for argument in rule.arguments:
        kind = "row:" if f"<row:{argument}>" in path else "path:" if f"<path:{argument}>" in path else ""
        value = data.draw(st.one_of(st.from_regex(r"[0-9]{1,30}", fullmatch=True), st.text(min_size=1, max_size=20)))
        path = path.replace(f"<{kind}{argument}>", value.replace("?", "").replace("#", "") or "1")
    answer = fuzzed.app.test_client().open(
        path,
        method=data.draw(st.sampled_from(["GET", "POST", "PUT", "HEAD", "OPTIONS", "DELETE"])),
        query_string=data.draw(st.text(max_size=30)),
        data=data.draw(st.binary(max_size=200)),
        content_type=data.draw(st.sampled_from(KINDS)),
        headers={"X-Twilio-Signature": data.draw(HEADER)},
    )
    assert answer.status_code < 500


@settings(max_examples=examples(60), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_any_form_from_somebody_signed_in_is_answered_without_breaking(world, data):
    visit = world.visit()
    browser = world.browser("supervisor")
    seen = f"/loops/{visit.loop}"
    path = data.draw(st.sampled_from([f"{seen}/answer", f"{seen}/clinic-link", "/tasks/7/resolve", "/clinic/visit"]))
    words = st.text(max_size=40)
    form = {name: data.draw(words) for name in ("text", "resolution", "reason", "new_loop", "back", "outcome")}
    assert browser.post(path, seen, **form).status_code < 500
    browser.get(f"/loops?show={data.draw(st.sampled_from(['open', 'all', 'x']))}&after={visit.loop}")
    assert browser.get(seen).status_code == 200
