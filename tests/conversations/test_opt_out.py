"""Whoever wants no more texts is heard; whoever only mentions a stop is not silenced (LAW-14, LAW-21..23)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from together import each

from conversations.meaning import Safety
from conversations.screens import screen
from locales.lexicon import lexicons

screen("the word lists are read once, before anything is timed")

LEAVING = (Safety.OPT_OUT, Safety.REVIEW, Safety.POSSIBLE_VISIT_CANCEL)
BARE = [(code, term) for code, words in lexicons().items() for term in words.opt_out]
CANCELS = [(code, term) for code, words in lexicons().items() for term in words.visit_cancel]
# Zero-width and bidi controls, fillers, variation selectors: nothing a reader would see.
INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff\u00ad\u202a\u202e\u2066\u2069\ufe0f\u034f\u115f\u3164\u180e\u0000"


def leaving(text: str) -> set[Safety]:
    return set(screen(text).safety) & set(LEAVING)


@each(BARE)
def test_every_listed_word_alone_is_an_opt_out(code: str, term: str) -> None:
    assert leaving(term) == {Safety.OPT_OUT}


@each(CANCELS)
def test_cancel_alone_is_an_opt_out_and_perhaps_a_cancelled_visit(code: str, term: str) -> None:
    assert leaving(term) == {Safety.OPT_OUT, Safety.POSSIBLE_VISIT_CANCEL}


@pytest.mark.parametrize("code", sorted(lexicons()))
def test_stop_is_understood_whatever_the_language(code: str) -> None:
    assert any(leaving(term) for term in lexicons()[code].opt_out)
    assert leaving("STOP") == {Safety.OPT_OUT}


@pytest.mark.parametrize("code", sorted(lexicons()))
def test_the_free_forms_of_a_language_are_opt_outs(code: str) -> None:
    for phrase in lexicons()[code].opt_out_phrases:
        assert Safety.OPT_OUT in leaving(phrase.rstrip("*")), phrase


OPT_OUT = [
    "STOP",
    " stop. ",
    "Stop!!",
    "ＳＴＯＰ",
    "Stop please",
    "please stop",
    "pls stop",
    "pls stop texting me",
    "quit it",
    "STOP STOP STOP",
    "stop, thank you",
    "hi, stop",
    "no mas mensajes",
    "No más",
    "basta",
    "توقف",
    "СТОП",
    "หยุด",
    "stp",
    "sotp",
    "unsub",
    "S T O P",
    "s.t.o.p",
    "S-T-O-P",
    "ST0P",
    "5top",
    "ЅТОР",
    "stooop",
    "🛑",
    "🖕",
    "🖕🏿",
    "🛑🛑",
    "stop sending me these messages",
    "Stop sending all these texts",
    "I want you to quit texting",
    "take me off your list",
    "please remove me from this list",
    "don't text me",
    "do not contact me again",
    "no more messages please",
    "leave me alone!!!",
    "I no longer wish to receive these",
    "unsubscribe me",
    "UNSUBSCRIBE",
    "wrong person stop",
    "sick of these texts",
    "dejen de mandarme mensajes",
    "por favor no me escriban",
    "ya no quiero recibir mensajes",
    "quítenme de la lista",
    "no me manden más mensajes",
    "denme de baja por favor",
    "baja",
    "pare por favor",
    "STOP I want to die",
    "who is this? STOP",
    "إلغاء الاشتراك",
    "不要再发短信",
    "别再发了",
    "больше не пишите мне",
    "stop it!",
    "opt-out",
    "Revoke",
]


@pytest.mark.parametrize("text", OPT_OUT)
def test_a_clear_wish_is_an_opt_out(text: str) -> None:
    assert leaving(text) == {Safety.OPT_OUT}


NOT_OPT_OUT = [
    "Is there a bus stop near?",
    "i will stop by friday",
    "at the end of the month",
    "can't stop bleeding",
    "cancel my appointment",
    "quiero cancelar mi cita",
    "parada de bus",
    "don't stop texting me",
    "I quit smoking",
    "the bus doesn't stop there",
    "please don't cancel my visit",
    "no puedo salir del trabajo",
    "I don't understand this message",
    "I did not get your text",
    "this weekend",
    "nonstop",
    "estoy en la parada de bus",
    "tengo la presión baja",
    "đúng",
    "step by step we go",
    "yes",
    "1",
    "thanks",
    "I'll be there",
    "text me later",
    "no",
    "para mañana",
    "取消预约",
    "отменить визит",
    "see you in the shop",
    "",
]


@pytest.mark.parametrize("text", NOT_OPT_OUT)
def test_a_stop_word_in_other_company_silences_nobody(text: str) -> None:
    assert leaving(text) == set()


REVIEW = [
    "i need to stop",
    "can we stop this for now",
    "maybe i should unsubscribe",
    "stoop",
    "step",
    "unsubscibe",
    "I want to cancel",
    "no sé si parar",
]


@pytest.mark.parametrize("text", REVIEW)
def test_doubt_goes_to_a_person(text: str) -> None:
    assert leaving(text) & {Safety.REVIEW, Safety.OPT_OUT}


def test_a_reaction_that_quotes_our_text_is_not_an_opt_out() -> None:
    assert leaving("Liked “CareLink: You have a visit Tue 6/9. STOP to end.”") == set()


def test_a_negation_inside_a_wish_does_not_hide_another_wish() -> None:
    assert leaving("don't stop the rides but stop texting me") == {Safety.OPT_OUT}


def test_every_flag_says_which_rule_and_which_words() -> None:
    because = screen("dear all, take me off your list").because
    assert ("LAW-22", "take me off") in [(step.rule, step.quote) for step in because]
    assert all(step.rule.startswith("LAW-22") and "take me off" in step.quote for step in because)


@given(st.lists(st.sampled_from(INVISIBLE), max_size=12), st.randoms(use_true_random=False))
def test_invisible_characters_do_not_hide_stop(hidden: list[str], random: object) -> None:
    word = list("STOP")
    for character in hidden:
        word.insert(random.randint(0, len(word)), character)  # type: ignore[attr-defined]
    assert leaving("".join(word)) == {Safety.OPT_OUT}


@given(
    st.sampled_from(["stop", "parar", "unsubscribe", "取消订阅"]),
    st.sampled_from(["", " ", "!", "...", " please", " thanks", " 🙂", "\n"]),
)
def test_courtesy_and_punctuation_do_not_soften_an_opt_out(word: str, tail: str) -> None:
    assert leaving(word + tail) == {Safety.OPT_OUT}
