"""A payer's auditor can be shown what was done about one member, by what right, and what was not; and who looked."""

from __future__ import annotations

import json
import re

import pytest


def told(world):
    """A member with a reminder that left, an opt-out, and texts that therefore did not."""
    visit = world.visit("Canary Name")
    world.remind()
    world.hear(visit, "STOP canary words")
    world.settle()
    return visit, f"/members/{visit.member}/evidence"


def test_hip_14_nobody_sees_the_evidence_of_a_member_without_saying_what_for(world):
    visit, path = told(world)
    browser = world.browser(role="supervisor")
    asked = browser.get(path).text
    assert "What do you need it for?" in asked
    assert "Sent, and by what right" not in asked
    assert "Sent, and by what right" not in browser.get(f"{path}?purpose=curiosity").text
    assert not world.row(
        f"SELECT count(*) AS n FROM audit WHERE object = 'member:{visit.member}' AND action LIKE 'evid%'"
    ).n
    assert browser.get(f"{path}.jsonl").status_code == 400


def test_the_page_shows_what_left_by_what_right_and_what_did_not_and_why(world):
    visit, path = told(world)
    shown = world.browser(role="privacy_officer").get(f"{path}?purpose=payer_audit").text
    entry = world.row("SELECT consent_id FROM attempt WHERE consent_id IS NOT NULL LIMIT 1").consent_id
    for words in (
        f"Allowed by consent, entry {entry} of the ledger", "LAW-04", "Day-before reminder",
        "Confirms the opt-out, once", "Opted out", "Texts about everything", "The audit trail holds:",
        "for: A payer&#39;s audit", "What may be shared", "Numbers looked up",
    ):  # fmt: skip
        assert words in shown, words
    assert "Canary" not in shown
    assert "canary words" not in shown
    assert visit.number not in shown
    last = world.row("SELECT action, object, reason FROM audit WHERE seq IS NOT NULL ORDER BY seq DESC LIMIT 1")
    assert tuple(last) == ("evidence.viewed", f"member:{visit.member}", "payer_audit")


def test_a_time_before_anything_happened_holds_the_ledger_and_nothing_else(world):
    _, path = told(world)
    shown = world.browser(role="supervisor").get(f"{path}?purpose=complaint&since=2020-01-01&until=2020-12-31").text
    assert "Nothing was sent." in shown
    assert "from Wed Jan 1 2020 to Thu Dec 31 2020" in shown
    assert "Texts about everything" in shown
    nonsense = world.browser(role="supervisor").get(f"{path}?purpose=complaint&since=soon&until=9999-12-31").text
    assert "Allowed by consent" in nonsense


def test_the_download_is_lines_of_facts_without_names_numbers_or_words(world):
    visit, path = told(world)
    answer = world.browser(role="supervisor").get(f"{path}.jsonl?purpose=payer_audit")
    kinds = [json.loads(line)["kind"] for line in answer.text.splitlines()]
    assert kinds[0] == "member"
    assert kinds[-1] == "chain"
    assert {"consent", "promise", "text", "reply", "audit"} <= set(kinds)
    for secret in ("Canary", "canary words", visit.number):
        assert secret not in answer.text
    last = world.row("SELECT action, reason FROM audit WHERE seq IS NOT NULL ORDER BY seq DESC LIMIT 1")
    assert tuple(last) == ("evidence.exported", "payer_audit")


@pytest.mark.parametrize("role", ["coordinator", "program_staff"])
def test_hip_16_others_have_neither_the_evidence_of_a_member_nor_the_list_of_looks(world, role):
    _, path = told(world)
    for page in (f"{path}?purpose=payer_audit", f"{path}.jsonl?purpose=payer_audit", "/accesses"):
        assert world.browser(role=role).get(page).status_code == 403


def test_a_member_who_is_not_there_has_no_evidence_and_nothing_is_noted(world):
    world.visit("Canary Name")
    assert world.browser(role="supervisor").get("/members/999/evidence?purpose=payer_audit").status_code == 404
    assert not world.row("SELECT count(*) AS n FROM audit WHERE object = 'member:999'").n


def test_who_looked_at_whom_when_and_why(world):
    visit, path = told(world)
    other = world.visit("Second Canary")
    world.browser().get(f"/loops/{visit.loop}")
    world.browser(role="supervisor").get(f"{path}?purpose=payer_audit")
    world.browser().get(f"/loops/{other.loop}")
    officer = world.browser(role="privacy_officer")
    everybody = re.sub(r"\s+", " ", officer.get("/accesses").text)
    assert "A payer&#39;s audit" in everybody
    assert "Care of the member" in everybody
    assert f"M-{other.member}" in everybody
    mine = officer.get(f"/accesses?member={visit.member}").text
    assert f"loop {visit.loop}" in mine
    assert f"loop {other.loop}<" not in mine
    assert "Nobody looked." in officer.get("/accesses?person=Nobody+At+All").text
    assert "Nobody looked." in officer.get("/accesses?since=2099-01-01").text
    assert "Canary" not in everybody
    noted = world.row("SELECT action, actor FROM audit ORDER BY id DESC LIMIT 1")
    assert noted.action == "accesses.viewed"


@pytest.mark.parametrize(
    "query", ["member=x", "member=-1", "member=99999999999999999999999", "since=2020-13-45", "person=%00"]
)
def test_bad_input_to_the_list_of_looks_is_an_empty_or_a_full_list(world, query):
    world.visit("Canary Name")
    assert world.browser(role="privacy_officer").get(f"/accesses?{query}").status_code == 200
