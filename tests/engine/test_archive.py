"""What is finished leaves the working tables, and everybody who asks still finds it; nothing else leaves."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from archived_life import everything, kept_visit, lives, move_all, rows_of
from scene import ANA, BEN, NOW, OPERATOR, VISIT_DAY, Scene, local

from outreach.engine import archive, audit_chain, retention
from outreach.engine.pump import pump
from outreach.engine.refusals import NotAsked
from outreach.store import archiving
from outreach.store import tables as t
from outreach.store.entry import Purpose
from outreach.store.reads.archived import months

LATER = NOW + timedelta(days=500)
NIGHT = local(date(2028, 7, 5), 2)


def test_an_archive_has_the_columns_of_its_table_and_a_month() -> None:
    for live, archived in t.ARCHIVED.items():
        assert [*live.columns.keys(), "month"] == archived.columns.keys()
        assert [column.name for column in live.primary_key] == [column.name for column in archived.primary_key]


def test_what_everybody_reads_is_the_same_before_and_after(scene: Scene, tmp_path: Path) -> None:
    lives(scene)
    scene.at(LATER)
    before, rows = everything(scene, tmp_path / "before"), rows_of(scene)
    moved = move_all(scene)
    assert everything(scene, tmp_path / "after") == before
    assert rows_of(scene) == rows  # each row is there once, cell for cell
    assert moved.total() > 40
    assert {name for name, archived in ((live.name, a) for live, a in t.ARCHIVED.items()) if scene.rows(archived)} == {
        "awaited", "loop_event", "prompt", "attempt", "touch"
    }  # fmt: skip


def test_each_batch_is_in_the_trail_and_a_second_run_finds_nothing(scene: Scene) -> None:
    kept_visit(scene, scene.member(ANA), VISIT_DAY)
    scene.at(LATER)
    moved = move_all(scene)
    assert set(moved) == {f"{row.closed_at:%Y-%m}" for row in scene.rows(t.loop)}
    noted: Counter[str] = Counter()
    for row in scene.rows(t.audit, t.audit.c.action.startswith("archive.moved.")):
        assert row.rule == "LAW-30"
        noted[row.action.removeprefix("archive.moved.")] += int(row.object.removeprefix("rows:"))
    assert noted == moved
    with scene.deployment.read(OPERATOR) as uow:
        assert {month: sum(rows.values()) for month, rows in months(uow).items()} == moved
    entries = len(scene.rows(t.audit))
    assert not move_all(scene)
    assert len(scene.rows(t.audit)) == entries
    while audit_chain.seal(scene.deployment):
        pass
    assert audit_chain.verify(scene.deployment).problem is None


# -- what stays


def test_an_open_loop_a_young_one_and_a_visit_to_come_keep_everything(scene: Scene) -> None:
    still_open = scene.visit(scene.member(ANA))
    kept_visit(scene, scene.member(BEN), VISIT_DAY)
    coming = scene.visit(scene.member("+12025550140"))
    scene.change(t.loop, coming, closed="staff", closed_at=NOW)
    anchor = scene.row(t.loop, t.loop.c.id == coming).anchor_id
    scene.change(t.anchor, anchor, starts_at=LATER + timedelta(days=9))
    scene.at(archive.first_of_month(NOW, -14) - timedelta(days=1))
    assert not move_all(scene)
    scene.at(LATER)
    move_all(scene)
    for loop in (still_open, coming):
        assert not scene.rows(t.ARCHIVED[t.loop_event], t.ARCHIVED[t.loop_event].c.loop_id == loop)
        assert scene.rows(t.loop_event, t.loop_event.c.loop_id == loop)


def test_what_the_gate_still_asks_about_a_phone_stays(scene: Scene) -> None:
    loop = kept_visit(scene, scene.member(ANA), VISIT_DAY)
    texts = scene.rows(t.touch, t.touch.c.state == "sent")
    scene.at(LATER)
    move_all(scene)
    assert "optin_confirm" in {row.words for row in scene.rows(t.touch)}  # LAW-28: nobody is welcomed twice
    last = max(row.sent_at for row in texts)
    stays = {row.id for row in texts if row.words == "optin_confirm" or row.sent_at == last}  # LAW-36 counts from there
    assert {row.id for row in scene.rows(t.touch, t.touch.c.state == "sent")} == stays
    assert scene.rows(t.ARCHIVED[t.touch], t.ARCHIVED[t.touch].c.loop_id == loop)


def test_what_is_not_over_stays(scene: Scene) -> None:
    loop = kept_visit(scene, scene.member(ANA), VISIT_DAY)
    scene.at(LATER)
    texts = scene.rows(t.touch, t.touch.c.loop_id == loop, t.touch.c.words != "optin_confirm")
    unfinished = [{"state": "claimed"}, {"state": "unknown"}, {"state": "refused", "heard": False}]
    for row, values in zip(texts, unfinished, strict=False):
        scene.change(t.touch, row.id, **values)
    waiting = scene.rows(t.loop_event, t.loop_event.c.loop_id == loop)[-1].id
    scene.change(t.loop_event, waiting, consumed_at=None)
    move_all(scene)
    here = {row.id for row in scene.rows(t.touch)}
    assert len(texts) >= len(unfinished)
    assert {row.id for row in texts[: len(unfinished)]} <= here
    assert [row.id for row in scene.rows(t.loop_event, t.loop_event.c.loop_id == loop)] == [waiting]


def test_a_legal_hold_keeps_rows_where_they_are_until_it_is_released(scene: Scene) -> None:
    member = scene.member(ANA)
    kept_visit(scene, member, VISIT_DAY)
    scene.say(ANA, "HELP")  # answered outside of any loop
    retention.hold(scene.deployment, OPERATOR, member, Purpose.LEGAL_REQUEST)
    scene.at(LATER)
    assert not move_all(scene)
    retention.release(scene.deployment, OPERATOR, member, Purpose.LEGAL_REQUEST)
    assert move_all(scene)


def test_a_stranger_who_was_answered_goes_too_and_the_last_answer_stays(scene: Scene) -> None:
    for minute in (0, 20):
        scene.at(NOW + timedelta(hours=minute))
        scene.say(BEN, "HELP")
        for row in scene.rows(t.touch, t.touch.c.state == "sent", t.touch.c.carrier_rank < 10):
            scene.call_back(row.id, "delivered")
        scene.settle()
    assert {row.loop_id for row in scene.rows(t.touch)} == {None}
    scene.at(LATER)
    assert set(move_all(scene)) == {f"{NOW:%Y-%m}"}
    assert len(scene.rows(t.touch)) == len(scene.rows(t.ARCHIVED[t.touch])) == 1


def test_only_months_that_are_old_enough_can_be_named(scene: Scene) -> None:
    kept_visit(scene, scene.member(ANA), VISIT_DAY)
    scene.at(LATER)
    early = archive.archive(scene.deployment, OPERATOR, archive.first_of_month(NOW))
    assert not early
    with pytest.raises(NotAsked, match=r"keep 13 months\. The last one that may go is 2027-05"):
        archive.archive(scene.deployment, OPERATOR, LATER)


# -- at night, in batches, by anybody


def test_the_worker_does_it_at_night_once_a_month(scene: Scene) -> None:
    kept_visit(scene, scene.member(ANA), VISIT_DAY)
    scene.at(NIGHT + timedelta(hours=10))
    assert pump(scene.deployment, "archive") == 0
    assert not scene.rows(t.ARCHIVED[t.touch])
    scene.at(NIGHT)
    assert pump(scene.deployment, "archive") > 0
    assert scene.rows(t.ARCHIVED[t.touch])
    walk(scene)
    later = scene.visit(scene.member("+12025550141"))
    scene.change(t.loop, later, closed="staff", closed_at=NOW)
    walk(scene)
    assert not scene.rows(t.ARCHIVED[t.loop_event], t.ARCHIVED[t.loop_event].c.loop_id == later)
    scene.at(NIGHT + timedelta(days=30))
    walk(scene)
    assert scene.rows(t.ARCHIVED[t.loop_event], t.ARCHIVED[t.loop_event].c.loop_id == later)


def walk(scene: Scene) -> None:
    for _ in range(20):
        pump(scene.deployment, "archive")


class Killed(BaseException):
    """The process is gone."""


@pytest.mark.parametrize("where", ["rows copied", "rows deleted", "committed"])
def test_a_crash_at_any_point_loses_nothing_and_the_next_run_ends_it(
    scene: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    lives(scene)
    scene.at(LATER)
    before, rows = everything(scene, tmp_path / "before"), rows_of(scene)
    monkeypatch.setattr(archive, "_BATCH", 1)
    with monkeypatch.context() as dying:
        _die(dying, where)
        with pytest.raises(Killed):
            move_all(scene)
    assert rows_of(scene) == rows
    assert move_all(scene)
    assert rows_of(scene) == rows
    assert everything(scene, tmp_path / "after") == before


def _die(monkeypatch: pytest.MonkeyPatch, where: str) -> None:
    """Let the process end in its second batch: before or after a call."""
    holder, name, calls, before = {
        "rows copied": (archiving, "delete", 4, True),
        "rows deleted": (archive, "_move", 2, False),
        "committed": (archive, "_found", 3, True),
    }[where]
    real, counted = getattr(holder, name), count(1)

    def call(*given: Any, **named: Any) -> Any:
        last = next(counted) >= calls
        if last and before:
            raise Killed
        result = real(*given, **named)
        if last:
            raise Killed
        return result

    monkeypatch.setattr(holder, name, call)


def test_several_workers_at_once_move_each_row_once(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    lives(scene)
    rows = rows_of(scene)
    scene.at(NIGHT)
    monkeypatch.setattr(archive, "_BATCH", 1)
    with ThreadPoolExecutor(4) as workers:
        done = [workers.submit(walk, scene) for _ in range(3)] + [workers.submit(move_all, scene)]
        for each in done:
            each.result()
    assert rows_of(scene) == rows
    assert not move_all(scene)
