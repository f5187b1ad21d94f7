"""TWI-34: a call follows a text only where nobody may have refused it, and nobody is deaf to it."""

from __future__ import annotations

import pytest

from outreach.loops.voice_fallback import RULE, objection_to_call

FINE = {"over": True, "consents": True, "hears": True}


@pytest.mark.parametrize("code", [30003, 30005, 30006, None])
def test_twi_34_a_phone_that_cannot_be_texted_may_be_called(code: int | None) -> None:
    assert objection_to_call(code, **FINE) is None


@pytest.mark.parametrize("code", [30004, 21610, 30640, 30007])
def test_twi_34_after_a_possible_refusal_nobody_is_called(code: int) -> None:
    assert objection_to_call(code, **FINE) == RULE


@pytest.mark.parametrize("missing", sorted(FINE))
def test_twi_34_it_takes_an_ended_text_a_consent_of_its_own_and_somebody_who_hears(missing: str) -> None:
    assert objection_to_call(30003, **(FINE | {missing: False})) == RULE
