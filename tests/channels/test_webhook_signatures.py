"""A webhook is believed only if our carrier signed the URL we published and every field in the form (TWI-16)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator
from werkzeug.datastructures import MultiDict

from outreach.channels.receive.signature import Verifier

CALL = {
    "CallSid": "CA1234567890ABCDE",
    "Caller": "+14158675309",
    "Digits": "1234",
    "From": "+14158675309",
    "To": "+18005551212",
}
TEXT = {
    "MessageSid": "SM00000000000000000000000000000001",
    "From": "+12025550123",
    "To": "+12025550100",
    "Body": "Sí, voy 👍",
    "NumMedia": "0",
    "OptOutType": "",
}
TEXT_PATH, TEXT_SIGNATURE = "/twilio/sms?tenant=a%20b", "6ouleuBb3A4Do5PYvZyC8T/oltw="
JSON_PATH = "/events?bodySHA256=015abd7f5cc57a2dd94b7590f04ad8084273905ee33ec5cebeae62276a97f862"
JSON_SIGNATURE = "Vo7Z0uFvRE+bl3n+YdCCk3LosnQ="
CARE = Verifier(["testtoken"], "https://care.example.org")
OFFICIAL = RequestValidator("testtoken")


@pytest.mark.parametrize("signature", ["RSOYDt4T1cUTdK1PDd93/VVr8B8=", "kvajT1Ptam85bY51eRf/AJRuM3w="])
@pytest.mark.parametrize("public_url", ["https://mycompany.com", "https://mycompany.com:443"])
def test_a_call_verifies_with_and_without_the_port(public_url, signature):
    assert Verifier(["12345"], public_url).accepts("/myapp.php?foo=1&bar=2", MultiDict(CALL), signature)


def test_a_text_with_accents_an_emoji_and_a_blank_field_verifies():
    assert CARE.accepts(TEXT_PATH, MultiDict(TEXT), TEXT_SIGNATURE)
    assert Verifier(["testtoken"], "https://care.example.org/").accepts(TEXT_PATH, MultiDict(TEXT), TEXT_SIGNATURE)


def test_the_url_must_be_the_published_one_byte_for_byte():
    plain = Verifier(["testtoken"], "http://care.example.org")
    assert not plain.accepts(TEXT_PATH, MultiDict(TEXT), TEXT_SIGNATURE)
    assert not CARE.accepts("/twilio/sms?tenant=a b", MultiDict(TEXT), TEXT_SIGNATURE)
    assert not CARE.accepts("/twilio/sms", MultiDict(TEXT), TEXT_SIGNATURE)


def test_a_dropped_blank_field_fails():
    del (shorter := MultiDict(TEXT))["OptOutType"]
    assert not CARE.accepts(TEXT_PATH, shorter, TEXT_SIGNATURE)


def test_a_get_is_signed_by_its_url_alone():
    signature = OFFICIAL.compute_signature("https://care.example.org/voice?a=1", {})
    assert CARE.accepts("/voice?a=1", None, signature)
    assert not CARE.accepts("/voice?a=2", None, signature)


@given(st.data())
def test_any_changed_character_of_any_field_fails(data):
    name = data.draw(st.sampled_from(sorted(TEXT)))
    old = TEXT[name]
    new = data.draw(
        st.one_of(st.text(max_size=40), st.integers(0, max(len(old) - 1, 0)).map(lambda n: flipped(old, n)))
    )
    if new != old:
        assert not CARE.accepts(TEXT_PATH, MultiDict(TEXT | {name: new}), TEXT_SIGNATURE)


def flipped(text: str, at: int) -> str:
    return text[:at] + chr(ord(text[at]) ^ 1) + text[at + 1 :] if text else "x"


@given(st.text(min_size=1, max_size=12).filter(lambda name: name not in TEXT), st.text(max_size=12))
def test_an_added_field_fails(name, value):
    assert not CARE.accepts(TEXT_PATH, MultiDict(TEXT | {name: value}), TEXT_SIGNATURE)


@given(st.text(max_size=40))
def test_no_other_signature_passes(signature):
    assert not CARE.accepts(TEXT_PATH, MultiDict(TEXT), signature)


@pytest.mark.parametrize("second", ["YES", TEXT["Body"]])
def test_a_repeated_field_is_refused_even_when_it_is_signed(second):
    form = MultiDict([*TEXT.items(), ("Body", second)])
    signature = OFFICIAL.compute_signature("https://care.example.org" + TEXT_PATH, form)
    assert OFFICIAL.validate("https://care.example.org" + TEXT_PATH, form, signature)
    assert not CARE.accepts(TEXT_PATH, form, signature)


def test_both_tokens_pass_while_a_rotation_lasts():
    rotating = Verifier(["new", "testtoken"], "https://care.example.org")
    assert rotating.accepts(TEXT_PATH, MultiDict(TEXT), TEXT_SIGNATURE)
    assert not Verifier(["new"], "https://care.example.org").accepts(TEXT_PATH, MultiDict(TEXT), TEXT_SIGNATURE)


@pytest.mark.parametrize("tokens", [[], [""], ["testtoken", ""]])
def test_a_verifier_without_a_token_does_not_start(tokens):
    with pytest.raises(ValueError, match="token"):
        Verifier(tokens, "https://care.example.org")


@pytest.mark.parametrize("target", ["@evil.example/x", ".evil.example/x", ":8443/x", "http://evil.example/x", "*", ""])
def test_a_caller_cannot_choose_the_host(target):
    signature = OFFICIAL.compute_signature("https://care.example.org" + target, {})
    assert not CARE.accepts(target, None, signature)


def test_a_json_body_is_tied_to_the_url_by_its_hash():
    assert CARE.accepts_json(JSON_PATH, b'{"a":1}', JSON_SIGNATURE)
    assert not CARE.accepts_json(JSON_PATH + "0", b'{"a":1}', JSON_SIGNATURE)


@given(st.binary(max_size=20).filter(lambda body: body != b'{"a":1}'))
def test_any_other_json_body_fails(body):
    assert not CARE.accepts_json(JSON_PATH, body, JSON_SIGNATURE)


@pytest.mark.parametrize("path", ["/events", "/events?bodySHA256=", JSON_PATH + "&bodySHA256=" + JSON_PATH[-64:]])
def test_a_json_body_needs_exactly_one_hash_in_the_url(path):
    signature = OFFICIAL.compute_signature("https://care.example.org" + path, {})
    assert not CARE.accepts_json(path, b'{"a":1}', signature)
