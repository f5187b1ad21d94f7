"""Tell: clinics hear in order, again until they take it, and a person hears when they never do."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from datetime import datetime, timedelta

import pytest
from scene import ANA, CLINIC, NOW, OPERATOR, VISIT_DAY, Scene, compose, local
from sqlalchemy import update
from twin import HandTimer, TwinCarrier

from outreach.clinics.webhooks import Delivered, NotDelivered
from outreach.engine.pump import pump
from outreach.engine.tasks import Finish, resolve
from outreach.loops.events import OutcomeReported, VisitCancelled
from outreach.loops.outcomes import Outcome, Source
from outreach.store import tables as t
from outreach.store.database import Database
from outreach.store.programs import WEBHOOK_SECRET

DOWN = NotDelivered(503, None, permanent=False, why="down")
GONE = NotDelivered(410, None, permanent=True, why="gone")
KEPT = OutcomeReported(local(VISIT_DAY, 17), Outcome.KEPT, Source.EHR)


class TwinClinic:
    """A clinic's receiving end: keeps what came, and takes it or not as it is told."""

    def __init__(self) -> None:
        self.answers: deque[NotDelivered] = deque()
        self.came: list[tuple[str, Mapping[str, object]]] = []

    def deliver(
        self, url: str, secret: str, message_id: str, timestamp: datetime, payload: Mapping[str, object]
    ) -> Delivered | NotDelivered:
        self.came.append((message_id, payload))
        return self.answers.popleft() if self.answers else Delivered(200)

    @property
    def kinds(self) -> list[object]:
        return [payload["type"] for _, payload in self.came]


@pytest.fixture
def clinic() -> TwinClinic:
    return TwinClinic()


@pytest.fixture
def scene(database: Database, timer: HandTimer, clinic: TwinClinic) -> Scene:
    carrier = TwinCarrier()
    made = Scene(compose(database, timer, carrier, webhooks=clinic), carrier, timer)
    made.furnish(webhook_url="https://clinic.example/signals")
    with database.write(OPERATOR) as uow:
        sealed = uow.keyring.seal(WEBHOOK_SECRET, CLINIC, "whsec_dGVzdA==")
        uow.execute(update(t.clinic).values(webhook_secret=sealed))
        uow.commit()
    return made


def test_a_clinic_hears_what_became_of_its_visit(scene: Scene, clinic: TwinClinic, loop: int) -> None:
    scene.happens(loop, KEPT)
    scene.settle()
    ((message, payload),) = clinic.came
    assert (payload["type"], payload["version"], payload["outcome"]) == ("visit-completed", 1, "kept")
    assert str(payload["appointment_id"]).startswith("A")
    assert message == f"sig_{scene.row(t.signal).id}"
    assert (scene.row(t.signal).state, scene.row(t.signal).last_status) == ("delivered", 200)


def test_a_signal_carries_no_words_and_no_phone(scene: Scene, clinic: TwinClinic, loop: int) -> None:
    scene.settle()
    scene.go_to(local(VISIT_DAY - timedelta(days=3), 14))
    scene.say(ANA, "I can't come, I am sick")
    written = repr(clinic.came)
    assert clinic.kinds == ["visit-declined"]
    assert ANA not in written
    assert "I am" not in written


def test_what_a_clinic_does_not_take_is_offered_again_later_each_time(
    scene: Scene, clinic: TwinClinic, loop: int
) -> None:
    clinic.answers.extend([DOWN, DOWN])
    scene.happens(loop, KEPT)
    scene.settle()
    assert scene.row(t.signal).due_at == NOW + timedelta(seconds=10)
    scene.go_to(NOW + timedelta(seconds=10))
    assert scene.row(t.signal).due_at == NOW + timedelta(seconds=30)
    scene.go_to(NOW + timedelta(seconds=30))
    assert (scene.row(t.signal).state, len({message for message, _ in clinic.came})) == ("delivered", 1)


def test_a_pause_the_clinic_asks_for_is_kept(scene: Scene, clinic: TwinClinic, loop: int) -> None:
    clinic.answers.append(NotDelivered(429, 90.0, permanent=False, why="slow down"))
    scene.happens(loop, KEPT)
    scene.settle()
    assert scene.row(t.signal).due_at == NOW + timedelta(seconds=90)


def test_a_later_signal_of_a_visit_waits_for_the_earlier_one(scene: Scene, clinic: TwinClinic, loop: int) -> None:
    clinic.answers.append(DOWN)
    scene.happens(loop, VisitCancelled(NOW))
    pump(scene.deployment, "signals")
    scene.happens(loop, KEPT)
    scene.settle()
    assert clinic.kinds == ["visit-not-completed"]
    scene.go_to(NOW + timedelta(seconds=10))
    assert clinic.kinds == ["visit-not-completed", "visit-not-completed", "visit-completed"]
    assert [payload["version"] for _, payload in clinic.came] == [1, 1, 2]


def test_two_workers_never_offer_the_same_signal_at_once(scene: Scene, clinic: TwinClinic, loop: int) -> None:
    scene.happens(loop, KEPT)
    deliver = clinic.deliver

    def meanwhile(*args: object) -> Delivered | NotDelivered:
        clinic.deliver = deliver  # type: ignore[method-assign]
        pump(scene.deployment, "signals")
        return deliver(*args)  # type: ignore[arg-type]

    clinic.deliver = meanwhile  # type: ignore[method-assign]
    scene.settle()
    assert len(clinic.came) == 1


def test_a_worker_that_died_while_telling_is_followed_by_another(scene: Scene, clinic: TwinClinic, loop: int) -> None:
    scene.happens(loop, KEPT)
    lost = scene.timer.now() - timedelta(seconds=1)
    scene.change(t.signal, scene.row(t.signal).id, lease_until=lost + timedelta(minutes=1), attempts=1)
    scene.settle()
    assert clinic.came == []
    scene.timer.sleep(61)
    scene.settle()
    assert clinic.kinds == ["visit-completed"]


def test_after_a_day_one_task_for_the_whole_clinic_says_that_it_cannot_be_reached(
    scene: Scene, clinic: TwinClinic
) -> None:
    for number in (ANA, "+12025550124"):
        scene.happens(scene.visit(scene.member(number)), KEPT)
    clinic.answers.extend([DOWN] * 500)
    for hours in range(26):
        scene.go_to(NOW + timedelta(hours=hours))
    assert [row.state for row in scene.rows(t.signal)] == ["dead", "dead"]
    assert scene.open_tasks() == ["clinic_unreachable"]
    assert scene.row(t.task).clinic_id == CLINIC
    resolve(scene.deployment, OPERATOR, scene.row(t.task).id, Finish("done"))
    assert scene.open_tasks() == []


def test_a_clinic_that_never_wants_to_hear_again_is_a_task_at_once(scene: Scene, clinic: TwinClinic, loop: int) -> None:
    clinic.answers.append(GONE)
    scene.happens(loop, KEPT)
    scene.settle()
    assert (scene.row(t.signal).state, scene.open_tasks()) == ("dead", ["clinic_unreachable"])


def test_a_dead_signal_keeps_no_loop_open_and_blocks_none_after_it(scene: Scene, clinic: TwinClinic, loop: int) -> None:
    clinic.answers.append(GONE)
    scene.happens(loop, VisitCancelled(NOW))
    scene.settle()
    scene.happens(loop, KEPT)
    scene.settle()
    assert [row.state for row in scene.rows(t.signal)] == ["dead", "delivered"]
    assert scene.unheld() == {}


def test_a_clinic_without_a_system_reads_its_signals_behind_its_link(
    scene: Scene, clinic: TwinClinic, loop: int
) -> None:
    scene.change(t.clinic, CLINIC, webhook_url=None)
    scene.happens(loop, KEPT)
    scene.settle()
    assert (scene.row(t.signal).state, clinic.came) == ("shown", [])
