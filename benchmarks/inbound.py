"""The door for replies, against a bare Flask route: the same server, the same load, one run. Run by `make bench`.

    python benchmarks/inbound.py [--seconds 10] [--members 2000] [--rate 200] [--backlog 5000]

First as fast as each answers, in turns, so that a slow minute of the machine meets both. Then at a steady rate while
a worker sends at full speed; a request's time counts from when it was to leave, however late it left.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import sys
import tempfile
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
from webhooks import Heard, as_fast_as, at_rate, texts

CONNECTIONS, TURNS = 16, 3
LEAST, LEAST_SHARE, LONGEST = 400, 0.5, 150  # a second; of the bare route; milliseconds, p99
# As our own web process runs: one process, eight threads, connections kept.
_BARE = ("--worker-class", "gthread", "--threads", "8", "--workers", "1", "--keep-alive", "5", "--log-level", "warning")


@dataclass(frozen=True, slots=True)
class Found:
    """What one run found."""

    ours: list[Heard]
    bare: list[Heard]
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
        ours, other = [], []
        for warm in (stage.public, bare):
            _flat_out(warm, numbers, 1.0)
        for _ in range(TURNS):
            ours.append(_flat_out(stage.public, numbers, options.seconds / TURNS))
            other.append(_flat_out(bare, numbers, options.seconds / TURNS))
        stage.work(1)
        steady, sent, rate = asyncio.run(_while_sending(stage, network, numbers, options))
    return Found(ours, other, steady, sent, rate)


def _bare(stage: Stage) -> str:
    port = free_port()
    public = f"http://127.0.0.1:{port}"
    command = (sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", *_BARE, "--chdir")
    stage.start(*command, str(Path(__file__).parent), "bare:app", more={"PUBLIC_URL": public})
    until(lambda: answers(f"{public}/readyz"), "The bare route never became ready.")
    return public


def _flat_out(public: str, numbers: list[str], seconds: float) -> Heard:
    return asyncio.run(as_fast_as(texts(public, ACCOUNT, TOKEN, SENDER, numbers), public, CONNECTIONS, seconds))


async def _while_sending(
    stage: Stage, network: Carrier, numbers: list[str], options: argparse.Namespace
) -> tuple[Heard, int, float]:
    """Make the backlog due, and say things until it is sent or the time is over, whichever is first."""
    ended = asyncio.Event()
    load = texts(stage.public, ACCOUNT, TOKEN, SENDER, numbers)
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
        f"| stored, screened, understood and answered | {ours:,.0f} | {_half(found.ours):.0f} | {slow:.0f}"
        f" | {refused[0]} |",
        f"| a bare route: one signature, one insert | {bare:,.0f} | {_half(found.bare):.0f} | {slow_bare:.0f}"
        f" | {refused[1]} |",
        f"| share of the bare route | {ours / bare:.2f} | | | |",
        f"| at {options.rate:g} a second, a worker sending {found.sent_rate:,.0f} a second beside it"
        f" | {steady.rate:,.0f} | {steady.percentile(0.5):.0f} | {steady.percentile(0.99):.0f} | {steady.refused} |",
    ]


def _half(turns: list[Heard]) -> float:
    return statistics.median(each.percentile(0.5) for each in turns)


def main() -> None:
    """Measure, print, and write the section."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=10.0, help="for each of the two parts")
    parser.add_argument("--members", type=int, default=2000)
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
