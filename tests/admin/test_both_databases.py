"""The pages read the same on SQLite and on PostgreSQL."""

from __future__ import annotations

import html
import re

import pytest
from authenticator import Authenticator
from console_world import NOW, ON_THE_DAY, REMINDED, World, on

from admin.roles import Role
from outreach.engine import accounts, handlers
from outreach.loops.outcomes import Outcome
from outreach.store import accounts as stored
from outreach.store.actor import OPERATOR
from outreach.store.database import Database
from outreach.store.reads import loops


@pytest.fixture
def either(database: Database) -> World:
    return on(database)


def test_every_page_answers(either):
    visit, missed = either.visit("Rosa Hernández"), either.visit("Alma Torres", language="es")
    either.settle(NOW)
    either.settle(REMINDED)
    either.hear(visit, "1")
    either.hear(visit, "I want to kill myself")
    either.at(ON_THE_DAY)
    handlers.report_outcome(either.deployment, OPERATOR, missed.loop, Outcome.NO_SHOW, None)
    browser = either.browser("supervisor")
    tasks = [either.row(f"SELECT id FROM task WHERE kind = '{kind}'").id for kind in ("crisis", "reschedule")]
    shown = ["/loops", "/loops?show=closed", "/loops?show=all", "/loops?show=unheld", "/tasks", "/metrics", "/readyz"]
    shown += [f"/loops/{visit.loop}", f"/loops/{missed.loop}", *(f"/tasks/{task}" for task in tasks)]
    shown += [f"/loops/{visit.loop}/evidence", f"/loops/{visit.loop}/evidence.jsonl"]
    shown += [f"/loops/{visit.loop}/ride", "/tasks?queue=rides&mine=1&snoozed=1"]
    shown += [f"/members/{visit.member}", f"/members/{missed.member}"]
    assert {path: browser.get(path).status_code for path in shown} == dict.fromkeys(shown, 200)
    assert "Heard" in browser.get(f"/loops/{visit.loop}").text


def test_paging_meets_every_loop_once_the_open_ones_first(either):
    made = [either.visit(f"Member {number}").loop for number in range(7)]
    either.at(ON_THE_DAY)
    for loop in made[:3]:
        handlers.report_outcome(either.deployment, OPERATOR, loop, Outcome.KEPT, None)
    met: list[int] = []
    with either.deployment.read(OPERATOR) as uow:
        while page := loops.page(uow, loops.Wanted("all"), met[-1] if met else None, 2):
            met += [row.id for row in page]
            assert len(met) <= len(made)
    assert sorted(met) == sorted(made)
    assert set(met[:4]) == set(made[3:])


def test_a_clinic_sees_its_own_visit_only(either):
    visit, other = either.visit(), either.visit(clinic="lakeview")
    either.at(ON_THE_DAY)
    browser = either.browser(role=None)
    browser.get(either.clinic_link(visit))
    assert browser.post("/clinic/visit", "/clinic/visit", outcome="kept").status_code == 303
    browser.get(either.clinic_link(visit, clinic=other.clinic))
    assert browser.get("/clinic/visit").status_code == 404


def test_an_account_is_made_proved_and_ended(either):
    account = accounts.invite(either.deployment, OPERATOR, "maya@plan.example", "Maya Ortiz", Role.COORDINATOR)
    accounts.choose_password(either.deployment, account, "brisk otter paints fences", alone=False)
    browser, device = either.browser(role=None), Authenticator()
    signed = {"sign_in": "maya@plan.example", "password": "brisk otter paints fences"}
    assert browser.post("/sign-in", "/sign-in", **signed).status_code == 303
    token = re.search(r'name="csrf_token" value="([^"]+)"', browser.get("/account").text)[1]
    form = {"csrf_token": token, "answer": ""}
    assert browser.client.post("/account/passkeys", data=form, base_url=browser.base).status_code == 409
    options = html.unescape(re.search(r'data-options="([^"]+)"', browser.get("/account").text)[1])
    form |= {"answer": device.make(options), "name": "Laptop"}
    assert browser.client.post("/account/passkeys", data=form, base_url=browser.base).status_code == 200
    assert browser.get("/tasks").status_code == 200
    for wrong in range(6):
        other = either.browser(role=None)
        assert other.post("/sign-in", "/sign-in", **signed | {"password": f"wrong {wrong}"}).status_code == 403
    assert either.row("SELECT failures FROM account").failures == 5
    with either.deployment.read(OPERATOR) as uow:
        found = stored.of_sign_in(uow, " MAYA@plan.example")
    assert (found.passkeys, found.codes) == (1, 10)
    accounts.disable(either.deployment, OPERATOR, found.id)
    assert browser.get("/tasks").status_code == 401
    officer = either.browser("privacy_officer", "Pia Prüf")
    assert officer.post("/glass", "/glass", purpose="incident", words="Somebody was told of a visit").status_code == 303
    assert "Pia Prüf" in officer.get("/glass/broken").text
