"""Who a member is, how they may be reached, and what they agreed to: shown by the ledger, recorded in two clicks."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from console_world import NOW

from outreach.engine import consenting
from outreach.loops.consent import Action, ConsentEvent
from outreach.loops.contact_rule import ContactRule
from outreach.store import consents
from outreach.store.actor import OPERATOR


def phone_of(world, visit):
    return world.row("SELECT contact_point_id AS id FROM member_contact WHERE member_id = :m", m=visit.member).id


def entries(world, action):
    return world.row("SELECT count(*) AS n FROM consent_event WHERE action = :a", a=action).n


def record(world, visit, browser=None, seen="", **form):
    phone = phone_of(world, visit)
    path = f"/members/{visit.member}/phones/{phone}/consent"
    typed = {
        "act": "record", "opened": NOW.isoformat(), "channels": "sms", "categories": "appointment",
        "read_by": "sms", "read_about": "appointment", "method": "verbal_attested", "organisation": "program",
        "party": "member", "evidence": "call 17",
    } | form  # fmt: skip
    return (browser or world.browser()).post(path, seen or path, **typed)


def opted_out(world, visit):
    return world.browser().post(
        f"/members/{visit.member}/stop", f"/members/{visit.member}", phone=str(phone_of(world, visit)),
        how="staff_verbal",
    )  # fmt: skip


def test_the_page_says_who_it_is_what_was_agreed_to_and_how_we_know(world):
    visit = world.visit("Rosa Hernández", language="es")
    shown = world.browser().get(f"/members/{visit.member}").text
    for words in ("Rosa Hernández", "Spanish", "Tier 1, routine", "Texts", "Automatic calls", "Visits", "Rides"):
        assert words in shown
    assert shown.count(">Given</span>") == 4  # three categories of texts, and the entry of the ledger
    assert shown.count(">Not given</span>") == 3
    assert "import:1" in shown
    assert "Can come" in shown


def test_looking_at_a_member_is_in_the_trail(world):
    visit = world.visit()
    world.browser().get(f"/members/{visit.member}")
    row = world.row("SELECT actor, object FROM audit WHERE action = 'viewed'")
    assert (row.actor, row.object) == ("person:Maya Ortiz", f"member:{visit.member}")


def test_the_title_names_nobody_and_the_number_is_masked_until_it_is_asked_for(world):
    visit = world.visit("Canary Name")
    shown = world.browser().get(f"/members/{visit.member}").text
    assert f"<title>M-{visit.member} · Outreach</title>" in shown
    assert f"••• ••• {visit.number[-4:]}</bdi>" in shown
    assert visit.number not in shown


@pytest.mark.parametrize("role", ["program_staff", "privacy_officer"])
def test_who_does_not_care_for_members_sees_no_member_and_records_nothing(world, role):
    visit = world.visit()
    browser = world.browser(role)
    assert browser.get(f"/members/{visit.member}").status_code == 403
    assert browser.post(f"/members/{visit.member}/stop", "/tasks", phone="1", how="mail").status_code == 403
    assert f'/members/{visit.member}"' not in browser.get(f"/loops/{visit.loop}").text


@pytest.mark.parametrize("path", ["/members/1", "/members/999999999999999999"])
def test_a_member_that_does_not_exist_is_plainly_not_there(world, path):
    assert world.browser().get(path).status_code == 404


def test_the_loop_and_the_conversation_lead_to_the_member(world):
    visit = world.visit("Rosa Hernández")
    world.settle(NOW)
    world.hear(visit, "can my sister come?")
    task = world.row("SELECT id FROM task WHERE state = 'open'").id
    for path in (f"/loops/{visit.loop}", f"/tasks/{task}"):
        assert f'href="/members/{visit.member}"' in world.browser().get(path).text, path


@pytest.mark.parametrize("page", ["member", "loop", "task"])
def test_law_15_an_opt_out_is_recorded_from_every_page_about_a_member(world, page):
    visit = world.visit("Rosa Hernández")
    world.settle(NOW)
    world.hear(visit, "can my sister come?")
    task = world.row("SELECT id FROM task WHERE state = 'open'").id
    path = {"member": f"/members/{visit.member}", "loop": f"/loops/{visit.loop}", "task": f"/tasks/{task}"}[page]
    browser, phone = world.browser(), str(phone_of(world, visit))
    assert 'name="how"' in browser.get(path).text
    answer = browser.post(f"{path}/stop", path, phone=phone, how="driver")
    assert answer.status_code == 303
    assert "Opted out. Nothing more is sent to this number" in browser.get(answer.location).text
    row = world.row("SELECT source, rule, collector FROM consent_event WHERE action = 'stop'")
    assert (row.source, row.rule, row.collector) == ("driver", "LAW-15", "person:Maya Ortiz")
    story = browser.get(f"/loops/{visit.loop}").text.partition('id="now"')[2]
    assert "will be refused: this number opted out of texts." in story
    assert "Only the member can start texts again, by texting START." in story


def test_an_opt_out_sent_twice_is_one(world):
    visit = world.visit()
    assert opted_out(world, visit).status_code == opted_out(world, visit).status_code == 303
    assert entries(world, "stop") == 1


def test_law_25_nobody_here_can_lift_an_opt_out_and_the_page_says_what_the_member_does(world):
    visit = world.visit()
    opted_out(world, visit)
    shown = world.browser().get(f"/members/{visit.member}").text
    assert "Nobody here can lift an opt-out." in shown
    assert "<b>START</b>" in shown
    assert "Opted out since Nov 24, 2026" in shown
    assert shown.count(">Opted out</span>") == 7  # both channels, and the entry of the ledger
    assert "Record consent" not in shown
    answer = record(world, visit, seen=f"/members/{visit.member}")
    assert answer.status_code == 409
    assert "START" in answer.text
    assert entries(world, "grant") == 1


@pytest.mark.parametrize(
    ("form", "said"), [({"how": ""}, "Choose how they said it."), ({"phone": ""}, "Choose the number.")]
)
def test_an_opt_out_without_how_it_was_said_is_asked_for_beside_the_form(world, form, said):
    visit = world.visit()
    typed = {"phone": str(phone_of(world, visit)), "how": "mail"} | form
    answer = world.browser().post(f"/members/{visit.member}/stop", f"/members/{visit.member}", **typed)
    assert (answer.status_code, entries(world, "stop")) == (409, 0)
    assert said in answer.text or form == {"phone": ""}


def test_an_opt_out_of_somebody_elses_phone_is_no_choice_of_the_form(world):
    visit, other = world.visit(), world.visit("Alma Torres")
    for path in (f"/members/{visit.member}", f"/loops/{visit.loop}"):
        answer = world.browser().post(f"{path}/stop", path, phone=str(phone_of(world, other)), how="mail")
        assert answer.status_code == 404
    assert entries(world, "stop") == 0


def test_a_consent_is_recorded_with_the_words_that_were_read_and_everything_around_them(world):
    visit = world.visit("Rosa Hernández", language="es")
    path = f"/members/{visit.member}/phones/{phone_of(world, visit)}/consent"
    shown = world.browser().get(path).text
    assert "¿Nos permite que" in shown
    assert not re.search(r'name="(channels|categories)"[^>]* checked', shown)  # LAW-26: nothing is ticked before
    answer = record(world, visit, party="parent", relation="mother", expires="2027-11-24")
    assert answer.status_code == 303
    row = world.row("SELECT * FROM consent_event WHERE source = 'verbal_attested'")
    assert (row.text_version, row.language, row.organisation, row.party) == ("verbal-1", "es", "program", "parent")
    assert (row.consent_class, row.category, row.collector) == ("pec_optin", "appointment", "person:Maya Ortiz")
    assert "call 17" in row.evidence
    page = world.browser().get(f"/members/{visit.member}").text
    assert "until Nov 24, 2027" in page
    assert "by a parent" in page


def test_a_consent_sent_twice_is_one_entry(world):
    visit = world.visit()
    record(world, visit)
    record(world, visit)
    assert entries(world, "grant") == 2  # the imported one, and this


def test_what_was_typed_stays_when_a_consent_lacks_something(world):
    visit = world.visit()
    answer = record(world, visit, evidence="", relation="her daughter", party="caregiver")
    assert answer.status_code == 409
    assert "Say where the evidence is" in answer.text
    assert 'value="her daughter"' in answer.text
    assert re.search(r'name="channels" value="sms" checked', answer.text)
    assert '<option value="caregiver" selected>' in answer.text
    assert entries(world, "grant") == 1


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"channels": "voice"}, "The words above do not name all of this."),
        ({"categories": "coverage"}, "The words above do not name all of this."),
        ({"channels": ""}, "Tick what they said yes to"),
        ({"method": ""}, "Choose how they agreed."),
        ({"organisation": ""}, "Choose whom they agreed with."),
        ({"party": ""}, "Choose who spoke."),
        ({"method": "paper"}, "Say which version of the words they were shown"),
        ({"given_at": "2027-01-01T10:00"}, "Nobody can agree in the future"),
        ({"expires": "2026-01-01"}, "It would be over already"),
        ({"evidence": "call +1 202 555 0142"}, "Leave phone numbers out"),
    ],
)
def test_a_consent_that_nobody_could_show_is_not_recorded(world, form, said):
    visit = world.visit()
    typed = {name: value for name, value in form.items() if value or name != "channels"}
    answer = record(world, visit, **typed) if typed else record(world, visit, channels="")
    assert answer.status_code in (400, 409)
    assert said in answer.text or answer.status_code == 400
    assert entries(world, "grant") == 1


def test_law_28_a_text_can_ask_for_the_members_own_yes(world):
    visit = world.visit()
    opted = consenting.revoke
    opted(world.deployment, OPERATOR, visit.member, phone_of(world, visit), "sms", "*", "staff_verbal")
    assert ">Not given</span>" in world.browser().get(f"/members/{visit.member}").text
    world.at(NOW + timedelta(hours=1))
    assert record(world, visit, act="ask", opened=(NOW + timedelta(hours=1)).isoformat()).status_code == 303
    assert entries(world, "request") == 1
    shown = world.browser().get(f"/members/{visit.member}").text
    assert "waits for their yes" in shown


def test_a_part_is_taken_back_and_the_rest_stands(world):
    visit = world.visit()
    typed = {"phone": str(phone_of(world, visit)), "what": "sms:transport", "how": "staff_verbal"}
    for _ in range(2):
        answer = world.browser().post(f"/members/{visit.member}/revoke", f"/members/{visit.member}", **typed)
        assert answer.status_code == 303
    assert entries(world, "revoke") == 1
    shown = world.browser().get(f"/members/{visit.member}").text
    assert shown.count(">Given</span>") == 3
    assert shown.count(">Taken back</span>") == 1


def test_law_39_a_wrong_number_is_noted_and_confirmed_again_by_a_person(world):
    visit, browser = world.visit(), world.browser()
    path, phone = f"/members/{visit.member}", str(phone_of(world, visit))
    assert browser.post(f"{path}/wrong-number", path, phone=phone).status_code == 303
    shown = browser.get(path).text
    assert "May be somebody else&#39;s" in shown
    assert shown.count(">Not their number</span>") >= 6
    assert browser.post(f"{path}/confirm", path, phone=phone).status_code == 303
    assert ">Works</span>" in browser.get(path).text


def test_law_40_a_new_phone_has_no_consent(world):
    visit, browser = world.visit(), world.browser()
    path = f"/members/{visit.member}"
    wrong = browser.post(f"{path}/phone", path, number="12")
    assert wrong.status_code == 409
    assert 'value="12"' in wrong.text
    assert browser.post(f"{path}/phone", path, number="(202) 555-0199").status_code == 303
    shown = browser.get(path).text
    assert "••• ••• 0199</bdi>" in shown
    assert shown.count(">Not given</span>") == 3 + 6


def test_hip_06_how_to_reach_them_is_stored_and_shown_and_the_code_word_only_here(world):
    visit, browser = world.visit(), world.browser()
    path, phone = f"/members/{visit.member}", str(phone_of(world, visit))
    answer = browser.post(
        f"{path}/contact-rule", path, phones=phone, channels="sms", own_from="10:00", own_until="16:00",
        endangered="yes", code_word="bluebird", voicemail_ok="yes",
    )  # fmt: skip
    assert answer.status_code == 303
    shown = browser.get(path).text
    for words in (
        "10:00 AM to 4:00 PM",
        "Only texts",
        "Somebody near them may be a danger.",
        "Show the code word",
        "CRI-07",
    ):
        assert words in shown
    assert "bluebird" not in shown
    for role in ("coordinator", "program_staff"):
        assert "bluebird" not in world.browser(role).get(f"/loops/{visit.loop}").text
    bad = browser.post(f"{path}/contact-rule", path, phones=phone, own_from="10:00", code_word="blue jay")
    assert bad.status_code == 409
    assert "Give both hours" in bad.text
    assert 'value="blue jay"' in bad.text


def test_hip_30_whoever_is_deaf_is_marked_and_shown_so(world):
    visit, browser = world.visit(), world.browser()
    path = f"/members/{visit.member}"
    assert "no automatic calls</dd>" not in browser.get(path).text
    assert browser.post(f"{path}/contact-rule", path, hearing_access="yes").status_code == 303
    assert "Deaf, or on a TTY: no automatic calls</dd>" in browser.get(path).text


def test_what_may_be_told_is_limited_by_the_members_word(world):
    visit, browser = world.visit(), world.browser()
    path = f"/members/{visit.member}"
    typed = {
        "information": "reason", "recipient": "plan:payer_audit", "allow": "no", "source": "call",
        "evidence": "call 9",
    }  # fmt: skip
    assert browser.post(f"{path}/sharing", path, **typed | {"allow": ""}).status_code == 409
    assert browser.post(f"{path}/sharing", path, **typed).status_code == 303
    assert "not told since Nov 24, 2026" in browser.get(path).text
    assert browser.post(f"{path}/sharing", path, **typed | {"recipient": "plan:referral"}).status_code == 400


def test_texts_to_come_say_when_they_leave_and_by_which_rule(world):
    visit = world.visit()
    shown = world.browser().get(f"/members/{visit.member}").text
    coming = shown.partition('id="coming"')[2]
    assert "Welcome" in coming
    assert "LAW-04" in coming
    consenting.revoke(
        world.deployment, OPERATOR, visit.member, phone_of(world, visit), "sms", "transport", "staff_verbal"
    )
    story = world.browser().get(f"/loops/{visit.loop}").text.partition('id="now"')[2]
    assert "will be refused: there is no consent to texts on this phone. Call, and ask for consent." in story


def test_an_expired_consent_says_so(world):
    visit = world.visit()
    record(world, visit, expires=str(date(2026, 11, 26)))
    world.at(NOW + timedelta(days=5))
    shown = world.browser().get(f"/members/{visit.member}").text
    assert ">Ended</span>" in shown
    assert "LAW-26" in shown


def test_a_phone_that_two_share_names_the_other(world):
    visit, other = world.visit("Rosa Hernández"), world.visit("Alma Torres")
    world.share(visit, other)
    shown = world.browser().get(f"/members/{visit.member}").text
    assert f'<a href="/members/{other.member}"><bdi lang="en">Alma Torres</bdi></a>' in shown


def test_hip_06_who_wants_no_texts_gets_none_and_the_forecast_says_so(world):
    visit = world.visit()
    rule = ContactRule(phones=frozenset({phone_of(world, visit)}), channels=frozenset({"voice"}))
    consenting.set_contact_rule(world.deployment, OPERATOR, visit.member, rule)
    coming = world.browser().get(f"/members/{visit.member}").text.partition('id="coming"')[2]
    assert "Will be refused: the member asked to be reached another way, or at other hours." in coming
    assert coming.count(">HIP-06<") == coming.count(">Refused<") > 0


def test_law_17_rides_that_were_kept_stand_and_can_be_opted_out_of_too(world):
    visit = world.visit()
    opted_out(world, visit)
    world.at(NOW + timedelta(minutes=1))
    with world.deployment.write(OPERATOR) as uow:
        keep = ConsentEvent(Action.KEEP, uow.now, uow.now, None, "sms", "transport")
        consents.note(uow, phone_of(world, visit), keep, "member_reply", "LAW-17", "reply:1")
        uow.commit()
    browser = world.browser()
    shown = browser.get(f"/members/{visit.member}").text
    assert shown.count(">Given</span>") == 2  # rides, and the entry of the ledger
    assert "Opted out, except rides, since Nov 24, 2026" in browser.get(f"/loops/{visit.loop}").text
    world.at(NOW + timedelta(minutes=2))
    assert opted_out(world, visit).status_code == 303
    assert browser.get(f"/members/{visit.member}").text.count(">Given</span>") == 1


def test_cri_07_who_does_not_care_for_members_does_not_read_that_one_is_in_danger(world):
    visit = world.visit()
    world.settle(NOW)
    rule = ContactRule(phones=frozenset({phone_of(world, visit)}), endangered=True, code_word="bluebird")
    consenting.set_contact_rule(world.deployment, OPERATOR, visit.member, rule)
    world.hear(visit, "can my sister come?")
    world.settle()
    assert "CRI-07" in world.browser().get(f"/loops/{visit.loop}").text
    for words in ("CRI-07", "bluebird", "danger", "harm the member"):
        assert words not in world.browser("program_staff").get(f"/loops/{visit.loop}").text
