"""Signed webhooks for benchmarks: made as the carrier makes them, posted at a rate or as fast as they are answered."""

from __future__ import annotations

import asyncio
import base64
import hmac
import re
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from urllib.parse import urlencode, urlsplit

_LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)
_PATIENCE = 15.0  # TWI-22: so long a carrier waits for an answer
_SAYINGS = ("1", "yes", "Yes I will be there", "ok thank you", "I need a ride", "what time is it?", "si", "gracias")


@dataclass(frozen=True, slots=True)
class Webhook:
    """One request as bytes, ready to be written."""

    wire: bytes


def signed(token: str, url: str, form: Mapping[str, str]) -> Webhook:
    """Return a webhook for an absolute URL, signed for it (TWI-16)."""
    covered = url + "".join(name + form[name] for name in sorted(form))
    signature = base64.b64encode(hmac.digest(token.encode(), covered.encode(), "sha1")).decode()
    parts, body = urlsplit(url), urlencode(form).encode()
    target = parts.path + (f"?{parts.query}" if parts.query else "")
    head = (
        f"POST {target} HTTP/1.1\r\nHost: {parts.netloc}\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        f"X-Twilio-Signature: {signature}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return Webhook(head.encode() + body)


def texts(public: str, account: str, token: str, sender: str, numbers: list[str]) -> Iterator[Webhook]:
    """Yield inbound texts for ever, each with an id of its own, from these phones in turn."""
    began = time.time_ns()
    for order in count():
        sid = f"SM{began + order:032x}"
        form = {"MessageSid": sid, "SmsMessageSid": sid, "AccountSid": account, "To": sender, "NumMedia": "0"}
        form |= {"From": numbers[order % len(numbers)], "Body": _SAYINGS[order % len(_SAYINGS)]}
        yield signed(token, f"{public}/twilio/sms", form)


class Line:
    """One connection that is kept."""

    def __init__(self, host: str | None, port: int | None) -> None:
        self._to = (host or "127.0.0.1", port or 80)
        self._open: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def post(self, webhook: Webhook) -> int:
        """Return the status of the answer, or 0 where none came."""
        kept = self._open is not None
        status = await self._post(webhook)
        # A connection that the server closed while it lay idle says nothing about the server.
        return await self._post(webhook) if status == 0 and kept else status

    async def _post(self, webhook: Webhook) -> int:
        try:
            return await asyncio.wait_for(self._asked(webhook), _PATIENCE)
        except (OSError, EOFError, TimeoutError):
            self.close()
            return 0

    async def _asked(self, webhook: Webhook) -> int:
        if self._open is None:
            self._open = await asyncio.open_connection(*self._to)
        reader, writer = self._open
        writer.write(webhook.wire)
        head = await reader.readuntil(b"\r\n\r\n")
        if found := _LENGTH.search(head):
            await reader.readexactly(int(found[1]))
        if b"connection: close" in head.lower():
            self.close()
        return int(head.split(b" ", 2)[1])

    def close(self) -> None:
        """Hang up."""
        if self._open is not None:
            self._open[1].close()
            self._open = None


@dataclass
class Heard:
    """What a load of webhooks met: seconds from when each was to be sent to its answer, and what was no 2xx."""

    took: list[float] = field(default_factory=list)
    refused: int = 0
    seconds: float = 0.0

    @property
    def rate(self) -> float:
        """Answers of success a second."""
        return len(self.took) / self.seconds

    def percentile(self, share: float) -> float:
        """Return a percentile in milliseconds; those that were refused count as the slowest."""
        return percentile(self.took + [_PATIENCE] * self.refused, share) * 1000

    def note(self, status: int, took: float) -> None:
        """Count one answer."""
        if 200 <= status < 300:
            self.took.append(took)
        else:
            self.refused += 1


def percentile(values: list[float], share: float) -> float:
    """Return the value below which this share of all lies; NaN of nothing."""
    ordered = sorted(values)
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)] if ordered else float("nan")


async def as_fast_as(load: Iterator[Webhook], public: str, connections: int, seconds: float) -> Heard:
    """Post for so many seconds, on each connection the next when the last was answered."""
    heard, parts, began = Heard(), urlsplit(public), time.perf_counter()

    async def one() -> None:
        line = Line(parts.hostname, parts.port)
        while (sent := time.perf_counter()) < began + seconds:
            heard.note(await line.post(next(load)), time.perf_counter() - sent)
        line.close()

    await asyncio.gather(*(one() for _ in range(connections)))
    heard.seconds = time.perf_counter() - began
    return heard


async def at_rate(load: Iterator[Webhook], public: str, rate: float, until: asyncio.Event) -> Heard:
    """Post at a steady rate, whatever the answers do, until told to stop: a server that falls behind is seen to."""
    heard, parts, began = Heard(), urlsplit(public), time.perf_counter()
    idle: list[Line] = []
    under_way: set[asyncio.Task[None]] = set()

    async def one(due: float) -> None:
        line = idle.pop() if idle else Line(parts.hostname, parts.port)
        heard.note(await line.post(next(load)), time.perf_counter() - due)
        idle.append(line)

    for order in count():
        due = began + order / rate
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        if until.is_set():
            break
        under_way.add(task := asyncio.create_task(one(due)))
        task.add_done_callback(under_way.discard)
    await asyncio.gather(*under_way)
    heard.seconds = time.perf_counter() - began
    for line in idle:
        line.close()
    return heard
