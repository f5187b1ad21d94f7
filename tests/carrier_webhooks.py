"""What the stub carrier tells us: status callbacks, inbound texts, old webhooks again, and forgeries."""

from __future__ import annotations

import base64
import heapq
import hmac
import http.client
import threading
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import count
from typing import Any
from urllib.parse import urlencode, urlsplit

from carrier_ledger import FAILS_LATER, Ledger, Row

Pairs = tuple[tuple[str, str], ...]
_THREADS = 8
FORGERIES = ("unsigned", "garbled", "another token", "another host", "repeated key", "altered body", "as JSON")


@dataclass(frozen=True, slots=True)
class Webhook:
    """One request to us: `url` is what is signed."""

    kind: str  # status, inbound, replay, forged
    sid: str
    url: str
    form: Pairs
    signature: str
    tries: int = 2  # on a failed connection only, as the real ones (TWI-22)
    content_type: str = "application/x-www-form-urlencoded"
    then: tuple[Webhook, ...] = ()  # what is told only after it


def sign(token: str, url: str, form: Iterable[tuple[str, str]]) -> str:
    """Return Twilio's signature (TWI-16)."""
    signed = url + "".join(name + value for name, value in sorted(form))
    return base64.b64encode(hmac.digest(token.encode(), signed.encode(), "sha1")).decode()


class Webhooks:
    """Delivers webhooks in the order of their times, several at once, and keeps what was answered."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger, self.base, self.token = ledger, ledger.options.callbacks or "", ledger.options.token
        self.log: list[dict[str, Any]] = []
        self.sent: list[Webhook] = []
        self._due: list[tuple[float, int, Webhook]] = []
        self._numbers, self._busy, self._ended = count(), 0, False
        self._news = threading.Condition()
        self.threads = [threading.Thread(target=self._run, daemon=True) for _ in range(_THREADS)]
        for thread in self.threads:
            thread.start()

    def stop(self) -> None:
        with self._news:
            self._ended = True
            self._news.notify_all()
        for thread in self.threads:
            thread.join(5)

    def waiting(self) -> int:
        """Return how many are still to be delivered."""
        with self._news:
            return len(self._due) + self._busy

    def put(self, webhook: Webhook, after: float = 0.0) -> None:
        with self._news:
            heapq.heappush(self._due, (time.monotonic() + after, next(self._numbers), webhook))
            self._news.notify()

    # -- what there is to tell

    def accepted(self, row: Row) -> Webhook | None:
        """Plan the callbacks of a message; return the one that comes before the answer, if one does."""
        error = FAILS_LATER.get(row["to"])
        with self.ledger.lock:
            last = "undelivered" if error else "delivered"
            early, told = self.ledger.mix.told(["queued", "sent", last])
        row |= {"status": last, "error_code": int(error) if error else None}
        first = self._status(row, told.pop(0)[1]) if early else None
        if self.ledger.mix.callbacks:
            for after, status in told:
                self.put(self._status(row, status), after)
        else:
            in_order = [self._status(row, status) for _, status in told]
            self.put(replace(in_order[0], then=tuple(in_order[1:])))
        return first

    def said(self, row: Row, word: str, copies: int) -> None:
        """Deliver an inbound text, so many times."""
        form = {"MessageSid": row["sid"], "SmsMessageSid": row["sid"], "AccountSid": row["account_sid"]}
        form |= {"From": row["from"], "To": row["to"], "Body": row["body"], "NumMedia": "0", "ANewField": ""}
        pairs = tuple((form | ({"OptOutType": word} if word else {})).items())
        url = f"{self.ledger.options.public_url}/twilio/sms"
        for _ in range(copies):
            self.put(Webhook("inbound", row["sid"], url, pairs, sign(self.token, url, pairs)))

    def replay(self, most: int) -> int:
        """Deliver once more what was delivered, spread over all of it, newest first; return how many that are."""
        with self._news:
            old = [webhook for webhook in self.sent if webhook.kind in ("status", "inbound")]
        again = old[:: max(1, -(-len(old) // most))]
        for webhook in reversed(again):
            self.put(replace(webhook, kind="replay", tries=1))
        return len(again)

    def forge(self, number: str, account: str) -> int:
        """Deliver one forgery of each kind, about this number."""
        forged = list(self._forgeries(number, account))
        for webhook in forged:
            self.put(webhook)
        return len(forged)

    def _forgeries(self, number: str, account: str) -> Iterator[Webhook]:
        url = f"{self.ledger.options.public_url}/twilio/sms"
        for kind in FORGERIES:
            sid = f"SMf{next(self._numbers):031x}"
            form = (("AccountSid", account), ("Body", "START"), ("From", number), ("MessageSid", sid), ("To", "+1"))
            right = sign(self.token, url, form)
            made = Webhook("forged", sid, url, form, right, tries=1)
            yield {
                "unsigned": replace(made, signature=""),
                "garbled": replace(made, signature=right[::-1]),
                "another token": replace(made, signature=sign("another", url, form)),
                "another host": replace(made, signature=sign(self.token, "https://evil.example.org/twilio/sms", form)),
                "repeated key": replace(made, form=(*form, ("Body", "STOP"))),
                "altered body": replace(made, form=tuple((k, "STOP" if k == "Body" else v) for k, v in form)),
                "as JSON": replace(made, content_type="application/json"),
            }[kind]

    def _status(self, row: Row, status: str) -> Webhook:
        url, sender = row["status_callback"], row.get("from") or "+12025550100"
        form = {"AccountSid": row["account_sid"], "From": sender, "To": row["to"], "ApiVersion": "2010-04-01"}
        form |= {"MessageSid": row["sid"], "SmsSid": row["sid"], "MessageStatus": status, "SmsStatus": status}
        form |= {"ANewField": ""}
        if row["error_code"] and status == "undelivered":
            form |= {"ErrorCode": str(row["error_code"])}
        pairs = tuple(form.items())
        return Webhook("status", row["sid"], url, pairs, sign(self.token, url, pairs))

    # -- delivering

    def _run(self) -> None:
        while (webhook := self._next()) is not None:
            try:
                self.tell(webhook)
            finally:
                with self._news:
                    self._busy -= 1

    def _next(self) -> Webhook | None:
        with self._news:
            while not self._ended:
                wait = self._due[0][0] - time.monotonic() if self._due else None
                if wait is not None and wait <= 0:
                    self._busy += 1
                    return heapq.heappop(self._due)[2]
                self._news.wait(wait)
        return None

    def tell(self, webhook: Webhook) -> None:
        """Deliver one, and keep when it was sent, when it was answered, and how."""
        began = _now()
        status, answer = 0, b""
        for left in range(webhook.tries, 0, -1):
            try:
                status, answer = self._post(webhook)
                break
            except (ConnectionRefusedError, ConnectionResetError):
                time.sleep(0.2 if left > 1 else 0)
            except (OSError, http.client.HTTPException):
                break
        form = dict(webhook.form)
        told = {"kind": webhook.kind, "sid": webhook.sid, "from": form.get("From"), "body": form.get("Body")}
        told |= {"began": began, "ended": _now(), "status": status, "answer": answer.decode(errors="replace")}
        with self._news:
            self.sent.append(replace(webhook, then=()))
            self.log.append(told)
        if webhook.then:
            self.put(replace(webhook.then[0], then=webhook.then[1:]))

    def _post(self, webhook: Webhook) -> tuple[int, bytes]:
        headers = {"Content-Type": webhook.content_type}
        if webhook.signature:
            headers["X-Twilio-Signature"] = webhook.signature
        parts = urlsplit(webhook.url)
        base = self.base or f"{parts.scheme}://{parts.netloc}"
        target = f"{parts.path}?{parts.query}" if parts.query else parts.path
        return answered(base, "POST", target, urlencode(webhook.form), headers)


def answered(
    base: str, method: str, path: str, body: str | None = None, headers: dict[str, str] | None = None
) -> tuple[int, bytes]:
    """Return the status and the body of one answer."""
    parts = urlsplit(base)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.netloc, timeout=15)
    try:
        connection.request(method, path, body, headers or {})
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def _now() -> str:
    return datetime.now(UTC).isoformat()
