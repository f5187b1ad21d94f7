"""What the carrier's answers pause: nothing is lost or burnt meanwhile, a person has it, and only a person lifts it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from scene import ANA, BEN, NOW, PROGRAM, VISIT_DAY, Scene, compose, local
from structlog.testing import capture_logs
from twin import TwinCarrier
from world import contents

from outreach.engine.handlers import set_freeze
from outreach.engine.pauses import release, stand
from outreach.engine.refusals import NotAsked
from outreach.engine.tasks import Finish, resolve
from outreach.loops.pauses import Pause, What
from outreach.store import carrier_errors, switches
from outreach.store import tables as t
from outreach.store.actor import OPERATOR
from outreach.store.carrier_errors import Text
from outreach.store.reads.metrics import figures

SENDER = "+12025550100"
CROWD = [f"+121255501{n:02d}" for n in range(12)]


def _standing(scene: Scene) -> list[Pause]:
    return [found.pause for found in stand(scene.deployment, OPERATOR)]


def _firsts(scene: Scene) -> list[str]:
    return [row.state for row in scene.rows(t.touch, t.touch.c.step == "welcome")]


def _paused_by(scene: Scene, code: int, after: int = 0) -> None:
    scene.crowd(*CROWD)
    scene.carrier.answers.extend(["accept"] * after)
    scene.carrier.usual = code
    scene.settle()


def test_a_wrong_account_pauses_everything_and_burns_nothing(scene: Scene) -> None:
    with capture_logs() as logs:
        _paused_by(scene, 20003)
    assert (_firsts(scene), _standing(scene)) == (["planned"] * 12, [Pause(What.ACCOUNT)])
    assert {row.outcome for row in scene.rows(t.attempt)} == {"rejected"}  # which no cap counts
    assert {row.retries for row in scene.rows(t.touch)} == {0}
    assert (scene.open_tasks(), scene.unheld(), len(scene.carrier.posted)) == (["sending_paused"], {}, 12)
    paged = [log for log in logs if log["log_level"] == "error"]
    assert [(log["event"], log["what"], log["code"]) for log in paged] == [("sending_paused", "account", 20003)]


def test_while_it_is_paused_nothing_is_posted_and_every_loop_is_held(scene: Scene) -> None:
    _paused_by(scene, 20003)
    scene.go_to(NOW + timedelta(hours=2))
    assert (len(scene.carrier.posted), scene.unheld()) == (12, {})
    assert {row.rule for row in scene.rows(t.touch, t.touch.c.step == "welcome")} == {"PAUSED"}


def test_what_is_put_right_leaves_once(scene: Scene) -> None:
    _paused_by(scene, 20003)
    scene.carrier.usual = "accept"
    release(scene.deployment, OPERATOR, _standing(scene)[0].name)
    assert (_standing(scene), scene.open_tasks()) == ([], [])
    scene.live_to(NOW + timedelta(minutes=10))
    assert (_firsts(scene), len(scene.carrier.kept)) == (["sent"] * 12, 12)


def test_what_is_still_wrong_pauses_again_with_a_new_task(scene: Scene) -> None:
    _paused_by(scene, 30002)
    release(scene.deployment, OPERATOR, _standing(scene)[0].name)
    scene.live_to(NOW + timedelta(minutes=10))
    assert (_standing(scene), scene.open_tasks(), _firsts(scene)) == (
        [Pause(What.ACCOUNT)], ["sending_paused"], ["planned"] * 12
    )  # fmt: skip


def test_a_person_who_finishes_the_task_releases_what_waits(scene: Scene) -> None:
    _paused_by(scene, 21704)
    scene.carrier.usual = "accept"
    task = scene.row(t.task, t.task.c.kind == "sending_paused")
    assert (task.owner_queue, task.due_at is not None) == ("operations", True)
    resolve(scene.deployment, OPERATOR, task.id, Finish("released"))
    scene.live_to(NOW + timedelta(minutes=10))
    assert (_standing(scene), _firsts(scene)) == ([], ["sent"] * 12)


def test_what_nobody_released_in_time_is_a_call(scene: Scene) -> None:
    loop = scene.visit(scene.member(ANA))
    scene.carrier.usual = 20003
    for at in (local(VISIT_DAY, 12), local(VISIT_DAY, 13, 28)):
        scene.go_to(at)
    assert "call_member" in scene.open_tasks()
    assert (scene.touch(loop, "dayof").rule, scene.unheld()) == ("PAUSED", {})


def test_a_sender_that_is_not_registered_pauses_itself_alone(scene: Scene) -> None:
    _paused_by(scene, 30034)
    (pause,) = _standing(scene)
    assert pause == Pause(What.SENDER, sender=SENDER)
    scene.carrier.usual = "accept"
    with scene.deployment.write(OPERATOR) as uow:
        uow.execute(t.touch.update().where(t.touch.c.step == "welcome").values(sender="+12025550101", due_at=uow.now))
        uow.commit()
    scene.settle()
    assert _firsts(scene) == ["sent"] * 12


def test_a_deployments_own_sender_is_paused_for_all_its_programs(scene: Scene) -> None:
    own = TwinCarrier()
    owning = Scene(
        compose(scene.deployment.database, scene.timer, own, twilio_from="+12025550177"), own, scene.timer, scene.ids
    )
    _paused_by(owning, 21606)
    assert _standing(owning) == [Pause(What.SENDER, sender="+12025550177")]


def test_an_empty_text_pauses_its_words_and_no_others(scene: Scene) -> None:
    _paused_by(scene, 21602)
    assert _standing(scene) == [Pause(What.TEMPLATE, program=PROGRAM, words="optin_confirm")]


def test_a_callback_that_says_so_gives_the_text_back_too(scene: Scene) -> None:
    loop = scene.visit(scene.member(ANA))
    scene.settle()
    welcome = scene.touch(loop, "welcome")
    for _ in range(3):
        scene.call_back(welcome.id, "undelivered", code=30034)
    touch = scene.touch(loop, "welcome")
    assert (touch.state, touch.sid, touch.retries, len(_standing(scene))) == ("planned", None, 0, 1)
    assert [(row.outcome, row.error_code, row.failed_sid) for row in scene.rows(t.attempt)] == [
        ("rejected", 30034, welcome.sid)
    ]
    assert (scene.open_tasks(), scene.unheld()) == (["sending_paused"], {})


def test_a_freeze_and_a_pause_are_two_things(scene: Scene) -> None:
    _paused_by(scene, 20003)
    set_freeze(scene.deployment, OPERATOR, True)
    set_freeze(scene.deployment, OPERATOR, False)
    assert _standing(scene) == [Pause(What.ACCOUNT)]
    with pytest.raises(NotAsked):
        release(scene.deployment, OPERATOR, "freeze")
    with pytest.raises(NotAsked):
        release(scene.deployment, OPERATOR, "pause|sender|+12025550100|0|")


def test_the_metric_names_every_kind_of_pause(scene: Scene) -> None:
    _paused_by(scene, 20003)
    with scene.deployment.read(OPERATOR) as uow:
        assert figures(uow).paused == {"account": 1, "sender": 0, "template": 0, "breaker": 0}


# -- the circuit breaker


def _breaker(words: str = "optin_confirm") -> Pause:
    return Pause(What.BREAKER, SENDER, PROGRAM, words)


def _filtered(scene: Scene, *after: timedelta) -> None:
    """One more member at each of these times; each first text is filtered."""
    for span in after:
        scene.at(NOW + span)
        loop = scene.visit(scene.member(f"+121355501{len(scene.rows(t.member)):02d}"))
        scene.settle()
        scene.call_back(scene.touch(loop, "welcome").id, "undelivered", code=30007)
        scene.settle()


def test_three_filtered_texts_in_ten_minutes_hold_the_rest(scene: Scene) -> None:
    _filtered(scene, timedelta(), timedelta(minutes=4))
    assert _standing(scene) == []
    _filtered(scene, timedelta(minutes=9))
    assert _standing(scene) == [_breaker()]
    task = scene.row(t.task, t.task.c.kind == "text_held")
    assert (task.owner_queue, task.program_id) == ("program_staff", PROGRAM)
    loop = scene.visit(scene.member(BEN))
    scene.settle()
    assert (scene.touch(loop, "welcome").rule, scene.unheld()) == ("BREAKER", {})


def test_three_filtered_texts_over_an_hour_do_not(scene: Scene) -> None:
    _filtered(scene, timedelta(), timedelta(minutes=30), timedelta(minutes=60))
    assert _standing(scene) == []


@pytest.mark.parametrize(("sent", "opens"), [(49, False), (50, True), (99, True), (100, False)])
def test_more_than_two_in_a_hundred_filtered_hold_the_rest(scene: Scene, sent: int, opens: bool) -> None:
    with scene.deployment.write(OPERATOR) as uow:
        carrier_errors.tally(uow, {Text(PROGRAM, "optin_confirm", SENDER): sent - 2})
        uow.commit()
    _filtered(scene, timedelta(), timedelta(minutes=30))
    assert _standing(scene) == ([_breaker()] if opens else [])


def test_an_urgent_text_that_is_filtered_is_a_call_at_once(scene: Scene) -> None:
    loop = scene.visit(scene.member(ANA))
    scene.live_to(local(VISIT_DAY - timedelta(days=1), 17))
    with scene.deployment.write(OPERATOR) as uow:
        switches.turn(uow, _breaker("dayof").name, True, 30007)
        uow.commit()
    scene.live_to(local(VISIT_DAY, 12))
    assert scene.touch(loop, "dayof").rule == "BREAKER"
    assert ("call_member" in scene.open_tasks(), scene.unheld()) == (True, {})


def test_only_a_person_closes_it_and_what_failed_before_counts_no_more(scene: Scene) -> None:
    _filtered(scene, timedelta(), timedelta(minutes=1), timedelta(minutes=2))
    scene.go_to(NOW + timedelta(hours=3))
    assert _standing(scene) == [_breaker()]
    release(scene.deployment, OPERATOR, _breaker().name)
    loop = scene.visit(scene.member(BEN))
    scene.settle()
    scene.call_back(scene.touch(loop, "welcome").id, "undelivered", code=30007)
    assert (_standing(scene), "text_held" in scene.open_tasks()) == ([], False)


def test_three_unknown_refusals_of_one_text_hold_it(scene: Scene) -> None:
    _paused_by(scene, 29999)
    assert _standing(scene) == [_breaker()]


def test_a_pause_that_is_told_twice_changes_nothing(scene: Scene) -> None:
    loop = scene.visit(scene.member(ANA))
    scene.settle()
    touch = scene.touch(loop, "welcome").id
    scene.call_back(touch, "undelivered", code=30034)
    before = contents(scene.deployment.database)
    scene.call_back(touch, "undelivered", code=30034)
    assert contents(scene.deployment.database) == before
