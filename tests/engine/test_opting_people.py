"""Wrong numbers, reports of a death, members in danger, and phones that several people share."""

from __future__ import annotations

from datetime import timedelta

import pytest
from scene import ANA, BEN, OPERATOR, VISIT_DAY, Scene, local

from outreach.engine import opting
from outreach.engine.refusals import NotAsked
from outreach.loops.consent import Category, granted, suppressed
from outreach.loops.contact_rule import ContactRule
from outreach.loops.numbers import NumberState
from outreach.store import consents, people
from outreach.store import tables as t

REMINDER_DAY = local(VISIT_DAY - timedelta(days=3), 12)
EVA = "+12025550188"
HOUR = timedelta(hours=1)


def state(scene: Scene, number: str = ANA) -> str:
    return str(scene.row(t.contact_point, t.contact_point.c.id == scene.phone(number)).state)


def verified(scene: Scene, number: str = ANA) -> bool:
    """Whether somebody was surely there just now."""
    at = scene.row(t.contact_point, t.contact_point.c.id == scene.phone(number)).verified_at
    return bool(at == scene.deployment.database.now())


def reminded(scene: Scene, member: int) -> int:
    """A visit of this member, whose phone was just asked whether they will come; it is a moment later."""
    loop = scene.visit(member)
    scene.settle()
    scene.go_to(REMINDER_DAY)
    scene.at(REMINDER_DAY + HOUR)
    return loop


def is_opted_out(scene: Scene, number: str) -> bool:
    phone = scene.phone(number)
    with scene.deployment.read(OPERATOR) as uow:
        return suppressed(consents.consents(uow, [phone]).get(phone, ()))


def set_state(scene: Scene, number_state: NumberState, number: str = ANA) -> None:
    scene.change(t.contact_point, scene.phone(number), state=number_state)


def endanger(scene: Scene, member: int, **wishes: bool) -> None:
    with scene.deployment.write(OPERATOR) as uow:
        people.set_contact_rule(uow, member, ContactRule(endangered=True, **wishes))
        uow.commit()


def in_review(scene: Scene, kind: str) -> list[str]:
    return [kind for row in scene.rows(t.task, t.task.c.kind == kind, t.task.c.state == "open")]


# -- wrong numbers (LAW-39, HIP-18)


def test_law_39_a_wrong_number_rests_and_gets_one_apology_without_a_name(scene: Scene) -> None:
    loop = scene.visit(scene.member(ANA))
    scene.settle()
    for body in ("wrong number", "I told you, wrong number"):
        scene.say(ANA, body)
    assert state(scene) == "reassigned_hold"
    assert scene.carrier.bodies[1:] == ["CareLink: Sorry about that. We will not text this number again."]
    assert scene.rows(t.task, t.task.c.loop_id == loop)[0].kind == "verify_phone"
    assert {row.loop_id for row in scene.rows(t.reply)} == {loop}  # what was said stays with the visit
    assert not is_opted_out(scene, ANA)  # the member is not opted out
    scene.live_to(local(VISIT_DAY, 20))
    assert scene.touch(loop, "reminder").rule == "LAW-39"
    assert len(scene.carrier.bodies) == 2
    assert scene.unheld() == {}


def test_law_39_a_new_number_is_looked_for_even_where_no_visit_is_open(scene: Scene) -> None:
    member = scene.member(ANA)
    scene.say(ANA, "wrong number")
    task = scene.row(t.task)
    assert (task.kind, task.member_id, task.contact_point_id) == ("verify_phone", member, scene.phone(ANA))


def test_law_39_who_writes_from_a_wrong_number_answers_nothing_of_the_members(scene: Scene) -> None:
    loop = reminded(scene, scene.member(ANA))
    scene.say(ANA, "wrong number")
    scene.at(REMINDER_DAY + 2 * HOUR)
    scene.say(ANA, "1")
    assert scene.row(t.loop, t.loop.c.id == loop).stage == "scheduled"
    assert in_review(scene, "unmatched_text") == ["unmatched_text"]
    assert state(scene) == "reassigned_hold"


@pytest.mark.parametrize(("welcomed", "reminded", "incidents"), [(True, False, 0), (True, True, 1)])
def test_hip_18_a_wrong_number_that_was_told_a_day_is_a_privacy_incident_once(
    scene: Scene, welcomed: bool, reminded: bool, incidents: int
) -> None:
    scene.visit(scene.member(ANA))
    scene.settle()
    if reminded:
        scene.go_to(REMINDER_DAY)
    for body in ("wrong number", "wrong number, stop"):
        scene.say(ANA, body)
    found = scene.rows(t.task, t.task.c.kind == "privacy_incident")
    assert len(found) == incidents
    assert all((task.owner_queue, task.priority) == ("privacy", "urgent") for task in found)


def test_hip_18_a_text_for_anybody_on_the_phone_counts(scene: Scene) -> None:
    reminded(scene, scene.member(ANA))
    other = scene.member(ANA)
    opting.wrong_number(scene.deployment, OPERATOR, scene.phone(ANA), other)
    assert scene.row(t.task, t.task.c.kind == "privacy_incident").member_id == other


def test_law_39_staff_take_a_number_from_one_member_and_leave_it_to_the_other(scene: Scene) -> None:
    ana, ben = scene.member(ANA), scene.member(ANA)
    hers, his = scene.visit(ana), scene.visit(ben)
    scene.settle()
    opting.wrong_number(scene.deployment, OPERATOR, scene.phone(ANA), ana)
    assert state(scene) == "unverified"
    assert [row.kind for row in scene.rows(t.task, t.task.c.loop_id == hers)] == ["verify_phone"]
    scene.go_to(REMINDER_DAY)
    assert (scene.touch(hers, "reminder").rule, scene.touch(his, "reminder").state) == ("LAW-39", "sent")
    opting.wrong_number(scene.deployment, OPERATOR, scene.phone(ANA), ben)
    assert state(scene) == "reassigned_hold"
    assert scene.unheld() == {}


def test_law_39_a_number_that_never_was_theirs_cannot_be_taken_from_them(scene: Scene) -> None:
    ana, _ben = scene.member(ANA), scene.member(BEN)
    with pytest.raises(NotAsked, match="not one of the member's numbers"):
        opting.wrong_number(scene.deployment, OPERATOR, scene.phone(BEN), ana)


# -- LAW-38: who is heard is there


def test_law_38_a_reply_verifies_a_number_that_one_person_has(scene: Scene) -> None:
    reminded(scene, scene.member(ANA))
    assert (state(scene), verified(scene)) == ("unverified", False)
    scene.say(ANA, "thanks")
    assert (state(scene), verified(scene)) == ("active", True)


def test_law_38_a_delivered_text_verifies_nothing(scene: Scene) -> None:
    loop = reminded(scene, scene.member(ANA))
    scene.call_back(scene.touch(loop, "reminder").id, "delivered")
    assert (state(scene), verified(scene)) == ("unverified", False)


@pytest.mark.parametrize("body", ["wrong number", "my mother passed away", "STOP", "who is this?"])
def test_law_38_what_a_stranger_might_say_verifies_nothing(scene: Scene, body: str) -> None:
    reminded(scene, scene.member(ANA))
    scene.say(ANA, body)
    assert not verified(scene)


@pytest.mark.parametrize(("body", "known"), [("thanks", False), ("1", True)])
def test_law_38_a_shared_number_is_verified_by_an_answer_to_a_question(scene: Scene, body: str, known: bool) -> None:
    reminded(scene, scene.member(ANA))
    scene.member(ANA)
    scene.at(REMINDER_DAY + 2 * HOUR)
    scene.say(ANA, body)
    assert verified(scene) is known


@pytest.mark.parametrize("lost", [NumberState.SUSPECT, NumberState.INVALID, NumberState.REASSIGNED_HOLD])
def test_a_lost_number_is_found_by_an_answer_and_not_by_just_any_text(scene: Scene, lost: NumberState) -> None:
    reminded(scene, scene.member(ANA))
    set_state(scene, lost)
    scene.say(ANA, "thanks")
    assert (state(scene), verified(scene)) == (lost, False)
    scene.say(ANA, "1")
    assert (state(scene), verified(scene)) == ("active", True)


def test_a_landline_stays_one_whoever_answers(scene: Scene) -> None:
    reminded(scene, scene.member(ANA))
    set_state(scene, NumberState.LANDLINE)
    scene.say(ANA, "1")
    assert state(scene) == "landline"


# -- shared phones (I3)


def test_i3_one_stop_silences_everybody_on_the_phone_and_each_visit_is_owned(scene: Scene) -> None:
    visits = [scene.visit(scene.member(ANA)) for _ in range(3)]
    alone = scene.visit(scene.member(BEN))
    scene.settle()
    scene.say(ANA, "STOP")
    scene.settle()
    for loop in visits:
        assert [row.kind for row in scene.rows(t.task, t.task.c.loop_id == loop)] == ["call_member"]
    scene.go_to(REMINDER_DAY)
    assert {scene.touch(loop, "reminder").rule for loop in visits} == {"LAW-19"}
    assert scene.touch(alone, "reminder").state == "sent"
    assert scene.unheld() == {}


# -- CARE-10


def test_care_10_after_a_report_of_a_death_nothing_goes_to_any_number_of_that_member(scene: Scene) -> None:
    ana = scene.member(ANA, BEN)
    eva = scene.visit(scene.member(BEN))
    loop = scene.visit(ana)
    scene.settle()
    scene.say(BEN, "thanks")
    scene.say(ANA, "my mother passed away")
    with scene.deployment.read(OPERATOR) as uow:
        on_ben = consents.consents(uow, [scene.phone(BEN)])[scene.phone(BEN)]
    assert is_opted_out(scene, ANA)
    assert granted(on_ben, ana, "sms", Category.APPOINTMENT) is None
    assert not suppressed(on_ben)  # whoever shares that phone keeps their texts
    assert in_review(scene, "deceased_report") == ["deceased_report"]
    assert {row.rule for row in scene.rows(t.consent_event, t.consent_event.c.action == "revoke")} == {"CARE-10"}
    scene.live_to(local(VISIT_DAY, 20))
    assert scene.touch(loop, "reminder").state == "refused"
    assert scene.touch(eva, "reminder").state == "sent"
    assert scene.unheld() == {}


def test_care_10_where_several_share_the_phone_nobody_is_guessed(scene: Scene) -> None:
    ana, ben = scene.member(ANA, EVA), scene.member(ANA, BEN)
    scene.visit(ana)
    scene.visit(ben)
    scene.settle()
    scene.say(ANA, "my mother passed away")
    assert is_opted_out(scene, ANA)
    assert scene.rows(t.consent_event, t.consent_event.c.action == "revoke") == []
    asked = scene.rows(t.task, t.task.c.kind == "deceased_report", t.task.c.loop_id.is_(None))
    assert [task.member_id for task in asked] == [None]
    assert {row.standing for row in scene.rows(t.member)} == {"active"}


# -- CRI-07


@pytest.mark.parametrize("body", ["STOP", "2", "3", "I need another day"])
def test_cri_07_what_an_endangered_members_phone_gives_up_is_checked_in_the_safe_way(scene: Scene, body: str) -> None:
    ana = scene.member(ANA)
    loop = reminded(scene, ana)
    endanger(scene, ana)
    before = len(scene.carrier.bodies)
    scene.say(ANA, body)
    scene.say(ANA, body)
    check = scene.row(t.task, t.task.c.kind == "safe_contact_check")
    assert (check.loop_id, check.owner_queue, check.priority) == (loop, "on_call", "asap")
    assert scene.carrier.bodies[before:] == []
    assert is_opted_out(scene, ANA) is (body == "STOP")  # it binds at once, whoever said it
    assert scene.unheld() == {}


@pytest.mark.parametrize(("safe", "answers"), [(False, 0), (True, 1)])
@pytest.mark.parametrize("body", ["HELP", "who is this?", "I want to kill myself", "1", "wrong number"])
def test_cri_07_nothing_is_answered_by_itself_unless_it_is_safe(
    scene: Scene, body: str, safe: bool, answers: int
) -> None:
    ana = scene.member(ANA)
    reminded(scene, ana)
    endanger(scene, ana, safe_to_answer=safe)
    before = len(scene.carrier.bodies)
    scene.say(ANA, body)
    assert len(scene.carrier.bodies) - before == answers
    assert scene.unheld() == {}


def test_cri_07_a_stop_from_an_endangered_members_phone_is_never_confirmed(scene: Scene) -> None:
    ana = scene.member(ANA)
    endanger(scene, ana, safe_to_answer=True)
    scene.say(ANA, "STOP")
    assert scene.carrier.bodies == []


def test_cri_07_it_holds_for_everybody_who_shares_that_phone(scene: Scene) -> None:
    ana = scene.member(ANA)
    scene.member(ANA)
    endanger(scene, ana)
    scene.say(ANA, "HELP")
    assert scene.carrier.bodies == []


def test_cri_11_a_crisis_holds_every_phone_of_the_member(scene: Scene) -> None:
    ana = scene.member(ANA, BEN)
    loop = scene.visit(ana)
    scene.settle()
    scene.say(BEN, "I want to kill myself")
    scene.go_to(REMINDER_DAY)
    assert (scene.touch(loop, "reminder").contact_point_id, scene.touch(loop, "reminder").rule) == (
        scene.phone(ANA),
        "CRI-11",
    )
