"""Replies of many phones are read together; what breaks one of them holds no other, and each sees those before it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from scene import ANA, BEN, VISIT_DAY, Scene, local
from sqlalchemy import event

from outreach.engine import piecing, reading, understanding
from outreach.engine.reading import Understood
from outreach.store import tables as t

REMINDER_DAY = local(VISIT_DAY - timedelta(days=3), 12)
OTHER = "+12025550147"


def _asked(scene: Scene) -> list[int]:
    """Three members who were just asked whether they will come; return their loops."""
    loops = scene.crowd(ANA, BEN, OTHER)
    scene.settle()
    scene.go_to(REMINDER_DAY)
    return loops


def _stages(scene: Scene, loops: list[int]) -> list[str]:
    return [str(scene.row(t.loop, t.loop.c.id == loop).stage) for loop in loops]


def test_each_member_is_understood_by_their_own_question(scene: Scene) -> None:
    loops = _asked(scene)
    for number, said in ((ANA, "1"), (BEN, "yes"), (OTHER, "STOP")):
        scene.hear(number, said)
    assert understanding.understand_waiting(scene.deployment) == 3
    assert _stages(scene, loops)[:2] == ["confirmed", "confirmed"]
    assert scene.rows(t.reply, t.reply.c.read_at.is_(None)) == []
    assert scene.unheld() == {}


def test_texts_that_wait_for_the_rest_are_noted_in_one_statement_however_many(scene: Scene) -> None:
    _asked(scene)
    for number in (ANA, BEN, OTHER):
        scene.hear(number, "I wanted to say that")
    changed: list[str] = []
    engine = scene.deployment.database.engine
    event.listen(engine, "before_cursor_execute", lambda *asked: changed.append(asked[2]))
    assert understanding.understand_waiting(scene.deployment) == 3
    assert len([each for each in changed if each.startswith("UPDATE reply")]) == 1
    assert all(row.read_from > row.received_at for row in scene.rows(t.reply))


def test_a_phone_on_which_reading_breaks_holds_no_other(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    loops, bens, right = _asked(scene), scene.phone(BEN), reading.read

    def breaks(uow: Any, ear: Any, spoken: Any) -> Understood:
        if ear.line.phone == bens:
            raise RuntimeError("in the middle")
        return right(uow, ear, spoken)

    monkeypatch.setattr(reading, "read", breaks)
    for number, said in ((BEN, "yes"), (ANA, "1"), (OTHER, "yes")):
        scene.hear(number, said)
    understanding.understand_waiting(scene.deployment)
    assert _stages(scene, [loops[0], loops[2]]) == ["confirmed", "confirmed"]
    (held,) = scene.rows(t.reply, t.reply.c.read_at.is_(None))
    assert held.read_from == REMINDER_DAY + timedelta(minutes=5)  # then somebody looks again
    monkeypatch.undo()
    scene.go_to(held.read_from)
    assert scene.rows(t.reply, t.reply.c.read_at.is_(None)) == []


def test_a_text_that_cannot_be_opened_holds_its_own_phone_only(scene: Scene) -> None:
    loops = _asked(scene)
    lost = scene.hear(BEN, "yes").reply_id
    scene.hear(ANA, "1")
    assert lost is not None
    scene.change(t.reply, lost, body=scene.rows(t.contact_point)[0].number)
    scene.settle()
    assert _stages(scene, loops) == ["confirmed", "scheduled", "scheduled"]
    (held,) = scene.rows(t.reply, t.reply.c.read_at.is_(None))
    assert held.id == lost


def test_what_the_screens_found_is_kept_until_it_is_read_and_not_looked_for_again(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    _asked(scene)
    scene.hear(ANA, "1")
    assert scene.row(t.reply).screened is not None

    def again(_: str) -> None:
        raise AssertionError("it was screened when it came")

    monkeypatch.setattr(piecing, "screen", again)
    scene.settle()
    kept = scene.row(t.reply)
    assert (kept.intents, kept.screened) == (["confirm"], None)


def test_two_phones_of_one_member_are_read_one_after_the_other(scene: Scene) -> None:
    loop = scene.visit(scene.member(ANA, BEN))
    scene.settle()
    scene.go_to(REMINDER_DAY)
    for number in (ANA, BEN):
        scene.hear(number, "1")
    assert understanding.understand_waiting(scene.deployment) == 2
    assert _stages(scene, [loop]) == ["confirmed"]
    assert scene.rows(t.reply, t.reply.c.read_at.is_(None)) == []
    assert scene.unheld() == {}
