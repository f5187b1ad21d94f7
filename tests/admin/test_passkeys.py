"""A passkey signs in alone, once for each question, and only whoever's device it is, on this site."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from datetime import timedelta

import pytest
from authenticator import Authenticator
from sqlalchemy import text

from admin.roles import Role
from outreach.engine import accounts
from outreach.store import accounts as stored
from outreach.store.actor import OPERATOR

EMAIL, PASSWORD = "maya@plan.example", "brisk otter paints fences"


def asked(page):
    return html.unescape(re.search(r'data-options="([^"]+)"', page.text)[1])


def account(world):
    link = accounts.invite(world.deployment, OPERATOR, EMAIL, "Maya Ortiz", Role.COORDINATOR)
    return accounts.choose_password(world.deployment, link, PASSWORD, alone=False).id


@pytest.fixture
def device(world):
    """Maya's device, with a passkey that she added on her account's page."""
    account(world)
    browser, made = world.browser(role=None), Authenticator()
    browser.post("/sign-in", "/sign-in", sign_in=EMAIL, password=PASSWORD)
    answer = made.make(asked(browser.get("/account")))
    page = post(browser, "/account/passkeys", answer, name="Office laptop")
    assert page.status_code == 200
    assert len(re.findall(r"<li>[a-z2-9]{5}-[a-z2-9]{5}</li>", page.text)) == 10
    assert browser.get("/tasks").status_code == 200
    return made


def post(browser, path, answer, **more):
    """Post an answer as the page does: to ask for the page again would be another question."""
    with browser.client.session_transaction(base_url=browser.base) as kept:
        challenge = kept.get("challenge")
    token = re.search(r'name="csrf_token" value="([^"]+)"', browser.get("/sign-in").text)[1]
    with browser.client.session_transaction(base_url=browser.base) as kept:
        kept["challenge"] = challenge
    return browser.client.post(path, data={"csrf_token": token, "answer": answer, **more}, base_url=browser.base)


def come(world, signs):
    browser = world.browser(role=None)
    answer = signs.sign(asked(browser.get("/sign-in")))
    return browser, post(browser, "/sign-in/passkey", answer)


def test_a_passkey_signs_in_alone_and_proves_both_factors(world, device):
    browser, answer = come(world, device)
    assert answer.status_code == 303
    assert browser.get("/tasks").status_code == 200


def test_a_passkey_is_added_on_a_page_that_stood_open_and_asked_for_its_news(world):
    account(world)
    browser, made = world.browser(role=None), Authenticator()
    browser.post("/sign-in", "/sign-in", sign_in=EMAIL, password=PASSWORD)
    answer = made.make(asked(browser.get("/account")))
    for _ in range(3):
        browser.client.get("/account", base_url=browser.base, headers={"Outreach-Live": "1"})
    assert post(browser, "/account/passkeys", answer, name="Office laptop").status_code == 200


def test_a_passkey_is_taken_while_somebody_else_guesses_the_password(world, device):
    for _ in range(8):
        other = world.browser(role=None)
        assert other.post("/sign-in", "/sign-in", sign_in=EMAIL, password="a wrong guess").status_code == 403
    assert come(world, device)[1].status_code == 303


@pytest.mark.parametrize("counts", [True, False])
def test_an_answer_that_somebody_kept_with_its_cookie_signs_nobody_in_again(world, device, counts):
    device.counts, device.signed = counts, device.signed if counts else 0
    browser = world.browser(role=None)
    answer = device.sign(asked(browser.get("/sign-in")))
    with browser.client.session_transaction(base_url=browser.base) as kept:
        challenge = kept["challenge"]
    assert post(browser, "/sign-in/passkey", answer).status_code == 303
    thief = world.browser(role=None)
    with thief.client.session_transaction(base_url=thief.base) as kept:
        kept["challenge"] = challenge
    assert post(thief, "/sign-in/passkey", answer).status_code == 403


def test_a_question_is_answered_within_a_quarter_of_an_hour(world, device):
    browser = world.browser(role=None)
    answer = device.sign(asked(browser.get("/sign-in")))
    with browser.client.session_transaction(base_url=browser.base) as kept:
        challenge = kept["challenge"]
    world.timer.ahead = timedelta(minutes=16)
    with browser.client.session_transaction(base_url=browser.base) as kept:
        kept["challenge"] = challenge
    assert post(browser, "/sign-in/passkey", answer).status_code == 403


@pytest.mark.parametrize(
    "amiss",
    [
        {"origin": "https://outreach.evil.example"},
        {"host": "evil.example"},
        {"verifies": False},
        {"credential": b"a passkey of nobody"},
        {"key": Authenticator().key},
    ],
)
def test_what_another_site_another_key_or_nobodys_finger_signed_is_not_taken(world, device, amiss):
    assert come(world, replace(device, **amiss))[1].status_code == 403
    assert come(world, device)[1].status_code == 303


def test_a_copied_key_shows_by_its_count(world, device):
    copy = replace(device)
    assert come(world, device)[1].status_code == 303
    assert come(world, device)[1].status_code == 303
    assert come(world, copy)[1].status_code == 403


@pytest.mark.parametrize("answer", ["", "{}", "[]", "null", '{"id": 5}', "x" * 5000])
def test_no_bytes_at_all_sign_anybody_in(world, device, answer):
    browser = world.browser(role=None)
    browser.get("/sign-in")
    assert post(browser, "/sign-in/passkey", answer).status_code == 403


def test_whoever_is_disabled_between_the_proof_and_the_session_gets_none(world, device, monkeypatch):
    from outreach.engine import signing_in

    real = signing_in.begin

    def begin(deployment, found, visitor, **more):
        accounts.disable(deployment, OPERATOR, found.id)
        return real(deployment, found, visitor, **more)

    monkeypatch.setattr(signing_in, "begin", begin)
    browser, answer = come(world, device)
    assert answer.status_code == 403
    assert browser.get("/tasks").status_code == 401


def test_the_only_second_factor_cannot_be_taken_away(world, device):
    browser, _ = come(world, device)
    with world.deployment.read(OPERATOR) as uow:
        found = stored.of_sign_in(uow, EMAIL)
        key = stored.passkeys(uow, found.id)[0].id
    assert browser.post(f"/account/passkeys/{key}/remove", "/account").status_code == 409
    with world.deployment.read(OPERATOR) as uow:
        assert uow.execute(text("SELECT count(*) FROM passkey")).scalar_one() == 1


def test_what_one_proves_oneself_with_is_changed_shortly_after_signing_in(world, device):
    browser, _ = come(world, device)
    assert "Add a passkey" in browser.get("/account").text
    for minutes in (10, 20):
        world.timer.ahead = timedelta(minutes=minutes)
        browser.get("/tasks")
    page = browser.get("/account").text
    assert "sign out and sign in again" in page
    assert "Add a passkey" not in page
    secret = re.search(r'o-secret"', page)
    assert secret is None
    for path in ("/account/recovery", "/account/passkeys", "/account/passkeys/1/remove"):
        answer = browser.post(path, "/account", answer="{}")
        assert answer.status_code == 409, path
        assert "Sign in again" in answer.text, path
    with world.deployment.read(OPERATOR) as uow:
        assert stored.of_sign_in(uow, EMAIL).codes == 10
