"""The lookout against a real server: it finds what was accepted, or says that it could not look."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from zoneinfo import ZoneInfo

import pytest
from carrier_stub import run_in_thread
from urllib3 import PoolManager

from outreach.channels.carrier import CannotLook
from outreach.channels.look.twilio import TwilioLookout
from outreach.channels.twilio import TwilioAccount

ANA, BEN = "+12025550123", "+12025550124"


def recently(**back) -> datetime:
    return datetime.now(UTC) - timedelta(**back)


def test_a_message_in_doubt_is_found_by_the_hash_of_its_body(stub, sender, lookout, outgoing):
    stub.fault("500")
    message = outgoing()
    list(sender.post([message, outgoing(to=BEN, body="another")]))
    [found] = lookout.sent_to(ANA, recently(seconds=2))
    assert found.sid == next(row["sid"] for row in stub.messages() if row["to"] == ANA)
    assert found.body_sha256 == sha256(message.body.encode()).hexdigest()
    assert found.status == "sent"
    assert found.created_at.tzinfo is UTC


def test_the_same_message_posted_twice_is_listed_twice(sender, lookout, outgoing):
    list(sender.post([outgoing(), outgoing()]))
    assert len({found.sid for found in lookout.sent_to(ANA, recently(seconds=2))}) == 2


def test_a_message_still_in_the_carriers_queue_is_found(open_sender, outgoing):
    with run_in_thread(queued=3600) as stub:
        account = TwilioAccount("AC1", "s", base_url=stub.url)
        list(open_sender(account).post([outgoing()]))
        lookout = TwilioLookout(account)
        assert [found.status for found in lookout.sent_to(ANA, recently(seconds=2))] == ["queued"]
        lookout.close()


def test_only_outbound_messages_from_then_on_are_listed(stub, lookout):
    since = recently(hours=1)
    wanted = [stub.plant(to=ANA, body="a", created_at=since.isoformat())]
    wanted += [stub.plant(to=ANA, body="b", direction="outbound-reply", created_at=recently().isoformat())]
    stub.plant(to=ANA, body="an answer", direction="inbound", created_at=recently().isoformat())
    stub.plant(to=ANA, body="yesterday", created_at=recently(days=1).isoformat())
    stub.plant(to=ANA, body="just before", created_at=(since - timedelta(seconds=7)).isoformat())
    assert [found.sid for found in lookout.sent_to(ANA, since)] == [row["sid"] for row in wanted]


def test_since_is_read_in_utc_whatever_its_zone(stub, lookout):
    at = datetime(2026, 11, 20, 23, 30, tzinfo=ZoneInfo("America/Chicago"))  # already the 21st in UTC
    stub.plant(to=ANA, body="a", created_at=at.isoformat())
    [found] = lookout.sent_to(ANA, at)
    assert found.created_at == at


def test_every_page_is_read(stub, lookout):
    for n in range(120):
        stub.plant(to=ANA, body=str(n))
    assert len(lookout.sent_to(ANA, recently(minutes=1))) == 120


@pytest.mark.parametrize("fault", ["500", "garbage", "reset"])
def test_a_list_that_cannot_be_read_is_never_taken_for_an_empty_one(stub, lookout, fault):
    stub.plant(to=ANA, body="a")
    stub.fault(fault, on="GET")
    with pytest.raises(CannotLook):
        lookout.sent_to(ANA, recently(minutes=1))
    stub.fault(fault, times=-1, on="GET")
    with pytest.raises(CannotLook):
        lookout.sent_to(ANA, recently(minutes=1))


def test_a_silent_carrier_cannot_be_looked_at(stub, account):
    stub.fault("hang", seconds=30, on="GET")
    impatient = TwilioLookout(account, timeout=0.2)
    with pytest.raises(CannotLook):
        impatient.sent_to(ANA, recently(minutes=1))
    impatient.close()


@pytest.mark.parametrize(
    "wrong", [{"to": BEN}, {"date_created": "yesterday"}, {"date_created": None}, {"direction": None}]
)
def test_a_list_with_a_row_we_cannot_trust_is_not_used(account, wrong):
    row = {"sid": "SM1", "to": ANA, "body": "", "status": "sent", "direction": "outbound-api"}
    row |= {"date_created": "Sat, 21 Nov 2026 10:00:00 -0000"}

    class Unfiltered(TwilioLookout):
        def _pages(self, query):
            yield [row, row | wrong]

    lookout = Unfiltered(account)
    with pytest.raises(CannotLook):
        lookout.sent_to(ANA, datetime(2026, 11, 21, 9, tzinfo=UTC))
    lookout.close()


def test_neither_logs_nor_errors_name_the_number(stub, lookout, caplog):
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.DEBUG, logger="urllib3.connectionpool")
    lookout.sent_to(ANA, recently(minutes=1))
    assert "Messages.json?..." in caplog.text  # urllib3 does log each request; the query is what we cut
    stub.fault("reset", on="GET")
    with pytest.raises(CannotLook) as refusal:
        lookout.sent_to(ANA, recently(minutes=1))
    assert "2025550123" not in caplog.text + str(refusal.value)
    assert refusal.value.__suppress_context__


def test_the_stub_pages_and_filters_as_the_real_list_does(stub):
    for day in ("2026-11-19", "2026-11-20", "2026-11-21"):
        stub.plant(to=ANA, body=day, created_at=f"{day}T12:00:00+00:00")
    with PoolManager() as pool:
        url = f"{stub.url}/2010-04-01/Accounts/AC1/Messages.json"
        dated = pool.request("GET", url, fields={"To": ANA, "DateSent>": "2026-11-20"}).json()["messages"]
        first = pool.request("GET", url, fields={"PageSize": "2"}).json()
        second = pool.request("GET", stub.url + first["next_page_uri"]).json()
    assert [row["body"] for row in dated] == ["2026-11-21", "2026-11-20"]
    assert [len(first["messages"]), len(second["messages"]), second["next_page_uri"]] == [2, 1, None]
