"""How long the console's pages take on a large deployment, and what they weigh. Run by `make bench`.

    python benchmarks/console.py [--loops 100000] [--tasks 20000] [--only sqlite postgresql]

Server time of whole requests through the application, one after another in one process, after some that warm it up;
statements of each; bytes as they travel, the first time with every file a page loads, and after that.
"""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import gate
from flask.testing import FlaskClient
from sqlalchemy import Engine, event, select, text
from stage import postgres, write_section
from webhooks import percentile

from outreach.app import create_app
from outreach.bootstrap import RealTimer, bootstrap, open_database
from outreach.engine import audit_chain
from outreach.engine.deployment import Deployment
from outreach.engine.holds import name_holds
from outreach.engine.signing_in import Visitor, begin_training
from outreach.loops.tasks import RULES, TaskKind
from outreach.settings import Settings
from outreach.store import tables as t
from outreach.store.actor import OPERATOR

SLOWEST, FIRST, AFTER = 100, 150, 30  # milliseconds, p95; kilobytes
WARM, TURNS, CHUNK, PEOPLE = 3, 30, 5000, 40
_KINDS = [
    TaskKind.CALL_MEMBER,
    TaskKind.RESCHEDULE,
    TaskKind.ARRANGE_RIDE,
    TaskKind.UNMATCHED_TEXT,
    TaskKind.VERIFY_PHONE,
]
# (page, whose): one that lists comes first; `{loop}`, `{task}` and `{member}` are filled in.
LISTS = (
    ("/tasks", "supervisor"), ("/tasks?mine=1", "supervisor"), ("/tasks?queue=schedulers", "supervisor"),
    ("/loops", "supervisor"), ("/loops?show=closed", "supervisor"), ("/unmatched", "coordinator"),
    ("/members", "coordinator"), ("/audit", "privacy_officer"), ("/people", "administrator"),
    ("/recordings", "program_staff"), ("/words", "program_staff"), ("/settings", "program_staff"),
    ("/cadences", "program_staff"),
)  # fmt: skip
SINGLE = (
    ("/tasks/{task}", "coordinator"), ("/loops/{loop}", "coordinator"), ("/members/{member}", "coordinator"),
    ("/loops/{loop}/evidence", "coordinator"), ("/huddle", "supervisor"), ("/account", "coordinator"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Seen:
    """What one page took: milliseconds of each request, statements, and bytes."""

    page: str
    times: list[float]
    statements: int
    first: int
    after: int


def furnish(deployment: Deployment, loops: int, open_tasks: int) -> None:
    """Store so many open loops with half a year each, and open tasks of forty people and of queues."""
    audit_chain.begin_codes(deployment)
    with deployment.write(OPERATOR) as uow:
        gate.furnish(uow, loops)
        rows = uow.all(text("SELECT id, member_id FROM loop ORDER BY id LIMIT :n").bindparams(n=open_tasks))
        for start in range(0, len(rows), CHUNK):
            uow.insert(
                t.task, [_task(uow.next_id(), start + n, row) for n, row in enumerate(rows[start : start + CHUNK])]
            )
        every = [row.id for row in uow.all(select(t.loop.c.id).order_by(t.loop.c.id))]
        for start in range(0, len(every), CHUNK):
            name_holds(uow, every[start : start + CHUNK])
        uow.commit()
    with deployment.database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))


def _task(new: int, number: int, row: object) -> dict[str, object]:
    """Return a task; every tenth loop's belongs to no loop, every third is late, every fourth nobody took."""
    kind = _KINDS[number % len(_KINDS)]
    rule, due = RULES[kind], gate.NOW + timedelta(hours=number % 240 - 80)
    return {
        "id": new, "program_id": gate.PROGRAM, "loop_id": row.id if number % 10 else None, "member_id": row.member_id,  # type: ignore[attr-defined] # a row
        "kind": kind.value, "owner_queue": rule.queue, "state": "open",
        "owner_person": f"Person {number % PEOPLE}" if number % 4 else None,
        "priority": rule.priority.value, "opened_at": due - timedelta(days=2), "due_at": due,
        "acknowledge_by": due - timedelta(days=1),
    }  # fmt: skip


@contextmanager
def counted(engine: Engine) -> Iterator[list[str]]:
    """Count the statements that are sent."""
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        sent.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    yield sent
    event.remove(engine, "before_cursor_execute", note)


class Visits:
    """Signed-in clients of one deployment, one for each role."""

    def __init__(self, deployment: Deployment) -> None:
        """Make the application."""
        self.deployment = deployment
        self.app = create_app(deployment)
        self._clients: dict[str, FlaskClient] = {}

    def client(self, role: str) -> FlaskClient:
        """Return a client that somebody of a role is signed in with."""
        if role not in self._clients:
            client = self.app.test_client()
            with client.session_transaction() as kept:
                kept["token"] = begin_training(self.deployment, f"Person {len(self._clients)}", role, Visitor("", ""))
            self._clients[role] = client
        return self._clients[role]

    def look(self, page: str, role: str, turns: int) -> Seen | None:
        """Ask for a page again and again; None where this deployment has no such page."""
        client, headers = self.client(role), {"Accept-Encoding": "gzip, br"}
        answer = client.get(page, headers=headers)
        if answer.status_code != 200:
            sys.stderr.write(f"{page}: {answer.status_code}\n")
            return None
        plain = client.get(page).get_data(as_text=True)
        files = sorted(set(re.findall(r'(?:src|href)="(/static/[^"#]+)', plain)))
        weight = sum(len(client.get(each.replace("&amp;", "&"), headers=headers).data) for each in files)
        for _ in range(WARM):
            client.get(page, headers=headers)
        with counted(self.deployment.database.engine) as sent:
            client.get(page, headers=headers)
        times = []
        for _ in range(turns):
            began = time.perf_counter()
            client.get(page, headers=headers)
            times.append((time.perf_counter() - began) * 1000)
        return Seen(page, times, len(sent), len(answer.data) + weight, len(answer.data))


def measure(url: str, folder: Path, options: argparse.Namespace) -> list[Seen]:
    """Return what each page took on one database."""
    timer = RealTimer()
    settings = Settings(database_url=url, key_file=folder / "keys.json", mode="demo")
    deployment = bootstrap(settings, database=open_database(settings, timer, create=True), timer=timer)
    furnish(deployment, options.loops, options.tasks)
    with deployment.read(OPERATOR) as uow:
        row = uow.all(text("SELECT id, loop_id, member_id FROM task WHERE loop_id IS NOT NULL ORDER BY id LIMIT 1"))[0]
    named = {"task": row.id, "loop": row.loop_id, "member": row.member_id}
    visits = Visits(deployment)
    wanted = [(page.format(**named), role) for page, role in (*LISTS, *SINGLE)]
    found = [seen for page, role in wanted if (seen := visits.look(page, role, options.turns)) is not None]
    deployment.database.engine.dispose()
    return found


def lines(found: dict[str, list[Seen]], options: argparse.Namespace) -> list[str]:
    """Return the section of the page."""
    head = [
        f"{options.loops:,} open loops, {options.tasks:,} open tasks, {options.turns} requests of each page after"
        f" {WARM + 2} that warm it up. A page that lists under {SLOWEST} ms; under {FIRST} kB with every file the first"
        f" time, under {AFTER} kB after that.",
        "",
        "| page | database | p50, ms | p95, ms | statements | first, kB | after, kB |",
        "|---|---|---:|---:|---:|---:|---:|",
    ]
    return head + [
        f"| {re.sub('[0-9]{4,}', 'N', seen.page)} | {name} | {percentile(seen.times, 0.5):.0f}"
        f" | {percentile(seen.times, 0.95):.0f} | {seen.statements} | {seen.first / 1000:.0f}"
        f" | {seen.after / 1000:.1f} |"
        for name, every in found.items()
        for seen in every
    ]


def main() -> None:
    """Measure, print, and write the section."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--loops", type=int, default=100_000)
    parser.add_argument("--tasks", type=int, default=20_000)
    parser.add_argument("--turns", type=int, default=TURNS)
    parser.add_argument("--only", nargs="+", choices=("sqlite", "postgresql"), default=("sqlite", "postgresql"))
    options = parser.parse_args()
    found = {}
    with ExitStack() as held:
        folder = Path(held.enter_context(tempfile.TemporaryDirectory()))
        if "postgresql" in options.only:
            make = held.enter_context(postgres(folder))
            found["PostgreSQL"] = measure(make("console"), folder, options)
        if "sqlite" in options.only:
            found["SQLite"] = measure(f"sqlite:///{folder}/console.db", folder / "small", options)
    write_section("Console", lines(found, options))
    sys.stdout.write("\n".join(lines(found, options)) + "\n")


if __name__ == "__main__":
    main()
