"""What the gate will say to texts to come: told beforehand, and true when nobody writes meanwhile."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest
from scene import ANA, BEN, NOW, OPERATOR, VISIT_DAY, Scene, local

from outreach.engine.forecast import OPEN_ENDED, forecast
from outreach.engine.handlers import set_freeze
from outreach.loops.consent import Action, ConsentClass, ConsentEvent
from outreach.loops.contact_rule import ContactRule
from outreach.loops.verdict import Allowed, Decision, HeldUntil, Refused
from outreach.store import consents, people
from outreach.store import tables as t

AFTER = local(VISIT_DAY + timedelta(days=6), 12)


def foreseen(scene: Scene, *loops: int) -> dict[str, Decision]:
    """The forecast by (loop and) step."""
    with scene.deployment.read(OPERATOR) as uow:
        said = forecast(uow, loops)
    steps = {row.id: row for row in scene.rows(t.touch)}
    return {f"{steps[touch].loop_id}:{steps[touch].step}": found for touch, found in said.items()}


def became(scene: Scene, loop: int, step: str) -> tuple[str, object]:
    """What became of a text: that it was claimed, and when; or that it was refused, and because of which rule."""
    row = scene.touch(loop, step)
    tried = scene.rows(t.attempt, t.attempt.c.touch_id == row.id)
    return ("left", tried[-1].claimed_at) if tried else (row.state, row.rule)


def expected(said: Decision, due: object) -> tuple[str, object]:
    match said:
        case Allowed():
            return ("left", due)
        case HeldUntil(when, _):
            return ("left", when)
        case Refused(rule):
            return ("refused", rule)


def stop(scene: Scene, number: str) -> None:
    with scene.deployment.write(OPERATOR) as uow:
        entry = ConsentEvent(Action.STOP, uow.now, uow.now, None, "sms", "*")
        consents.note(uow, people.phone_of_number(uow, number), entry, "member_reply", "LAW-14", "reply:1")
        uow.commit()


@pytest.mark.parametrize(
    "days", [(VISIT_DAY,), (VISIT_DAY, VISIT_DAY), (date(2027, 3, 4), date(2027, 3, 7), VISIT_DAY)], ids=str
)
def test_the_forecast_comes_true_when_nobody_writes(scene, days):
    loops = [scene.visit(scene.member(ANA), day) for day in days]
    said = foreseen(scene, *loops)
    due = {f"{row.loop_id}:{row.step}": max(NOW, row.due_at) for row in scene.rows(t.touch)}
    assert len(said) >= 4 * len(days)
    scene.live_to(AFTER)
    happened = {step: became(scene, *_split(step)) for step in said}
    assert happened == {step: expected(found, due[step]) for step, found in said.items()}


def _split(step: str) -> tuple[int, str]:
    loop, _, name = step.partition(":")
    return int(loop), name


def test_a_look_changes_nothing(scene, loop):
    before = scene.rows(t.touch)
    foreseen(scene, loop)
    assert scene.rows(t.touch) == before


def test_law_19_after_an_opt_out_everything_to_come_will_be_refused(scene, loop):
    stop(scene, ANA)
    assert set(foreseen(scene, loop).values()) == {Refused("LAW-19")}


def test_law_26_a_consent_that_ends_before_a_text_is_due_refuses_that_one_alone(scene):
    member = scene.member(ANA, consented=False)
    loop = scene.visit(member)
    with scene.deployment.write(OPERATOR) as uow:
        entry = ConsentEvent(
            Action.GRANT, uow.now, uow.now, member, "sms", "appointment", ConsentClass.PEC_OPTIN,
            expires_at=local(VISIT_DAY, 0),
        )  # fmt: skip
        consents.note(uow, scene.phone(ANA), entry, "paper", "LAW-26", "form")
        uow.commit()
    said = foreseen(scene, loop)
    assert said[f"{loop}:postvisit"] == Refused("LAW-26")
    assert isinstance(said[f"{loop}:welcome"], Allowed)


def test_hip_06_the_members_own_hours_hold_a_text_until_they_begin(scene):
    member = scene.member(ANA)
    loop = scene.visit(member)
    with scene.deployment.write(OPERATOR) as uow:  # behind the planner's back, which would have waited for them
        people.set_contact_rule(uow, member, ContactRule(own=(time(15), time(18))))
        uow.commit()
    held = foreseen(scene, loop)[f"{loop}:welcome"]
    assert isinstance(held, HeldUntil)
    assert (held.rule, local(NOW.date(), 15) <= held.when < local(NOW.date(), 15, 30)) == ("HIP-06", True)


def test_what_waits_for_somebody_has_no_hour(scene, loop):
    set_freeze(scene.deployment, OPERATOR, True)
    rules = {found.rule for found in foreseen(scene, loop).values() if isinstance(found, HeldUntil)}
    assert rules == {"FREEZE"}
    assert rules <= OPEN_ENDED


def test_only_the_loops_asked_about_are_answered_though_all_of_the_phone_count(scene):
    mine, other = scene.visit(scene.member(ANA)), scene.visit(scene.member(ANA))
    away = scene.visit(scene.member(BEN))
    assert {step.partition(":")[0] for step in foreseen(scene, mine)} == {str(mine)}
    alone = [found for found in foreseen(scene, away).values() if isinstance(found, HeldUntil | Refused)]
    shared = [found for found in foreseen(scene, mine, other).values() if isinstance(found, HeldUntil | Refused)]
    assert len(shared) > 2 * len(alone)


def test_no_loops_no_forecast(scene):
    assert foreseen(scene) == {}
