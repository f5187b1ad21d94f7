"""What would not be safe to run with is refused at the start, in words."""

from __future__ import annotations

import pytest

import outreach.bootstrap as composition
from outreach.settings import Settings

CARRIER = {
    "twilio_account_sid": "AC" + "0" * 32,
    "twilio_auth_token": "token",
    "twilio_from": "+12025550100",
    "public_url": "https://care.example.org",
}


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"stop_scope_question": True}, "STOP_SCOPE_QUESTION needs PROVIDER_STOP_FILTER=off and STOP_REPLY_BY=app"),
        (
            {"stop_scope_question": True, "provider_stop_filter": "off", "stop_reply_by": "provider"},
            "STOP_SCOPE_QUESTION needs PROVIDER_STOP_FILTER=off and STOP_REPLY_BY=app",
        ),
        ({"provider_stop_filter": "off", "stop_reply_by": "provider"}, "leaves nobody to confirm a STOP"),
        ({"number_lookup": "twilio"}, "needs TWILIO_ACCOUNT_SID"),
    ],
    ids=["LAW-17 the carrier blocked it", "LAW-17 the carrier answers", "TWI-30", "LAW-37"],
)
def test_unsafe_settings_are_named(settings: dict[str, object], said: str) -> None:
    assert any(said in sentence for sentence in composition.unsafe(Settings(**settings)))


def test_twi_31_without_the_carriers_filter_our_own_has_to_pass_its_test(monkeypatch: pytest.MonkeyPatch) -> None:
    alone = Settings(**CARRIER, provider_stop_filter="off", stop_scope_question=True)
    assert composition.unsafe(alone) == []
    monkeypatch.setattr(composition, "opt_out_screen_fails", lambda: ("стоп",))
    assert "1 ways to say STOP are not understood: стоп" in composition.unsafe(alone)[0]
    assert composition.unsafe(Settings(**CARRIER)) == []
    with pytest.raises(composition.UnsafeSettings, match="not understood"):
        composition.bootstrap(alone)
