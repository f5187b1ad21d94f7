"""What the stub carrier keeps: every message it accepted, the fault to play next, and the magic numbers."""

from __future__ import annotations

import json
import threading
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any
from uuid import uuid4

from carrier_faults import Mix

MAGIC_FROM = {"+15005550001": 21212, "+15005550007": 21606, "+15005550008": 21611}  # TWI-60
MAGIC_TO = {"+15005550001": 21211, "+15005550002": 21612, "+15005550003": 21408, "+15005550004": 21610}
MAGIC_TO |= {"+15005550009": 21614}
FAILS_LATER = {"+15005551003": "30003", "+15005551005": "30005", "+15005551007": "30007"}
PAGE = 50
Row = dict[str, Any]


@dataclass
class Options:
    host: str = "127.0.0.1"
    port: int = 0
    latency: float = 0.0  # seconds between accepting a message and answering
    queued: float = 0.0  # seconds a message stays queued, without a date_sent
    list_lag: float = 0.0  # seconds before a message shows in the list
    log: str = ""  # a JSONL file that gets every accepted message
    callbacks: str | None = None  # base URL to call back on; "" goes where StatusCallback says
    token: str = "testtoken"  # signs the webhooks
    public_url: str = ""  # what inbound webhooks are signed for
    seed: int = 0  # of the mix of faults


@dataclass
class Fault:
    # hang, drop, reset, truncate, 500, 503, garbage, slow: after accepting; 429: instead of it, and so all "lost-...".
    kind: str = "none"
    times: int = 1  # negative: for ever
    seconds: float = 1.0
    on: str = "POST"


class Ledger:
    """Everything accepted, oldest first, and the fault to play next."""

    def __init__(self, options: Options) -> None:
        self.options = options
        self.rows: list[Row] = []
        self.by_number: defaultdict[str, list[Row]] = defaultdict(list)
        self.fault = Fault()
        self.mix = Mix(options.seed)
        self.lock = threading.Lock()
        self._log = open(options.log, "a", encoding="utf-8") if options.log else None  # noqa: SIM115

    def close(self) -> None:
        if self._log:
            self._log.close()

    def accept(self, account: str, form: dict[str, str], authorization: str) -> Row:
        return self.add(
            account_sid=account,
            to=form["To"],
            body=form.get("Body", ""),
            **{"from": form.get("From")},
            messaging_service_sid=form.get("MessagingServiceSid"),
            status_callback=form.get("StatusCallback"),
            params=form,
            authorization=authorization,
        )

    def add(self, **fields: Any) -> Row:
        row: Row = {
            "sid": f"SM{uuid4().hex}",
            "status": "queued",
            "direction": "outbound-api",
            "error_code": None,
        } | fields
        row.setdefault("created_at", datetime.now(UTC).isoformat())
        row.setdefault("date_sent", None)
        with self.lock:
            self.rows.append(row)
            self.by_number[row["to"]].append(row)
            if self._log:  # flushed, so it outlives a kill of this process, but not fsynced: it must be fast
                self._log.write(json.dumps(row) + "\n")
                self._log.flush()
        return row

    def take_fault(self, method: str) -> Fault:
        """Return the fault that was asked for, else one of the mix."""
        with self.lock:
            if self.fault.kind == "none" or self.fault.on != method or self.fault.times == 0:
                kind = self.mix.draw(method)
                return Fault(kind, seconds=self.mix.retry_after if kind == "429" else self.mix.seconds)
            self.fault.times -= 1
            return replace(self.fault)

    def matching(self, account: str, query: dict[str, str]) -> list[Row]:
        """Newest first, as the real list is."""
        seen = datetime.now(UTC) - timedelta(seconds=self.options.list_lag)
        known = self.by_number[query["To"]] if "To" in query else self.rows
        rows = [row for row in known[::-1] if row.get("account_sid", account) == account]
        for name, field in (("To", "to"), ("From", "from")):
            rows = [row for row in rows if name not in query or row.get(field) == query[name]]
        rows = [row for row in rows if datetime.fromisoformat(row["created_at"]) <= seen]
        for name, fits in DATES.items():
            if name in query:
                size = len(query[name])  # a day, or an instant
                sent = [(row, self.date_sent(row)) for row in rows]
                rows = [row for row, at in sent if at and fits(at.strftime("%Y-%m-%dT%H:%M:%SZ")[:size], query[name])]
        return rows

    def date_sent(self, row: Row) -> datetime | None:
        if row["date_sent"]:
            return datetime.fromisoformat(row["date_sent"])
        due = datetime.fromisoformat(row["created_at"]) + timedelta(seconds=self.options.queued)
        return due if due <= datetime.now(UTC) else None

    def shown(self, row: Row) -> Row:
        sent = self.date_sent(row)
        hidden = {"params", "authorization", "created_at", "status_callback"}
        return {key: value for key, value in row.items() if key not in hidden} | {
            "status": "sent" if sent and row["status"] == "queued" else row["status"],
            "date_created": format_datetime(datetime.fromisoformat(row["created_at"]).astimezone(UTC)),
            "date_sent": format_datetime(sent.astimezone(UTC)) if sent else None,
            "num_segments": "0",
            "a_field_from_next_year": True,
        }


DATES: dict[str, Callable[[str, str], bool]] = {
    "DateSent": str.__eq__,
    "DateSent>": str.__ge__,
    "DateSent<": str.__le__,
}


def refusal(form: dict[str, str]) -> int | None:
    sender = form.get("From") or form.get("MessagingServiceSid")
    checks = [(not form.get("To"), 21604), (not sender, 21603), (not form.get("Body"), 21602)]
    checks += [(len(form.get("Body", "")) > 1600, 21617)]
    wrong = [code for failed, code in checks if failed]
    return wrong[0] if wrong else MAGIC_FROM.get(sender or "") or MAGIC_TO.get(form["To"])
