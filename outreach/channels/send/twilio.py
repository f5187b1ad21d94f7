"""Posts messages to Twilio, several at a time, and says of each exactly how sure we can be."""

from __future__ import annotations

import json
import re
import ssl
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextvars import ContextVar
from typing import Any

from urllib3 import BaseHTTPResponse, HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError, SSLError

from outreach.channels.carrier import Accepted, GivenBack, InDoubt, Outgoing, Rejected, Result, Throttled
from outreach.channels.twilio import TwilioAccount, open_pool

UNREACHABLE_SECONDS = 5.0  # a carrier that does not answer the door is asked again soon
THROTTLED_SECONDS = 1.0  # a 429 that names no time
LONGEST_WAIT_SECONDS = 3600.0  # a broken Retry-After must not park a queue for days

_MESSAGING_SERVICE = re.compile(r"MG[0-9a-fA-F]{32}")

_too_late: ContextVar[Callable[[], bool]] = ContextVar("too_late")


class TooLate(Exception):
    """The claim was too old when the connection was ready to write."""


class TwilioSender:
    """A Carrier over Twilio's REST API; `monotonic` is the clock of every message's `not_after`."""

    def __init__(
        self,
        account: TwilioAccount,
        public_url: str,
        monotonic: Callable[[], float],
        *,
        slots: int = 64,
        timeout: float = 10.0,
    ) -> None:
        self.slots = slots
        self._url = account.messages_url
        self._status_url = f"{public_url.rstrip('/')}/twilio/status"
        self._monotonic = monotonic
        self._pool = open_pool(account, timeout=timeout, connections=slots)
        self._pool.pool_classes_by_scheme = {"http": _PunctualPool, "https": _PunctualTLSPool}
        self._workers = ThreadPoolExecutor(slots, thread_name_prefix="twilio-send")

    def post(self, batch: Sequence[Outgoing]) -> Iterator[Result]:
        """Start the whole batch at once and yield one result for each message as the answers come."""
        answers = [self._workers.submit(self._send, message) for message in batch]
        return (answer.result() for answer in as_completed(answers))

    def close(self) -> None:
        """Wait for what is under way, then hang up."""
        self._workers.shutdown(wait=True)
        self._pool.clear()

    def _send(self, message: Outgoing) -> Result:
        def too_late() -> bool:
            return self._monotonic() > message.not_after

        if too_late():  # it may have waited for a worker; do not even connect
            return GivenBack(message.touch, message.attempt)
        _too_late.set(too_late)
        try:
            answer = self._pool.request(
                "POST", self._url, fields=self._form(message), encode_multipart=False, redirect=False, retries=False
            )
            return classify(message, answer)
        except TooLate:
            return GivenBack(message.touch, message.attempt)
        except Exception as error:  # one surprise must not cost the batch its other results
            if _never_left(error):
                return Throttled(message.touch, message.attempt, UNREACHABLE_SECONDS)
            return InDoubt(message.touch, message.attempt, type(error).__name__)

    def _form(self, message: Outgoing) -> dict[str, str]:
        from_service = _MESSAGING_SERVICE.fullmatch(message.sender)
        return {
            "To": message.to,
            "MessagingServiceSid" if from_service else "From": message.sender,
            "Body": message.body,
            "StatusCallback": f"{self._status_url}/{message.touch}?a={message.attempt}",
            "ValidityPeriod": str(message.validity_seconds),
            "SmartEncoded": "false",  # a body Twilio has rewritten would not match our hash (TWI-56)
        }


def classify(message: Outgoing, answer: BaseHTTPResponse) -> Result:
    """Read an answer: only a 2xx with a sid is accepted, only a 4xx is certainly not (TWI-06)."""
    touch, attempt, status = message.touch, message.attempt, answer.status
    told = _json_object(answer.data)
    if status == 429:
        return Throttled(touch, attempt, _retry_after(answer.headers))
    if 400 <= status < 500:
        code = told.get("code")
        return Rejected(touch, attempt, code if type(code) is int else status)
    sid, word = told.get("sid"), told.get("status")
    if 200 <= status < 300 and isinstance(sid, str) and sid:
        return Accepted(touch, attempt, sid, word if isinstance(word, str) else "accepted")
    return InDoubt(touch, attempt, f"HTTP {status}" if status >= 300 else f"HTTP {status} without a sid")


def _json_object(data: bytes) -> Mapping[str, Any]:
    try:
        told = json.loads(data)
    except (ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}


def _retry_after(headers: Mapping[str, str]) -> float:
    seconds = headers.get("Retry-After", "")
    if re.fullmatch(r"[0-9]{1,9}", seconds):
        return min(float(seconds), LONGEST_WAIT_SECONDS)
    return THROTTLED_SECONDS


def _never_left(error: Exception) -> bool:
    if isinstance(error, SSLError):  # a certificate is judged before the first byte of the request
        return any(isinstance(cause, ssl.SSLCertVerificationError) for cause in error.args)
    return isinstance(error, (NewConnectionError, ConnectTimeoutError))


class _Punctual(HTTPConnection):
    """Connects first and looks at the clock last: a slow handshake must not let an old claim through."""

    def request(self, *args: Any, **options: Any) -> None:
        if self.is_closed:
            self.connect()
        if _too_late.get()():
            raise TooLate
        super().request(*args, **options)


class _PunctualTLS(_Punctual, HTTPSConnection):
    pass


class _PunctualPool(HTTPConnectionPool):
    ConnectionCls = _Punctual


class _PunctualTLSPool(HTTPSConnectionPool):
    ConnectionCls = _PunctualTLS
