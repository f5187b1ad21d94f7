"""A Twilio-compatible carrier for tests: it accepts before it answers, never deduplicates, and misbehaves on request.

Alone:    python tests/carrier_stub.py --port 8900 [--latency 0.05] [--log FILE] [--callbacks "" --token T]
In tests: start_stub() runs it in its own process, run_in_thread() in ours; both are context managers giving a Stub.
Control:  GET /_stub/messages, /_stub/webhooks, /_stub/waiting; POST /_stub/fault {kind, times, seconds, on},
/_stub/plant {to, body, ...}, /_stub/mix {post, get, callbacks, seconds}, /_stub/say {from, to, body, ...},
/_stub/replay {most}, /_stub/forge {number, account}.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import socket
import socketserver
import struct
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, fields, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

from carrier_faults import Mix
from carrier_ledger import PAGE, Fault, Ledger, Options, Row, refusal
from carrier_webhooks import Webhooks, answered


class Server(ThreadingHTTPServer):
    request_queue_size = 512
    daemon_threads = False  # joined on close, so that no socket is left to the garbage collector

    def __init__(self, options: Options) -> None:
        super().__init__((options.host, options.port), Handler)
        self.ledger = Ledger(options)
        self.stopping = threading.Event()
        self.open: set[socket.socket] = set()
        self.resetting: set[socket.socket] = set()
        self.webhooks = None if options.callbacks is None else Webhooks(self.ledger)

    def server_bind(self) -> None:
        socketserver.TCPServer.server_bind(self)  # HTTPServer would look our name up in the DNS
        self.server_name, self.server_port = self.server_address[:2]

    def process_request(self, request: Any, client_address: Any) -> None:
        self.open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self.open.discard(request)
        if request in self.resetting:
            self.resetting.discard(request)
            self.close_request(request)  # without the polite FIN, and with linger 0: a real RST
        else:
            super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exc_info()[1], OSError):  # a caller that gave up is no news
            super().handle_error(request, client_address)

    def stop(self) -> None:
        self.stopping.set()
        self.shutdown()
        for connection in list(self.open):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        self.server_close()
        if self.webhooks:
            self.webhooks.stop()
        self.ledger.close()


class Handler(BaseHTTPRequestHandler):
    server: Server
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # head and body in one packet
    disable_nagle_algorithm = True

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        pass

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        ledger = self.server.ledger
        if url.path.startswith("/_stub/"):
            return self.answer(200, self.seen(url.path.removeprefix("/_stub/")))
        if url.path.endswith("/Calls.json"):
            return self.answer(200, {"calls": [], "next_page_uri": None})  # this carrier has texts alone
        if not (found := re.fullmatch(r".*/Accounts/([^/]+)/Messages(?:/(\w+))?\.json", url.path)):
            return self.refuse(404, 20404)
        if self.misbehave(fault := ledger.take_fault("GET")):
            return None
        account, sid = found.groups()
        if sid:
            rows = [row for row in ledger.rows if row["sid"] == sid]
            return self.answer(200, ledger.shown(rows[0]), fault) if rows else self.refuse(404, 20404)
        query = dict(parse_qsl(url.query, keep_blank_values=True))
        page, size = int(query.get("Page", 0)), min(int(query.get("PageSize", PAGE)), PAGE)
        rows = ledger.matching(account, query)
        after = urlencode(query | {"Page": page + 1, "PageToken": "PA"})
        more = f"{url.path}?{after}" if len(rows) > (page + 1) * size else None
        shown = [ledger.shown(row) for row in rows[page * size : (page + 1) * size]]
        return self.answer(200, {"messages": shown, "page": page, "page_size": size, "next_page_uri": more}, fault)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        if self.path.startswith("/_stub/"):
            return self.answer(200, self.control(self.path.removeprefix("/_stub/"), json.loads(body)))
        if not (found := re.fullmatch(r".*/Accounts/([^/]+)/Messages\.json", self.path)):
            return self.refuse(404, 20404)
        return self.create(found[1], {key: values[-1] for key, values in parse_qs(body, True).items()})

    def seen(self, what: str) -> Any:
        """Answer a test that looks."""
        webhooks = self.server.webhooks
        if what == "messages":
            return self.server.ledger.rows
        assert webhooks
        return webhooks.waiting() if what == "waiting" else webhooks.log

    def control(self, what: str, given: dict[str, Any]) -> Any:
        """Do what a test asks for."""
        ledger, webhooks = self.server.ledger, self.server.webhooks
        if what == "fault":
            ledger.fault = Fault(**given)
        elif what == "mix":
            ledger.mix = Mix(**given)
        elif what == "plant":
            return ledger.add(**given)
        assert webhooks or what in ("fault", "mix")
        if webhooks and what == "say":
            word, copies = given.pop("word"), given.pop("copies")
            row = ledger.add(**given, direction="inbound", status="received", num_media="0")
            webhooks.said(row, word, copies)
            return row
        if webhooks and what == "replay":
            return webhooks.replay(**given)
        if webhooks and what == "forge":
            return webhooks.forge(**given)
        return {}

    def create(self, account: str, form: dict[str, str]) -> None:
        ledger = self.server.ledger
        if "Authorization" not in self.headers:
            return self.refuse(401, 20003)
        if code := refusal(form):
            return self.refuse(400, code)
        fault = ledger.take_fault("POST")
        if fault.kind == "429":
            return self.refuse(429, 20429, {"Retry-After": str(int(fault.seconds))})
        if fault.kind.startswith("lost-"):
            self.misbehave(replace(fault, kind=fault.kind.removeprefix("lost-")))
            return None
        row = ledger.accept(account, form, self.headers["Authorization"])
        webhooks = self.server.webhooks
        if webhooks and row["status_callback"] and (early := webhooks.accepted(row)):
            webhooks.tell(early)
        self.server.stopping.wait(ledger.options.latency)
        if self.misbehave(fault):
            return None
        return self.answer(201, ledger.shown(row) | {"status": "queued", "date_sent": None, "error_code": None}, fault)

    def misbehave(self, fault: Fault) -> bool:
        """Play the fault; True if that was the answer."""
        if fault.kind in ("hang", "slow"):
            self.server.stopping.wait(fault.seconds)
        if fault.kind in ("500", "503", "429"):
            self.refuse(int(fault.kind), 20000 + int(fault.kind), {"Retry-After": str(int(fault.seconds))})
        elif fault.kind == "reset":
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.server.resetting.add(self.connection)
        if fault.kind in ("hang", "reset", "drop"):
            self.close_connection = True
        return fault.kind in ("500", "503", "429", "hang", "reset", "drop")

    def refuse(self, status: int, code: int, headers: dict[str, str] | None = None) -> None:
        self.answer(status, {"code": code, "message": f"Error {code}", "status": status}, headers=headers)

    def answer(self, status: int, what: Any, fault: Fault | None = None, headers: dict[str, str] | None = None) -> None:
        data = b"<html>bad gateway</html>" if fault and fault.kind == "garbage" else json.dumps(what).encode()
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", "Content-Length": len(data), **(headers or {})}.items():
            self.send_header(name, str(value))
        self.end_headers()
        if fault and fault.kind == "truncate":
            data, self.close_connection = data[: len(data) // 2], True
        self.wfile.write(data)


class Stub:
    """A running stub, for as long as the with block, or until stop()."""

    def __init__(self, url: str, stop: Callable[[], None]) -> None:
        self.url, self.stop = url, stop

    def __enter__(self) -> Stub:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def messages(self) -> list[Row]:
        """Everything accepted, oldest first; `params` is the form as posted."""
        return [row for row in self._get("messages") if row["direction"] != "inbound"]

    def inbound(self) -> list[Row]:
        """Everything phones said, oldest first."""
        return [row for row in self._get("messages") if row["direction"] == "inbound"]

    def webhooks(self, *kinds: str) -> list[dict[str, Any]]:
        """Every webhook of these kinds that was tried: sid, from, body, began, ended, status (0: none), answer."""
        return [told for told in self._get("webhooks") if told["kind"] in kinds]

    def waiting(self) -> int:
        """How many webhooks are still to be delivered."""
        return int(self._get("waiting"))

    def fault(self, kind: str, times: int = 1, seconds: float = 1.0, on: str = "POST") -> None:
        """Play `kind` for the next `times` requests (negative: for ever)."""
        self._do("fault", asdict(Fault(kind, times, seconds, on)))

    def mix(self, **weights: Any) -> None:
        """Let faults come by these weights (`carrier_faults.Mix`); none at all is fair weather."""
        self._do("mix", weights)

    def plant(self, **row: Any) -> Row:
        """Put a message in the list that nobody posted: `to`, `body`, `direction`, `created_at` (ISO), ..."""
        return self._do("plant", row)

    def say(self, number: str, to: str, body: str, account: str, *, word: str = "", copies: int = 1) -> Row:
        """Let a phone say something; with no copies no webhook brings it, and only the list has it."""
        row = {"from": number, "to": to, "body": body, "account_sid": account}
        return self._do("say", row | {"word": word, "copies": copies})

    def replay(self, most: int = 200) -> int:
        """Deliver old webhooks once more, newest first; return how many."""
        return int(self._do("replay", {"most": most}))

    def forge(self, number: str, account: str) -> int:
        """Deliver forgeries; return how many."""
        return int(self._do("forge", {"number": number, "account": account}))

    def _get(self, what: str) -> Any:
        return json.loads(answered(self.url, "GET", f"/_stub/{what}")[1])

    def _do(self, what: str, given: Any) -> Any:
        return json.loads(answered(self.url, "POST", f"/_stub/{what}", json.dumps(given))[1])


def run_in_thread(**options: Any) -> Stub:
    """Start a stub in this process: Options as keywords."""
    return serve(Server(Options(**options)))


def serve(server: Server) -> Stub:
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()

    def stop() -> None:
        server.stop()
        thread.join()

    return Stub(f"http://{server.server_address[0]}:{server.server_port}", stop)


def start_stub(**options: Any) -> Stub:
    """Start a stub in its own process, which ends with ours: Options as keywords."""
    given = [f"--{name.replace('_', '-')}={value}" for name, value in options.items() if value is not None]
    command = [sys.executable, __file__, "--tied", *given]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout
    url = process.stdout.readline().strip()

    def stop() -> None:
        process.kill()
        process.communicate()

    return Stub(url, stop)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for option in fields(Options):
        kind = type(option.default) if option.default is not None else str
        parser.add_argument(f"--{option.name.replace('_', '-')}", type=kind, default=option.default)
    parser.add_argument("--tied", action="store_true", help="end when standard input closes")
    given = vars(parser.parse_args())
    tied = given.pop("tied")
    server = Server(Options(**given))
    print(f"http://{server.server_address[0]}:{server.server_port}", flush=True)  # noqa: T201
    if tied:
        threading.Thread(target=lambda: sys.stdin.read() or os._exit(0), daemon=True).start()
    with suppress(KeyboardInterrupt):
        server.serve_forever()


if __name__ == "__main__":
    main()
