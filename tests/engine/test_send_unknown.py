"""When no list can say whether a text left: a person's task, and both ways of ending it."""

from __future__ import annotations

import pytest
from scene import ANA, OPERATOR, Scene
from twin import LOSE

from outreach.engine.tasks import Finish, resolve
from outreach.store import tables as t


def _blind(scene: Scene) -> None:
    """In doubt, and the carrier's list stays away for longer than anybody waits."""
    scene.carrier.blind = True
    scene.carrier.answers.append(LOSE)
    scene.settle()
    for _ in range(12):
        scene.timer.sleep(scene.deployment.settings.timing.look_again + 1)
        scene.settle()
    scene.timer.sleep(scene.deployment.settings.timing.unknown_to_task)
    scene.settle()


@pytest.fixture
def loop(scene: Scene) -> int:
    loop = scene.visit(scene.member(ANA))
    _blind(scene)
    return loop


def _resolve(scene: Scene, resolution: str) -> None:
    task = scene.row(t.task, t.task.c.kind == "send_unknown")
    resolve(scene.deployment, OPERATOR, task.id, Finish(resolution))
    scene.settle()


def test_a_list_that_cannot_be_read_for_long_makes_work_for_a_person(scene: Scene, loop: int) -> None:
    assert scene.open_tasks() == ["send_unknown"]
    assert scene.touch(loop, "welcome").state == "unknown"
    assert len(scene.carrier.posted) == 1
    assert scene.unheld() == {}


def test_what_a_person_says_was_sent_is_not_sent_again(scene: Scene, loop: int) -> None:
    _resolve(scene, "was_sent")
    assert (scene.touch(loop, "welcome").state, len(scene.carrier.posted)) == ("sent", 1)
    assert scene.unheld() == {}


def test_what_a_person_says_was_not_sent_leaves_once_more(scene: Scene, loop: int) -> None:
    _resolve(scene, "was_not_sent")
    assert (scene.touch(loop, "welcome").state, len(scene.carrier.bodies)) == ("sent", 1)
    assert [row.outcome for row in scene.rows(t.attempt)] == ["not_sent", "accepted"]
    assert scene.unheld() == {}


def test_a_callback_settles_it_even_after_the_task_was_opened(scene: Scene, loop: int) -> None:
    touch = scene.touch(loop, "welcome")
    scene.call_back(touch.id, "delivered", sid="SM-after-all")
    _resolve(scene, "was_not_sent")
    assert (scene.touch(loop, "welcome").sid, len(scene.carrier.posted)) == ("SM-after-all", 1)


def test_an_answer_outside_any_loop_is_owned_too(scene: Scene) -> None:
    scene.member(ANA)
    scene.hear(ANA, "STOP")
    _blind(scene)
    assert scene.open_tasks() == ["send_unknown"]
    _resolve(scene, "was_sent")
    assert [row.state for row in scene.rows(t.touch)] == ["sent"]
