"""A person says what a reply means: the visit follows, the label stays, and nothing personal leaves with it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from scene import ANA, Scene

from conversations.meaning import Intent, Reason
from outreach.engine import labelled_replies
from outreach.engine.correcting import correct
from outreach.engine.refusals import NotAsked
from outreach.store import tables as t
from outreach.store.actor import Actor

NURSE = Actor("person", "Nora")


@pytest.fixture
def asked(scene: Scene) -> tuple[Scene, int, int]:
    """A member with an open reminder who answered what the program could not read."""
    member = scene.member(ANA)
    loop = scene.visit(member)
    scene.live_to(scene.touch(loop, "reminder").due_at)
    scene.settle()
    scene.say(ANA, "zxqv blorp wibble, Anastasia 2025550123")
    scene.settle()
    return scene, loop, scene.rows(t.reply)[-1].id


def test_a_correction_moves_the_visit_as_if_it_had_been_understood(asked: tuple[Scene, int, int]) -> None:
    scene, loop, reply = asked
    before = scene.row(t.loop, t.loop.c.id == loop).stage
    assert correct(scene.deployment, NURSE, reply, [Intent.DECLINE], Reason.WORK_CONFLICT)
    scene.settle()
    after = scene.row(t.loop, t.loop.c.id == loop)
    assert after.stage != before
    assert after.reason == Reason.WORK_CONFLICT
    assert not scene.unheld()


def test_a_correction_to_stop_stops_the_texts(asked: tuple[Scene, int, int]) -> None:
    scene, _, reply = asked
    correct(scene.deployment, NURSE, reply, [Intent.OPT_OUT], None)
    assert [row.action for row in scene.rows(t.consent_event, t.consent_event.c.action == "stop")]


def test_the_newest_correction_holds_and_the_same_twice_is_refused(asked: tuple[Scene, int, int]) -> None:
    scene, _, reply = asked
    correct(scene.deployment, NURSE, reply, [Intent.CONFIRM], None)
    with pytest.raises(NotAsked):
        correct(scene.deployment, NURSE, reply, [Intent.CONFIRM], None)
    correct(scene.deployment, NURSE, reply, [Intent.QUESTION_OTHER], None)
    assert [row.intents for row in scene.rows(t.correction)] == [["confirm"], ["question_other"]]


def test_a_reply_that_nobody_read_yet_is_not_corrected(scene: Scene) -> None:
    with pytest.raises(NotAsked):
        correct(scene.deployment, NURSE, 12345, [Intent.CONFIRM], None)


def test_corrections_leave_as_labelled_data_without_names_and_numbers(
    asked: tuple[Scene, int, int], tmp_path: Path
) -> None:
    scene, _, reply = asked
    correct(scene.deployment, NURSE, reply, [Intent.DECLINE], Reason.WORK_CONFLICT)
    out = tmp_path / "labels.jsonl"
    assert labelled_replies.export(scene.deployment, NURSE, out) == 1
    row = json.loads(out.read_text())
    assert row["text"] == "zxqv blorp wibble, [name] [number]"
    assert (row["intents"], row["reason"], row["context"]) == (["decline"], "work_conflict", "confirm_appointment")
    assert row["understood"]["intents"] == ["unclear"]
    assert out.stat().st_mode & 0o777 == 0o600
    assert scene.rows(t.audit, t.audit.c.action == "replies.exported")
