"""Many workers at once on one phone that several members share: no cap is ever exceeded, by a text or by a rule."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from interleaving import replaced
from scene import ANA, OPERATOR, PROGRAM, VISIT_DAY, Scene, local
from sqlalchemy import update

import outreach.engine.claim as claiming
from locales.factory import voice_scripts
from outreach.engine import folder
from outreach.store import people, touches
from outreach.store import tables as t
from outreach.store.unit_of_work import UnitOfWork

SENDER = "+12025550100"
NOON = local(VISIT_DAY - timedelta(days=3), 12)  # a Saturday, days after everybody was welcomed
MEMBERS, TEXTS_EACH = 4, 6
THREADS = {"sqlite": 4, "postgresql": 20}
PLENTY = {"per_day": 99, "per_week": 99}
on_postgres_only = pytest.mark.parametrize("database", ["postgresql"], indirect=True)  # SQLite has one writer anyway


def _crowd(scene: Scene, number: str = ANA) -> None:
    """Members on one phone, each with many texts that are due at once, in two queues."""
    loops = [scene.visit(scene.member(number)) for _ in range(MEMBERS)]
    scene.settle()
    scene.at(NOON)
    nth = count(100)
    with scene.deployment.write(OPERATOR) as uow:
        uow.execute(update(t.touch).where(t.touch.c.state == "planned").values(state="cancelled"))
        welcomed = uow.all(t.touch.select().where(t.touch.c.step == "welcome", t.touch.c.loop_id.in_(loops)))
        (like, *_) = (row for row in welcomed if row.state == "sent")
        shared = {"words": "moved", "step": "crowd", "due_at": uow.now, "useful_until": uow.now + timedelta(days=30)}
        kept = ("loop_id", "member_id", "program_id", "contact_point_id", "anchor_version", "category", "sender")
        for row in welcomed:
            own = {name: getattr(row, name) for name in kept} | {"contact_point_id": like.contact_point_id}
            queues = ["bulk", "day-of"] * (TEXTS_EACH // 2)
            rows = [touches.new_row(uow, **own, **shared, queue=queue, nth=next(nth)) for queue in queues]
            touches.insert(uow, rows)
        uow.commit()


def _claim_together(scene: Scene) -> int:
    """Let all workers claim at once, in both queues, until nothing is due; return how many texts left."""
    workers = THREADS[scene.deployment.database.dialect]
    start, left, problems = threading.Barrier(workers), list[int](), list[BaseException]()

    def work(which: int) -> None:
        try:
            start.wait(30)
            for turn in range(6):
                outgoing, _ = claiming.claim(scene.deployment, ("bulk", "day-of")[(which + turn) % 2], SENDER, 5)
                left.append(len(outgoing))
        except BaseException as problem:  # told by the test's own thread
            problems.append(problem)

    threads = [threading.Thread(target=work, args=(which,)) for which in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert problems == []
    return sum(left)


def _sent_before(scene: Scene, days_ago: list[float]) -> None:
    """So many texts left the phone before."""
    (welcome, *_) = scene.rows(t.attempt)
    with scene.deployment.write(OPERATOR) as uow:
        for fencing, ago in enumerate(days_ago, start=2):
            again = {"fencing": fencing, "claimed_at": uow.now - timedelta(days=ago)}
            uow.insert(t.attempt, [dict(welcome._mapping) | again])
        uow.commit()


def _landline(uow: UnitOfWork) -> None:
    """A line that is only called."""
    scripts = [
        {"id": uow.next_id(), "program_id": PROGRAM, "key": key, "language": "en", "version": 1, "body": body,
         "state": "approved", "source_hash": ""}
        for key, body in voice_scripts("en").items()
    ]  # fmt: skip
    uow.insert(t.message_version, scripts)
    uow.execute(update(t.contact_point).values(state="landline"))
    uow.execute(update(t.touch).where(t.touch.c.state == "planned").values(channel="voice"))
    uow.execute(update(t.consent_event).values(channel="voice"))


def _in_florida(uow: UnitOfWork) -> None:
    uow.execute(update(t.program).values(caps=PLENTY))
    uow.execute(update(t.member).values(states=["FL"]))


# the cap, what is set up, what left before (in days), how many may leave still
CAPS: dict[str, tuple[Callable[[UnitOfWork], Any], list[float], int]] = {
    "LAW-35 two a day": (lambda uow: None, [], 2),
    "LAW-35 six in seven days": (
        lambda uow: uow.execute(update(t.program).values(caps={"per_day": 9, "per_week": 6})), [1, 2, 3, 4], 1,
    ),
    "LAW-32 three in any 24 hours": (_in_florida, [0.9], 2),
    "LAW-09 one call a day to a landline": (_landline, [], 1),
}  # fmt: skip


@pytest.mark.parametrize("cap", CAPS)
def test_many_workers_never_exceed_a_cap_of_a_shared_phone(scene: Scene, cap: str) -> None:
    arrange, before, room = CAPS[cap]
    _crowd(scene)
    with scene.deployment.write(OPERATOR) as uow:
        arrange(uow)
        uow.commit()
    _sent_before(scene, before)
    assert _claim_together(scene) == room


class EarlyFacts:
    """Planted bug: what is known about the phones is read before they are locked, and believed afterwards."""

    def __init__(self, workers: int) -> None:
        self.read, self.lock = folder.load_phones, people.lock_phones
        self.together = threading.Barrier(workers)
        self.turns = [threading.Event() for _ in range(workers + 1)]  # who locks when, once all have read
        self.turns[0].set()
        self.early = threading.local()

    def lock_phones(self, uow: UnitOfWork, contact_point_ids: Any, skip_locked: bool = False) -> list[int]:
        ids = set(contact_point_ids)
        self.early.known = self.read(uow, ids, ids)
        self.together.wait(30)
        self.turns[int(threading.current_thread().name)].wait(30)
        return self.lock(uow, ids)

    def phones(self, uow: UnitOfWork, phone_ids: set[int], invited: set[int]) -> Any:
        return self.early.known


@on_postgres_only
def test_facts_read_before_the_lock_let_many_workers_exceed_the_cap(scene: Scene) -> None:
    _crowd(scene)
    early = EarlyFacts(workers=4)
    left: list[int] = []

    def work(which: int) -> None:
        # Each looks at two texts more than the one before: whoever comes later still finds some that are due.
        outgoing, _ = claiming.claim(scene.deployment, "day-of", SENDER, 2 + 2 * which)
        left.append(len(outgoing))
        early.turns[which + 1].set()

    with replaced(people, "lock_phones", early.lock_phones), replaced(folder, "load_phones", early.phones):
        threads = [threading.Thread(target=work, args=(which,), name=str(which)) for which in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
    assert sum(left) > 2
