"""Commands that run until they are told to stop, or until there is nothing to do: the web doors, the simulator."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from outreach import app
from outreach.cli.opened import deployment
from outreach.settings import Settings
from outreach.simulation.demo import in_words
from outreach.simulation.run import simulate as play_to_the_end


def web(
    port: Annotated[int | None, typer.Option(help="Where to listen; PORT without it.")] = None,
    with_worker: Annotated[bool, typer.Option("--with-worker", help="Tick in the same process.")] = False,
) -> None:
    """Serve the doors for carriers, clinics and people."""
    settings = Settings()
    app.serve(settings.model_copy(update={"port": port}) if port else settings, with_worker)


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
