"""Commands that run: the web doors, the worker, the simulator, the export of evidence."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from outreach import app as web_app
from outreach.cli.opened import deployment
from outreach.engine.evidence import export
from outreach.settings import Settings
from outreach.simulation.demo import in_words
from outreach.simulation.run import simulate as play_to_the_end
from outreach.store.actor import OPERATOR
from scheduler.run import run_worker


def web(
    port: Annotated[int | None, typer.Option(help="Where to listen; PORT without it.")] = None,
    with_worker: Annotated[bool, typer.Option("--with-worker", help="Tick in the same process.")] = False,
) -> None:
    """Serve the doors for carriers, clinics and people."""
    settings = Settings()
    web_app.serve(settings.model_copy(update={"port": port}) if port else settings, with_worker)


def worker() -> None:
    """Plan, send, record and tell until SIGTERM; finishes what is under way."""
    run_worker(Settings())


def simulate(
    seed: Annotated[int, typer.Option(help="The same seed gives the same result.")] = 1,
    check: Annotated[bool, typer.Option("--check", help="Look at loop_health after every step.")] = False,
) -> None:
    """Play the world in this database to its end, on a stepping calendar, with simulated members and clinics."""
    with deployment() as opened:
        days: set[str] = set()

        def watch(instant: datetime) -> None:
            day = f"{instant:%a %b %d}"
            if day not in days:
                days.add(day)
                typer.echo(day, err=True)

        typer.echo(in_words(play_to_the_end(opened, seed, check_every_step=check, watch=watch)))


def evidence(
    folder: Annotated[Path, typer.Argument(help="A folder for the JSONL files; numbers are in clear.")],
    since: Annotated[datetime | None, typer.Option(help="Only what is dated at or after this (UTC).")] = None,
) -> None:
    """Write what was received, sent, consented, promised and done, one JSONL file each."""
    with deployment() as opened:
        # A date on the command line has no zone: it means UTC.
        done = export(opened, OPERATOR, folder, since.replace(tzinfo=UTC) if since else None)
    typer.echo(", ".join(f"{name} {count}" for name, count in done.rows.items()))
    if done.withheld:
        typer.echo(f"{done.withheld:,} values are left empty: members limit what may be shared.")
