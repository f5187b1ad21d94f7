"""The answer to "only texts about rides?" is noticed and changes nothing else (LAW-17); the self-test (TWI-31)."""

from __future__ import annotations

import time

import pytest

from conversations import selftest
from conversations.meaning import Safety
from conversations.prompt import OPTIONS, prompt_for
from conversations.screens import screen
from conversations.understand import understand
from locales.lexicon import lexicons

WRITTEN = ("en", "es", "zh", "vi", "ar", "ht", "hmn", "ru")
KEEP = [(code, term) for code in WRITTEN for term in lexicons()[code].keep_rides]


@pytest.mark.parametrize(("code", "term"), KEEP, ids=[f"LAW-17-{code}-{term}" for code, term in KEEP])
def test_law_17_a_ride_word_alone_keeps_the_rides(code: str, term: str) -> None:
    for typed in (term, term.upper(), f" {term}! ", f"{term} 🙏"):
        assert screen(typed).safety == {Safety.KEEP_RIDES}, code


@pytest.mark.parametrize("code", WRITTEN)
def test_law_17_every_written_language_has_a_ride_word_and_understands_ours(code: str) -> None:
    assert lexicons()[code].keep_rides
    assert screen("RIDE").safety == {Safety.KEEP_RIDES}


@pytest.mark.parametrize(
    "text",
    ["no ride", "I need a ride", "stop the rides", "STOP", "no tengo transporte", "my ride didn't come", "yes ride 2"],
)
def test_law_17_a_ride_word_in_company_keeps_nothing(text: str) -> None:
    assert Safety.KEEP_RIDES not in screen(text).safety


@pytest.mark.parametrize("key", [None, *OPTIONS])
@pytest.mark.parametrize("text", ["ride", "Rides", "transporte"])
def test_law_17_without_our_question_a_ride_word_means_what_it_meant(key: str | None, text: str) -> None:
    prompt = prompt_for(key) if key else None
    screening = screen(text)
    silent = type(screening)(screening.safety - {Safety.KEEP_RIDES})
    with_flag, without = (understand(text, "en", prompt, found) for found in (screening, silent))
    assert (with_flag.intents, with_flag.reason, with_flag.confidence) == (
        without.intents,
        without.reason,
        without.confidence,
    )


def test_twi_31_every_word_that_must_stop_texts_does() -> None:
    assert selftest.opt_out_screen_fails() == ()


def test_twi_31_the_words_the_law_and_the_carriers_name_are_asked_after() -> None:
    assert {"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT", "OPT OUT"} <= set(
        selftest.PER_SE
    )


def test_twi_31_a_word_that_no_longer_stops_texts_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(selftest, "PER_SE", (*selftest.PER_SE, "GOODBYE THEN", "farewell"))
    assert selftest.opt_out_screen_fails() == ("GOODBYE THEN", "farewell")


def test_twi_31_the_self_test_takes_no_time_worth_saving() -> None:
    """About a fifth of a second on a quiet machine; some times that is allowed to a busy one."""
    selftest.opt_out_screen_fails()
    taken = []
    for _ in range(5):
        started = time.process_time()
        selftest.opt_out_screen_fails()
        taken.append(time.process_time() - started)
    assert min(taken) < 1
