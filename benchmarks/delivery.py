"""Sending by whole processes, side by side in one run: our workers, a Celery pipeline, SQLite. Run by `make bench`.

    python benchmarks/delivery.py [--texts 10000] [--future 20000] [--only postgresql celery sqlite lag planning]

Every text passes the whole gate; its body is sealed, its rows and audit entries are written, every commit is on disk.
The carrier answers after 100 ms and tells of each text that it was sent and delivered, as fast as our web process takes
it; what it could not tell yet waits with it. All of this shares the machine: workers, web, database and carrier.
Celery and Redis are measured where `pip install -r benchmarks/requirements.txt` has put them.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import planned
import rival
from stage import (
    ACCOUNT,
    REPORT,
    SENDER,
    TOKEN,
    Carrier,
    Stage,
    carrier,
    ends_politely,
    opened,
    postgres,
    until,
    write_section,
)
from webhooks import Heard, at_rate, texts

PARTS = ("postgresql", "celery", "sqlite", "lag", "planning")
TARGETS = (
    "At least 1,500 a second on PostgreSQL and four times the Celery pipeline; 300 on SQLite while replies are answered"
    " within 300 ms (p99); callbacks taken at 200 a second on PostgreSQL and 100 on SQLite."
)
_LONGEST = 900.0  # seconds for one part


@dataclass(frozen=True, slots=True)
class Sent:
    """What one way of sending found; seconds and counts."""

    texts: int
    seconds: float
    told: float  # callbacks a second while texts left
    drained: float  # seconds from the last record until the last callback was taken
    twice: int
    refused: int
    replies: Heard | None = None

    @property
    def rate(self) -> float:
        """Texts a second, from the clock's stroke to the last record."""
        return self.texts / self.seconds


def send_all(
    stage: Stage, network: Carrier, wanted: int, begin: Callable[[], object], over: Callable[[], object] = bool
) -> Sent:
    """Begin, and wait until all is recorded and `over`; then until the carrier has told everything."""
    began, clock = time.monotonic(), time.time()
    begin()
    until(lambda: stage.unrecorded() == 0, "Not every text was recorded.", _LONGEST)
    seconds, ended = time.monotonic() - began, time.time()
    over()
    until(lambda: network.stats()["waiting"] == 0, "Callbacks were left over.", _LONGEST, 0.25)
    stats, drained = network.stats(), time.monotonic() - began - seconds
    told = sum(count for second, count in stats["told"] if clock <= second <= ended)
    sys.stderr.write(f"{wanted:,} texts recorded in {seconds:.1f} s, callbacks drained {drained:.1f} s later\n")
    left_over = stats["given_up"] + int(stage.ask("SELECT count(*) FROM parked_callback"))
    return Sent(wanted, seconds, told / seconds, drained, stats["twice"], left_over)


def ours(url: str, folder: Path, options: argparse.Namespace) -> Sent:
    """Send with two workers on PostgreSQL."""
    rate = options.told
    with opened(folder, url, options.texts) as stage, carrier(stage.public, options.latency, rate=rate) as network:
        stage.carrier_port = network.port
        stage.serve()
        stage.work(options.workers)
        return send_all(stage, network, options.texts, stage.strike)


def celery(url: str, folder: Path, options: argparse.Namespace) -> Sent:
    """Send the same with as many Celery workers."""
    rate = options.told
    with opened(folder, url, options.texts) as stage, carrier(stage.public, options.latency, rate=rate) as network:
        stage.carrier_port = network.port
        stage.serve()
        stage.strike()
        ids = rival.due(stage)
        with rival.pipeline(stage, options.workers) as enqueue:
            return send_all(stage, network, len(ids), lambda: enqueue(ids))


def sqlite(folder: Path, options: argparse.Namespace) -> Sent:
    """Send with the one process of SQLite, while members reply."""
    with opened(folder, f"sqlite:///{folder}/bench.db", options.texts + options.members) as stage:
        numbers = stage.numbers(options.members)
        with carrier(stage.public, options.latency, rate=options.told / 2) as network:
            stage.carrier_port = network.port
            stage.serve("--with-worker")
            return asyncio.run(_while_heard(stage, network, numbers, options))


async def _while_heard(stage: Stage, network: Carrier, numbers: list[str], options: argparse.Namespace) -> Sent:
    ended, loop = asyncio.Event(), asyncio.get_running_loop()
    load = texts(stage.public, ACCOUNT, TOKEN, SENDER, numbers)
    speaking = asyncio.create_task(at_rate(load, stage.public, options.replies, ended))

    def over() -> None:
        loop.call_soon_threadsafe(ended.set)

    sent = await asyncio.to_thread(send_all, stage, network, options.texts, stage.strike, over)
    heard = await speaking
    return Sent(sent.texts, sent.seconds, sent.told, sent.drained, sent.twice, sent.refused, heard)


def sending_lines(found: dict[str, Sent], options: argparse.Namespace) -> list[str]:
    """Return the section about sending."""
    lines = [
        f"{options.texts:,} texts due at one stroke; {options.workers} workers on PostgreSQL; the carrier answers after"
        f" {options.latency * 1000:.0f} ms. {TARGETS}",
        "",
        "| | texts a second | seconds | callbacks a second meanwhile | drained after, s | twice | not applied |",
        "|---|---:|---:|---:|---:|---:|---:|",
    ]
    for name, sent in found.items():
        lines.append(
            f"| {name} | {sent.rate:,.0f} | {sent.seconds:.1f} | {sent.told:,.0f} | {sent.drained:.1f} | {sent.twice}"
            f" | {sent.refused} |"
        )
    lines.append("")
    if "PostgreSQL" in found and rival.NAME in found:
        times = found["PostgreSQL"].rate / found[rival.NAME].rate
        lines.append(f"Our workers send {times:.1f} times as many as the Celery pipeline.")
    elif rival.missing():
        lines.append(f"The Celery pipeline was not measured: {rival.missing()}.")
    lines += [
        f"Replies on {name} while it sent: {sent.replies.rate:,.0f} a second, p50"
        f" {sent.replies.percentile(0.5):.0f} ms, p99 {sent.replies.percentile(0.99):.0f} ms,"
        f" {sent.replies.refused} refused."
        for name, sent in found.items()
        if sent.replies is not None
    ]
    return lines


def measure(options: argparse.Namespace) -> dict[str, list[str]]:
    """Run the parts that were asked for; return the sections by title."""
    sections, found = {}, {}
    with tempfile.TemporaryDirectory() as name, postgres(Path(name)) as make:
        folder = Path(name)
        if "postgresql" in options.only:
            found["PostgreSQL"] = ours(make("ours"), folder / "ours", options)
        if "celery" in options.only and not rival.missing():
            found[rival.NAME] = celery(make("celery"), folder / "celery", options)
        if "sqlite" in options.only:
            found["SQLite"] = sqlite(folder / "sqlite", options)
        if found:
            sections["Sending"] = sending_lines(found, options)
        if "lag" in options.only:
            sections["Lag and size"] = planned.lag_and_size(make("lag"), folder / "lag", options)
        if "planning" in options.only:
            sections["Planning"] = planned.planning(make("planning"), folder / "planning", options)
    return sections


def main() -> None:
    """Measure, print, and write the sections."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--texts", type=int, default=10_000, help="due at once")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--latency", type=float, default=0.1, help="seconds that the carrier takes")
    parser.add_argument("--told", type=float, default=230.0, help="callbacks a second, half as many on SQLite; 0: all")
    parser.add_argument("--replies", type=float, default=10.0, help="a second, on SQLite while it sends")
    parser.add_argument("--future", type=int, default=20_000, help="touches planned for later while lag is measured")
    parser.add_argument("--rate", type=float, default=200.0, help="texts due a second while lag is measured")
    parser.add_argument("--seconds", type=float, default=10.0, help="how long lag is measured")
    parser.add_argument("--members", type=int, default=2000, help="who reply")
    parser.add_argument("--planned", type=int, default=20_000, help="visits of each program that are planned")
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS)
    parser.add_argument("--report", type=Path, default=REPORT)
    options = parser.parse_args()
    ends_politely()
    for title, lines in measure(options).items():
        write_section(title, lines, options.report)
        sys.stdout.write("\n".join([f"## {title}", "", *lines, "", ""]))


if __name__ == "__main__":
    main()
