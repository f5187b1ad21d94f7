"""Whoever looks at a member or changes anything about one is on record once: who, what, whom, and when (I21, HIP-14).

The pages are found in the application itself, so that a new one is in these tests before somebody thinks of it.
"""

from __future__ import annotations

import os
import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from admin.roles import rights
from outreach.loops.tasks import SUPERVISORS
from outreach.store.actor import OPERATOR
from outreach.store.reads.access_report import accesses
from outreach.store.tables import audit

PROOF = int(os.environ.get("OUTREACH_PROOF", "0"))
WITHOUT_PEOPLE = {
    "cadences",
    "cadence_previews",
    "twilio",
    "health",
    "metrics",
    "clinic",
    "played",
    "recordings",
    "wording",
    "wording_files",
    "wording_tasks",
    "unmatched",
    "settings",
    "cadence_acts",
    "people",
    "own_account",
    "glass",
    "huddle",
}
_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


@pytest.fixture
def told(world):
    """A visit around which something happened, with a task for a person."""
    visit = world.visit("Canary Name")
    world.remind()
    world.hear(visit, "2 because of work")
    world.settle()
    return visit


def task_of(world, visit):
    return world.row("SELECT id FROM task WHERE loop_id = :loop AND state = 'open' ORDER BY id", loop=visit.loop).id


def pages_about(world, visit):
    """Return (path, role) for every page of the console that shows one member, by whatever it is addressed."""
    phone = world.row("SELECT contact_point_id AS id FROM member_contact WHERE member_id = :who", who=visit.member).id
    known = {"loop_id": visit.loop, "task_id": task_of(world, visit), "member_id": visit.member, "phone_id": phone}
    found = []
    for rule in world.app.url_map.iter_rules():
        if "GET" not in rule.methods or rule.endpoint.partition(".")[0] in WITHOUT_PEOPLE:
            continue
        if rule.arguments and rule.endpoint not in ("static", "sessions.enter") and "token" not in rule.arguments:
            path = re.sub(r"<(?:[^:>]+:)?([a-z_]+)>", lambda name: str(known[name[1]]), rule.rule)
            needs = getattr(world.app.view_functions[rule.endpoint], "needs", None)
            roles = [role for role, may in rights().items() if needs in may]
            found += [(f"{path}?purpose=payer_audit", role) for role in roles]
    return sorted(found)


def entries(world):
    with world.deployment.read(OPERATOR) as uow:
        return {row.id: (row.actor, row.action, row.object) for row in uow.all(audit.select())}


def added(world, before):
    return [row for row_id, row in entries(world).items() if row_id not in before]


def test_every_view_of_a_member_leaves_exactly_one_entry(world, told):
    pages = pages_about(world, told)
    assert {path.partition("?")[0].split("/")[1] for path, _ in pages} >= {"loops", "tasks"}
    browsers = {role: world.browser(role, f"Somebody of {role}") for _, role in pages}

    @settings(
        max_examples=max(8, PROOF),
        deadline=None,
        database=None,
        derandomize=PROOF < 50,
        suppress_health_check=list(HealthCheck),
    )
    @given(st.lists(st.sampled_from(pages), min_size=1, max_size=12))
    def traffic(looks):
        for path, role in looks:
            before = entries(world)
            answer = browsers[role].get(path)
            assert answer.status_code == 200, path
            noted = added(world, before)
            assert len(noted) == 1, (path, role, noted)
            with world.deployment.read(OPERATOR) as uow:
                newest = accesses(uow, told.member, f"Somebody of {role}", limit=1)[0]
            assert (newest.who, newest.action, newest.object) == noted[0], path
            assert newest.members == (told.member,), path

    traffic()
    for path, role in pages:
        before = entries(world)
        browsers[role].get(path)
        assert len(added(world, before)) == 1, path


def test_a_page_that_stays_open_and_asks_itself_again_is_one_look(world, told):
    for path, role in pages_about(world, told):
        if ".jsonl" in path:
            continue  # it is taken away, not kept open
        browser = world.browser(role)
        before = entries(world)
        browser.get(path)
        browser.client.get(path, base_url=browser.base, headers={"Outreach-Live": "1"})
        seen = added(world, before)
        assert len(seen) == 1, (path, seen)


def test_what_is_not_there_was_not_looked_at(world, told):
    browser = world.browser()
    before = entries(world)
    for path in ("/loops/999999", "/tasks/999999", "/loops/999999/ride", "/loops/999999/evidence"):
        assert browser.get(path).status_code == 404
    assert added(world, before) == []


def changes(told, task):
    """Every form that changes something, in an order in which each may: path, form, and the entry it leaves."""
    on_task, on_loop = f"/tasks/{task}", f"/loops/{told.loop}"
    return [
        (on_task, "claim", {}, ("task.claimed", f"task:{task}")),
        (on_task, "release", {}, ("task.released", f"task:{task}")),
        (on_task, "snooze", {"until": "2026-11-29T18:30"}, ("task.snoozed", f"task:{task}")),
        (
            on_task,
            "block",
            {"blocker": "documents", "look_again": "2026-12-02", "note": "x"},
            ("task.blocked.documents", f"task:{task}"),
        ),
        (on_task, "unblock", {}, ("task.unblocked", f"task:{task}")),
        (
            on_task,
            "hand-over",
            {"queue": SUPERVISORS, "note": "x", "next_step": "y"},
            ("task.handed_over", f"task:{task}"),
        ),
        (on_loop, "standing", {"standing": "active"}, ("member.active", f"member:{told.member}")),
        (on_loop, "outcome", {"outcome": "no_show", "source": "member"}, ("outcome.no_show", f"loop:{told.loop}")),
        (on_loop, "close", {"reason": "transport_failure"}, ("loop.closed", f"loop:{told.loop}")),
    ]


def test_every_change_leaves_exactly_one_entry_of_its_own(world, told):
    browser, person = world.browser(), "person:Maya Ortiz"
    for page, form, values, (action, about) in changes(told, task_of(world, told)):
        token = _TOKEN.search(browser.get(page).text)[1]
        before = entries(world)
        answer = browser.client.post(f"{page}/{form}", data={"csrf_token": token, **values}, base_url=browser.base)
        assert answer.status_code == 303, (form, answer.text)
        noted = added(world, before)
        assert noted.count((person, action, about)) == 1, (form, noted)
        assert len(noted) == len(set(noted)), "what follows from it is on record once too"
        assert not [row for row in noted if row[1].endswith(("viewed", "exported"))]


def test_a_change_that_is_refused_leaves_only_the_look_at_the_page_that_says_why(world, told):
    browser, page = world.browser(), f"/loops/{told.loop}"
    token = _TOKEN.search(browser.get(page).text)[1]
    before = entries(world)
    refused = browser.client.post(f"{page}/close", data={"csrf_token": token}, base_url=browser.base)
    assert refused.status_code == 409
    assert added(world, before) == [("person:Maya Ortiz", "viewed", f"loop:{told.loop}")]
