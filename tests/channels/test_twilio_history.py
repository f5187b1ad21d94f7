"""What never reached us is read from Twilio's list: every page, our numbers only, in UTC, or not at all."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import ClassVar
from zoneinfo import ZoneInfo

import pytest
from carrier_stub import Stub

from outreach.channels.carrier import CannotLook, Fate
from outreach.channels.look.twilio import TwilioLookout
from outreach.channels.twilio import TwilioAccount

ANA, US, OTHER = "+12025550123", "+12025550100", "+12025550101"
HOUR = timedelta(hours=1)


@pytest.fixture
def mine(account: TwilioAccount) -> Iterator[TwilioLookout]:
    """A lookout that writes from one number."""
    opened = TwilioLookout(account, sender=US)
    yield opened
    opened.close()


def came(stub: Stub, body: str, at: datetime, **changes: object) -> dict[str, object]:
    """A phone wrote to us."""
    row = {"to": US, "from": ANA, "body": body, "direction": "inbound", "status": "received", "num_media": "0"}
    return stub.plant(**(row | {"created_at": at.isoformat(), "date_sent": at.isoformat()} | changes))


def test_what_phones_sent_us_is_read_oldest_first(stub, mine):
    now = datetime.now(UTC).replace(microsecond=0)
    came(stub, "second", now - timedelta(minutes=1))
    came(stub, "first", now - timedelta(minutes=2))
    came(stub, "ours", now - timedelta(minutes=1), direction="outbound-api")
    came(stub, "to another", now - timedelta(minutes=1), to=OTHER)
    came(stub, "long ago", now - 2 * HOUR)
    found = mine.arrived(now - HOUR, now)
    assert [each.body for each in found] == ["first", "second"]
    assert (found[0].from_, found[0].said_at) == (ANA, now - timedelta(minutes=2))


def test_every_page_is_read(stub, mine):
    now = datetime.now(UTC)
    for n in range(120):
        came(stub, str(n), now - timedelta(seconds=n))
    assert len(mine.arrived(now - HOUR, now)) == 120


def test_instants_are_asked_for_in_utc_whatever_their_zone(stub, mine):
    at = datetime(2026, 11, 20, 23, 30, tzinfo=ZoneInfo("America/Chicago"))  # already the 21st in UTC
    came(stub, "STOP", at.astimezone(UTC))
    assert len(mine.arrived(at - timedelta(minutes=1), at + timedelta(minutes=1))) == 1
    assert not mine.arrived(at + timedelta(minutes=5), at + HOUR)


def test_of_pictures_the_number_and_the_place_are_read(stub, mine):
    now = datetime.now(UTC)
    came(stub, "", now, num_media="2", subresource_uris={"media": "/2010-04-01/Accounts/AC0/Messages/MM1/Media.json"})
    [found] = mine.arrived(now - HOUR, now)
    assert (found.media_count, [each.url for each in found.media]) == (
        2,
        [f"{stub.url}/2010-04-01/Accounts/AC0/Messages/MM1/Media.json"],
    )


@pytest.mark.parametrize("fault", ["500", "garbage", "reset"])
def test_half_a_list_is_no_list(stub, mine, fault):
    now = datetime.now(UTC)
    came(stub, "STOP", now)
    stub.fault(fault, times=-1, on="GET")
    for look in (lambda: mine.arrived(now - HOUR, now), lambda: mine.left(now - HOUR)):
        with pytest.raises(CannotLook):
            look()


def test_a_value_shows_neither_numbers_nor_words(stub, mine, caplog):
    caplog.set_level(logging.DEBUG)
    now = datetime.now(UTC)
    came(stub, "canary-word", now)
    [found] = mine.arrived(now - HOUR, now)
    for canary in ("canary-word", ANA[1:], US[1:]):
        assert canary not in repr(found) + caplog.text


def test_all_that_left_since_is_listed_with_its_number(stub, mine):
    now = datetime.now(UTC)
    stub.plant(to=ANA, body="new", created_at=now.isoformat(), **{"from": US}, error_code=30003, status="failed")
    stub.plant(to=ANA, body="still queued", created_at=now.isoformat(), **{"from": US})
    stub.plant(to=ANA, body="old", created_at=(now - 3 * HOUR).isoformat(), **{"from": US})
    found = {each.body_sha256: each for each in mine.left(now - HOUR)}
    assert set(found) == {sha256(body.encode()).hexdigest() for body in ("new", "still queued")}
    new = found[sha256(b"new").hexdigest()]
    assert (new.to, new.status, new.error_code) == (ANA, "failed", 30003)


def test_what_became_of_messages_is_asked_one_by_one(stub, mine):
    sent = stub.plant(to=ANA, body="a", status="undelivered", error_code=30003)["sid"]
    told = {fate.sid: fate for fate in mine.fates([sent, "SMgone"])}
    assert told == {sent: Fate(sent, "undelivered", 30003), "SMgone": Fate("SMgone", "", None)}


@pytest.mark.parametrize("fault", ["500", "garbage", "reset"])
def test_what_cannot_be_asked_now_is_left_out(stub, mine, fault):
    sent = stub.plant(to=ANA, body="a", status="delivered")["sid"]
    stub.fault(fault, times=-1, on="GET")
    assert list(mine.fates([sent])) == []


class Services(BaseHTTPRequestHandler):
    """A Messaging Service with two numbers on two pages, and no short code."""

    asked: ClassVar[list[str]] = []

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass

    def do_GET(self) -> None:
        self.asked.append(self.path)
        port = self.server.server_port  # type: ignore[attr-defined]
        page: dict[str, object] = {"short_codes": [], "meta": {"next_page_url": None}}
        if "PhoneNumbers" in self.path and "Page=1" not in self.path:
            more = f"http://127.0.0.1:{port}{self.path}&Page=1"
            page = {"phone_numbers": [{"phone_number": US}], "meta": {"next_page_url": more}}
        elif "PhoneNumbers" in self.path:
            page = {"phone_numbers": [{"phone_number": OTHER}], "meta": {"next_page_url": None}}
        data = json.dumps(page).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


@pytest.fixture
def services() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), Services)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_messaging_service_is_asked_which_numbers_are_ours(stub, account, services):
    now, service = datetime.now(UTC), "MG" + "0" * 32
    host = TwilioAccount(account.sid, account.secret, base_url=services)
    lookout = TwilioLookout(account, sender=service, services=host)
    for number, body in ((US, "one"), (OTHER, "two"), ("+12025550102", "not ours")):
        came(stub, body, now, to=number)
    assert {each.body for each in lookout.arrived(now - HOUR, now)} == {"one", "two"}
    assert all(f"/v1/Services/{service}/" in path for path in Services.asked)
    lookout.close()


def test_where_nobody_knows_the_numbers_all_that_came_in_is_ours(stub, account):
    now = datetime.now(UTC)
    lookout = TwilioLookout(account, sender="MG" + "0" * 32)
    came(stub, "one", now)
    came(stub, "two", now, to=OTHER)
    assert {each.body for each in lookout.arrived(now - HOUR, now)} == {"one", "two"}
    lookout.close()
