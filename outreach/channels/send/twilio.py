"""Posts messages and calls to Twilio, hundreds at a time, and says of each exactly how sure we can be."""

from __future__ import annotations

import asyncio
import json
import re
import ssl
from collections.abc import Callable, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from queue import SimpleQueue
from threading import Lock, Thread
from typing import Any, assert_never
from urllib.parse import urlencode

from aiohttp import (
    ClientRequest,
    ClientResponse,
    ClientSession,
    ClientTimeout,
    DummyCookieJar,
    TCPConnector,
    encode_basic_auth,
)
from aiohttp.connector import Connection

from outreach.channels.carrier import (
    Accepted,
    Answers,
    GivenBack,
    InDoubt,
    Outgoing,
    OutgoingCall,
    OutgoingText,
    Rejected,
    Result,
    Throttled,
)
from outreach.channels.twilio import CONNECT_SECONDS, TwilioAccount
from outreach.channels.voice import form as call_form

UNREACHABLE_SECONDS = 5.0  # a carrier that does not answer the door is asked again soon
LONGEST_WAIT_SECONDS = 3600.0  # a broken Retry-After must not park a queue for days

_GOODBYE = 0.05  # seconds: a connection that was cut is closed in one of the loop's next rounds
_MESSAGING_SERVICE = re.compile(r"MG[0-9a-fA-F]{32}")


class TooLate(Exception):
    """The claim was too old when the connection was ready to write."""


@dataclass(slots=True)
class _Post:
    """One message on its way: past `not_after` it is not begun, and once it `left` only the carrier knows."""

    not_after: float
    monotonic: Callable[[], float]
    left: bool = False


_post: ContextVar[_Post] = ContextVar("post")


class TwilioSender:
    """A Carrier over Twilio's REST API; `monotonic` is the clock of every message's `not_after`.

    One thread runs all requests side by side, on at most `slots` connections that are kept. `timeout` is for a whole
    request, the wait for a connection and the last byte of the answer included. Nothing is ever sent twice.
    """

    def __init__(
        self,
        account: TwilioAccount,
        public_url: str,
        monotonic: Callable[[], float],
        *,
        slots: int = 200,
        timeout: float = 10.0,
    ) -> None:
        self.slots = slots
        self._account = account
        self._public_url = public_url.rstrip("/")
        self._monotonic = monotonic
        self._timeout = ClientTimeout(total=timeout, sock_connect=min(CONNECT_SECONDS, timeout))
        self._starting = Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._session: ClientSession
        self._thread: Thread
        self._under_way: set[asyncio.Task[None]] = set()

    def post(self, batch: Sequence[Outgoing]) -> Answers:
        """Start the whole batch at once; one result for each message, as the answers come."""
        answers: SimpleQueue[Result] = SimpleQueue()
        self._running().call_soon_threadsafe(self._start, tuple(batch), answers)
        return Answers((answers.get() for _ in range(len(batch))), len(batch), answers.qsize)

    def close(self) -> None:
        """Wait for what is under way, then hang up."""
        with self._starting:
            loop, self._loop = self._loop, None
        if loop is not None:
            asyncio.run_coroutine_threadsafe(self._hang_up(), loop).result()
            loop.call_soon_threadsafe(loop.stop)
            self._thread.join()
            loop.close()

    def _running(self) -> asyncio.AbstractEventLoop:
        """Start the thread with the first batch: a process that forks before has nothing to lose."""
        with self._starting:
            if self._loop is None:
                loop = asyncio.new_event_loop()
                self._thread = Thread(target=loop.run_forever, name="twilio-send", daemon=True)
                self._thread.start()
                self._session = asyncio.run_coroutine_threadsafe(self._open(), loop).result()
                self._loop = loop
            return self._loop

    async def _open(self) -> ClientSession:
        account = self._account
        return ClientSession(
            connector=TCPConnector(limit=self.slots, ssl=ssl.create_default_context()),
            headers={
                "Authorization": encode_basic_auth(account.key_sid or account.sid, account.secret),
                "Content-Type": "application/x-www-form-urlencoded",
                "User-Agent": "outreach",
            },
            cookie_jar=DummyCookieJar(),
            timeout=self._timeout,
            request_class=_Punctual,
        )

    async def _hang_up(self) -> None:
        await asyncio.gather(*self._under_way)
        await self._session.close()
        await asyncio.sleep(_GOODBYE)

    def _start(self, batch: Sequence[Outgoing], answers: SimpleQueue[Result]) -> None:
        for message in batch:
            task = asyncio.ensure_future(self._answer(message, answers))
            self._under_way.add(task)
            task.add_done_callback(self._under_way.discard)

    async def _answer(self, message: Outgoing, answers: SimpleQueue[Result]) -> None:
        answers.put(await self._send(message))

    async def _send(self, message: Outgoing) -> Result:
        if self._monotonic() > message.not_after:  # it may have waited for its turn; do not even connect
            return GivenBack(message.touch, message.attempt)
        post = _Post(message.not_after, self._monotonic)
        _post.set(post)
        try:
            url, form = self._request(message)
            async with self._session.post(url, data=form, allow_redirects=False) as answer:
                return classify(message, answer.status, answer.headers, await answer.read())
        except TooLate:
            return GivenBack(message.touch, message.attempt)
        except Exception as error:  # one surprise must not cost the batch its other results
            if post.left:
                return InDoubt(message.touch, message.attempt, type(error).__name__)
            return Throttled(message.touch, message.attempt, UNREACHABLE_SECONDS)

    def _request(self, message: Outgoing) -> tuple[str, bytes]:
        match message:
            case OutgoingText():
                return self._account.messages_url, urlencode(self._form(message)).encode()
            case OutgoingCall():
                fields = call_form.form(message, self._public_url)
                return self._account.calls_url, urlencode(fields, doseq=True).encode()
            case _:
                assert_never(message)

    def _form(self, message: OutgoingText) -> dict[str, str]:
        """Return the parameters in the order in which the official SDK writes them: the same bytes leave."""
        from_service = _MESSAGING_SERVICE.fullmatch(message.sender)
        return {
            "To": message.to,
            "StatusCallback": f"{self._public_url}/twilio/status/{message.touch}?a={message.attempt}",
            "ValidityPeriod": str(message.validity_seconds),
            "SmartEncoded": "false",  # a body Twilio has rewritten would not match our hash (TWI-56)
            "MessagingServiceSid" if from_service else "From": message.sender,
            "Body": message.body,
        }


def classify(message: Outgoing, status: int, headers: Mapping[str, str], data: bytes) -> Result:
    """Read an answer: only a 2xx with a sid is accepted, only a 4xx is certainly not (TWI-06)."""
    touch, attempt, told = message.touch, message.attempt, _json_object(data)
    if status == 429:
        return Throttled(touch, attempt, _retry_after(headers))
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


def _retry_after(headers: Mapping[str, str]) -> float | None:
    seconds = headers.get("Retry-After", "")
    return min(float(seconds), LONGEST_WAIT_SECONDS) if re.fullmatch(r"[0-9]{1,9}", seconds) else None


class _Punctual(ClientRequest):
    """Looks at the clock when the connection stands: a slow handshake must not let an old claim through."""

    async def send(self, conn: Connection) -> ClientResponse:
        post = _post.get()
        if post.monotonic() > post.not_after:
            raise TooLate
        post.left = True
        return await super().send(conn)
