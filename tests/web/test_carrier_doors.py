"""The carrier's doors believe only what our carrier signed, and answer only what is stored."""

from __future__ import annotations

from datetime import timedelta

import pytest
from console_world import ACCOUNT, CARRIER, TOKEN, World, copied
from twilio.request_validator import RequestValidator
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from outreach.engine.pump import pump
from outreach.store.loops import LoopChangedMeanwhile

PUBLIC = "https://care.example.org"
TEXT = {"MessageSid": "SM1", "AccountSid": ACCOUNT, "From": "+12025550101", "Body": "Hello", "NumMedia": "0"}
STATUS = {"MessageSid": "SM9", "AccountSid": ACCOUNT, "MessageStatus": "delivered"}


def signed(path: str, form: object, token: str = TOKEN, public: str = PUBLIC) -> str:
    return RequestValidator(token).compute_signature(public + path, form)


def post(world: World, path: str, form: object, signature: str | None = None, **more: object) -> TestResponse:
    headers = {"X-Twilio-Signature": signed(path, form) if signature is None else signature}
    return world.app.test_client().post(path, data=form, headers=headers, **more)


def stored(world: World) -> int:
    return int(world.row("SELECT count(*) AS n FROM reply").n)


def rows(world: World) -> list[int]:
    return [world.row(f"SELECT count(*) AS n FROM {name}").n for name in ("reply", "consent_event", "touch", "task")]


def test_a_signed_text_is_stored_and_answered_with_nothing_and_the_worker_reads_it(carried):
    answer = post(carried, "/twilio/sms", TEXT)
    assert (answer.status_code, answer.content_type) == (200, "text/xml")
    assert answer.text == '<?xml version="1.0" encoding="UTF-8"?><Response />'
    assert carried.row("SELECT read_at FROM reply").read_at is None
    carried.timer.ahead = timedelta(minutes=1)
    pump(carried.deployment, "replies")
    assert carried.row("SELECT read_at FROM reply").read_at is not None


def test_the_url_is_taken_as_it_was_requested(carried):
    assert post(carried, "/twilio/sms?tenant=a%20b&x=%2f", TEXT).status_code == 200


@pytest.mark.parametrize("signature", ["", "forged", "\x7f", signed("/twilio/sms", TEXT, token="other")])
def test_a_forged_text_is_refused_empty_and_stores_nothing(carried, signature):
    answer = post(carried, "/twilio/sms", TEXT, signature)
    assert (answer.status_code, answer.data) == (403, b"")
    assert stored(carried) == 0


@pytest.mark.parametrize("public", ["http://care.example.org", "https://evil.example", "http://localhost"])
def test_a_signature_for_another_url_is_refused(carried, public):
    assert post(carried, "/twilio/sms", TEXT, signed("/twilio/sms", TEXT, public=public)).status_code == 403


def test_a_text_without_a_signature_is_refused(carried):
    assert carried.app.test_client().post("/twilio/sms", data=TEXT).status_code == 403


def test_a_repeated_field_is_refused_even_when_signed(carried):
    form = MultiDict([*TEXT.items(), ("Body", "STOP")])
    assert post(carried, "/twilio/sms", form).status_code == 403
    assert stored(carried) == 0


def test_what_a_proxy_says_about_the_host_does_not_matter(carried):
    more = {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "http", "Host": "10.0.0.1"}
    headers = {"X-Twilio-Signature": signed("/twilio/sms", TEXT), **more}
    assert carried.app.test_client().post("/twilio/sms", data=TEXT, headers=headers).status_code == 200


def test_behind_a_proxy_the_published_url_still_counts(template, tmp_path):
    proxied = copied(template, tmp_path / "proxied", **CARRIER, proxies=1)
    seen = {"X-Forwarded-Host": "care.example.org", "X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.9"}
    headers = {"X-Twilio-Signature": signed("/twilio/sms", TEXT), **seen}
    assert proxied.app.test_client().post("/twilio/sms", data=TEXT, headers=headers).status_code == 200
    proxied.close()


def test_another_account_is_refused(carried):
    assert post(carried, "/twilio/sms", TEXT | {"AccountSid": "AC" + "1" * 32}).status_code == 403


def test_a_signed_text_without_an_id_is_malformed(carried):
    assert post(carried, "/twilio/sms", {key: TEXT[key] for key in TEXT if key != "MessageSid"}).status_code == 400


def test_the_same_text_twice_changes_nothing_more(carried):
    post(carried, "/twilio/sms", TEXT | {"Body": "STOP"})
    before = rows(carried)
    assert post(carried, "/twilio/sms", TEXT | {"Body": "STOP"}).status_code == 200
    assert rows(carried) == before


def test_a_stop_is_in_the_ledger_before_the_answer(carried):
    assert post(carried, "/twilio/sms", TEXT | {"Body": "STOP"}).status_code == 200
    assert carried.row("SELECT action FROM consent_event").action == "stop"


def test_a_text_is_asked_for_again_while_the_database_is_away(carried, monkeypatch):
    from outreach.store.database import Database, StoreAway

    def away(*_args: object) -> None:
        raise StoreAway

    with monkeypatch.context() as patched:
        patched.setattr(Database, "write", away)
        answer = post(carried, "/twilio/sms", TEXT)
    assert (answer.status_code, answer.data) == (503, b"")
    assert post(carried, "/twilio/sms", TEXT).status_code == 200
    assert stored(carried) == 1


def test_a_status_of_a_text_nobody_knows_is_kept_for_a_person(carried):
    assert post(carried, "/twilio/status/77?a=1", STATUS).status_code == 204
    pump(carried.deployment, "callbacks")
    assert carried.row("SELECT why FROM parked_callback").why == "unknown touch"


def test_a_status_is_stored_before_it_is_answered_with_nothing_of_the_member(carried):
    more = {"To": "+12025550101", "From": "+12025550100", "ErrorCode": "30005"}
    assert post(carried, "/twilio/status/77?a=3", STATUS | more).status_code == 204
    kept = carried.row("SELECT * FROM callback")
    assert tuple(kept)[1:6] == (77, 3, "SM9", "delivered", 30005)
    assert len(kept) == 7


def test_a_status_is_asked_for_again_while_the_database_is_away(carried, monkeypatch):
    from outreach.store.database import Database, StoreAway

    def away(*_args: object) -> None:
        raise StoreAway

    monkeypatch.setattr(Database, "note", away)
    answer = post(carried, "/twilio/status/77?a=1", STATUS)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")


@pytest.mark.parametrize("path", ["/twilio/status/77", "/twilio/status/77?a=x", "/twilio/status/77?a="])
def test_a_status_without_its_attempt_is_malformed(carried, path):
    assert post(carried, path, STATUS).status_code == 400


@pytest.mark.parametrize("path", ["/twilio/status/0", "/twilio/status/-1", "/twilio/status/" + "9" * 5000])
def test_a_status_of_no_possible_text_is_not_found(carried, path):
    assert post(carried, path, STATUS).status_code == 404


def test_with_simulated_phones_every_webhook_is_refused(world):
    assert post(world, "/twilio/sms", TEXT).status_code == 403
    assert post(world, "/twilio/status/1?a=1", STATUS).status_code == 403


def test_refusals_are_counted_by_door(carried):
    post(carried, "/twilio/sms", TEXT, "forged")
    shown = carried.app.test_client().get("/metrics").text
    assert 'outreach_webhooks_total{answer="403",door="twilio.sms"} 1.0' in shown


def test_a_refusal_is_logged_without_a_word_of_the_request(carried, capsys):
    post(carried, "/twilio/sms", TEXT | {"Body": "canary-word"}, "forged")
    said = "".join(capsys.readouterr())
    assert "webhook.refused" in said
    assert "canary-word" not in said
    assert "2025550001" not in said


def test_a_too_large_body_is_refused(carried):
    assert post(carried, "/twilio/sms", TEXT | {"Body": "x" * 300_000}).status_code == 413


def test_a_too_large_form_is_refused_before_it_is_believed(carried):
    form = TEXT | {"Body": "x" * 70_000}
    answer = post(carried, "/twilio/sms", form)
    assert (answer.status_code, answer.data) == (413, b"")
    assert stored(carried) == 0


@pytest.mark.parametrize("kind", ["application/json", "multipart/form-data; boundary=x", "text/plain", ""])
def test_nothing_but_a_form_is_read(carried, kind):
    signature = {"X-Twilio-Signature": signed("/twilio/sms", {})}
    answer = carried.app.test_client().post("/twilio/sms", data=b"Body=STOP", content_type=kind, headers=signature)
    assert (answer.status_code, answer.data) == (415, b"")


@pytest.mark.parametrize(
    ("change", "why"),
    [({"signature": ""}, "not signed"), ({"signature": "forged"}, "wrong signature")],
)
def test_the_reasons_of_refusals_are_counted(carried, capsys, change, why):
    post(carried, "/twilio/sms", TEXT, **change)
    assert f'outreach_webhooks_refused_total{{why="{why}"}} 1.0' in carried.app.test_client().get("/metrics").text
    said = "".join(capsys.readouterr())
    assert said.count("webhook.refused") == 1
    assert why in said


def test_a_captured_text_with_a_second_body_behind_it_is_refused(carried):
    form = MultiDict([*TEXT.items(), ("Body", "YES")])
    answer = post(carried, "/twilio/sms", form, signed("/twilio/sms", TEXT))
    assert (answer.status_code, stored(carried)) == (403, 0)


@pytest.mark.parametrize("public", [PUBLIC + ":443", PUBLIC])
def test_a_signature_is_believed_with_the_port_and_without(carried, public):
    assert post(carried, "/twilio/sms", TEXT, signed("/twilio/sms", TEXT, public=public)).status_code == 200


def test_while_tokens_are_rotated_both_are_believed(template, tmp_path):
    rotating = copied(template, tmp_path / "rotating", **(CARRIER | {"twilio_auth_token": f"new-token,{TOKEN}"}))
    for number, token in enumerate(("new-token", TOKEN)):
        form = TEXT | {"MessageSid": f"SM{number}"}
        assert post(rotating, "/twilio/sms", form, signed("/twilio/sms", form, token=token)).status_code == 200
    rotating.close()


def test_a_picture_without_a_word_is_stored_where_it_lies_and_a_person_sees_it(carried):
    carried.visit()
    where = {"NumMedia": "1", "MediaUrl0": "https://api.example.org/canary", "MediaContentType0": "image/jpeg"}
    form = TEXT | {"From": "+12025550001", "Body": ""} | where
    assert post(carried, "/twilio/sms", form).status_code == 200
    carried.timer.ahead = timedelta(minutes=1)
    pump(carried.deployment, "replies")
    assert carried.row("SELECT media_count FROM reply").media_count == 1
    assert b"canary" not in carried.row("SELECT media FROM reply").media
    assert carried.row("SELECT kind FROM task WHERE state = 'open' AND kind = 'answer_member'").kind == "answer_member"


def next_look(world: World) -> int | None:
    found = world.row("SELECT max(next) AS at FROM counter WHERE name = 'round:missed'")
    return found.at


def test_after_the_start_and_after_a_gap_what_was_missed_is_looked_for(carried, monkeypatch):
    from outreach.store.database import Database, StoreAway

    def away(*_args: object) -> None:
        raise StoreAway

    assert next_look(carried) is None
    post(carried, "/twilio/sms", TEXT)
    first = next_look(carried)
    assert first is not None
    carried.timer.ahead = timedelta(hours=1)
    post(carried, "/twilio/sms", TEXT | {"MessageSid": "SM2"})
    assert next_look(carried) == first
    with monkeypatch.context() as patched:
        patched.setattr(Database, "write", away)
        assert post(carried, "/twilio/sms", TEXT | {"MessageSid": "SM3"}).status_code == 503
    assert carried.app.test_client().get("/readyz").status_code == 200
    again = next_look(carried)
    assert again is not None
    assert first + 3600 <= again < first + 3660, "the real clock goes on beneath the hour that was added"


def test_a_loop_that_changed_meanwhile_makes_the_carrier_ask_again(carried, monkeypatch):
    def changed(*_args: object, **_more: object) -> None:
        raise LoopChangedMeanwhile

    monkeypatch.setattr("outreach.web.twilio.inbound.receive", changed)
    assert post(carried, "/twilio/sms", TEXT).status_code == 503
