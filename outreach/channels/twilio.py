"""One Twilio (or Twilio-compatible) account: how we sign in, and the pool of connections that reaches it."""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from urllib3 import PoolManager, Timeout, make_headers

CONNECT_SECONDS = 3.0
_NUMBERED = re.compile(r"(?:%2B|\+)\d+", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class TwilioAccount:
    """Signs in with an API key where there is one, else with the account's own token (TWI-01)."""

    sid: str
    secret: str = field(repr=False)
    key_sid: str = ""
    base_url: str = "https://api.twilio.com"

    @property
    def messages_url(self) -> str:
        """The list that a POST adds to and a GET reads."""
        return self._list("Messages")

    @property
    def calls_url(self) -> str:
        """The same of calls."""
        return self._list("Calls")

    def _list(self, name: str) -> str:
        return f"{self.base_url.rstrip('/')}/2010-04-01/Accounts/{self.sid}/{name}.json"

    @property
    def origin(self) -> str:
        """Scheme and host, with a closing slash: nothing that starts otherwise may see our password."""
        parts = urlsplit(self.base_url)
        return f"{parts.scheme}://{parts.netloc}/"


def open_pool(account: TwilioAccount, *, timeout: float, connections: int) -> PoolManager:
    """Return keep-alive connections that never retry by themselves: only dispatch knows when that is safe (TWI-06)."""
    for name in ("urllib3.connection", "urllib3.connectionpool"):
        logging.getLogger(name).addFilter(_without_numbers)
    return PoolManager(
        num_pools=1,
        maxsize=connections,
        retries=False,
        timeout=Timeout(connect=min(CONNECT_SECONDS, timeout), total=timeout),
        headers=make_headers(
            keep_alive=True, basic_auth=f"{account.key_sid or account.sid}:{account.secret}", user_agent="outreach"
        ),
    )


def _without_numbers(record: logging.LogRecord) -> bool:
    # urllib3 logs whole request lines, and the query of a list, or the path of a look-up, names a member's number.
    record.msg, record.args = _NUMBERED.sub("...", re.sub(r"\?[^\s\"']*", "?...", record.getMessage())), ()
    return True
