"""Our own processes as an operator starts them: web and workers, killed, paused and started again."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from carrier_webhooks import answered

ACCOUNT, TOKEN, SENDER, PUBLIC = "AC" + "0" * 32, "a-token", "+12025550100", "https://care.example.org"
COMMAND = (sys.executable, "-c", "from outreach.cli import main; main()")
# Shorter than the real ones, in the same proportions: a look comes later than the carrier's list can lag.
TIMING = {
    "POST_TIMEOUT": 2.0, "GIVE_BACK": 1.0, "SETTLE": 1.5, "LOOK_AGAIN": 1.0, "LEASE": 5.0, "STOP_WAIT": 10.0,
    "RECONCILE": 2.0, "RECONCILE_AGAIN": 1.0, "TICK": 0.05,
}  # fmt: skip
LIST_LAG = 0.5


def environment(database: str, keys: Path, carrier: str, port: int) -> dict[str, str]:
    """Return the settings of one deployment, as an operator writes them."""
    timing = {f"OUTREACH_TIMING_{name}": str(seconds) for name, seconds in TIMING.items()}
    return timing | {
        "DATABASE_URL": database, "OUTREACH_KEY_FILE": str(keys), "PORT": str(port), "PUBLIC_URL": PUBLIC,
        "TWILIO_ACCOUNT_SID": ACCOUNT, "TWILIO_AUTH_TOKEN": TOKEN, "TWILIO_FROM": SENDER, "TWILIO_BASE_URL": carrier,
        "PROVIDER_STOP_FILTER": "off", "STOP_REPLY_BY": "app",
    }  # fmt: skip


@dataclass
class Process:
    """One of ours, with the processes it started; `before` is what runs it somewhere else (`ip netns exec ...`)."""

    name: str
    arguments: tuple[str, ...]
    settings: Mapping[str, str]
    log: IO[bytes]
    before: tuple[str, ...] = ()
    command: tuple[str, ...] = COMMAND
    running: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self.running = subprocess.Popen(
            [*self.before, *self.command, *self.arguments],
            env=os.environ | self.settings, stdout=self.log, stderr=self.log, start_new_session=True,
        )  # fmt: skip

    def send(self, number: int) -> None:
        """Send a signal to it and all it started."""
        assert self.running is not None
        with suppress(ProcessLookupError):
            os.killpg(self.running.pid, number)

    def end(self, number: int = signal.SIGKILL, patience: float = 25.0) -> int:
        """End it; return its exit code."""
        assert self.running is not None
        self.send(number)
        try:
            return self.running.wait(patience)
        finally:
            self.send(signal.SIGKILL)


@dataclass
class Fleet:
    """A deployment's processes."""

    port: int
    processes: list[Process] = field(default_factory=list)
    killed: int = 0
    paused: int = 0

    def __enter__(self) -> Fleet:
        for process in self.processes:
            process.start()
        return self

    def __exit__(self, *_: object) -> None:
        for process in self.processes:
            with suppress(subprocess.TimeoutExpired):
                process.end()
            process.log.close()

    def kill(self, process: Process, number: int = signal.SIGKILL) -> None:
        """End one and start it again at once."""
        process.end(number)
        process.start()
        self.killed += 1

    def pause(self, process: Process, seconds: float) -> None:
        """Stop one in the middle of whatever it does, and let it go on."""
        process.send(signal.SIGSTOP)
        time.sleep(seconds)
        process.send(signal.SIGCONT)
        self.paused += 1

    def ready(self, patience: float = 60.0) -> None:
        """Wait until a webhook could be stored."""
        until(self._ready, patience, "The web process never became ready.")

    def _ready(self) -> bool:
        try:
            return answered(f"http://127.0.0.1:{self.port}", "GET", "/readyz")[0] == 200
        except OSError:
            return False

    def metric(self, name: str) -> float:
        """Return one number of /metrics, without labels."""
        _, page = answered(f"http://127.0.0.1:{self.port}", "GET", "/metrics")
        (line,) = (line for line in page.decode().splitlines() if line.startswith(f"{name} "))
        return float(line.split()[1])


def run(settings: Mapping[str, str], *arguments: str) -> str:
    """Run one command of `outreach` to its end; return what it said."""
    done = subprocess.run(
        [*COMMAND, *arguments], env=os.environ | settings, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def fleet(settings: Mapping[str, str], folder: Path, workers: int) -> Fleet:
    """Return one web process and so many workers, not started; without workers the web process ticks by itself."""
    one = ("web",) if workers else ("web", "--with-worker")
    made = Fleet(int(settings["PORT"]))
    wanted = [("web", one), *((f"worker-{n}", ("worker",)) for n in range(workers))]
    for name, arguments in wanted:
        made.processes.append(Process(name, arguments, settings, (folder / f"{name}.log").open("ab")))
    return made


def until(done: Callable[[], bool], patience: float, why: str | Callable[[], str]) -> None:
    """Wait until a function says yes."""
    give_up = time.monotonic() + patience
    while not done():
        assert time.monotonic() < give_up, why if isinstance(why, str) else why()
        time.sleep(0.1)
