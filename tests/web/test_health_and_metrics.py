"""An operator sees whether the process lives, whether it could store a webhook, and the figures that matter."""

from __future__ import annotations

import pytest
from console_world import NOW


def test_the_process_is_healthy_and_ready(world):
    client = world.app.test_client()
    assert client.get("/healthz").status_code == 200
    assert client.get("/readyz").text == "ready\n"


def test_it_is_not_ready_when_the_disk_is_full(world, monkeypatch):
    monkeypatch.setattr("outreach.web.health._DISK_FLOOR", 1 << 62)
    assert world.app.test_client().get("/readyz").status_code == 503


def test_it_is_not_ready_when_the_database_cannot_be_written(world, monkeypatch):
    monkeypatch.setattr("outreach.store.database.Database.ready", lambda _database: False)
    assert world.app.test_client().get("/readyz").status_code == 503


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


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
def test_figures_carry_no_personal_data(world, path):
    world.visit("Canary Name")
    assert "Canary" not in world.app.test_client().get(path).text
