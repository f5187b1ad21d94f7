"""One world of a demo: its own folder and database, the people in it, and how it goes away again."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from outreach.bootstrap import bootstrap, open_database
from outreach.channels.phones import Temper
from outreach.engine.calendars import set_calendar
from outreach.engine.deployment import Deployment, Timer
from outreach.settings import Settings, Timing
from outreach.simulation import world
from outreach.simulation.play import PLAYER, Player
from outreach.store.reads.scoreboard import visit_days

# A visitor sees a text in doubt settle: seconds instead of minutes, in the same proportions.
SHORT = Timing(settle=3, look_again=2, lease=8, unknown_to_task=15)


@dataclass(frozen=True, slots=True)
class Script:
    """What all worlds of one demo share; with the key file they share, a visitor stays signed in from one to the next.

    `base` is the folder they are made in, `members` how many people each has.
    """

    base: Path
    port: int
    members: int
    timer: Timer
    temper: Temper = field(default_factory=Temper)

    def tidy(self) -> None:
        """Remove the worlds that an earlier demo left in this folder; the keys stay."""
        for left in self.base.glob("world-*"):
            shutil.rmtree(left)


@dataclass(frozen=True, slots=True)
class Stage:
    """A world that is built and begins. `first_day` and `last_day` are those of its visits."""

    deployment: Deployment
    player: Player
    folder: Path
    seed: int
    first_day: date
    last_day: date

    def close(self) -> None:
        """Let go of the database, and remove everything of this world."""
        self.deployment.database.engine.dispose()
        shutil.rmtree(self.folder)


def morning_after(instant: datetime) -> datetime:
    """Return two in the afternoon, UTC, of the next day: office hours in every demo clinic."""
    return datetime.combine(instant.date() + timedelta(days=1), time(14), UTC)


def begin(deployment: Deployment) -> None:
    """Stop the calendar at the start of the demo's first day."""
    set_calendar(deployment, morning_after(deployment.timer.now()))


def raise_stage(script: Script, number: int, seed: int) -> Stage:
    """Build the `number`th world of a demo, from its seed. Raises UnsafeSettings where a carrier is configured."""
    folder = script.base / f"world-{number}"
    settings = Settings(
        mode="demo",
        database_url=f"sqlite:///{folder}/outreach.db",
        key_file=script.base / "keys.json",
        port=script.port,
        public_url=f"http://127.0.0.1:{script.port}",
        timing=SHORT,
    )
    database = open_database(settings, script.timer, create=True)
    deployment = bootstrap(settings, database=database, timer=script.timer, temper=script.temper)
    begin(deployment)
    world.build(deployment, folder, seed, script.members)
    player = Player(deployment, seed)
    player.begin()
    with deployment.read(PLAYER) as uow:
        first, last = visit_days(uow)
    return Stage(deployment, player, folder, seed, first, last)
