"""A carrier for benchmarks: it answers every text after the same latency, and tells what became of it.

One process and one loop, so that it is not what a benchmark measures. It keeps what arrived and when, finds a text
given twice, and queues its status callbacks: eight connections deliver them, each the next one when the last was
answered, at a rate if one is named.
Run by the benchmarks; alone: `python benchmarks/carrier.py --public URL --token T`.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import re
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from webhooks import Line, signed

_LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)
_TRIES = 5
_AGAIN = 1.0  # seconds until a webhook that was not taken is told once more


@dataclass
class Ledger:
    """Everything that arrived, and what is still to be told."""

    account: str
    token: str
    statuses: tuple[str, ...]
    arrivals: list[tuple[int, float]] = field(default_factory=list)  # touch, seconds since the epoch
    seen: set[int] = field(default_factory=set)
    twice: int = 0
    told: Counter[int] = field(default_factory=Counter)  # whole seconds: callbacks that were taken
    refused: Counter[int] = field(default_factory=Counter)  # by status
    given_up: int = 0
    queue: asyncio.Queue[tuple[str, dict[str, str], int]] = field(default_factory=asyncio.Queue)
    busy: int = 0
    pace: float = 0.0  # seconds between two webhooks
    next_at: float = 0.0

    def accept(self, form: dict[str, str]) -> dict[str, Any]:
        """Keep a text and plan what is told of it; return the answer."""
        callback = form["StatusCallback"]
        touch = int(urlsplit(callback).path.rsplit("/", 1)[1])
        self.arrivals.append((touch, time.time()))
        self.twice += touch in self.seen
        self.seen.add(touch)
        sid = f"SM{len(self.arrivals):032x}"
        for status in self.statuses:
            told = {"MessageSid": sid, "SmsSid": sid, "AccountSid": self.account, "MessageStatus": status}
            told |= {"SmsStatus": status, "From": form["From"], "To": form["To"], "ApiVersion": "2010-04-01"}
            self.queue.put_nowait((callback, told, _TRIES))
        return {"sid": sid, "status": "queued", "to": form["To"], "error_code": None}

    def stats(self) -> dict[str, Any]:
        """Return what a benchmark asks for."""
        return {
            "accepted": len(self.arrivals), "twice": self.twice,
            "waiting": self.queue.qsize() + self.busy, "told": sorted(self.told.items()),
            "refused": dict(self.refused), "given_up": self.given_up, "processor": time.process_time(),
        }  # fmt: skip

    async def tell(self, host: str, port: int) -> None:
        """Deliver one webhook after another on a connection of its own."""
        line = Line(host, port)
        while True:
            callback, told, tries = await self.queue.get()
            self.busy += 1
            self.next_at = max(self.next_at + self.pace, time.monotonic())
            await asyncio.sleep(self.next_at - time.monotonic())
            status = await line.post(signed(self.token, callback, told))
            self.busy -= 1
            if 200 <= status < 300:
                self.told[int(time.time())] += 1
                continue
            self.refused[status] += 1
            if tries > 1:
                asyncio.get_running_loop().call_later(_AGAIN, self.queue.put_nowait, (callback, told, tries - 1))
            else:
                self.given_up += 1


class Door(asyncio.Protocol):
    """One connection of a client that sends its requests one after another."""

    def __init__(self, ledger: Ledger, latency: float) -> None:
        self._ledger, self._latency, self._got = ledger, latency, b""
        self._transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the way back."""
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 - what asyncio promises
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Answer every request that is complete."""
        self._got += data
        while (end := self._got.find(b"\r\n\r\n")) >= 0:
            head = self._got[:end]
            length = int(found[1]) if (found := _LENGTH.search(head)) else 0
            if len(self._got) < end + 4 + length:
                return
            body, self._got = self._got[end + 4 : end + 4 + length], self._got[end + 4 + length :]
            self._request(head.split(b"\r\n", 1)[0].decode(), body)

    def _request(self, line: str, body: bytes) -> None:
        method, target, _ = line.split(" ")
        if method == "POST":
            answer = self._ledger.accept(dict(parse_qsl(body.decode(), keep_blank_values=True)))
            asyncio.get_running_loop().call_later(self._latency, self._answer, 201, answer)
        elif target == "/_bench/stats":
            self._answer(200, self._ledger.stats())
        elif target == "/_bench/arrivals":
            self._answer(200, self._ledger.arrivals)
        else:
            # Nothing of the benchmark is ever looked for: whoever asks hears that the list is empty.
            self._answer(200, {"messages": [], "next_page_uri": None})

    def _answer(self, status: int, what: Any) -> None:
        data = json.dumps(what).encode()
        head = f"HTTP/1.1 {status} OK\r\nContent-Type: application/json\r\nContent-Length: {len(data)}\r\n\r\n"
        self._transport.write(head.encode() + data)


async def serve(options: argparse.Namespace) -> None:
    """Take texts until standard input closes."""
    loop = asyncio.get_running_loop()
    statuses, pace = tuple(filter(None, options.statuses.split(","))), 1 / options.rate if options.rate else 0.0
    ledger = Ledger(options.account, options.token, statuses, pace=pace)
    server = await loop.create_server(lambda: Door(ledger, options.latency), "127.0.0.1", 0, backlog=1024)
    print(server.sockets[0].getsockname()[1], flush=True)  # noqa: T201 - what its parent reads
    public = urlsplit(options.public)
    tellers = [asyncio.create_task(ledger.tell(public.hostname, public.port)) for _ in range(options.connections)]
    await loop.run_in_executor(None, sys.stdin.read)
    for teller in tellers:
        teller.cancel()


def main() -> None:
    """Read the options and serve."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--public", required=True, help="where webhooks go")
    parser.add_argument("--account", default="AC" + "0" * 32)
    parser.add_argument("--token", required=True)
    parser.add_argument("--latency", type=float, default=0.1)
    parser.add_argument("--statuses", default="sent,delivered")
    parser.add_argument("--rate", type=float, default=0.0, help="webhooks a second; 0: as fast as they are taken")
    parser.add_argument("--connections", type=int, default=8)
    asyncio.run(serve(parser.parse_args()))


if __name__ == "__main__":
    main()
