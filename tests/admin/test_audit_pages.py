"""The trail can be searched, taken away and proved; who does is in it."""

from __future__ import annotations

import csv
import io

import pytest
from console_world import World, on
from sqlalchemy import delete, update

from outreach.engine import audit_chain
from outreach.store.actor import OPERATOR, Actor
from outreach.store.database import Database
from outreach.store.tables import audit, checkpoint
from outreach.store.verification import verified


@pytest.fixture
def either(database: Database) -> World:
    return on(database)


def privacy(world):
    return world.browser("privacy_officer", "Pat Quinn")


def rows(world, query):
    sheet = privacy(world).get(f"/audit.csv?{query}")
    assert sheet.status_code == 200
    return list(csv.DictReader(io.StringIO(sheet.text)))


def test_the_trail_is_found_by_who_what_and_about_what(either):
    visit = either.visit("Rosa Hernández")
    either.browser().get(f"/loops/{visit.loop}")
    found = rows(either, f"who=Maya+Ortiz&did=viewed&about=L-{visit.loop}")
    assert [(row["who"], row["did"], row["object"]) for row in found] == [
        ("person:Maya Ortiz", "viewed", f"loop:{visit.loop}")
    ]
    assert rows(either, "who=Nobody") == []
    assert rows(either, "until=2020-01-01") == []
    page = privacy(either).get(f"/audit?about=L-{visit.loop}").text
    assert f"loop:{visit.loop}" in page
    assert "Hernández" not in page


def test_pages_of_fifty_meet_each_entry_once(either):
    with either.deployment.write(OPERATOR) as uow:
        for number in range(120):
            uow.audit("counted", f"row:{number}")
        uow.commit()
    browser, met, address = privacy(either), [], "/audit?did=counted"
    while address:
        page = browser.get(address).text
        met += list(page.split("<bdi>row:")[1:])
        following = page.partition('href="/audit?before=')[2].partition('"')[0]
        address = f"/audit?before={following.replace('&amp;', '&')}" if following else ""
    assert len(met) == 120
    assert len({one.partition("<")[0] for one in met}) == 120


def test_a_sheet_runs_no_formula_and_taking_it_away_is_on_record(world):
    with world.deployment.write(Actor("person", "x")) as uow:
        uow.audit("=HYPERLINK(1)", "@SUM")
        uow.commit()
    (row,) = rows(world, "who=x")
    assert (row["did"], row["object"]) == ("'=HYPERLINK(1)", "'@SUM")
    assert world.row("SELECT count(*) AS n FROM audit WHERE action = 'trail.exported'").n == 1


def test_who_may_not_read_the_trail_does_not(world):
    for role in ("coordinator", "supervisor", "program_staff", "administrator"):
        assert world.browser(role).get("/audit").status_code == 403, role
        assert world.browser(role).get("/audit.csv").status_code == 403, role


@pytest.mark.parametrize("before", ["x", "2026_1", "2026-11-24T10:00:00_1", "2026-11-24T10:00:00+00:00_0", "../_1"])
def test_a_place_that_is_none_is_refused(world, before):
    assert (
        privacy(world)
        .get(
            "/audit",
        )
        .status_code
        == 200
    )
    assert privacy(world).get(f"/audit?before={before}".replace("+", "%2B")).status_code == 400


def test_verifying_says_whether_it_holds(world):
    world.visit()
    audit_chain.begin_codes(world.deployment)
    browser = privacy(world)
    assert browser.post("/audit/verify", "/audit").status_code == 303
    assert "and all hold" in browser.get("/audit").text
    with world.deployment.write(OPERATOR) as uow:
        uow.execute(update(audit).where(audit.c.seq == 2).values(actor="somebody else"))
        uow.commit()
    browser.post("/audit/verify", "/audit")
    assert "Entry 2 was changed" in browser.get("/audit").text


def long_trail(world):
    """Five checkpoints of ten entries each."""
    while audit_chain.seal(world.deployment):
        pass
    for part in range(5):
        with world.deployment.write(OPERATOR) as uow:
            for number in range(10):
                uow.audit("counted", f"row:{part * 10 + number}")
            uow.commit()
        audit_chain.seal(world.deployment)
    with world.deployment.read(OPERATOR) as uow:
        return [row.seq for row in uow.all(checkpoint.select().order_by(checkpoint.c.seq))][-5:]


def test_evidence_costs_the_entries_since_the_checkpoint_before_the_oldest_shown(either):
    signed = long_trail(either)
    with either.deployment.read(OPERATOR) as uow:
        found = verified(uow, until=signed[2], since=signed[1] + 3)
    assert (found.problem, found.after, found.entries, found.recomputed) == (None, signed[1], signed[2], 10)


@pytest.mark.parametrize("back", [4, 1])
def test_tampering_before_and_after_what_is_shown_is_found_by_the_whole_verification(either, back):
    signed = long_trail(either)
    changed = signed[-1] - 10 * back + 5
    with either.deployment.write(OPERATOR) as uow:
        uow.execute(update(audit).where(audit.c.seq == changed).values(actor="somebody else"))
        uow.commit()
    with either.deployment.read(OPERATOR) as uow:
        part = verified(uow, until=signed[2], since=signed[1] + 3)
        whole = verified(uow)
    assert part.problem is None
    assert whole.problem == f"Entry {changed} was changed after it was sealed."


def test_tampering_among_what_is_shown_is_found_there(either):
    signed = long_trail(either)
    for way in (
        update(audit).where(audit.c.seq == signed[1] + 4).values(actor="somebody else"),
        delete(audit).where(audit.c.seq == signed[1] + 4),
        update(checkpoint).where(checkpoint.c.seq == signed[1]).values(hash="0" * 64),
        update(checkpoint).where(checkpoint.c.seq == signed[2]).values(signature="0" * 64),
    ):
        with either.deployment.write(OPERATOR) as uow:
            uow.execute(way)
            assert verified(uow, until=signed[2], since=signed[1] + 3).problem is not None
