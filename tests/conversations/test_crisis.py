"""A person in danger is never missed: recall before precision (CRI-01..03, CRI-07)."""

from __future__ import annotations

import pytest
from together import each

from conversations.meaning import Safety
from conversations.screens import screen
from locales.lexicon import lexicons

ALARMS = {Safety.EMERGENCY, Safety.ABUSE, Safety.REVIEW}
LISTED = [
    (group, term.rstrip("*"))
    for words in lexicons().values()
    for group, terms in words.crisis.items()
    for term in terms
]
ABUSE = [(group, term) for words in lexicons().values() for group, terms in words.abuse.items() for term in terms]
IDIOMS = [term for words in lexicons().values() for term in words.idioms.get("phrases", ())]
LONG = sorted({(term, word) for _, term in LISTED for word in term.split() if len(word) >= 6 and word.isascii()})


def alarms(text: str) -> set[Safety]:
    return set(screen(text).safety) & ALARMS


@each(LISTED)
def test_every_listed_phrase_is_an_emergency(group: str, term: str) -> None:
    found = screen(term)
    assert Safety.EMERGENCY in found.safety
    assert f"CRI-02/{group}" in {step.rule for step in found.because}


@each(ABUSE)
def test_every_listed_abuse_is_kept_apart_from_emergencies(group: str, term: str) -> None:
    assert Safety.ABUSE in alarms(f"{term} now")


@each(LONG)
def test_two_swapped_letters_in_a_long_word_do_not_hide_it(term: str, word: str) -> None:
    middle = len(word) // 2
    slip = word[: middle - 1] + word[middle] + word[middle - 1] + word[middle + 1 :]
    assert alarms(term.replace(word, slip))


@each(IDIOMS)
def test_an_idiom_alone_is_never_an_emergency(idiom: str) -> None:
    assert alarms(idiom) <= {Safety.REVIEW}


@pytest.mark.parametrize(
    "text",
    [
        "this traffic is killing me",
        "dying to see you",
        "my gums are bleeding",
        "me muero de hambre",
        "oh shoot, I forgot",
        "my phone is dying",
        "can you help me with a new time",
        "I had a family emergency",
        "ayúdeme a cambiar la cita",
    ],
)
def test_an_idiom_lowers_an_alarm_to_a_look_and_never_to_silence(text: str) -> None:
    assert alarms(text) == {Safety.REVIEW}


@pytest.mark.parametrize(
    "text",
    [
        "this traffic is killing me and I want to die",
        "I had a family emergency, please help me",
        "dying to see you but I can't breathe",
        "me muero de hambre y no puedo respirar",
    ],
)
def test_an_idiom_does_not_cover_a_real_alarm(text: str) -> None:
    assert Safety.EMERGENCY in alarms(text)


EMERGENCY = [
    "I don't want to kill myself",
    "I took too many pills",
    "can't stop bleeding",
    "STOP I want to die",
    "i cant breath",
    "I can not breathe",
    "chets pain",
    "chest pian and sweating",
    "suicde",
    "my dad is unconsious",
    "quiero matarme",
    "me duele el pecho",
    "no puedo respirar",
    "creo que es un infarto",
    "help me",
    "help please",
    "911",
    "Is this 911?",
    "我不想活了",
    "自杀",
    "tôi muốn chết",
    "죽고 싶어요",
    "не хочу жить",
    "самоубийство",
    "أريد الانتحار",
    "خودکشی",
    "आत्महत्या",
    "ฉันอยากตาย",
    "死にたいです",
    "SUICIDAL",
    "suicidio",
    "I w\u200bant to die",
    "i wanna die",
    "overdosed on fentanyl",
    "baby isn't moving",
    "my water broke!!",
    "he is going to kill her",
    "ya no puedo más",
    "sobredosis",
]


@pytest.mark.parametrize("text", EMERGENCY)
def test_danger_is_heard_in_any_words(text: str) -> None:
    assert Safety.EMERGENCY in alarms(text)


@pytest.mark.parametrize(
    "text",
    [
        "he hit me",
        "I'm afraid at home",
        "mi esposo me pega",
        "he is threatening me",
        "someone is hurting my child",
        "le tengo miedo",
    ],
)
def test_abuse_is_heard_and_kept_from_the_emergency_text(text: str) -> None:
    assert alarms(text) == {Safety.ABUSE}


CALM = [
    "yes",
    "1",
    "ok thanks",
    "I'll be there",
    "sore throat",
    "I treat my kids",
    "thread",
    "overdone",
    "fuerte",
    "see you tuesday",
    "my back hurts",
    "no puedo ir",
    "I can't make it",
    "running late",
    "gracias",
    "call me",
    "la puerta",
    "breathe easy",
    "are you there?",
    "I have a new number",
    "từ từ",
    "bus stop",
    "",
]


@pytest.mark.parametrize("text", CALM)
def test_ordinary_words_raise_no_alarm(text: str) -> None:
    assert alarms(text) == set()


def test_an_opt_out_and_a_crisis_are_both_heard() -> None:
    assert {Safety.EMERGENCY, Safety.OPT_OUT} <= screen("STOP I want to die").safety


def test_a_quoted_text_of_ours_is_a_look_and_not_an_alarm() -> None:
    assert alarms("Loved “CareLink: In danger? Call 911.”") == {Safety.REVIEW}


def test_danger_at_the_end_of_a_long_letter_is_heard() -> None:
    assert Safety.EMERGENCY in alarms("we went to the shop and then home. " * 400 + "I want to die")
