"""Members who cannot come for a while, or died: no texts, a date to look again, and nothing forgotten (CARE-10, 11)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from scene import ANA, BEN, NOW, OPERATOR, VISIT_DAY, Scene

from outreach.engine import tasks
from outreach.engine.refusals import NotAsked
from outreach.engine.standing import set_standing
from outreach.engine.tasks import Finish
from outreach.loops.standing import Standing
from outreach.store import tables as t

LATER = NOW + timedelta(days=3)


def planned(scene: Scene) -> set[str]:
    return {row.step for row in scene.rows(t.touch, t.touch.c.state == "planned")}


@pytest.mark.parametrize("where", [Standing.HOSPITALISED, Standing.INCARCERATED, Standing.FACILITY])
def test_a_member_who_is_away_gets_no_text_and_somebody_looks_again(scene: Scene, loop: int, where: Standing) -> None:
    assert planned(scene)
    member = scene.row(t.member).id
    set_standing(scene.deployment, OPERATOR, member, where, LATER)
    assert planned(scene) == set()
    review = scene.row(t.task, t.task.c.kind == "review_pause")
    assert review.due_at == LATER
    assert scene.unheld() == {}
    tasks.resolve(scene.deployment, OPERATOR, review.id, Finish("back"))
    assert planned(scene)
    assert (scene.row(t.member).standing, scene.row(t.member).review_at) == ("active", None)


def test_still_away_needs_another_date(scene: Scene, loop: int) -> None:
    member = scene.row(t.member).id
    set_standing(scene.deployment, OPERATOR, member, Standing.HOSPITALISED, LATER)
    review = scene.row(t.task, t.task.c.kind == "review_pause").id
    with pytest.raises(NotAsked, match="date"):
        tasks.resolve(scene.deployment, OPERATOR, review, Finish("still_away"))
    again = LATER + timedelta(days=7)
    tasks.resolve(scene.deployment, OPERATOR, review, Finish("still_away", review_at=again))
    reviews = scene.rows(t.task, t.task.c.kind == "review_pause", t.task.c.state == "open")
    assert [row.due_at for row in reviews] == [again]
    assert scene.row(t.member).standing == "hospitalised"


def test_a_pause_needs_a_date_to_come_and_a_member_who_exists(scene: Scene, loop: int) -> None:
    member = scene.row(t.member).id
    for who, when in ((member, None), (member, NOW), (member + 999, LATER)):
        with pytest.raises(NotAsked):
            set_standing(scene.deployment, OPERATOR, who, Standing.HOSPITALISED, when)


def test_a_visit_that_comes_in_for_a_member_who_is_away_waits_with_a_review(scene: Scene) -> None:
    member = scene.member(ANA)
    set_standing(scene.deployment, OPERATOR, member, Standing.INCARCERATED, LATER)
    scene.visit(member)
    assert planned(scene) == set()
    assert scene.open_tasks() == ["review_pause"]


def test_a_death_ends_every_loop_of_the_member_and_of_nobody_else(scene: Scene) -> None:
    mother, son = scene.member(ANA), scene.member(ANA)
    ours = [scene.visit(mother), scene.visit(mother, day=VISIT_DAY + timedelta(days=5))]
    other = scene.visit(son, day=VISIT_DAY + timedelta(days=2))
    scene.say(ANA, "my mother passed away")
    task = scene.row(t.task, t.task.c.kind == "deceased_report", t.task.c.loop_id.is_(None)).id
    with pytest.raises(NotAsked, match="say which"):
        tasks.resolve(scene.deployment, OPERATOR, task, Finish("member_died"))
    tasks.resolve(scene.deployment, OPERATOR, task, Finish("member_died", member=mother))
    assert {row.closed for row in scene.rows(t.loop, t.loop.c.id.in_(ours))} == {"member_died"}
    assert scene.row(t.loop, t.loop.c.id == other).closed is None
    assert scene.unheld() == {}


def test_care_10_no_text_leaves_for_a_member_who_died_on_any_of_their_phones(scene: Scene) -> None:
    member = scene.member(ANA, BEN)
    set_standing(scene.deployment, OPERATOR, member, Standing.DECEASED)
    scene.visit(member)
    scene.go_to(NOW + timedelta(days=9))
    assert scene.carrier.bodies == []
    assert scene.row(t.loop).closed == "member_died"


def test_care_11_a_pause_that_comes_between_plan_and_send_is_seen_by_the_gate(scene: Scene, loop: int) -> None:
    scene.change(t.member, scene.row(t.member).id, standing="hospitalised")  # behind the plan's back
    scene.go_to(NOW + timedelta(days=6))
    assert scene.carrier.bodies == []
    assert {row.rule for row in scene.rows(t.touch, t.touch.c.state == "refused")} >= {"CARE-11"}
