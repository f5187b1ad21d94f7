"""Lists what Twilio says it has for one number, so that a send in doubt can be settled (TWI-06)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode, urljoin

from outreach.channels.carrier import CannotLook, Listed
from outreach.channels.twilio import TwilioAccount, open_pool

SKEW = timedelta(seconds=5)  # Twilio's clock against ours, and its dates have no fractions
PAGE_SIZE = 200
MOST_PAGES = 20


class TwilioLookout:
    """A Lookout over Twilio's message list."""

    def __init__(self, account: TwilioAccount, *, timeout: float = 10.0) -> None:
        self._account = account
        self._pool = open_pool(account, timeout=timeout, connections=4)

    def sent_to(self, to: str, since: datetime) -> Sequence[Listed]:
        """Return outbound messages to E.164 `to` created at or after `since`, oldest first; raises CannotLook.

        Asks twice: by day sent, and by number alone, since a message that still waits in Twilio's queue has no day.
        """
        floor = since.astimezone(UTC) - SKEW
        found: dict[str, Listed] = {}
        try:
            for query in ({"To": to, "DateSent>": floor.date().isoformat()}, {"To": to}):
                found |= {listed.sid: listed for listed in self._recent(query, floor)}
        except CannotLook:
            raise
        except Exception as error:  # half a list would be read as "never sent"; the cause may quote the number
            raise CannotLook(type(error).__name__) from None
        return sorted(found.values(), key=lambda listed: listed.created_at)

    def close(self) -> None:
        """Hang up."""
        self._pool.clear()

    def _recent(self, query: dict[str, str], floor: datetime) -> Iterator[Listed]:
        for page in self._pages(query):
            recent = [row for row in page if _created_at(row) >= floor]
            if any(row["to"] != query["To"] for row in page):
                raise CannotLook("the list holds other numbers")  # a sid adopted from it could be a stranger's
            yield from (_listed(row) for row in recent if row["direction"].startswith("outbound"))
            if not recent:  # newest first, so the pages behind are older still
                return

    def _pages(self, query: dict[str, str]) -> Iterator[list[dict[str, Any]]]:
        url = f"{self._account.messages_url}?{urlencode({**query, 'PageSize': PAGE_SIZE})}"
        for _ in range(MOST_PAGES):
            answer = self._pool.request("GET", url, redirect=False, retries=False)
            if answer.status != 200:
                raise CannotLook(f"HTTP {answer.status}")
            page = json.loads(answer.data)
            yield page["messages"]
            if not page.get("next_page_uri"):
                return
            url = urljoin(url, page["next_page_uri"])
            if not url.startswith(self._account.origin):
                raise CannotLook("the next page is on another host")
        raise CannotLook("too many pages")


def _created_at(row: dict[str, Any]) -> datetime:
    moment = parsedate_to_datetime(row["date_created"])
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)  # "-0000" parses as naive


def _listed(row: dict[str, Any]) -> Listed:
    return Listed(
        sid=row["sid"],
        body_sha256=sha256((row["body"] or "").encode()).hexdigest(),
        status=row["status"],
        created_at=_created_at(row),
    )
