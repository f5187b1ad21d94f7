"""Signals to clinics as signed web requests (Standard Webhooks): each call is one attempt."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from standardwebhooks.webhooks import EmptyWebhookSecretError, Webhook
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import HTTPError
from urllib3.util import Timeout

from outreach.clinics.addresses import (
    PORTS,
    HostNotFound,
    RefusedUrl,
    Resolve,
    Target,
    ask_name_service,
    find,
    parse_url,
)
from outreach.loops.instants import check_aware

GONE = 410  # the receiver says that it never wants to hear again
LONGEST_WAIT = 24 * 3600.0  # seconds; FHIR-07 gives up after a day


@dataclass(frozen=True, slots=True)
class Delivered:
    """The receiver took it."""

    status: int


@dataclass(frozen=True, slots=True)
class NotDelivered:
    """The receiver has not taken it. `permanent`: do not try again until a person has put something right."""

    status: int | None
    retry_after: float | None  # seconds, when the receiver asked for a pause
    permanent: bool
    why: str


class WebhookSender:
    """Posts signed payloads. Follows no redirect, never retries, and connects only to the address it has checked."""

    def __init__(
        self,
        timeout: float = 10.0,
        connect_timeout: float = 3.0,
        *,
        allow_loopback: bool = False,
        ports: Collection[int] = PORTS,
        resolve: Resolve = ask_name_service,
        ca_certs: str | None = None,
    ) -> None:
        """Timeouts are in seconds; `ca_certs` is a file of authorities to trust instead of the system's."""
        self._timeout = Timeout(connect=connect_timeout, read=timeout)
        self._allow_loopback, self._ports = allow_loopback, ports
        self._resolve = resolve
        self._ca_certs = ca_certs

    def deliver(
        self, url: str, secret: str, message_id: str, timestamp: datetime, payload: Mapping[str, object]
    ) -> Delivered | NotDelivered:
        """Post `payload` as JSON, once. `message_id` stays the same at each retry; raises NaiveInstant.

        `timestamp` is the real time of this attempt: receivers refuse signatures that are minutes old.
        """
        body = json.dumps(payload, ensure_ascii=False, separators=(",", ":"))
        try:
            target = parse_url(url, self._allow_loopback, self._ports)
            headers = _signed(secret, message_id, check_aware(timestamp), body) | {"Host": target.authority}
            address = find(target, self._resolve, self._allow_loopback)
        except (RefusedUrl, BadSecret) as refused:
            return NotDelivered(None, None, permanent=True, why=str(refused))
        except HostNotFound as missing:
            return NotDelivered(None, None, permanent=False, why=str(missing))
        try:
            status, retry_after = self._post(target, address, headers, body.encode())
        except (HTTPError, OSError) as error:
            return NotDelivered(None, None, permanent=False, why=f"No answer ({type(error).__name__}).")
        if 200 <= status < 300:
            return Delivered(status)
        return NotDelivered(
            status, _seconds(retry_after, timestamp), status == GONE, f"The receiver answered {status}."
        )

    def _post(self, target: Target, address: str, headers: dict[str, str], body: bytes) -> tuple[int, str | None]:
        with self._pool(target, address) as pool:
            response = pool.urlopen(
                "POST", target.path, body, headers, retries=False, redirect=False, preload_content=False
            )
            try:
                return response.status, response.headers.get("Retry-After")
            finally:
                response.close()  # the answer's body is nothing to us, and may have no end

    def _pool(self, target: Target, address: str) -> HTTPConnectionPool:
        if not target.secure:
            return HTTPConnectionPool(address, target.port, timeout=self._timeout)
        return HTTPSConnectionPool(
            address,
            target.port,
            timeout=self._timeout,
            cert_reqs="CERT_REQUIRED",
            ca_certs=self._ca_certs,
            server_hostname=target.host,
            assert_hostname=target.host,
        )


class BadSecret(ValueError):
    """The signing secret of this clinic cannot be used: create a new one and give it to the clinic."""

    def __init__(self) -> None:
        super().__init__(self.__doc__)


def check_secret(secret: str) -> None:
    """Raise BadSecret unless a signal can be signed with it."""
    try:
        Webhook(secret)
    except (ValueError, EmptyWebhookSecretError):
        raise BadSecret from None


def _signed(secret: str, message_id: str, timestamp: datetime, body: str) -> dict[str, str]:
    try:
        # The library takes the clock face for UTC whatever the zone says, so UTC is what it must get.
        signature = Webhook(secret).sign(message_id, timestamp.astimezone(UTC), body)
    except (ValueError, EmptyWebhookSecretError):
        raise BadSecret from None
    return {
        "Content-Type": "application/json",
        "User-Agent": "Outreach",
        "webhook-id": message_id,
        "webhook-timestamp": str(int(timestamp.timestamp())),
        "webhook-signature": signature,
    }


def _seconds(retry_after: str | None, now: datetime) -> float | None:
    if not retry_after:
        return None
    try:
        wait = (
            float(retry_after)
            if retry_after.isdecimal()
            else (parsedate_to_datetime(retry_after) - now).total_seconds()
        )
    except (ValueError, TypeError, OverflowError):  # TypeError: a date without a zone
        return None
    return min(max(wait, 0.0), LONGEST_WAIT)
