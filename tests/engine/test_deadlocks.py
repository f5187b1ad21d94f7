"""Everything at once: texts, claims, records, decisions, callbacks and sweeps, and no transaction is refused."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from statistics import quantiles

import pytest
from scene import NOW, OPERATOR, VISIT_DAY, Scene, local

from outreach.engine.handlers import report_outcome
from outreach.engine.pump import QUEUES, pump
from outreach.loops.events import VisitCancelled, VisitMoved
from outreach.loops.outcomes import Outcome
from outreach.store import tables as t
from outreach.store.loops import LoopChangedMeanwhile

SECONDS = 2.5
BODIES = ("1", "2", "HELP", "blue bicycle", "START", "thanks")


class Load:
    """Workers that do one kind of thing until time is up, and what went wrong in them."""

    def __init__(self, scene: Scene, loops: list[int], numbers: list[str]) -> None:
        self.scene, self.loops, self.numbers = scene, loops, numbers
        self.until = time.monotonic() + SECONDS
        self.stop_took: list[float] = []
        self.lock = threading.Lock()

    def keep_doing(self, work: Callable[[random.Random], object]) -> int:
        dice, done = random.Random(threading.get_ident()), 0
        while time.monotonic() < self.until:
            try:
                work(dice)
            except LoopChangedMeanwhile:
                continue  # allowed: the rows are still there for the next try
            done += 1
        return done

    def hear(self, dice: random.Random) -> None:
        body = "STOP" if dice.random() < 0.3 else dice.choice(BODIES)
        began = time.monotonic()
        self.scene.hear(dice.choice(self.numbers), body, sid=f"SM{dice.getrandbits(64)}-{time.monotonic_ns()}")
        if body == "STOP":
            self.stop_took.append(time.monotonic() - began)

    def work(self, dice: random.Random) -> None:
        pump(self.scene.deployment, dice.choice([queue for queue in QUEUES if queue != "signals"]))

    def sweep(self, dice: random.Random) -> None:
        self.scene.timer.skew += 50  # leases end and settle times pass while others are at work
        for queue in ("leases", "looks", "decisions", "deadlines"):
            pump(self.scene.deployment, queue)

    def call_back(self, dice: random.Random) -> None:
        if not self.scene.carrier.posted:
            return
        message = dice.choice(self.scene.carrier.posted)
        status = dice.choice(["sent", "delivered", "undelivered"])
        code = dice.choice([30003, 21610]) if status == "undelivered" else None
        self.scene.call_back(message.touch, status, attempt=message.attempt, code=code)

    def decide(self, dice: random.Random) -> None:
        loop = dice.choice(self.loops)
        match dice.randrange(3):
            case 0:
                self.scene.happens(loop, VisitMoved(NOW, materially=True))
            case 1:
                self.scene.happens(loop, VisitCancelled(NOW))
            case _:
                report_outcome(self.scene.deployment, OPERATOR, loop, Outcome.NO_SHOW, None)


@pytest.mark.filterwarnings("ignore")
def test_a_mixed_load_never_deadlocks_and_leaves_every_loop_held(
    scene: Scene, record_property: Callable[[str, object], None]
) -> None:
    numbers = [f"+1202555{n:04d}" for n in range(100, 106)]
    loops = [scene.visit(scene.member(number)) for number in numbers for _ in range(3)]
    scene.settle()
    scene.at(local(VISIT_DAY - timedelta(days=3), 12))
    load = Load(scene, loops, numbers)
    kinds = [load.hear, load.hear, load.work, load.work, load.sweep, load.call_back, load.decide, load.decide]
    with ThreadPoolExecutor(len(kinds)) as threads:
        done = list(threads.map(load.keep_doing, kinds))
    assert all(done)
    assert len(scene.rows(t.reply)) > 0
    if len(load.stop_took) > 1:
        record_property("stop_p99_seconds", round(quantiles(load.stop_took, n=100)[-1], 4))
    scene.settle(200)
    scene.timer.sleep(1000)
    scene.settle(200)
    assert scene.unheld() == {}
