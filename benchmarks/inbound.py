"""The door for replies, against a bare Flask route: the same server, the same load, one run. Run by `make bench`.

    python benchmarks/inbound.py [--seconds 10] [--members 12000] [--rate 200] [--backlog 5000]

First as fast as each answers, in turns, so that a slow minute of the machine meets both: the door verifies, stores,
screens, commits what a screen found, and answers. What it says is read by a worker, which is then started: how long it
takes to catch up is told as well. Last, at a steady rate while the worker sends at full speed; a request's time counts
from when it was to leave, however late it left. Every text is from another phone, as long as there are any.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from stage import (
    ACCOUNT,
    REPORT,
    SENDER,
    TOKEN,
    Carrier,
    Stage,
    answers,
    carrier,
    ends_politely,
    free_port,
    opened,
    postgres,
    until,
    write_section,
)
from webhooks import Heard, Webhook, as_fast_as, at_rate, texts

CONNECTIONS, TURNS = 16, 3
LEAST, LEAST_SHARE, LONGEST = 400, 0.5, 150  # a second; of the bare route; milliseconds, p99
_UNREAD = "SELECT count(*) FROM reply WHERE read_at IS NULL AND read_from IS NULL AND read_with IS NULL"
# As our own web process runs: one process, eight threads, connections kept.
_BARE = ("--worker-class", "gthread", "--threads", "8", "--workers", "1", "--keep-alive", "5", "--log-level", "warning")


@dataclass(frozen=True, slots=True)
class Found:
    """What one run found."""

    ours: list[Heard]
    bare: list[Heard]
    unread: int  # when the worker began
    caught_up: float  # seconds until each of these was looked at
    steady: Heard
    sent: int
    sent_rate: float


def measure(options: argparse.Namespace) -> Found:
    """Run both servers on one PostgreSQL."""
    with ExitStack() as held:
        folder = Path(held.enter_context(tempfile.TemporaryDirectory()))
        make = held.enter_context(postgres(folder))
        stage = held.enter_context(opened(folder / "ours", make("inbound"), options.members + options.backlog))
        numbers = stage.numbers(options.members)
        network = held.enter_context(carrier(stage.public, 0.1, ""))
        stage.carrier_port = network.port
        stage.serve()
        bare = _bare(stage)
        spoken = {public: texts(public, ACCOUNT, TOKEN, SENDER, numbers) for public in (stage.public, bare)}
        heard: dict[str, list[Heard]] = {public: [] for public in spoken}
        for public, load in spoken.items():
            asyncio.run(as_fast_as(load, public, CONNECTIONS, 1.0))
        for _ in range(TURNS):
            for public, load in spoken.items():
                heard[public].append(asyncio.run(as_fast_as(load, public, CONNECTIONS, options.seconds / TURNS)))
        unread, caught_up = _catch_up(stage)
        steady, sent, rate = asyncio.run(_while_sending(stage, network, spoken[stage.public], options))
    return Found(heard[stage.public], heard[bare], unread, caught_up, steady, sent, rate)


def _catch_up(stage: Stage) -> tuple[int, float]:
    """Start a worker and return how many texts nobody had looked at yet, and after how many seconds somebody had."""
    unread = int(stage.ask(_UNREAD))
    stage.work(1)
    began = time.perf_counter()
    until(lambda: not stage.ask(_UNREAD), "The worker never caught up.", patience=300.0, step=0.05)
    return unread, time.perf_counter() - began


def _bare(stage: Stage) -> str:
    port = free_port()
    public = f"http://127.0.0.1:{port}"
    command = (sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", *_BARE, "--chdir")
    stage.start(*command, str(Path(__file__).parent), "bare:app", more={"PUBLIC_URL": public})
    until(lambda: answers(f"{public}/readyz"), "The bare route never became ready.")
    return public


async def _while_sending(
    stage: Stage, network: Carrier, load: Iterator[Webhook], options: argparse.Namespace
) -> tuple[Heard, int, float]:
    """Make the backlog due, and say things until it is sent or the time is over, whichever is first."""
    ended = asyncio.Event()
    stage.strike()
    speaking = asyncio.create_task(at_rate(load, stage.public, options.rate, ended))
    began = asyncio.get_running_loop().time()
    accepted, left = 0, options.backlog
    while (now := asyncio.get_running_loop().time()) < began + options.seconds and left:
        await asyncio.sleep(0.25)
        accepted = (await asyncio.to_thread(network.stats))["accepted"]
        left = await asyncio.to_thread(stage.unrecorded)
    ended.set()
    return await speaking, accepted, accepted / (now - began)


def lines(found: Found, options: argparse.Namespace) -> list[str]:
    """Return the section of the page."""
    ours, bare = (statistics.median(each.rate for each in heard) for heard in (found.ours, found.bare))
    slow, slow_bare = (statistics.median(each.percentile(0.99) for each in turns) for turns in (found.ours, found.bare))
    refused = sum(each.refused for each in found.ours), sum(each.refused for each in found.bare)
    steady = found.steady
    return [
        f"Texts from {options.members:,} members on PostgreSQL, {CONNECTIONS} connections, the median of {TURNS} turns."
        f" At least {LEAST} a second and {LEAST_SHARE:.0%} of the bare route; p99 under {LONGEST} ms at"
        f" {options.rate:g} a second while a worker sends.",
        "",
        "| | answered, a second | p50, ms | p99, ms | refused |",
        "|---|---:|---:|---:|---:|",
        f"| verified, stored, screened, a STOP committed, answered | {ours:,.0f} | {_half(found.ours):.0f} | {slow:.0f}"
        f" | {refused[0]} |",
        f"| a bare route: one signature, one insert | {bare:,.0f} | {_half(found.bare):.0f} | {slow_bare:.0f}"
        f" | {refused[1]} |",
        f"| share of the bare route | {ours / bare:.2f} | | | |",
        f"| at {options.rate:g} a second, a worker sending {found.sent_rate:,.0f} a second beside it"
        f" | {steady.rate:,.0f} | {steady.percentile(0.5):.0f} | {steady.percentile(0.99):.0f} | {steady.refused} |",
        "",
        f"The worker read afterwards what the door had stored: {found.unread:,} texts in {found.caught_up:.1f} s,"
        f" {found.unread / max(found.caught_up, 0.01):,.0f} a second.",
    ]


def _half(turns: list[Heard]) -> float:
    return statistics.median(each.percentile(0.5) for each in turns)


def main() -> None:
    """Measure, print, and write the section."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=10.0, help="for each of the two parts")
    parser.add_argument("--members", type=int, default=12000)
    parser.add_argument("--rate", type=float, default=200.0)
    parser.add_argument("--backlog", type=int, default=5000, help="texts that are due while replies come")
    parser.add_argument("--report", type=Path, default=REPORT)
    options = parser.parse_args()
    ends_politely()
    section = lines(measure(options), options)
    write_section("Receiving", section, options.report)
    print("\n".join(section))  # noqa: T201 - the command's output


if __name__ == "__main__":
    main()
