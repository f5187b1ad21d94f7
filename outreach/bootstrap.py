"""The composition root: the only module that knows every concrete thing, and the only one with a clock or dice."""

from __future__ import annotations

import gc
import os
import secrets
import socket
import time
from dataclasses import replace
from datetime import UTC, datetime

from conversations.selftest import opt_out_screen_fails
from outreach.channels.carrier import Carrier, Lookout
from outreach.channels.look.numbers import NoLookup, NumberLookup, TwilioLookup
from outreach.channels.look.phones import PhonesLookout
from outreach.channels.look.twilio import TwilioLookout
from outreach.channels.phones import Temper
from outreach.channels.send.moods import MoodyPhones
from outreach.channels.send.phones import Phones
from outreach.channels.send.twilio import TwilioSender
from outreach.channels.twilio import TwilioAccount
from outreach.clinics.webhooks import WebhookSender
from outreach.engine.deployment import Deployment, Timer
from outreach.engine.phones import StoredNetwork
from outreach.engine.vouching import SIGN_ON_BACK, Provider
from outreach.settings import Settings
from outreach.store.database import Database, Limits, sqlite_file
from outreach.store.migrate import migrate
from outreach.store.seal import Keyring


class UnsafeSettings(Exception):
    """These settings would not be safe to run with."""


class RealTimer:
    """The machine's own clocks."""

    def now(self) -> datetime:
        """Return the real instant, UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Return seconds that never run backwards."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Wait."""
        time.sleep(seconds)

    def token(self) -> str:
        """Return 256 unguessable bits."""
        return secrets.token_urlsafe(32)


def calm_collector() -> None:
    """Let the garbage collector pass over what a process keeps for ever, and come by less often.

    Batches of rows live and die together: looking through them every few hundred objects cost a tenth of the time.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


def open_database(settings: Settings, timer: Timer, create: bool = False) -> Database:
    """Open the database with its keys; with `create` make the key file and the SQLite folder first."""
    if create:
        Keyring.create(settings.key_file)
        if (file := sqlite_file(settings.database_url)) is not None:
            file.parent.mkdir(parents=True, exist_ok=True)
    database = Database(
        settings.database_url, Keyring.read(settings.key_file), timer.now, Limits(**settings.database.model_dump())
    )
    if create:
        migrate(database.engine)
    return database


def unsafe(settings: Settings) -> list[str]:
    """Say, in words, what would not be safe to run with; empty when everything is well.

    Where the carrier filters no opt-outs, ours is the only filter: it has to pass its own test first (TWI-31).
    """
    missed = opt_out_screen_fails() if settings.provider_stop_filter == "off" else ()
    unheard = [f"PROVIDER_STOP_FILTER=off, and {len(missed)} ways to say STOP are not understood: {', '.join(missed)}."]
    return settings.problems() + (unheard if missed else [])


def bootstrap(
    settings: Settings | None = None,
    *,
    database: Database | None = None,
    timer: Timer | None = None,
    carrier: Carrier | None = None,
    lookout: Lookout | None = None,
    webhooks: WebhookSender | None = None,
    number_lookup: NumberLookup | None = None,
    temper: Temper | None = None,
    sign_on: Provider | None = None,
) -> Deployment:
    """Compose a deployment; tests pass what they want to be different. Raises UnsafeSettings, in words.

    With a `temper` the simulated phones behave as its mood says; without one they always work.
    """
    settings = settings or Settings()
    if problems := unsafe(settings):
        raise UnsafeSettings(" ".join(problems))
    timer = timer or RealTimer()
    database = database or open_database(settings, timer)
    if carrier is None or lookout is None:
        built = _twilio(settings, timer) if settings.carrier_configured else _phones(database, timer, temper)
        carrier, lookout = carrier or built[0], lookout or built[1]
    return Deployment(
        settings=settings,
        database=database,
        timer=timer,
        carrier=carrier,
        lookout=lookout,
        webhooks=webhooks or WebhookSender(),
        number_lookup=number_lookup or _number_lookup(settings),
        sign_on=sign_on or _sign_on(settings, timer),
        worker=f"{socket.gethostname()}:{os.getpid()}",
    )


def _phones(database: Database, timer: Timer, temper: Temper | None) -> tuple[Carrier, Lookout]:
    network = StoredNetwork(database, timer)
    phones: Carrier = Phones(network, timer.monotonic)
    if temper is not None:
        phones = MoodyPhones(phones, temper, timer.monotonic, timer.sleep)
    return phones, PhonesLookout(network)


def _sign_on(settings: Settings, timer: Timer) -> Provider | None:
    if not settings.sign_on.issuer:
        return None
    from outreach.engine.openid import OpenIdProvider, PooledWeb  # needs what only the extra `sso` installs

    return OpenIdProvider(settings.sign_on, f"{settings.public_url.rstrip('/')}{SIGN_ON_BACK}", timer, PooledWeb())


def _number_lookup(settings: Settings) -> NumberLookup:
    if settings.number_lookup == "none":
        return NoLookup()
    account = TwilioAccount(settings.twilio_account_sid, settings.auth_tokens[0], base_url=settings.lookup_url)
    return TwilioLookup(account, timeout=settings.timing.post_timeout)


def _twilio(settings: Settings, timer: Timer) -> tuple[Carrier, Lookout]:
    account = TwilioAccount(
        settings.twilio_account_sid, settings.auth_tokens[0], base_url=settings.twilio_base_url.rstrip("/")
    )
    timeout = settings.timing.post_timeout
    sender = TwilioSender(account, settings.public_url, timer.monotonic, slots=settings.send_slots, timeout=timeout)
    services = replace(account, base_url=settings.services_url) if settings.services_url else None
    return sender, TwilioLookout(account, timeout=timeout, sender=settings.sender_for(""), services=services)
