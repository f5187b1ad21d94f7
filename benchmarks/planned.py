"""What is planned: how late texts leave with many planned for later, what one costs to keep, how fast they are made."""

from __future__ import annotations

import argparse
import threading
import time
from dataclasses import asdict
from datetime import date, timedelta
from pathlib import Path

import gate
from sqlalchemy import bindparam, select, text, update
from stage import OURS, Stage, carrier, opened, until
from webhooks import percentile

from outreach.engine.configure import configure
from outreach.engine.importing import Request, import_members
from outreach.loops.instants import local_date
from outreach.simulation.fictional import fictional_members
from outreach.simulation.visits_file import MAP, VisitLine, column_map, write
from outreach.store import tables as t
from outreach.store.actor import OPERATOR

SLOWEST, LARGEST, LEAST = 250, 400, 20_000  # ms, p99; bytes; touches a second
_EXAMPLE = Path(__file__).parent.parent / "examples" / "program.toml"
_AHEAD, _DAYS = 21, 14  # days from today to the first visits that are planned, and over how many they lie
_SLOTS = 36  # quarters of an hour from eight in the morning
_TURN = 0.01  # seconds between two turns of the calendar: a part of every lag found
_LEAD = 2.0
BYSTANDERS = 200  # people with nothing due: what is planned for later is theirs, so that no loop at work has more of it
_FIRST_ID = 10**12
_OWN = {"id": f"{_FIRST_ID} + n", "nth": "1000 + n", "due_at": "due", "planned_for": "due"}


def store_future(stage: Stage, count: int) -> float:
    """Store so many touches for the next sixty days, in no order of time; return the bytes of each, with indexes.

    They belong to the last people who were furnished, for whom nothing else is due from now on.
    """
    theirs = f"state = 'planned' AND loop_id IN (SELECT id FROM loop ORDER BY id DESC LIMIT {BYSTANDERS})"  # noqa: S608 - ours
    columns = [column.name for column in t.touch.columns]
    values = ", ".join(_OWN.get(name, "useful" if name == "useful_until" else f"one.{name}") for name in columns)
    statement = (
        f"INSERT INTO touch ({', '.join(columns)}) SELECT {values} FROM (SELECT n,"  # noqa: S608 - our own columns
        " :now + INTERVAL '2 hours' + (CAST(n AS BIGINT) * 7919 % :count) * (INTERVAL '60 days' / :count) AS due,"
        " :now + INTERVAL '61 days' AS useful FROM generate_series(1, :count) AS n) AS later"
        f" JOIN (SELECT touch.*, row_number() OVER () AS place FROM touch WHERE {theirs}) AS one"
        f" ON one.place = 1 + later.n % (SELECT count(*) FROM touch WHERE {theirs})"
    )  # fmt: skip
    size = "SELECT pg_total_relation_size('touch')"
    engine = stage.deployment.database.engine.execution_options(isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"UPDATE touch SET due_at = due_at + INTERVAL '60 days' WHERE {theirs}"))  # noqa: S608 - our own text
        connection.execute(text("VACUUM touch"))
        before = stage.ask(size)
        connection.execute(text("SET statement_timeout = 0"))
        connection.execute(text(statement), {"now": gate.NOW, "count": count})
        connection.execute(text("VACUUM ANALYZE touch"))
        connection.execute(text("CHECKPOINT"))  # they came over months: the disk is not still busy with them
    return float((stage.ask(size) - before) / count)


def spread(stage: Stage, rate: float) -> dict[int, float]:
    """Let the texts of this moment be due one after another; return how many seconds after it, by touch."""
    chosen = select(t.touch.c.id).where(t.touch.c.state == "planned", t.touch.c.due_at == gate.NOW)
    with stage.deployment.database.engine.begin() as connection:
        due = {row.id: order / rate for order, row in enumerate(connection.execute(chosen.order_by(t.touch.c.id)))}
        change = update(t.touch).where(t.touch.c.id == bindparam("touch")).values(due_at=bindparam("at"))
        rows = [{"touch": touch, "at": gate.NOW + timedelta(seconds=after)} for touch, after in due.items()]
        connection.execute(change, rows)
    return due


def turn(stage: Stage, began: float, ended: threading.Event) -> None:
    """Let the domain's time go on as the real one does; `began` is when it was two o'clock, since the epoch."""
    while not ended.wait(_TURN):
        stage.strike(gate.NOW + timedelta(seconds=time.time() - began))


def lag_and_size(url: str, folder: Path, options: argparse.Namespace) -> list[str]:
    """Return the section about how late texts leave, and how large they are."""
    wanted = int(options.rate * options.seconds)
    with opened(folder, url, wanted + BYSTANDERS) as stage, carrier(stage.public, options.latency) as network:
        size = store_future(stage, options.future)
        due = spread(stage, options.rate)
        stage.carrier_port = network.port
        stage.serve()
        stage.work(options.workers)
        began, ended = time.time() + _LEAD, threading.Event()
        turning = threading.Thread(target=turn, args=[stage, began, ended])
        turning.start()
        try:
            until(lambda: network.stats()["accepted"] >= wanted, "Not every text left.", options.seconds + 120)
        finally:
            ended.set()
            turning.join()
        arrived = network.arrivals()
    lags = [(arrived[touch] - began - after) * 1000 for touch, after in due.items()]
    return [
        f"{options.workers} workers on PostgreSQL, {options.rate:g} texts due a second for {options.seconds:g} seconds,"
        f" {options.future:,} touches planned for later. From the moment a text is due to its arrival at the carrier;"
        f" the calendar turns every {_TURN * 1000:.0f} ms, which is a part of it. p99 under {SLOWEST} ms; under"
        f" {LARGEST} bytes.",
        "",
        "| lag p50, ms | lag p99, ms | longest, ms | bytes of a planned touch, with indexes |",
        "|---:|---:|---:|---:|",
        f"| {percentile(lags, 0.5):.0f} | {percentile(lags, 0.99):.0f} | {max(lags):.0f} | {size:.0f} |",
    ]


def planning(url: str, folder: Path, options: argparse.Namespace) -> list[str]:
    """Return the section about visits files brought in at once: read, stored, opened, decided and planned."""
    folder.mkdir(parents=True, exist_ok=True)
    stage = Stage(folder, url)
    stage.found()
    each = options.planned
    programs = [_program(stage, f"plan{number}", each) for number in range(options.workers)]
    stage.analyze()
    runs = "SELECT count(*) FROM import_run WHERE counts ->> 'kind' = 'visits'"
    planned, opened_loops = "SELECT count(*) FROM touch", "SELECT count(*) FROM loop WHERE closed IS NULL"
    started = time.perf_counter()
    running = [stage.start(*OURS, "import", *files) for files in programs]
    until(lambda: stage.ask(runs) >= len(programs), "No file was ever begun.", step=0.01)
    before, began = stage.ask(planned), time.perf_counter()
    failed = [process.args for process in running if process.wait()]
    ended, made, visits = time.perf_counter(), stage.ask(planned), stage.ask(opened_loops)
    took, whole = ended - began, ended - started
    stage.end()
    if failed or visits < each * len(programs):
        raise SystemExit(f"Not every visit was brought in: the logs in {folder} say why.")
    return [
        f"{len(programs)} programs' visits files of {each:,} known members each, over {_DAYS} days, brought in by a"
        f" process each on PostgreSQL: read, stored, their loops opened and decided, their touches planned."
        f" At least {LEAST:,} touches a second.",
        "",
        "| visits a second | touches planned | touches a second | with the start of the processes |",
        "|---:|---:|---:|---:|",
        f"| {visits / whole:,.0f} | {made:,} | {(made - before) / took:,.0f} | {made / whole:,.0f} |",
    ]


def _program(stage: Stage, key: str, people: int) -> tuple[str, ...]:
    """Configure a program and bring in its members; return what `outreach import` is to be told of their visits."""
    configure(stage.deployment, OPERATOR, _EXAMPLE.read_text(encoding="utf-8").replace('"carelink"', f'"{key}"'))
    with stage.deployment.read(OPERATOR) as uow:
        today = local_date(uow.now, "America/New_York")
    ids = [f"{key}-{number}" for number in range(people)]
    members = write(stage.folder / f"{key}-members.csv", fictional_members(ids, 1, today))
    import_members(Request(stage.deployment, OPERATOR, key), members, column_map())
    lines = (VisitLine(f"V-{who}", who, "riverside", *_when(today, number)) for number, who in enumerate(ids))
    visits, meaning = write(stage.folder / f"{key}.csv", map(asdict, lines)), stage.folder / "map.toml"
    meaning.write_text(MAP, encoding="utf-8")
    return str(visits), "--map", str(meaning), "--program", key


def _when(today: date, number: int) -> tuple[str, str]:
    """Return day and time of a visit: each day has as many at each quarter of an hour."""
    hours, quarters = divmod(number // _DAYS % _SLOTS, 4)
    return (today + timedelta(days=_AHEAD + number % _DAYS)).isoformat(), f"{8 + hours:02d}:{15 * quarters:02d}"
