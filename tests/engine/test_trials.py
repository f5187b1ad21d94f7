"""A trial reaches its guests and nobody else, and hears everybody."""

from __future__ import annotations

import pytest
from scene import ANA, BEN, OPERATOR, Scene

from outreach.engine.refusals import NotAsked
from outreach.engine.trials import begin_trial, end_trial, trial_guests
from outreach.store import tables as t


def begin(scene: Scene, *lines: str) -> int:
    return begin_trial(scene.deployment, OPERATOR, lines)


def reached(scene: Scene) -> set[str]:
    return {message.to for message in scene.carrier.posted}


def test_trial_only_its_guests_are_sent_texts(scene: Scene) -> None:
    begin(scene, "# the office", "", "(202) 555-0123  # our own phone")
    scene.visit(scene.member(ANA))
    theirs = scene.visit(scene.member(BEN))
    scene.settle()
    assert reached(scene) == {ANA}
    assert {row.rule for row in scene.rows(t.touch, t.touch.c.state == "refused")} == {"TRIAL"}
    assert [(row.kind, row.loop_id) for row in scene.rows(t.task)] == [("call_member", theirs)]
    assert scene.unheld() == {}


def test_trial_a_stop_of_somebody_who_is_no_guest_is_heard(scene: Scene) -> None:
    begin(scene, ANA)
    scene.member(BEN)
    scene.say(BEN, "STOP")
    assert [row.action for row in scene.rows(t.consent_event) if row.member_id is None] == ["stop"]
    assert reached(scene) == set()


def test_trial_a_guest_still_needs_everything_that_the_gate_asks_for(scene: Scene) -> None:
    begin(scene, ANA)
    scene.visit(scene.member(ANA, consented=False))
    scene.settle()
    assert reached(scene) == set()


def test_trial_a_new_list_replaces_the_last_and_its_end_frees_everybody(scene: Scene) -> None:
    assert begin(scene, ANA) == 1
    assert begin(scene, BEN, BEN) == 1
    scene.visit(scene.member(BEN))
    scene.settle()
    assert (reached(scene), trial_guests(scene.deployment, OPERATOR)) == ({BEN}, 1)
    end_trial(scene.deployment, OPERATOR)
    assert trial_guests(scene.deployment, OPERATOR) is None
    scene.visit(scene.member(ANA))
    scene.settle()
    assert reached(scene) == {ANA, BEN}


def test_trial_who_began_and_ended_it_is_in_the_trail(scene: Scene) -> None:
    begin(scene, ANA)
    end_trial(scene.deployment, OPERATOR)
    noted = [(row.action, row.actor, row.rule) for row in scene.rows(t.audit) if row.action.startswith("trial.")]
    assert noted == [("trial.began", str(OPERATOR), "TRIAL"), ("trial.ended", str(OPERATOR), "TRIAL")]


@pytest.mark.parametrize(
    ("lines", "sentence"), [((ANA, "12"), "Line 2: "), ((), "names no guest"), (("# nobody",), "names no guest")]
)
def test_trial_a_list_with_a_mistake_begins_nothing(scene: Scene, lines: tuple[str, ...], sentence: str) -> None:
    with pytest.raises(NotAsked, match=sentence) as refused:
        begin(scene, *lines)
    assert "12" not in str(refused.value)
    assert trial_guests(scene.deployment, OPERATOR) is None
