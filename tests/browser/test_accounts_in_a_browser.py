"""Coming in with a passkey, in a real browser with an authenticator of its own; and how the pages of accounts look."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from pathlib import Path
from socket import socket
from typing import Any

import pytest
from console_world import World, copied
from werkzeug.serving import WSGIRequestHandler, make_server

from admin.roles import Role
from outreach.engine import accounts, signing_in
from outreach.store import accounts as stored
from outreach.store.actor import OPERATOR

axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="NO ACCESSIBILITY CHECK: install axe")
HEADS = {"Sign in to Outreach", "My account", "People", "Break the glass", "Who looked at whom"}
EMAIL, PASSWORD = "maya@plan.example", "brisk otter paints fences"


class _Silent(WSGIRequestHandler):
    def log_request(self, *_args: Any, **_more: Any) -> None:
        """Say nothing."""


@pytest.fixture
def world(template: Path, tmp_path: Path) -> Iterator[World]:
    """A served world that knows its own address: a passkey is bound to it."""
    with socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    made = copied(template, tmp_path, public_url=f"http://localhost:{port}")
    server = make_server("localhost", port, made.app, threaded=True, request_handler=_Silent)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield made
    server.shutdown()
    thread.join()
    server.server_close()
    made.close()


@pytest.fixture
def address(world: World) -> str:
    return world.settings.public_url


def with_an_authenticator(page: Any) -> None:
    """A device that has a finger print reader, and always sees the finger."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    has = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    session.send("WebAuthn.addVirtualAuthenticator", {"options": has | {"isUserVerified": True}})


def test_somebody_makes_a_passkey_and_comes_back_with_nothing_else(world: World, address: str, chromium: Any) -> None:
    token = accounts.invite(world.deployment, OPERATOR, EMAIL, "Maya Ortiz", Role.COORDINATOR)
    page = chromium.new_page()
    with_an_authenticator(page)
    page.goto(f"{address}/invited/{token}")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_label("The same again").fill(PASSWORD)
    page.get_by_role("button", name="Set this password").click()
    page.get_by_label("Email address").fill(EMAIL)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_text("Set up a second factor first.").wait_for()
    page.get_by_label("Name of this device").fill("Office laptop")
    page.get_by_role("button", name="Add a passkey").click()
    page.get_by_text("Each works once").wait_for()
    for_everybody(page, "the recovery codes")
    page.get_by_role("link", name="I have kept them").click()
    page.get_by_text("Office laptop").first.wait_for()
    page.get_by_role("button", name="Sign out", exact=True).click()
    page.get_by_role("link", name="Sign in").click()
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url(f"{address}/loops")
    page.close()


@pytest.mark.parametrize("path", ["/sign-in", "/account", "/people", "/people/new", "/glass", "/glass/broken"])
def test_the_pages_of_accounts_are_for_everybody(
    world: World, address: str, chromium: Any, path: str, width: int, scheme: str
) -> None:
    token = accounts.invite(world.deployment, OPERATOR, EMAIL, "Maya Ortiz", Role.COORDINATOR)
    found = accounts.of_link(world.deployment, token)
    assert found is not None
    context = chromium.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page = context.new_page()
    if path != "/sign-in":
        role = "privacy_officer" if "broken" in path else "administrator"
        page.goto(address + world.sign_in_link(role, "Rae Root"))
    page.goto(address + path.replace("new", str(found.id)))
    assert page.locator("h1").inner_text().split("›")[0].strip() in HEADS, path
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), path
    if shots := os.environ.get("SHOTS"):
        page.screenshot(path=f"{shots}/{path.strip(chr(47)).replace(chr(47), chr(45))}-{width}.png", full_page=True)
    problems = axe.Axe().run(page).response["violations"]
    assert [each["id"] for each in problems] == [], path
    context.close()


def test_every_step_of_coming_in_is_for_everybody(world: World, address: str, chromium: Any, width: int, scheme: str):
    token = accounts.invite(world.deployment, OPERATOR, EMAIL, "Maya Ortiz", Role.COORDINATOR)
    context = chromium.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page = context.new_page()
    page.goto(f"{address}/invited/{token}")
    for_everybody(page, "the invitation")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_label("The same again").fill("another")
    page.get_by_role("button", name="Set this password").click()
    for_everybody(page, "a password that is not typed twice")
    accounts.choose_password(world.deployment, token, PASSWORD, alone=False)
    give_codes(world)
    page.goto(f"{address}/sign-in")
    page.get_by_label("Email address").fill(EMAIL)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(f"{address}/sign-in/code")
    for_everybody(page, "the code")
    page.get_by_label("Code").fill("000000")
    page.get_by_role("button", name="Go on").click()
    for_everybody(page, "a wrong code")
    context.close()


def give_codes(world: World) -> None:
    with world.deployment.read(OPERATOR) as uow:
        account = stored.of_sign_in(uow, EMAIL)
    assert account is not None
    secret = signing_in.new_secret()
    code = signing_in.pyotp.TOTP(secret).at(world.timer.now())
    signing_in.enrol_codes(world.deployment, OPERATOR, account.id, secret, code)


def for_everybody(page: Any, where: str) -> None:
    page.locator("h1").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), where
    assert [each["id"] for each in axe.Axe().run(page).response["violations"]] == [], where
