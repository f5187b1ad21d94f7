"""A Twilio-compatible carrier for tests: it accepts before it answers, never deduplicates, and misbehaves on request.

Alone:    python tests/carrier_stub.py --port 8900 [--latency 0.05] [--log FILE] [--callbacks "" --token T]
In tests: start_stub() runs it in its own process, run_in_thread() in ours; both are context managers giving a Stub.
Control:  GET /_stub/messages; POST /_stub/fault {kind, times, seconds, on}; POST /_stub/plant {to, body, ...}.
"""

from __future__ import annotations

import argparse
import base64
import hmac
import http.client
import json
import os
import queue
import re
import socket
import socketserver
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, fields
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

from carrier_ledger import FAILS_LATER, PAGE, Fault, Ledger, Options, Row, refusal


class Server(ThreadingHTTPServer):
    request_queue_size = 512
    daemon_threads = False  # joined on close, so that no socket is left to the garbage collector

    def __init__(self, options: Options) -> None:
        super().__init__(("127.0.0.1", options.port), Handler)
        self.ledger = Ledger(options)
        self.stopping = threading.Event()
        self.open: set[socket.socket] = set()
        self.resetting: set[socket.socket] = set()
        self.callbacks = None if options.callbacks is None else Callbacks(self.ledger)

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
        if self.callbacks:
            self.callbacks.stop()
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
        if url.path == "/_stub/messages":
            return self.answer(200, ledger.rows)
        if not (found := re.fullmatch(r".*/Accounts/([^/]+)/Messages(?:/(\w+))?\.json", url.path)):
            return self.refuse(404, 20404)
        if self.misbehave(fault := ledger.take_fault("GET")):
            return None
        account, sid = found.groups()
        if sid:
            rows = [row for row in ledger.rows if row["sid"] == sid]
            return self.answer(200, ledger.shown(rows[0])) if rows else self.refuse(404, 20404)
        query = dict(parse_qsl(url.query, keep_blank_values=True))
        page, size = int(query.get("Page", 0)), min(int(query.get("PageSize", PAGE)), PAGE)
        rows = ledger.matching(account, query)
        after = urlencode(query | {"Page": page + 1, "PageToken": "PA"})
        more = f"{url.path}?{after}" if len(rows) > (page + 1) * size else None
        shown = [ledger.shown(row) for row in rows[page * size : (page + 1) * size]]
        return self.answer(200, {"messages": shown, "page": page, "page_size": size, "next_page_uri": more}, fault)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        ledger = self.server.ledger
        if self.path == "/_stub/fault":
            ledger.fault = Fault(**json.loads(body))
            return self.answer(200, {})
        if self.path == "/_stub/plant":
            return self.answer(200, ledger.add(**json.loads(body)))
        if not (found := re.fullmatch(r".*/Accounts/([^/]+)/Messages\.json", self.path)):
            return self.refuse(404, 20404)
        return self.create(found[1], {key: values[-1] for key, values in parse_qs(body, True).items()})

    def create(self, account: str, form: dict[str, str]) -> None:
        ledger = self.server.ledger
        if "Authorization" not in self.headers:
            return self.refuse(401, 20003)
        if code := refusal(form):
            return self.refuse(400, code)
        fault = ledger.take_fault("POST")
        if fault.kind == "429":
            return self.refuse(429, 20429, {"Retry-After": str(int(fault.seconds))})
        row = ledger.accept(account, form, self.headers["Authorization"])
        if self.server.callbacks and row["status_callback"]:
            self.server.callbacks.plan(row)
        self.server.stopping.wait(ledger.options.latency)
        if self.misbehave(fault):
            return None
        return self.answer(201, ledger.shown(row) | {"status": "queued", "date_sent": None}, fault)

    def misbehave(self, fault: Fault) -> bool:
        """Play the fault; True if that was the answer."""
        if fault.kind in ("hang", "slow"):
            self.server.stopping.wait(fault.seconds)
        if fault.kind == "500":
            self.refuse(500, 20500)
        elif fault.kind == "reset":
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.server.resetting.add(self.connection)
        if fault.kind in ("hang", "reset"):
            self.close_connection = True
        return fault.kind in ("500", "hang", "reset")

    def refuse(self, status: int, code: int, headers: dict[str, str] | None = None) -> None:
        self.answer(status, {"code": code, "message": f"Error {code}", "status": status}, headers=headers)

    def answer(self, status: int, what: Any, fault: Fault | None = None, headers: dict[str, str] | None = None) -> None:
        data = b"<html>bad gateway</html>" if fault and fault.kind == "garbage" else json.dumps(what).encode()
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", "Content-Length": len(data), **(headers or {})}.items():
            self.send_header(name, str(value))
        self.end_headers()
        self.wfile.write(data)


class Callbacks:
    """Tells each StatusCallback that its message was queued, sent, and delivered or not."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger, self.base, self.token = ledger, ledger.options.callbacks or "", ledger.options.token
        self.waiting: queue.SimpleQueue[Row | None] = queue.SimpleQueue()
        self.plan = self.waiting.put
        self.threads = [threading.Thread(target=self.run, daemon=True) for _ in range(4)]
        for thread in self.threads:
            thread.start()

    def stop(self) -> None:
        for _ in self.threads:
            self.waiting.put(None)
        for thread in self.threads:
            thread.join(5)

    def run(self) -> None:
        while row := self.waiting.get():
            error = FAILS_LATER.get(row["to"])
            for status in ("queued", "sent", "undelivered" if error else "delivered"):
                row |= {"status": status, "error_code": int(error) if error and status == "undelivered" else None}
                self.tell(row)

    def tell(self, row: Row) -> None:
        url, sender = row["status_callback"], row.get("from") or "+12025550100"
        form = {"AccountSid": row["account_sid"], "From": sender, "To": row["to"], "ApiVersion": "2010-04-01"}
        form |= {"MessageSid": row["sid"], "SmsSid": row["sid"], "MessageStatus": row["status"]}
        form |= {"SmsStatus": row["status"], "ANewField": ""} | (
            {"ErrorCode": str(e)} if (e := row["error_code"]) else {}
        )
        signed = url + "".join(key + form[key] for key in sorted(form))
        signature = base64.b64encode(hmac.digest(self.token.encode(), signed.encode(), "sha1")).decode()
        headers = {"X-Twilio-Signature": signature, "Content-Type": "application/x-www-form-urlencoded"}
        parts = urlsplit(url)
        try:
            base = self.base or f"{parts.scheme}://{parts.netloc}"
            request(base, "POST", f"{parts.path}?{parts.query}", urlencode(form), headers)
        except OSError:
            time.sleep(0.1)  # best effort, like the real ones


def request(base: str, method: str, path: str, body: str | None = None, headers: dict[str, str] | None = None) -> bytes:
    parts = urlsplit(base)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.netloc, timeout=15)
    try:
        connection.request(method, path, body, headers or {})
        return connection.getresponse().read()
    finally:
        connection.close()


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
        return json.loads(request(self.url, "GET", "/_stub/messages"))

    def fault(self, kind: str, times: int = 1, seconds: float = 1.0, on: str = "POST") -> None:
        """Play `kind` for the next `times` requests (negative: for ever)."""
        request(self.url, "POST", "/_stub/fault", json.dumps(asdict(Fault(kind, times, seconds, on))))

    def plant(self, **row: Any) -> Row:
        """Put a message in the list that nobody posted: `to`, `body`, `direction`, `created_at` (ISO), ..."""
        return json.loads(request(self.url, "POST", "/_stub/plant", json.dumps(row)))


def run_in_thread(**options: Any) -> Stub:
    """Start a stub in this process: Options as keywords."""
    return serve(Server(Options(**options)))


def serve(server: Server) -> Stub:
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()

    def stop() -> None:
        server.stop()
        thread.join()

    return Stub(f"http://127.0.0.1:{server.server_port}", stop)


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
    print(f"http://127.0.0.1:{server.server_port}", flush=True)  # noqa: T201
    if tied:
        threading.Thread(target=lambda: sys.stdin.read() or os._exit(0), daemon=True).start()
    with suppress(KeyboardInterrupt):
        server.serve_forever()


if __name__ == "__main__":
    main()
