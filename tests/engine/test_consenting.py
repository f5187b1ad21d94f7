"""What a member agrees to, as a person records it: with its provenance, and with everything that follows from it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any

import pytest
from scene import ANA, BEN, NOW, OPERATOR, VISIT_DAY, Scene, local

from locales.disclosures import disclosures, spoken
from outreach.engine import consenting
from outreach.engine.consenting import Recording
from outreach.engine.opting import StopHow
from outreach.engine.refusals import NotAsked
from outreach.loops.consent import ConsentClass, Organisation, Party
from outreach.loops.contact_rule import ContactRule
from outreach.loops.numbers import NumberState
from outreach.store import people
from outreach.store import tables as t
from outreach.store.actor import Actor

KEVIN = Actor("person", "Kevin Lee")
Ask = Callable[..., Recording]


@pytest.fixture
def member(scene: Scene) -> int:
    """Ana, with a visit, and no consent to anything."""
    who = scene.member(ANA, consented=False)
    scene.visit(who)
    return who


@pytest.fixture
def agreed(scene: Scene, member: int) -> Ask:
    """Ana agrees on a call to texts about her visits, with what the test changes."""

    def build(**changes: Any) -> Recording:
        usual = Recording(
            member=member, phone=scene.phone(ANA), channels=("sms",), categories=("appointment",),
            consent_class=ConsentClass.PEC_OPTIN, method="verbal_attested", organisation=Organisation.PROGRAM,
            party=Party.MEMBER, party_relation=None, text_version="verbal-1", language="en", given_at=scene_now(scene),
            expires_at=None, evidence="call 77 of March 1",
        )  # fmt: skip
        return replace(usual, **changes)

    return build


def scene_now(scene: Scene) -> datetime:
    return scene.deployment.database.now()


def record(scene: Scene, recording: Recording) -> list[int]:
    return consenting.record(scene.deployment, KEVIN, recording)


def ledger(scene: Scene, *actions: str) -> list[Any]:
    rows = scene.rows(t.consent_event)
    return [row for row in rows if row.action in actions] if actions else rows


def sent(scene: Scene) -> list[str]:
    return [row.words for row in scene.rows(t.touch, t.touch.c.state == "sent")]


# -- what is kept


def test_law_26_a_consent_is_stored_with_its_whole_provenance(scene: Scene, agreed: Ask) -> None:
    end = NOW + timedelta(days=365)
    [entry] = record(scene, agreed(expires_at=end, party=Party.GUARDIAN, party_relation="aunt, court order"))
    [row] = ledger(scene)
    assert (row.id, row.action, row.consent_class, row.source) == (entry, "grant", "pec_optin", "verbal_attested")
    assert (row.text_version, row.language, row.collector) == ("verbal-1", "en", "person:Kevin Lee")
    assert (row.organisation, row.party, row.expires_at, row.prior_id) == ("program", "guardian", end, None)
    assert (row.at, row.received_at, row.rule) == (NOW, NOW, "LAW-26")
    assert row.evidence == "call 77 of March 1 (guardian: aunt, court order)"


def test_law_26_each_channel_and_category_has_an_entry_of_its_own(scene: Scene, agreed: Ask) -> None:
    ids = record(scene, agreed(channels=("sms", "voice"), categories=("appointment", "transport")))
    assert {(row.channel, row.category) for row in ledger(scene)} == {
        (channel, category) for channel in ("sms", "voice") for category in ("appointment", "transport")
    }
    assert sorted(ids) == [row.id for row in ledger(scene)]


def test_law_26_a_new_consent_names_the_one_it_supersedes(scene: Scene, agreed: Ask) -> None:
    [first] = record(scene, agreed(expires_at=NOW + timedelta(days=30)))
    scene.at(NOW + timedelta(hours=1))
    record(scene, agreed())
    assert [row.prior_id for row in ledger(scene)] == [None, first]


def test_law_26_a_form_that_is_sent_twice_is_stored_once(scene: Scene, agreed: Ask) -> None:
    assert record(scene, agreed()) == record(scene, agreed())
    assert len(ledger(scene)) == 1


def test_law_24_who_recorded_what_is_in_the_trail(scene: Scene, agreed: Ask) -> None:
    record(scene, agreed())
    [noted] = scene.rows(t.audit, t.audit.c.action == "consent.grant")
    assert (noted.actor, noted.object, noted.rule) == (
        "person:Kevin Lee", f"contact_point:{scene.phone(ANA)}", "LAW-26",
    )  # fmt: skip


# -- what is missing


@pytest.mark.parametrize(
    ("rule", "changes", "sentence"),
    [
        ("LAW-26 how", {"method": "imported"}, "Say how they agreed"),
        ("LAW-26 words", {"text_version": "verbal-99"}, "words that were read out"),
        ("LAW-26 language", {"language": "ru"}, "words that were read out"),
        ("LAW-26 form", {"method": "paper", "text_version": " "}, "which version of the words"),
        ("LAW-26 evidence", {"evidence": "  "}, "where the evidence is"),
        ("LAW-26 tomorrow", {"given_at": NOW + timedelta(hours=1)}, "in the future"),
        ("LAW-26 over", {"expires_at": NOW}, "over already"),
        ("LAW-26 channel", {"channels": ("fax",)}, "reached by"),
        ("LAW-26 no channel", {"channels": ()}, "reached by"),
        ("LAW-26 category", {"categories": ("marketing",)}, "hear about"),
        ("LAW-27 by what right", {"party": Party.CAREGIVER}, "by what right"),
        ("LAW-05 plan", {"consent_class": ConsentClass.PEC_PROVIDED, "organisation": Organisation.PLAN}, "LAW-05"),
        ("LAW-08 exemption", {"consent_class": ConsentClass.EXEMPT_HEALTHCARE}, "LAW-08"),
        ("HIP-08 a number in clear", {"evidence": "called 202-555-0123"}, "Leave phone numbers out"),
        ("LAW-26 a novel", {"evidence": "x" * 200}, "at most 120"),
    ],
)
def test_what_is_no_evidence_is_refused_in_a_sentence(
    scene: Scene, agreed: Ask, rule: str, changes: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(NotAsked, match=sentence):
        record(scene, agreed(**changes))
    assert ledger(scene) == [], rule


def test_law_04_a_number_given_to_a_provider_is_enough_for_visits(scene: Scene, agreed: Ask) -> None:
    given = {"consent_class": ConsentClass.PEC_PROVIDED, "organisation": Organisation.PROVIDER, "method": "paper"}
    assert record(scene, agreed(**given, text_version=""))
    scene.settle()
    assert sent(scene) == ["optin_confirm"]


def test_law_05_a_number_given_to_the_plan_is_enough_for_coverage(scene: Scene, agreed: Ask) -> None:
    given = {"consent_class": ConsentClass.PEC_PROVIDED, "organisation": Organisation.PLAN, "method": "paper"}
    assert record(scene, agreed(**given, categories=("coverage",), text_version=""))
    scene.settle()
    assert sent(scene) == []


def test_law_26_nobody_agrees_for_a_phone_that_is_not_theirs(scene: Scene, agreed: Ask) -> None:
    scene.member(BEN)
    with pytest.raises(NotAsked, match="not theirs"):
        record(scene, agreed(phone=scene.phone(BEN)))


# -- what follows


def test_law_28_what_was_refused_without_consent_begins_with_the_confirmation(scene: Scene, agreed: Ask) -> None:
    scene.settle()
    assert scene.open_tasks() == ["get_consent"]
    record(scene, agreed())
    assert scene.open_tasks() == []
    scene.settle()
    assert sent(scene) == ["optin_confirm"]
    scene.live_to(local(VISIT_DAY, 9))
    assert sent(scene)[:2] == ["optin_confirm", "reminder"]
    assert scene.open_tasks() == []
    assert scene.unheld() == {}


def test_a_refusal_that_nobody_has_heard_of_yet_opens_no_task_behind_a_consent(scene: Scene, agreed: Ask) -> None:
    from outreach.engine.dispatch import send_due
    from outreach.loops.cadence import Queue

    for queue in Queue:
        send_due(scene.deployment, queue)
    assert "refused" in {row.state for row in scene.rows(t.touch)}
    record(scene, agreed())
    scene.settle()
    assert (scene.open_tasks(), sent(scene)) == ([], ["optin_confirm"])


def test_care_01_a_consent_ends_having_been_unreachable(scene: Scene, agreed: Ask) -> None:
    [loop] = scene.rows(t.loop)
    scene.change(t.loop, loop.id, stage="unreached", tried=3)
    record(scene, agreed())
    assert [(row.stage, row.tried) for row in scene.rows(t.loop)] == [("scheduled", 0)]


def test_law_25_a_consent_lifts_no_opt_out(scene: Scene, agreed: Ask) -> None:
    scene.say(ANA, "STOP")
    with pytest.raises(NotAsked, match="text START from it"):
        record(scene, agreed())
    with pytest.raises(NotAsked, match="text START from it"):
        consenting.ask_by_text(scene.deployment, KEVIN, agreed())
    assert [row.action for row in ledger(scene)] == ["stop"]
    scene.at(NOW + timedelta(minutes=1))
    scene.say(ANA, "START")
    record(scene, agreed(given_at=scene_now(scene)))
    assert [row.action for row in ledger(scene)] == ["stop", "start", "grant"]


def test_law_40_a_consent_stays_with_its_number(scene: Scene, member: int, agreed: Ask) -> None:
    record(scene, agreed())
    new = consenting.add_phone(scene.deployment, KEVIN, member, "(202) 555-0177")
    assert [row.contact_point_id for row in ledger(scene)] == [scene.phone(ANA)]
    assert new != scene.phone(ANA)


# -- double opt-in


def test_law_28_asking_by_text_stores_a_request_and_no_consent(scene: Scene, agreed: Ask) -> None:
    scene.settle()
    [entry] = consenting.ask_by_text(scene.deployment, KEVIN, agreed())
    [row] = ledger(scene)
    assert (row.id, row.action, row.rule, row.collector) == (entry, "request", "LAW-28", "person:Kevin Lee")
    assert scene.open_tasks() == ["get_consent"]
    assert scene.unheld() == {}


@pytest.mark.parametrize("changes", [{"channels": ("sms", "voice")}, {"consent_class": ConsentClass.PEWC}])
def test_law_28_a_text_asks_for_an_opt_in_to_texts_only(scene: Scene, agreed: Ask, changes: dict[str, Any]) -> None:
    with pytest.raises(NotAsked, match="opt-in to texts"):
        consenting.ask_by_text(scene.deployment, KEVIN, agreed(**changes))


# -- taking back


def test_law_15_one_category_is_taken_back_and_the_others_stay(scene: Scene, member: int, agreed: Ask) -> None:
    record(scene, agreed(categories=("appointment", "transport")))
    scene.at(NOW + timedelta(minutes=1))
    how = StopHow.STAFF_VERBAL
    for _ in range(2):
        consenting.revoke(scene.deployment, KEVIN, member, scene.phone(ANA), "sms", "transport", how)
    [no] = ledger(scene, "revoke")
    assert (no.category, no.source, no.rule, no.collector) == ("transport", how, "LAW-15", "person:Kevin Lee")
    assert no.prior_id in {row.id for row in ledger(scene, "grant")}
    scene.settle()
    assert (sent(scene), scene.open_tasks()) == (["optin_confirm"], [])


def test_law_15_when_no_visit_may_be_texted_about_a_person_has_it(scene: Scene, member: int, agreed: Ask) -> None:
    record(scene, agreed())
    scene.settle()
    scene.at(NOW + timedelta(minutes=1))
    consenting.revoke(scene.deployment, KEVIN, member, scene.phone(ANA), "sms", "*", StopHow.MAIL)
    assert scene.open_tasks() == ["get_consent"]
    scene.live_to(local(VISIT_DAY, 9))
    assert sent(scene) == ["optin_confirm"]
    assert scene.unheld() == {}


def test_law_15_a_no_to_what_was_never_agreed_to_is_kept_too(scene: Scene, member: int) -> None:
    consenting.revoke(scene.deployment, KEVIN, member, scene.phone(ANA), "voice", "appointment", StopHow.EMAIL)
    assert [(row.action, row.prior_id) for row in ledger(scene)] == [("revoke", None)]


# -- how to reach them


def test_hip_06_what_is_planned_follows_the_members_wish(scene: Scene, member: int, agreed: Ask) -> None:
    record(scene, agreed())
    scene.settle()
    late = ContactRule(own=(time(17, 0), time(19, 0)))
    consenting.set_contact_rule(scene.deployment, KEVIN, member, late)
    scene.live_to(local(VISIT_DAY, 9))
    at = [row.sent_at for row in scene.rows(t.touch, t.touch.c.state == "sent") if row.words == "reminder"]
    assert at
    assert all(local(instant.date(), 17) <= instant < local(instant.date(), 19) for instant in at)
    assert "member.contact_rule" in {row.action for row in scene.rows(t.audit)}


def test_hip_06_texts_go_to_the_phone_that_the_member_allows(scene: Scene) -> None:
    who = scene.member(ANA, BEN)
    scene.visit(who)
    consenting.set_contact_rule(scene.deployment, KEVIN, who, ContactRule(phones=frozenset({scene.phone(BEN)})))
    scene.settle()
    assert {message.to for message in scene.carrier.posted} == {BEN}


@pytest.mark.parametrize(
    ("rule", "sentence"),
    [
        (ContactRule(own=(time(19, 0), time(17, 0))), "begin before they end"),
        (ContactRule(early=time(13, 0)), "in the morning"),
        (ContactRule(endangered=True), "phone that is safe"),
        (ContactRule(phones=frozenset({999_999})), "phones that are theirs"),
    ],
)
def test_hip_06_a_wish_that_cannot_be_kept_is_said_to_be_one(
    scene: Scene, member: int, rule: ContactRule, sentence: str
) -> None:
    with pytest.raises(NotAsked, match=sentence):
        consenting.set_contact_rule(scene.deployment, KEVIN, member, rule)


@pytest.mark.parametrize("state", ["suspect", "invalid", "reassigned_hold", "unverified"])
def test_law_38_a_person_leads_a_number_out_of_doubt(scene: Scene, member: int, agreed: Ask, state: str) -> None:
    record(scene, agreed())
    scene.change(t.contact_point, scene.phone(ANA), state=state)
    scene.settle()
    doubted = state != "unverified"
    assert scene.open_tasks() == (["verify_phone"] if doubted else [])
    consenting.confirm_number(scene.deployment, KEVIN, member, scene.phone(ANA))
    phone = scene.row(t.contact_point, t.contact_point.c.id == scene.phone(ANA))
    assert (phone.state, phone.verified_at) == ("active", NOW)
    scene.settle()
    assert (scene.open_tasks(), sent(scene)) == ([], ["optin_confirm"])


@pytest.mark.parametrize("state", ["landline", "blocked", "fax", "out_of_region"])
def test_twi_37_a_persons_word_changes_no_line(scene: Scene, member: int, state: str) -> None:
    scene.change(t.contact_point, scene.phone(ANA), state=state)
    consenting.confirm_number(scene.deployment, KEVIN, member, scene.phone(ANA))
    assert scene.row(t.contact_point).state == state


def test_law_39_who_said_that_it_is_not_their_number_must_agree_anew(scene: Scene, member: int, agreed: Ask) -> None:
    record(scene, agreed())
    scene.say(ANA, "wrong number")
    scene.at(NOW + timedelta(minutes=10))
    consenting.confirm_number(scene.deployment, KEVIN, member, scene.phone(ANA))
    assert "get_consent" in scene.open_tasks()


def test_care_01_a_new_number_is_written_to_once_the_member_agrees(scene: Scene, member: int, agreed: Ask) -> None:
    record(scene, agreed())
    scene.change(t.contact_point, scene.phone(ANA), state="invalid")
    scene.settle()
    assert scene.open_tasks() == ["verify_phone"]
    new = consenting.add_phone(scene.deployment, KEVIN, member, "202-555-0177")
    assert scene.open_tasks() == ["get_consent"]
    assert scene.unheld() == {}
    scene.at(NOW + timedelta(minutes=1))
    record(scene, agreed(phone=new))
    scene.settle()
    assert (scene.open_tasks(), {message.to for message in scene.carrier.posted}) == ([], {"+12025550177"})


def test_a_number_that_is_theirs_already_is_only_found(scene: Scene, member: int) -> None:
    assert consenting.add_phone(scene.deployment, KEVIN, member, "202 555 0123") == scene.phone(ANA)


@pytest.mark.parametrize("number", ["12", "+44 20 7946 0958", "202-555-0123 x5"])
def test_what_is_no_number_is_refused_without_repeating_it(scene: Scene, member: int, number: str) -> None:
    with pytest.raises(NotAsked) as refused:
        consenting.add_phone(scene.deployment, KEVIN, member, number)
    assert number not in str(refused.value)


def test_a_number_that_is_not_in_use_is_left_for_another(scene: Scene) -> None:
    who = scene.member(ANA, BEN)
    with scene.deployment.write(OPERATOR) as uow:
        people.set_state(uow, scene.phone(ANA), NumberState.INVALID)
        uow.commit()
    scene.visit(who)
    scene.settle()
    assert {message.to for message in scene.carrier.posted} == {BEN}


# -- the words that are read out


@pytest.mark.parametrize("language", ["en", "es"])
def test_law_28_the_words_say_who_how_what_how_often_what_it_costs_and_how_to_stop(language: str) -> None:
    about = {"channels": ("sms", "voice"), "categories": ("appointment", "transport")}
    for version in disclosures():
        said = spoken(version, language, program="CareLink", phone="800-555-0100", **about)
        assert "{" not in said
        for part in ("CareLink", "800-555-0100", "STOP", "HELP", "6"):
            assert part in said, (version, part)
    assert "rates may apply" in spoken("verbal-1", "en", program="P", phone="1", **about)
    assert "by text message and automated phone call about your visits and rides" in spoken(
        "verbal-1", "en", program="P", phone="1", **about
    )


def test_hip_03_the_words_name_no_program_of_the_government() -> None:
    said = " ".join(words for version in disclosures().values() for words in version.values()).casefold()
    assert not [word for word in ("medicaid", "medi-cal", "chip") if word in said]


def test_hip_07_the_words_warn_that_texts_are_not_encrypted() -> None:
    assert "not encrypted" in disclosures()["verbal-1"]["en"]
    assert "no van cifrados" in disclosures()["verbal-1"]["es"]
