"""What a preview says is what happens: the same engine, on the same facts, and nothing is stored of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from console_world import NOW, World
from sqlalchemy import func, select, text

from outreach.engine import cadences
from outreach.engine.habits import Habits
from outreach.engine.preview import preview_open, preview_past
from outreach.engine.rehearsed import Played
from outreach.engine.what_if import Assumed, assumed, simulate
from outreach.loops.cadence import write_step
from outreach.store import cadences as stored
from outreach.store import programs
from outreach.store.actor import OPERATOR, Actor
from outreach.store.reads import rehearsing
from outreach.store.tables import metadata, touch

AUTHOR, SECOND = Actor("person", "Tomás Rivera"), Actor("person", "Linh Tran")


def program_of(world: World) -> int:
    return int(world.row("SELECT id FROM program").id)


def drafted(world: World, key: str = "day_before", **fields: object) -> int:
    """A draft in which one step is another one; returns its program."""
    program = program_of(world)
    cadences.start(world.deployment, AUTHOR, program)
    with world.deployment.read(AUTHOR) as uow:
        draft = stored.draft_of(uow, program)
    assert draft is not None
    row = next(step for step in draft.steps if step["key"] == key)
    cadences.put_step(world.deployment, AUTHOR, program, draft.version, key, row | fields)
    return program


def publish(world: World, program: int) -> int:
    cadences.ask(world.deployment, AUTHOR, program, 2)
    return cadences.publish(world.deployment, SECOND, program, 3)


def previewed(world: World, program: int, loops: list[int]) -> tuple[list[Played], list[Played]]:
    with world.deployment.read(AUTHOR) as uow:
        draft = stored.draft_of(uow, program)
        live = programs.programs(uow, [program])[program].cadence
        pairs = preview_open(uow, live, cadences.cadence_of(draft) if draft else live, loops)
    return [pair.live for pair in pairs if pair.live], [pair.draft for pair in pairs if pair.draft]


def gone(played: list[Played]) -> list[tuple[int, str, str]]:
    return sorted((each.loop, each.step, each.words) for each in played if each.gone)


def test_a_published_draft_sends_what_its_preview_said_text_by_text(world: World) -> None:
    first, second = world.visit(), world.visit("Ana Cruz", "es", date(2026, 12, 3))
    program = drafted(world, at="17:00")
    before, after = previewed(world, program, [first.loop, second.loop])
    publish(world, program)
    world.settle()
    promised = {(each.loop, each.step): each for each in after if each.gone}
    for at in sorted({each.at for each in promised.values()}):
        world.settle(max(at, NOW) + timedelta(seconds=1))
    with world.deployment.read(OPERATOR) as uow:
        rows = uow.execute(text("SELECT loop_id, step, words, sent_at FROM touch WHERE state = 'sent'")).all()
    sent = sorted((row.loop_id, row.step, row.words) for row in rows)
    assert sent == gone(after)
    assert gone(before) == gone(after)  # the same texts, one of them at another hour
    moved = [b.step for b, a in zip(before, after, strict=True) if b.at != a.at]
    assert set(moved) == {"day_before"}


def test_what_was_planned_by_a_published_draft_is_due_when_its_preview_said(world: World) -> None:
    visit = world.visit()
    program = drafted(world, amount=2, at="16:00")
    _, after = previewed(world, program, [visit.loop])
    publish(world, program)
    world.settle()
    with world.deployment.read(OPERATOR) as uow:
        planned = (touch.c.state == "planned") & (touch.c.loop_id == visit.loop)
        rows = uow.all(select(touch.c.step, touch.c.planned_for).where(planned))
    assert rows
    assert {row.step: row.planned_for for row in rows} == {each.step: each.due_at for each in after if each.at > NOW}


def test_a_preview_and_a_simulation_write_nothing(world: World) -> None:
    visits = [world.visit(), world.visit("Ana Cruz", "es", date(2026, 12, 3))]
    program = drafted(world, at="17:00")

    def counts() -> dict[str, int]:
        with world.deployment.read(OPERATOR) as uow:
            tables = metadata.sorted_tables
            return {table.name: uow.all(select(func.count()).select_from(table))[0][0] for table in tables}

    before = counts()
    previewed(world, program, [visit.loop for visit in visits])
    with world.deployment.read(AUTHOR) as uow:
        draft = stored.draft_of(uow, program)
        found = programs.programs(uow, [program])[program]
        assert draft is not None
        known = rehearsing.on_days(uow, program, date(2026, 11, 1), date(2027, 1, 1), 10)
        past = preview_past(uow, found.cadence, cadences.cadence_of(draft), known.visits)
        assert {pair.either.loop for pair in past} == {-visit.loop for visit in visits}
        given, _ = assumed(uow, program, found.zone)
        simulate(uow, program, found.zone, found.cadence, cadences.cadence_of(draft), given)
    assert counts() == before


def test_a_draft_equal_to_the_live_cadence_makes_no_difference(world: World) -> None:
    for number in range(6):
        world.visit(f"Member {number}", "en" if number % 2 else "es", date(2026, 11, 28) + timedelta(days=number))
    program = program_of(world)
    habits = Habits(confirms=0.5, declines=0.2, rides=0.4, needs_rides=0.3, reported=0.8, kept=0.7)
    with world.deployment.read(AUTHOR) as uow:
        found = programs.programs(uow, [program])[program]
        same = simulate(uow, program, found.zone, found.cadence, found.cadence, Assumed(4, 12, habits))
        assert same.live == same.draft
        assert same.live.texts.total() > 30
        assert same.live.tasks
        steps = tuple(step for step in found.cadence.steps if step.key not in ("reminder_week", "reminder"))
        fewer = simulate(
            uow, program, found.zone, found.cadence, replace(found.cadence, steps=steps), Assumed(4, 12, habits)
        )
    assert fewer.live == same.live
    assert fewer.draft.texts.total() < fewer.live.texts.total()
    assert fewer.draft.segments.total() < fewer.live.segments.total()


def test_a_preview_asks_the_database_no_more_for_more_visits(world: World) -> None:
    loops = [world.visit(f"Member {number}").loop for number in range(8)]
    program = drafted(world, at="17:00")

    def asked(of: list[int]) -> int:
        seen = 0
        with world.deployment.read(AUTHOR) as uow:
            draft = stored.draft_of(uow, program)
            assert draft is not None
            live = programs.programs(uow, [program])[program].cadence
            run = uow.all

            def counting(*args: object, **more: object) -> object:
                nonlocal seen
                seen += 1
                return run(*args, **more)  # type: ignore[arg-type]

            uow.all = counting  # type: ignore[method-assign, assignment]
            preview_open(uow, live, cadences.cadence_of(draft), of)
        return seen

    asked(loops[:1])  # approved words are read once
    assert asked(loops) == asked(loops[:2])


def test_a_step_reads_back_as_it_was_written(world: World) -> None:
    program = drafted(world, at="17:00")
    with world.deployment.read(AUTHOR) as uow:
        draft = stored.draft_of(uow, program)
    assert draft is not None
    assert [write_step(step) for step in cadences.cadence_of(draft).steps] == draft.steps
