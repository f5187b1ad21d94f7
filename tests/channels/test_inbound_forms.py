"""What the carrier posts is read once, into values that hide what is personal (TWI-11, TWI-25)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from outreach.channels.carrier import Attachment
from outreach.channels.receive.form import Malformed
from outreach.channels.receive.sms import InboundSms, parse_inbound
from outreach.channels.receive.status import StatusUpdate, parse_status
from outreach.channels.receive.twiml import EMPTY
from outreach.loops.lattice import ORDER, TERMINAL, rank

TEXT = {"MessageSid": "SM1", "AccountSid": "AC1", "From": "+12025550123", "To": "+12025550100", "Body": "Sí 👍"}
PICTURES = {"NumMedia": "2", "MediaUrl0": "https://api.example.org/0", "MediaUrl1": "https://api.example.org/1"}
PICTURES |= {"MediaContentType0": "image/jpeg"}


def test_a_text_is_read_field_by_field():
    read = parse_inbound(MultiDict(TEXT | PICTURES | {"OptOutType": "STOP", "AFieldFromNextYear": "x"}))
    refs = (Attachment("https://api.example.org/0", "image/jpeg"), Attachment("https://api.example.org/1", ""))
    assert read == InboundSms("SM1", "+12025550123", "+12025550100", "Sí 👍", 2, refs, "STOP", "AC1")


def test_a_text_may_be_nothing_but_a_sender():
    read = parse_inbound(MultiDict({"MessageSid": "SM1", "From": "+12025550123", "OptOutType": "", "NumMedia": "x"}))
    assert (read.body, read.media_count, read.media, read.opt_out_type) == ("", 0, (), None)


def test_a_stop_with_a_nul_inside_still_reads_stop():
    assert parse_inbound(MultiDict(TEXT | {"Body": "ST\x00OP\x00"})).body == "STOP"


@given(st.text(max_size=2000))
def test_any_body_is_kept_as_it_came_but_for_nuls(body):
    assert parse_inbound(MultiDict(TEXT | {"Body": body})).body == body.replace("\x00", "")


@pytest.mark.parametrize("field", ["MessageSid", "From"])
@pytest.mark.parametrize("value", [None, "", " ", "\x00"])
def test_a_text_from_nobody_or_without_an_id_is_malformed(field, value):
    form = (
        MultiDict(TEXT | {field: value}) if value is not None else MultiDict({k: TEXT[k] for k in TEXT if k != field})
    )
    with pytest.raises(Malformed, match=f"a field we cannot do without. It is {field}.$"):
        parse_inbound(form)


def test_a_text_shows_neither_numbers_nor_words():
    shown = repr(parse_inbound(MultiDict(TEXT | PICTURES)))
    assert shown == "InboundSms(sid='SM1', media_count=2, opt_out_type=None, account_sid='AC1')"


@pytest.mark.parametrize(("code", "read"), [("30003", 30003), ("", None), (None, None), ("0", None), ("x", None)])
def test_a_status_is_read_with_its_code(code, read):
    form = {"MessageSid": "SM1", "MessageStatus": "Undelivered"} | ({"ErrorCode": code} if code is not None else {})
    assert parse_status(MultiDict(form)) == StatusUpdate("SM1", "undelivered", read)


@pytest.mark.parametrize("field", ["MessageSid", "MessageStatus"])
def test_a_status_of_nothing_is_malformed(field):
    with pytest.raises(Malformed, match=field):
        parse_status(MultiDict({"MessageSid": "SM1", "MessageStatus": "sent"} | {field: ""}))


def test_statuses_rank_in_the_order_of_the_lattice_and_unknown_words_below():
    assert [rank(status) for status in ORDER] == list(range(12))
    assert rank("queued") < rank("sent") < rank("failed") < rank("undelivered") < rank("delivered") < rank("read")
    assert {rank(word) for word in ("", "received", "DELIVERED", "teleported")} == {-1}


def test_the_terminal_statuses_are_the_top_of_the_lattice():
    assert {status for status in ORDER if rank(status) >= rank("canceled")} == TERMINAL


def test_the_answer_to_a_text_is_an_empty_response():
    assert EMPTY == b'<?xml version="1.0" encoding="UTF-8"?><Response />'
