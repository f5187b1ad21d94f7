"""Callbacks are stored as they come and applied together: in their order, once each, whatever one of them breaks."""

from __future__ import annotations

from collections.abc import Callable
from itertools import permutations
from threading import Thread

import pytest
from scene import ANA, BEN, Scene

from outreach.engine import callbacks, settling
from outreach.store import callbacks as stored
from outreach.store import tables as t

CROWD = tuple(f"+120255501{order:02d}" for order in range(20, 32))


@pytest.fixture
def touches(scene: Scene) -> list[int]:
    """The first text of each member of a crowd, accepted by the carrier."""
    loops = scene.crowd(*CROWD)
    scene.settle()
    return [int(scene.touch(loop, "welcome").id) for loop in loops]


def _comes(scene: Scene, touch: int, status: str, code: int | None = None) -> None:
    (sid,) = [kept.sid for message, kept in scene.carrier.kept if message.touch == touch]
    callbacks.receive(scene.deployment, touch_id=touch, attempt=1, sid=sid, status=status, error_code=code)


def _row(scene: Scene, touch: int) -> tuple[str, str]:
    row = scene.row(t.touch, t.touch.c.id == touch)
    return row.state, row.carrier_status


def test_a_callback_changes_nothing_before_it_is_applied_and_is_gone_after(scene: Scene, touches: list[int]) -> None:
    for touch in touches:
        _comes(scene, touch, "sent")
        _comes(scene, touch, "delivered")
    assert {_row(scene, touch) for touch in touches} == {("sent", "queued")}
    assert callbacks.apply_waiting(scene.deployment) == 2 * len(touches)
    assert {_row(scene, touch) for touch in touches} == {("sent", "delivered")}
    assert scene.rows(t.callback) == []
    assert scene.unheld() == {}


def test_i11_callbacks_that_are_applied_together_end_as_the_right_order_does(scene: Scene, touches: list[int]) -> None:
    orders = list(permutations(("queued", "sent", "delivered")))
    for touch, order in zip(touches, orders, strict=False):
        for status in order:
            _comes(scene, touch, status)
    callbacks.apply_waiting(scene.deployment)
    assert {_row(scene, touch) for touch in touches[: len(orders)]} == {("sent", "delivered")}
    told = scene.rows(t.loop_event, t.loop_event.c.kind == "TouchDelivered")
    assert len(told) == len(orders)


def test_a_text_that_left_and_failed_in_one_batch_has_failed(scene: Scene, touches: list[int]) -> None:
    touch, other = touches[:2]
    _comes(scene, touch, "sent")
    _comes(scene, touch, "undelivered", 30005)
    _comes(scene, touch, "undelivered", 30005)
    _comes(scene, other, "delivered")
    callbacks.apply_waiting(scene.deployment)
    assert scene.row(t.attempt, t.attempt.c.touch_id == touch).outcome == "failed"
    assert (_row(scene, touch)[1], _row(scene, other)[1]) == ("undelivered", "delivered")
    assert scene.rows(t.parked_callback) == []
    scene.settle()
    assert scene.open_tasks() == ["verify_phone"]


def _breaks_on(wrong: str) -> Callable[[str], int]:
    right = settling.rank

    def rank(status: str) -> int:
        if status == wrong:
            raise RuntimeError("in the middle")
        return right(status)

    return rank


def test_one_that_breaks_is_kept_for_a_person_and_stops_none_behind_it(
    scene: Scene, touches: list[int], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(settling, "rank", _breaks_on("weird"))
    _comes(scene, touches[0], "weird")
    for touch in touches:
        _comes(scene, touch, "delivered")
    callbacks.apply_waiting(scene.deployment)
    assert {_row(scene, touch) for touch in touches} == {("sent", "delivered")}
    assert [(row.touch_id, row.why) for row in scene.rows(t.parked_callback)] == [(touches[0], "broke what applied it")]
    assert scene.rows(t.callback) == []
    assert "callback_not_applied" in "".join(capsys.readouterr())
    scene.settle()  # nor is it tried again with the parked ones


def test_what_was_applied_and_not_committed_is_applied_again(
    scene: Scene, touches: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    _comes(scene, touches[0], "delivered")

    class Killed(BaseException):
        pass

    def dies(*_: object) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(stored, "forget", dies)
        with pytest.raises(Killed):
            callbacks.apply_waiting(scene.deployment)
    assert _row(scene, touches[0]) == ("sent", "queued")
    callbacks.apply_waiting(scene.deployment)
    assert _row(scene, touches[0]) == ("sent", "delivered")


def test_two_workers_apply_each_callback_once(scene: Scene, touches: list[int]) -> None:
    for touch in touches:
        for _ in range(3):
            _comes(scene, touch, "delivered")
    done = list[int]()
    workers = [Thread(target=lambda: done.append(callbacks.apply_waiting(scene.deployment))) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sum(done) + callbacks.apply_waiting(scene.deployment) == 3 * len(touches)
    assert len(scene.rows(t.loop_event, t.loop_event.c.kind == "TouchDelivered")) == len(touches)


def test_a_callback_adopts_a_text_whose_worker_died(scene: Scene) -> None:
    loop, _ = scene.crowd(ANA, BEN)
    scene.settle()
    touch = scene.touch(loop, "welcome")
    scene.change(t.touch, touch.id, state="unknown", sid=None, sent_at=None, carrier_status=None, carrier_rank=-1)
    _comes(scene, touch.id, "sent")
    callbacks.apply_waiting(scene.deployment)
    adopted = scene.touch(loop, "welcome")
    assert (adopted.state, adopted.sid, scene.unheld()) == ("sent", touch.sid, {})
