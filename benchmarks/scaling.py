"""How sending scales on PostgreSQL: workers, and touches planned for later. Run by hand; docs/scaling.md quotes it.

    python benchmarks/scaling.py [--texts 6000] [--workers 1 2 4] [--future 10000 100000 1000000] [--plain]

For each number of planned touches one database; in it, for each number of workers, so many texts are due at one stroke.
`--plain` runs the same with workers that carry no job engine.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path

import gate
from planned import BYSTANDERS, store_future
from sqlalchemy import text
from stage import HERE, Stage, carrier, ends_politely, opened, postgres, until

_BETWEEN = timedelta(minutes=10)
_LONGEST = 900.0


def shared_out(stage: Stage, turns: int) -> None:
    """Let every `turns`-th text be due at two o'clock, the next ones ten minutes later, and so on."""
    later = (
        "UPDATE touch SET due_at = due_at + later.part * :between FROM (SELECT id, row_number() OVER (ORDER BY id)"
        " % :turns AS part FROM touch WHERE state = 'planned' AND due_at = :now) AS later WHERE touch.id = later.id"
    )
    with stage.deployment.database.engine.begin() as connection:
        connection.execute(text(later), {"between": _BETWEEN, "turns": turns, "now": gate.NOW})


def rate(stage: Stage, workers: int, turn: int, plain: bool) -> float:
    """Return texts a second, from the stroke to the last record."""
    before, at = list(stage.running), gate.NOW + turn * _BETWEEN
    if plain:
        for _ in range(workers):
            stage.start(sys.executable, str(HERE / "plain.py"))
        until(lambda: stage.ask("SELECT count(*) FROM worker") >= workers, "The workers never became ready.")
    else:
        stage.work(workers)
    time.sleep(3)
    wanted, began = stage.unrecorded(at), time.monotonic()
    stage.strike(at)
    until(lambda: stage.unrecorded(at) == 0, "Not every text was recorded.", _LONGEST)
    took = time.monotonic() - began
    for process in stage.running[len(before) :]:
        process.terminate()
        process.wait()
    until(lambda: stage.ask("SELECT count(*) FROM worker") == 0, "The workers never left.")
    return wanted / took


def measure(options: argparse.Namespace) -> list[str]:
    """Return the table."""
    lines = [
        "| planned for later | " + " | ".join(f"{workers} workers" for workers in options.workers) + " |",
        "|---:|" + "---:|" * len(options.workers),
    ]
    with tempfile.TemporaryDirectory() as name, postgres(Path(name)) as make:
        for future in options.future:
            people = options.texts * len(options.workers) + BYSTANDERS
            furnished = opened(Path(name) / str(future), make(f"later{future}"), people)
            with furnished as stage, carrier(stage.public, options.latency, "") as network:
                stage.carrier_port = network.port
                store_future(stage, future)
                shared_out(stage, len(options.workers))
                found = [rate(stage, workers, turn, options.plain) for turn, workers in enumerate(options.workers)]
            lines.append(f"| {future:,} | " + " | ".join(f"{each:,.0f}" for each in found) + " |")
            sys.stderr.write(lines[-1] + "\n")
    return lines


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--texts", type=int, default=6000, help="due at once")
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2, 4])
    parser.add_argument("--future", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--latency", type=float, default=0.1, help="seconds that the carrier takes")
    parser.add_argument("--plain", action="store_true", help="without procrastinate")
    options = parser.parse_args()
    ends_politely()
    sys.stdout.write("\n".join(measure(options)) + "\n")


if __name__ == "__main__":
    main()
