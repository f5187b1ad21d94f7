"""Asks Twilio what it has: to settle a send in doubt (TWI-06), and to find what never reached us (TWI-14, TWI-23)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import chain
from typing import Any
from urllib.parse import urlencode, urljoin

from outreach.channels.carrier import Arrived, Called, CallStatus, CannotLook, Fate, Listed
from outreach.channels.look.rows import (
    arrived_in,
    call_fate_in,
    call_listed_in,
    called_in,
    created_at,
    listed_in,
    said_at,
)
from outreach.channels.twilio import TwilioAccount, open_pool

SKEW = timedelta(seconds=5)  # Twilio's clock against ours, and its dates have no fractions
PAGE_SIZE = 200
LARGE_PAGE = 1000
MOST_PAGES = 20
MOST_LARGE_PAGES = 2000
_AT_ONCE = 8
_SERVICE = "MG"
_NUMBERS = (("PhoneNumbers", "phone_numbers", "phone_number"), ("ShortCodes", "short_codes", "short_code"))


class TwilioLookout:
    """A Lookout over Twilio's message list. `sender` is the one number, or the Messaging Service, that we write from.

    A service's numbers are asked of `services`, the account at Twilio's messaging host; without one, all that the
    account received is ours.
    """

    def __init__(
        self,
        account: TwilioAccount,
        *,
        timeout: float = 10.0,
        sender: str = "",
        services: TwilioAccount | None = None,
    ) -> None:
        self._account = account
        self._services = services
        self._sender = sender
        self._pool = open_pool(account, timeout=timeout, connections=_AT_ONCE)

    def sent_to(self, to: str, since: datetime) -> Sequence[Listed]:
        """Return outbound messages to E.164 `to` created at or after `since`, oldest first; raises CannotLook.

        Asks twice: by day sent, and by number alone, since a message that still waits in Twilio's queue has no day.
        """
        floor = since.astimezone(UTC) - SKEW
        with _whole():
            queries = ({"To": to, "DateSent>": floor.date().isoformat()}, {"To": to})
            return _oldest_first(row for query in queries for row in self._recent(query, floor))

    def left(self, since: datetime) -> Sequence[Listed]:
        """Return every outbound message and call created at or after `since`, oldest first; raises CannotLook.

        It holds them all: for the hours after a backup, not for years. A call says nothing by which to know it.
        """
        sender = {} if self._sender.startswith(_SERVICE) or not self._sender else {"From": self._sender}
        with _whole():
            floor = since.astimezone(UTC) - SKEW
            texts = self._recent({**sender, "PageSize": str(LARGE_PAGE)}, floor)
            rows = self._calls({"StartTime>": floor.strftime("%Y-%m-%dT%H:%M:%SZ")}, floor)
            # What a call of ours dials, to put it through to a person, is not one of ours to a member.
            calls = (call_listed_in(row) for row in rows if row["direction"] == "outbound-api")
            return _oldest_first(chain(texts, calls))

    def arrived(self, since: datetime, until: datetime) -> Sequence[Arrived]:
        """Return what phones sent to our numbers from `since` to `until`, oldest first; raises CannotLook."""
        first, last = since.astimezone(UTC) - SKEW, until.astimezone(UTC) + SKEW
        # The SDK writes whatever zone it is given as `Z`; these are in UTC before they are written.
        between = {"DateSent>": first.strftime("%Y-%m-%dT%H:%M:%SZ"), "DateSent<": last.strftime("%Y-%m-%dT%H:%M:%SZ")}
        with _whole(), ThreadPoolExecutor(_AT_ONCE) as threads:
            queries = [{**to, **between, "PageSize": str(LARGE_PAGE)} for to in self._to_us()]
            found = {each.sid: each for part in threads.map(self._inbound, queries) for each in part}
        return sorted(found.values(), key=lambda each: (each.said_at, each.sid))

    def fates(self, sids: Sequence[str]) -> Iterator[Fate]:
        """Yield what became of each message, several questions on the line at once."""
        with ThreadPoolExecutor(_AT_ONCE) as threads:
            yield from (fate for fate in threads.map(self._fate, sids) if fate is not None)

    def called(self, sender: str, to: str, since: datetime) -> Sequence[Called]:
        """Return the calls from `sender` to `to` (E.164) made at or after `since` (UTC); raises CannotLook.

        Asks twice, as of messages: a call that still waits to be dialled has not started.
        """
        floor = since.astimezone(UTC) - SKEW
        between = {"From": sender, "To": to}
        with _whole():
            queries = (between | {"StartTime>": floor.strftime("%Y-%m-%dT%H:%M:%SZ")}, between)
            rows = [row for query in queries for row in self._calls(query, floor)]
            if any((row["from"], row["to"]) != (sender, to) for row in rows):
                raise CannotLook("the list holds other numbers")
            found = {row["sid"]: called_in(row) for row in rows if row["direction"].startswith("outbound")}
        return sorted(found.values(), key=lambda call: (call.created_at, call.sid))

    def call_fates(self, sids: Sequence[str]) -> Iterator[CallStatus]:
        """Yield what became of each call, several questions on the line at once."""
        with ThreadPoolExecutor(_AT_ONCE) as threads:
            yield from (fate for fate in threads.map(self._call_fate, sids) if fate is not None)

    def close(self) -> None:
        """Hang up."""
        self._pool.clear()

    def _to_us(self) -> list[dict[str, str]]:
        """Return a query for each of our numbers; where they cannot be told, one that names none lists them all."""
        if not self._sender.startswith(_SERVICE):
            return [{"To": self._sender}] if self._sender else [{}]
        if self._services is None:
            return [{}]
        found = []
        for kind, rows, number in _NUMBERS:
            url = f"{self._services.origin}v1/Services/{self._sender}/{kind}?PageSize={PAGE_SIZE}"
            for page in self._follow(url, MOST_PAGES, self._services.origin):
                found += [{"To": row[number]} for row in page[rows]]
        return found or [{}]

    def _inbound(self, query: dict[str, str]) -> list[Arrived]:
        rows = [row for page in self._pages(query) for row in page if row["direction"] == "inbound"]
        if any(row["to"] != query.get("To", row["to"]) for row in rows):
            raise CannotLook("the list holds other numbers")
        return [arrived_in(row, self._account.origin) for row in rows if said_at(row) is not None]

    def _fate(self, sid: str) -> Fate | None:
        row = self._one(self._account.messages_url, sid)
        if not row:
            return None if row is None else Fate(sid, "", None)
        return Fate(sid, str(row["status"]), row.get("error_code"))

    def _call_fate(self, sid: str) -> CallStatus | None:
        row = self._one(self._account.calls_url, sid)
        return None if row is None else call_fate_in(row, sid)

    def _one(self, url: str, sid: str) -> Mapping[str, Any] | None:
        """Return one row of a list by its sid; empty where the carrier has none, None where nobody can tell now."""
        try:
            answer = self._pool.request("GET", f"{url.removesuffix('.json')}/{sid}.json", redirect=False, retries=False)
            if answer.status == 404:
                return {}
            row = json.loads(answer.data) if answer.status == 200 else {}
            return row if row.get("sid") == sid and "status" in row else None
        except Exception:  # asked again in the next round; the cause may quote what it read
            return None

    def _calls(self, query: dict[str, str], floor: datetime) -> Iterator[dict[str, Any]]:
        url = f"{self._account.calls_url}?{urlencode({'PageSize': PAGE_SIZE, **query})}"
        for page in self._follow(url, MOST_PAGES, self._account.origin):
            recent = [row for row in page["calls"] if created_at(row) >= floor]
            yield from recent
            if not recent:  # newest first
                return

    def _recent(self, query: dict[str, str], floor: datetime) -> Iterator[Listed]:
        for page in self._pages(query):
            recent = [row for row in page if created_at(row) >= floor]
            if any(row["to"] != query.get("To", row["to"]) for row in page):
                raise CannotLook("the list holds other numbers")  # a sid adopted from it could be a stranger's
            yield from (listed_in(row) for row in recent if row["direction"].startswith("outbound"))
            if not recent:  # newest first, so the pages behind are older still
                return

    def _pages(self, query: dict[str, str]) -> Iterator[list[dict[str, Any]]]:
        url = f"{self._account.messages_url}?{urlencode({'PageSize': PAGE_SIZE, **query})}"
        most = MOST_LARGE_PAGES if "PageSize" in query else MOST_PAGES
        return (page["messages"] for page in self._follow(url, most, self._account.origin))

    def _follow(self, url: str, most: int, origin: str) -> Iterator[Mapping[str, Any]]:
        """Yield a list page by page, to its end or not at all; our password stays with `origin`."""
        for _ in range(most):
            answer = self._pool.request("GET", url, redirect=False, retries=False)
            if answer.status != 200:
                raise CannotLook(f"HTTP {answer.status}")
            page = json.loads(answer.data)
            yield page
            more = page.get("next_page_uri") or (page.get("meta") or {}).get("next_page_url")
            if not more:
                return
            url = urljoin(url, more)
            if not url.startswith(origin):
                raise CannotLook("the next page is on another host")
        raise CannotLook("too many pages")


@contextmanager
def _whole() -> Iterator[None]:
    """Half a list would be read as "never sent", and the cause of a failure may quote a number."""
    try:
        yield
    except CannotLook:
        raise
    except Exception as error:
        raise CannotLook(type(error).__name__) from None


def _oldest_first(found: Iterator[Listed]) -> Sequence[Listed]:
    return sorted({listed.sid: listed for listed in found}.values(), key=lambda listed: listed.created_at)
