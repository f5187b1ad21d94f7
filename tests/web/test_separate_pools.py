"""However busy sending is, a webhook finds a connection free: receiving and sending share no pool."""

from __future__ import annotations

from contextlib import ExitStack

import pytest
from console_world import TOKEN, World
from test_carrier_doors import PUBLIC, TEXT
from twilio.request_validator import RequestValidator

from outreach import app as composition
from outreach.bootstrap import bootstrap
from outreach.engine.deployment import Deployment
from outreach.settings import Settings
from outreach.store.actor import WORKER
from outreach.store.database import Database, StoreAway


class Ticking:
    """A worker that does nothing."""

    def __init__(self, deployment: Deployment) -> None:
        self.deployment = deployment

    def start(self) -> None: ...


def one_more(busy: ExitStack, deployment: Deployment) -> bool:
    """Take another connection and keep it; return whether there was one."""
    try:
        busy.enter_context(deployment.read(WORKER))
    except StoreAway:
        return False
    return True


def test_a_text_is_stored_while_every_connection_of_the_worker_is_taken(
    carried: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[Deployment] = []

    def open_another(settings: Settings) -> Deployment:
        database = carried.deployment.database
        url = database.engine.url.render_as_string(hide_password=False)
        opened.append(bootstrap(settings, database=Database(url, database.keyring, carried.timer.now)))
        return opened[-1]

    monkeypatch.setattr(composition, "bootstrap", open_another)
    monkeypatch.setattr(composition, "scheduler_for", Ticking)
    monkeypatch.setattr("outreach.store.database._POOL_SECONDS", 0.05)
    web = composition._Server(carried.settings, with_worker=True).load()
    webs, workers = opened
    with ExitStack() as busy:
        while one_more(busy, workers):
            pass
        headers = {"X-Twilio-Signature": RequestValidator(TOKEN).compute_signature(f"{PUBLIC}/twilio/sms", TEXT)}
        assert web.test_client().post("/twilio/sms", data=TEXT, headers=headers).status_code == 200
    assert webs.database.engine.pool is not workers.database.engine.pool
    assert carried.row("SELECT sid FROM reply").sid == TEXT["MessageSid"]
    for each in opened:
        each.database.engine.dispose()
