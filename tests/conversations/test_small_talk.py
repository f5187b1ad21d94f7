"""Slips, machines, signs and other languages: what is heard, and what is left alone."""

from __future__ import annotations

import pytest

from conversations.corrections import corrected
from conversations.machines import automatic, echoes, repeats
from conversations.signs import only_signs
from conversations.tongue import written_in


@pytest.mark.parametrize(
    ("text", "instead"),
    [
        ("sorry I meant 2", "2"),
        ("no wait, 1", "1"),
        ("oops 3", "3"),
        ("Oops, I meant 2 not 1", "2"),
        ("2 sorry", "2"),
        ("actually 2", "2"),
        ("no I meant yes", "yes"),
        ("Perdón, quise decir 2", "2"),
        ("digo 3", "3"),
        ("me equivoqué 1", "1"),
    ],
)
def test_a_slip_says_what_was_meant(text: str, instead: str) -> None:
    assert corrected(text) == instead


@pytest.mark.parametrize(
    "text",
    [
        "2",
        "no",
        "sorry",
        "wait",
        "ok sorry",
        "sorry ok",
        "sorry i cant come",
        "no 1",
        "",
        "oops",
        "i meant " + "the other one " * 9,
    ],
)
def test_what_takes_nothing_back(text: str) -> None:
    assert corrected(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "I'm driving",
        "I’m driving with Do Not Disturb While Driving turned on. I’ll see your message when I get where I’m going.",
        "I'm driving right now, can't text",
        "Auto-reply: out of the office until Monday",
        "This is an automated response. This number is not monitored.",
        "Respuesta automática: estoy fuera de la oficina",
    ],
)
def test_twi_26_what_machines_say(text: str) -> None:
    assert automatic(text)


@pytest.mark.parametrize(
    "text",
    ["1", "yes", "I'm driving there now", "im driving to the clinic", "my son is driving me", "call me at the office"],
)
def test_twi_26_what_people_say(text: str) -> None:
    assert not automatic(text)


def test_twi_26_our_own_words() -> None:
    ours = "CareLink: You have a visit Tue, Mar 9 at 2:30 PM. Reply 1 to keep it, 2 to change it. STOP to end."
    assert echoes(ours, [ours])
    assert echoes(f"> {ours}", [ours])
    assert not echoes("You have a visit", [ours])
    assert not echoes(f"Liked “{ours}”", [ours])
    assert not echoes("Is that the visit on Tuesday that we talked about on the phone?", [ours])


def test_twi_26_the_same_words_a_third_time() -> None:
    assert not repeats("purple monkey", ["purple monkey"])
    assert repeats("Purple  monkey!", ["purple monkey", "purple monkey"])
    assert not repeats("😂", ["🙏", "❤"])


@pytest.mark.parametrize("text", ["😂", "🙏🙏", "❤️", "👍🏽", "😊 🙏"])
def test_signs_alone(text: str) -> None:
    assert only_signs(text)


@pytest.mark.parametrize("text", ["", " ", "1", "1️⃣", ":)", "ok 😂", "🆘", "😭", "🤒", "❓"])
def test_what_is_more_than_a_smile(text: str) -> None:
    assert not only_signs(text)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("hola no puedo ir mañana", "es"),
        ("no puedo porque tengo que trabajar", "es"),
        ("je ne peux pas venir demain", "fr"),
        ("eu não posso ir amanhã", "pt"),
        ("mwen pa ka vini demen", "ht"),
        ("tôi không đến được", "vi"),
        ("hindi ako pwede bukas", "tl"),
        ("Я не смогу приехать завтра", "ru"),
        ("Я не зможу приїхати завтра", "uk"),
        ("لا أستطيع الحضور غدا", "ar"),
        ("من نمی‌توانم بیایم", "fa"),
        ("네 갈게요 내일", "ko"),
        ("我不能来", "zh-Hans"),
        ("我不能來", "zh-Hant"),
        ("行けません", "ja"),
    ],
)
def test_hip_24_a_language_that_is_plain_to_see(text: str, language: str) -> None:
    assert written_in(text) == language


@pytest.mark.parametrize(
    "text",
    [
        "gracias",
        "yes ok gracias",
        "ok por favor",
        "no tengo ride",
        "привет",
        "I am on the way to la clinica",
        "i cant come tomorrow my kid is sick",
        "no",
        "",
        "1",
        "no puedo, je ne peux pas",
    ],
)
def test_hip_24_a_word_or_two_show_nothing(text: str) -> None:
    assert written_in(text) is None
