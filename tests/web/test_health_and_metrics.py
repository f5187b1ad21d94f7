"""An operator sees whether the process lives, whether it could store a webhook, and the figures that matter."""

from __future__ import annotations

from datetime import timedelta

import pytest
from console_world import NOW
from prometheus_client.registry import Collector
from sqlalchemy import text, update

from outreach.store import callbacks, switches, workers
from outreach.store import tables as t
from outreach.store.actor import OPERATOR
from outreach.store.migrate import schemas
from outreach.store.workers import Worker
from outreach.web.sparing import Sparing


def test_the_process_is_healthy_and_ready(world):
    client = world.app.test_client()
    assert client.get("/healthz").status_code == 200
    assert client.get("/readyz").text == "ready\n"


def test_it_is_not_ready_when_the_disk_is_full(world, monkeypatch):
    monkeypatch.setattr("outreach.web.health._DISK_FLOOR", 1 << 62)
    answer = world.app.test_client().get("/readyz")
    assert (answer.status_code, answer.text[:17]) == (503, "the disk is full:")


def test_it_is_not_ready_when_the_database_cannot_be_written(world, monkeypatch):
    monkeypatch.setattr("outreach.store.database.Database.ready", lambda _database: False)
    answer = world.app.test_client().get("/readyz")
    assert (answer.status_code, answer.text) == (503, "the database is away, or cannot be written\n")


def test_it_is_not_ready_before_it_is_migrated_and_ready_when_a_newer_one_has_been_here(world):
    client = world.app.test_client()
    missing = f"{len(schemas()) - 9} migrations are missing: run `outreach migrate`\n"
    assert _with_schema(world, "0009", client) == (503, missing)
    assert _with_schema(world, "9999", client) == (200, "ready\n")


def _with_schema(world, schema, client):
    with world.deployment.database.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :schema"), {"schema": schema})
    answer = client.get("/readyz")
    return answer.status_code, answer.text


def test_restore_mode_hears_members_and_says_so(world):
    with world.deployment.write(OPERATOR) as uow:
        switches.turn(uow, "restore", True)
        uow.commit()
    client = world.app.test_client()
    assert (client.get("/readyz").status_code, client.get("/readyz").text) == (
        200, "ready; restore mode: no text leaves\n",
    )  # fmt: skip
    assert "outreach_restore_mode 1.0" in client.get("/metrics").text


def test_the_figures_say_who_works_and_how_long_each_queue_has_waited(world):
    now = world.timer.now()
    names = (("busy", now), ("lost", now - timedelta(seconds=31)))
    with world.deployment.write(OPERATOR) as uow:
        for name, seen in names:
            workers.beat(uow, Worker(name, name, 7, "0.1.0", now, seen, ("bulk",), 20, 19, 0.5))
        uow.commit()
    shown = world.app.test_client().get("/metrics").text
    assert 'outreach_worker_up{version="0.1.0",worker="busy"} 1.0' in shown
    assert 'outreach_worker_up{version="0.1.0",worker="lost"} 0.0' in shown
    assert 'outreach_worker_sent_last_minute{version="0.1.0",worker="busy"} 19.0' in shown
    for queue in ("safety", "reply", "day-of", "bulk", "replies", "callbacks", "decisions", "signals"):
        assert f'outreach_queue_age_seconds{{queue="{queue}"}} 0.0' in shown
    assert 'outreach_touches_in_flight{state="unknown"} 0.0' in shown


def test_the_figures_say_how_many_callbacks_wait_and_how_long(world):
    with world.deployment.write(OPERATOR) as uow:
        callbacks.store(uow, callbacks.Told(7, 1, "SM9", "delivered", None))
        uow.execute(update(t.callback).values(received_at=uow.now - timedelta(seconds=90)))
        uow.commit()
    shown = world.app.test_client().get("/metrics").text
    assert "outreach_callbacks_waiting 1.0" in shown
    assert 'outreach_queue_age_seconds{queue="callbacks"} 9' in shown


def test_every_answer_to_a_webhook_is_measured(carried):
    client = carried.app.test_client()
    client.post("/twilio/sms", data={"Body": "forged"})
    assert 'outreach_webhook_seconds_count{answer="403"} 1.0' in client.get("/metrics").text


def test_what_is_dear_to_count_is_counted_for_a_twentieth_of_the_time():
    class Dear(Collector):
        asked = 0

        def collect(self):
            Dear.asked += 1
            clock[0] += 2.0
            return []

    clock = [0.0]
    sparing = Sparing(Dear(), lambda: clock[0])
    for second in (0.0, 10.0, 41.9, 42.0, 43.0):
        clock[0] = second
        sparing.collect()
    assert Dear.asked == 2


def test_the_figures_say_what_is_open_held_and_refused(world):
    world.visit()
    world.visit("Fatima", language="ar")
    world.settle(NOW)
    shown = world.app.test_client().get("/metrics").text
    assert "outreach_loops_open 2.0" in shown
    assert "outreach_loops_unheld 0.0" in shown
    assert "outreach_sends_after_stop 0.0" in shown
    assert 'outreach_touches{state="planned"}' in shown
    assert 'outreach_touches_refused_total{rule="HIP-25"} 2.0' in shown  # the welcome and a reminder, in Arabic
    assert 'outreach_tasks_open{queue="coordinators"} 1.0' in shown
    assert "outreach_due_lag_seconds 0.0" in shown
    assert "outreach_replies_unread 0.0" in shown
    for owed in ('callbacks_parked{for="waiting"}', 'callbacks_parked{for="left"}', "replies_found_total"):
        assert f"outreach_{owed} 0.0" in shown
    assert "outreach_texts_unconfirmed 0.0" in shown
    assert "outreach_texts_without_end 0.0" in shown


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
def test_figures_carry_no_personal_data(world, path):
    world.visit("Canary Name")
    assert "Canary" not in world.app.test_client().get(path).text
