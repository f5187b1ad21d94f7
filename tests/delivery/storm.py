"""A crowd whose texts are due, phones that speak meanwhile, processes that are killed: and what must be true after."""

from __future__ import annotations

import random
import signal
import threading
import time
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import islice, product
from typing import Any

from carrier_faults import CALLBACK_STORM, LIST_STORM, STORM
from carrier_stub import Stub
from fleet import ACCOUNT, SENDER, Fleet
from scene import OPERATOR, Scene
from sqlalchemy import select

from outreach.engine.decide import decide
from outreach.store import tables as t

TODAY = datetime(2026, 11, 18, 17, 0, tzinfo=UTC)  # a Wednesday noon in New York; the calendar stands still there
VISIT, VISIT_TIME = date(2027, 1, 20), datetime(2027, 1, 20, 14, 30, tzinfo=UTC).time()
STOPS = ("STOP", "Stop texting me", "parar", "STOPALL")
WORDS = ("Hello", "Can somebody call me?", "1", "gracias")
_BATCH = 250


def numbers(count: int) -> list[str]:
    """Return so many fictional numbers: 555-0100 to 0199 of one area after the other."""
    areas = (area for area in range(212, 990) if area % 100 != 11 and area % 10 != area // 10 % 10)
    return [f"+1{area}55501{line:02d}" for area, line in islice(product(areas, range(100)), count)]


def crowd(scene: Scene, count: int) -> list[str]:
    """Enrol so many members, each with a visit and a first text that is due; return their numbers."""
    scene.at(TODAY)
    found = numbers(count)
    for start in range(0, count, _BATCH):
        with scene.deployment.write(OPERATOR) as uow:
            members = [scene.new_member(uow, [number]) for number in found[start : start + _BATCH]]
            decide(uow, [scene._visit(uow, member, VISIT, VISIT_TIME, {}) for member in members])
            uow.commit()
    return found


@dataclass
class Storm:
    """Faults by a seed: the carrier's, the phones' and the kills."""

    stub: Stub
    fleet: Fleet
    phones: list[str]
    seed: int
    every: float = 3.0  # seconds between two blows to a process, once the web answers again
    pause: float = 1.2  # shorter than a lease: who wakes must give back what it holds, and no list can say otherwise
    over: threading.Event = field(default_factory=threading.Event)
    said: int = 0

    def break_out(self) -> None:
        """Let the carrier misbehave."""
        self.stub.mix(seed=self.seed, post=STORM, get=LIST_STORM, callbacks=CALLBACK_STORM, seconds=2.5)

    def talk(self, pause: float) -> None:
        """Let phones say things until the storm is over: one in three a STOP, some of them brought by no webhook."""
        dice = random.Random(self.seed)
        while not self.over.wait(pause):
            body = dice.choice(STOPS if dice.random() < 0.34 else WORDS)
            copies = dice.choice((0, 1, 1, 1, 3))
            self.stub.say(dice.choice(self.phones), SENDER, body, ACCOUNT, copies=copies)
            self.said += 1
            if dice.random() < 0.02:
                self.stub.replay()
            if dice.random() < 0.05:
                self.stub.forge(dice.choice(self.phones), ACCOUNT)

    def strike(self, until_done: Any, longest: float) -> None:
        """Kill, end or pause one process after the other, until everything was tried once or time is over.

        The first blow falls however quick they were.
        """
        dice = random.Random(self.seed + 1)
        give_up = time.monotonic() + longest
        while True:
            self.fleet.ready()
            time.sleep(min(self.every, longest / 4))
            victim = dice.choice(self.fleet.processes)
            blow = dice.choices(("kill", "end", "pause"), (6, 1, 2))[0]
            if blow == "pause":
                self.fleet.pause(victim, self.pause)
            else:
                self.fleet.kill(victim, signal.SIGKILL if blow == "kill" else signal.SIGTERM)
            if time.monotonic() > give_up or until_done():
                break


def tried(scene: Scene) -> bool:
    """Whether every first text that is due has been tried."""
    with scene.deployment.read(OPERATOR) as uow:
        return not uow.all(_due(uow.now).where(t.touch.c.step == "welcome"))


def time_passes(scene: Scene, by: timedelta = timedelta(minutes=3)) -> bool:
    """Turn the calendar a little, up to five in the afternoon: what was held or throttled becomes due, or is read.

    Returns whether two hours are over.
    """
    now = scene.deployment.database.now()
    scene.at(min(now + by, TODAY + timedelta(hours=5)))
    time.sleep(0.2)
    return now > TODAY + timedelta(hours=2)


def drained(scene: Scene, stub: Stub) -> bool:
    """Whether nothing is on its way any more, in either direction."""
    return not under_way(scene, stub)


def under_way(scene: Scene, stub: Stub) -> list[str]:
    """Return what is still on its way: webhooks of the carrier's, touches, replies, callbacks, events."""
    with scene.deployment.read(OPERATOR) as uow:
        stored = {row.sid for row in uow.all(select(t.reply.c.sid))}
        left = _LEFT | {"due": _due(uow.now)}
        names = [name for name, query in left.items() if uow.all(query)]
    not_brought = [row["sid"] for row in stub.inbound() if row["sid"] not in stored]
    return names + ["webhooks"] * bool(stub.waiting()) + ["not stored"] * bool(not_brought)


_LEFT = {
    "in flight": select(t.touch.c.id).where(t.touch.c.state.in_(("claimed", "unknown"))).limit(1),
    "unread": select(t.reply.c.id).where(t.reply.c.read_at.is_(None)).limit(1),
    "unapplied": select(t.callback.c.id).limit(1),
    "unheard": select(t.loop_event.c.id).where(t.loop_event.c.consumed_at.is_(None)).limit(1),
}


def _due(now: datetime) -> Any:
    return select(t.touch.c.id).where(t.touch.c.state == "planned", t.touch.c.due_at <= now).limit(1)
