"""What is on record about one loop can be read, printed and taken away; whoever did is on record too."""

from __future__ import annotations

import json
import re

import pytest
from console_world import NOW, ON_THE_DAY
from sqlalchemy import text

from conversations.meaning import Reason
from outreach.engine import consenting, handlers
from outreach.engine.sharing import set_sharing
from outreach.loops.contact_rule import ContactRule
from outreach.loops.outcomes import Outcome, Source
from outreach.loops.sharing import Information, Recipient, Workflow
from outreach.store.actor import OPERATOR


def told(world):
    """A visit around which much happened, and the path of its evidence."""
    visit = world.visit("Canary Name")
    world.remind()
    world.hear(visit, "2 because of <b>work</b>")
    world.hear(visit, "I need another day")
    world.settle()
    return visit, f"/loops/{visit.loop}/evidence"


def test_the_page_shows_consent_texts_replies_decisions_work_and_the_trail_with_its_proof(world):
    _, path = told(world)
    shown = world.browser().get(path).text
    for words in (
        "Texts about everything", "Paper, agreed to these texts, English", "Day-before reminder",
        "version 1, approved by A reader", "It would come too late to be of use.", "TIM-09",
        "2 because of &lt;b&gt;work&lt;/b&gt;", "Decided on the reply", "The audit trail holds:",
        "Read by <bdi>Maya Ortiz</bdi>, coordinator, on Sun Nov 29, 5:05 PM ET",
    ):  # fmt: skip
        assert words in shown, words
    sid = world.row("SELECT sid FROM touch WHERE state = 'sent'").sid
    assert sid in shown
    assert re.search(r"sha256 [0-9a-f]{64}", shown)


def test_the_page_says_how_the_visit_ended_on_whose_word_and_why(world):
    visit, path = told(world)
    browser = world.browser()
    assert "How it ended: No outcome is on record." in browser.get(path).text
    world.at(ON_THE_DAY)
    handlers.report_outcome(
        world.deployment, OPERATOR, visit.loop, Outcome.NO_SHOW, Reason.TRANSPORT_FAILURE, Source.MEMBER
    )
    ended = "How it ended: Did not come, on the word of the member. Reason: no way to come."
    assert ended in browser.get(path).text
    assert '"source": "member"' in browser.get(f"{path}.jsonl").text.splitlines()[0]


def test_every_reply_says_which_words_were_understood_how_and_by_which_rule(world):
    visit, path = told(world)
    world.hear(visit, "STOP")
    shown = re.sub(r"\s+", " ", world.browser().get(path).text)
    assert '<q dir="auto">STOP</q> is a word that stops texts <span class="o-rule">LAW-14</span>' in shown


def test_every_hash_of_the_trail_is_shown_and_the_look_itself_is_the_last_of_them(world):
    visit, path = told(world)
    shown = world.browser().get(path).text
    last = world.row("SELECT actor, action, object, hash FROM audit WHERE seq IS NOT NULL ORDER BY seq DESC LIMIT 1")
    assert (last.actor, last.action, last.object) == ("person:Maya Ortiz", "evidence.viewed", f"loop:{visit.loop}")
    assert last.hash in shown
    assert "Not sealed" not in shown


def test_a_trail_that_somebody_changed_is_said_not_to_hold(world):
    visit, path = told(world)
    browser = world.browser()
    browser.get(path)
    with world.deployment.write(OPERATOR) as uow:
        changed = text("UPDATE audit SET actor = 'person:Nobody' WHERE object = :object AND action = 'evidence.viewed'")
        uow.execute(changed.bindparams(object=f"loop:{visit.loop}"))
        uow.commit()
    shown = browser.get(path).text
    assert "The audit trail does not hold." in shown
    assert "was changed after it was sealed" in shown
    assert "Does not hold" in shown


def test_neither_name_nor_phone_is_on_the_page_or_in_the_download(world):
    visit, path = told(world)
    for answer in (world.browser().get(path), world.browser().get(f"{path}.jsonl")):
        assert answer.status_code == 200
        assert "Canary" not in answer.text
        assert visit.number not in answer.text


def test_program_staff_read_what_happened_but_not_what_people_wrote(world):
    _, path = told(world)
    staff = world.browser("program_staff")
    shown = staff.get(path).text
    assert "Day-before reminder" in shown
    assert "not shown to your role" in shown
    assert "<blockquote" not in shown
    assert "because of &lt;b&gt;work" not in shown
    assert "Download as JSONL" not in shown
    assert staff.get(f"{path}.jsonl").status_code == 403


def test_the_download_is_one_plain_line_for_each_row_and_is_in_the_trail_as_exported(world):
    visit, path = told(world)
    answer = world.browser().get(f"{path}.jsonl")
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="L-{visit.loop}-evidence.jsonl"'
    assert answer.headers["Cache-Control"] == "no-store"
    rows = [json.loads(line) for line in answer.text.splitlines()]
    kinds = list(dict.fromkeys(row["kind"] for row in rows))
    assert kinds == ["loop", "consent", "text", "reply", "event", "task", "signal", "audit", "chain"]
    exported = [row for row in rows if row.get("action") == "evidence.exported"]
    assert [row["actor"] for row in exported] == ["person:Maya Ortiz"]


def test_words_never_leave_with_the_download(world):
    _, path = told(world)
    browser = world.browser()
    assert "because of &lt;b&gt;work" in browser.get(path).text
    answer = browser.get(f"{path}.jsonl").text
    for words in ("because of", "I need another day", "Reply 1"):
        assert words not in answer
    assert '"body_sha256": "' in answer


def test_sharing_the_download_leaves_empty_what_the_member_limits(world):
    visit, path = told(world)
    world.at(ON_THE_DAY)
    outcome = (Outcome.NO_SHOW, Reason.TRANSPORT_FAILURE, Source.MEMBER)
    handlers.report_outcome(world.deployment, OPERATOR, visit.loop, *outcome)
    browser = world.browser()
    assert "transport_failure" in browser.get(f"{path}.jsonl").text
    member = world.row("SELECT member_id FROM loop WHERE id = :id", id=visit.loop).member_id
    way = (Information.REASON, Recipient.PLAN, Workflow.PAYER_AUDIT)
    set_sharing(world.deployment, OPERATOR, member, *way, False, "said on a call", "call 12")
    answer = browser.get(f"{path}.jsonl").text
    assert "transport_failure" not in answer
    assert '"outcome": "no_show"' in answer.splitlines()[0]


def test_a_page_that_stays_open_asks_for_its_top_bar_only_and_is_one_look(world):
    _, path = told(world)
    browser = world.browser()
    browser.get(path)
    again = browser.client.get(path, headers={"Outreach-Live": "1"}).get_data(as_text=True)
    assert 'id="standing"' in again
    assert "Audit trail" not in again
    assert world.row("SELECT count(*) AS n FROM audit WHERE action = 'evidence.viewed'").n == 1


@pytest.mark.parametrize("ending", ["evidence", "evidence.jsonl"])
def test_a_loop_that_is_not_there_has_no_evidence_and_nothing_is_noted(world, ending):
    world.settle(NOW)
    assert world.browser().get(f"/loops/999/{ending}").status_code == 404
    assert world.browser(role=None).get(f"/loops/999/{ending}").status_code == 401
    assert world.row("SELECT count(*) AS n FROM audit WHERE action LIKE 'evidence.%'").n == 0


def test_cri_07_who_does_not_care_for_members_is_not_told_that_one_is_in_danger(world):
    visit, path = told(world)
    phone = world.row("SELECT contact_point_id AS id FROM member_contact").id
    safe = ContactRule(phones=frozenset({phone}), endangered=True)
    consenting.set_contact_rule(world.deployment, OPERATOR, visit.member, safe)
    world.hear(visit, "2")
    world.settle()
    assert "CRI-07" in world.browser().get(path).text
    shown = world.browser(role="program_staff").get(path).text
    assert "CRI-07" not in shown
    assert "Was it the member who wrote?" not in shown
    assert "HIP-06" in shown
