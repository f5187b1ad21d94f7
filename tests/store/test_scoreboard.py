"""The scoreboard counts every promise once, and the same on both databases."""

from __future__ import annotations

from datetime import date, time, timedelta
from itertools import takewhile
from pathlib import Path

import pytest
from console_world import NOW, ON_THE_DAY, Visit, World, on
from sqlalchemy import text

from conversations.meaning import Reason
from outreach.engine import handlers
from outreach.engine.calendars import set_calendar
from outreach.engine.deployment import Deployment
from outreach.loops.outcomes import Outcome
from outreach.simulation import world as demo_world
from outreach.simulation.play import Player
from outreach.store.actor import OPERATOR
from outreach.store.database import Database
from outreach.store.reads import scoreboard as reads
from outreach.store.reads.scoreboard import Scoreboard, scoreboard, visit_days

FIRST = date(2026, 11, 30)
_BOARDS: dict[str, Scoreboard] = {}


@pytest.fixture
def here(database: Database) -> World:
    return on(database)


def board(deployment: Deployment, since: date = FIRST) -> Scoreboard:
    with deployment.read(OPERATOR) as uow:
        return scoreboard(uow, since)


def adds_up(found: Scoreboard) -> bool:
    ended = found.kept + sum(count for _, count in found.not_kept) + found.unknown
    return found.promises == ended + found.owned + found.waiting + found.unheld


def test_an_empty_deployment_promised_nothing(here: World) -> None:
    assert board(here.deployment) == Scoreboard(0, 0, (), 0, 0, 0, 0, 0, 0, 0, 0, 0)


def test_each_promise_stands_in_one_place(here: World) -> None:
    kept, closed, missed, lost, early = (here.visit(f"Member {number}") for number in range(5))
    here.visit("Waiting", day=FIRST + timedelta(days=7))
    here.at(ON_THE_DAY)
    handlers.report_outcome(here.deployment, OPERATOR, kept.loop, Outcome.KEPT, None)
    handlers.close_loop(here.deployment, OPERATOR, closed.loop, Reason.TRANSPORT_FAILURE)
    handlers.report_outcome(here.deployment, OPERATOR, missed.loop, Outcome.NO_SHOW, None)
    here.settle()
    _change(here, "UPDATE anchor SET day = '2026-11-29' WHERE id = (SELECT anchor_id FROM loop WHERE id = :id)", early)
    _change(here, "UPDATE loop SET held_by = NULL WHERE id = :id", lost)
    found = board(here.deployment)
    assert (found.promises, found.kept, found.not_kept, found.unknown) == (5, 1, (("transport_failure", 1),), 0)
    assert (found.owned, found.waiting, found.unheld) == (1, 1, 1)
    assert adds_up(found)
    assert board(here.deployment, FIRST - timedelta(days=1)).promises == 6
    assert board(here.deployment, FIRST + timedelta(days=1)).promises == 1


def _change(here: World, statement: str, visit: Visit) -> None:
    with here.deployment.write(OPERATOR) as uow:
        uow.execute(text(statement).bindparams(id=visit.loop))
        uow.commit()


def test_texts_are_counted_with_their_parts_and_what_became_of_them(here: World) -> None:
    here.visit("Rosa Hernández")
    here.remind()
    found = board(here.deployment)
    assert found.texts == here.row("SELECT count(*) AS n FROM touch WHERE state = 'sent'").n > 0
    assert found.segments is not None
    assert found.segments >= found.texts
    assert found.not_delivered == 0


def test_too_many_bodies_are_not_opened(here: World, monkeypatch: pytest.MonkeyPatch) -> None:
    here.visit("Rosa Hernández")
    here.remind()
    monkeypatch.setattr(reads, "MOST_BODIES", 1)
    assert board(here.deployment).segments is None


def test_a_text_that_a_rule_put_off_was_held(here: World) -> None:
    here.visit("Rosa Hernández", at=time(9, 0))
    handlers.set_freeze(here.deployment, OPERATOR, True)
    here.settle(NOW)
    assert board(here.deployment).held > 0


@pytest.mark.full
def test_a_played_world_adds_up_and_is_the_same_on_both_databases(deployment: Deployment, tmp_path: Path) -> None:
    set_calendar(deployment, NOW)
    demo_world.build(deployment, tmp_path / "world", 1, 8)
    with deployment.read(OPERATOR) as uow:
        first, last = visit_days(uow)
    assert first <= last
    assert adds_up(board(deployment, first))
    player = Player(deployment, 1)
    player.begin()
    list(takewhile(lambda instant: instant < NOW + timedelta(days=9), player.steps()))
    found = board(deployment, first)
    assert adds_up(found)
    assert found.kept > 0 < found.waiting
    assert found.unheld == 0
    assert _BOARDS.setdefault("end", found) == found
