"""In eight languages a digit, a plain yes or no, STOP and HELP are read, each in the member's own words (HIP-23)."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from conversations.meaning import Intent, Safety
from conversations.prompt import prompt_for
from conversations.screens import screen
from conversations.understand import understand


@dataclass(frozen=True, slots=True)
class Said:
    """What members of one language write."""

    yes: tuple[str, ...]
    no: tuple[str, ...]
    thanks: tuple[str, ...]
    stop: tuple[str, ...]
    stop_in_a_sentence: tuple[str, ...]
    help: tuple[str, ...]


SAID = {
    "en": Said(
        yes=("yes", "YES.", "ok"),
        no=("no", "Nope"),
        thanks=("thank you",),
        stop=("stop", "unsubscribe"),
        stop_in_a_sentence=("please do not text me again", "take me off your list"),
        help=("help", "info"),
    ),
    "es": Said(
        yes=("sí", "Si", "claro"),
        no=("no", "No."),
        thanks=("gracias",),
        stop=("parar", "basta"),
        stop_in_a_sentence=("por favor no me escriban", "ya no quiero recibir mensajes"),
        help=("ayuda",),
    ),
    "zh-Hans": Said(
        yes=("是", "是的。", "好", "好的，谢谢", "可以！", "沒問題"),
        no=("不", "不行", "不，谢谢"),
        thanks=("谢谢", "多謝！"),
        stop=("停止", "退订", "取消订阅"),
        stop_in_a_sentence=("请不要再发短信给我", "我想取消订阅了", "请STOP", "STOP，谢谢你们", "別再發了好嗎"),
        help=("帮助", "幫助"),
    ),
    "vi": Said(
        yes=("có", "Vâng ạ", "co", "được", "Đúng", "đồng ý!"),
        no=("không", "Không ạ.", "khong", "ko"),
        thanks=("cảm ơn", "cam on"),
        stop=("dừng", "ngừng", "dừng lại"),
        stop_in_a_sentence=("làm ơn đừng nhắn tin cho tôi nữa", "tôi không muốn nhận tin", "xin vui lòng STOP"),
        help=("trợ giúp", "GIÚP"),
    ),
    "ru": Said(
        yes=("да", "Да.", "хорошо", "да, спасибо", "конечно!"),
        no=("нет", "Нет!", "нет, спасибо"),
        thanks=("спасибо", "Большое спасибо"),
        stop=("стоп", "отписаться", "СТОП"),
        stop_in_a_sentence=("пожалуйста, больше не пишите мне", "отпишите меня от этого", "прошу вас STOP"),
        help=("помощь",),
    ),
    "ar": Said(
        yes=("نعم", "نعم.", "حسنا"),
        no=("لا", "لا شكرا"),
        thanks=("شكرا",),
        stop=("توقف", "إيقاف"),
        stop_in_a_sentence=("من فضلكم لا ترسلوا لي شيئا", "أريد الغاء الاشتراك الآن", "من فضلكم STOP"),
        help=("مساعدة",),
    ),
    "ht": Said(
        yes=("wi", "Wi.", "dakò"),
        no=("non", "Non!"),
        thanks=("mèsi", "mesi anpil"),
        stop=("sispann", "kanpe"),
        stop_in_a_sentence=("tanpri pa voye mesaj ban mwen", "tanpri pa ekri m ankò"),
        help=("èd", "ed"),
    ),
    "hmn": Said(
        yes=("yog", "Yog."),
        no=("tsis", "tsis yog"),
        thanks=("ua tsaug",),
        stop=("tsum", "txhob xa"),
        stop_in_a_sentence=("thov txhob xa ntawv tuaj lawm",),
        help=("pab",),
    ),
}
NATIVE_DIGITS = ["1", "１", "1。", "#1", "١", "۱", "1️⃣", "①", "一", "一。"]


def rows(name: str) -> list[tuple[str, str]]:
    return [(language, text) for language, said in SAID.items() for text in getattr(said, name)]


def meant(text: str, language: str, key: str = "reminder") -> set[Intent]:
    return set(understand(text, language, prompt_for(key)).intents)


@pytest.mark.parametrize("language", sorted(SAID))
def test_a_digit_answers_the_reminder(language: str) -> None:
    assert meant("1", language) == {Intent.CONFIRM}
    assert meant("2.", language) == {Intent.RESCHEDULE_REQUEST}
    assert meant("３", language) == {Intent.DECLINE}


@pytest.mark.parametrize("language", sorted(SAID))
@pytest.mark.parametrize("digit", NATIVE_DIGITS)
def test_a_digit_of_any_script_is_a_digit(digit: str, language: str) -> None:
    assert meant(digit, language) == {Intent.CONFIRM}


@pytest.mark.parametrize(("language", "text"), rows("yes"))
def test_a_plain_yes_answers_the_open_question_as_in_english(language: str, text: str) -> None:
    assert meant(text, language) == {Intent.CONFIRM}
    for key in ("dayof", "postvisit", "transport", "missed", "why_not", "when_better"):
        assert meant(text, language, key) == meant("yes", "en", key)
    assert set(understand(text, language, None).intents) <= {Intent.UNCLEAR, Intent.ACKNOWLEDGEMENT}


@pytest.mark.parametrize(("language", "text"), rows("no"))
def test_a_plain_no_answers_the_open_question_as_in_english(language: str, text: str) -> None:
    assert meant(text, language) == {Intent.DECLINE}
    for key in ("dayof", "postvisit", "transport", "missed", "why_not", "when_better"):
        assert meant(text, language, key) == meant("no", "en", key)
    assert set(understand(text, language, None).intents) == {Intent.UNCLEAR}


@pytest.mark.parametrize(("language", "text"), rows("thanks"))
def test_thanks_are_taken_as_thanks(language: str, text: str) -> None:
    assert meant(text, language) == {Intent.ACKNOWLEDGEMENT}


@pytest.mark.parametrize(("language", "text"), rows("stop") + [(language, "STOP") for language in SAID])
def test_stop_ends_the_texts_in_latin_letters_and_in_ones_own_words(language: str, text: str) -> None:
    assert meant(text, language) == {Intent.OPT_OUT}


@pytest.mark.parametrize(("language", "text"), rows("stop_in_a_sentence"))
def test_a_sentence_that_wants_no_more_texts_ends_them(language: str, text: str) -> None:
    assert meant(text, language) == {Intent.OPT_OUT}


@pytest.mark.parametrize(("language", "text"), rows("help") + [(language, "HELP") for language in SAID])
def test_help_is_heard_in_latin_letters_and_in_ones_own_word(language: str, text: str) -> None:
    assert meant(text, language) == {Intent.HELP}


@pytest.mark.parametrize(
    ("language", "text"),
    [("zh-Hans", "好？"), ("vi", "có?"), ("ru", "да?"), ("ar", "نعم؟"), ("ht", "wi?"), ("hmn", "yog?")],
)
def test_a_yes_that_asks_confirms_nothing_whatever_its_question_mark(language: str, text: str) -> None:
    assert meant(text, language) == {Intent.UNCLEAR}
    for key in ("dayof", "postvisit", "transport", "missed"):
        here, english = (understand(*reply, prompt_for(key)) for reply in ((text, language), ("yes?", "en")))
        assert (here.intents, here.confidence) == (english.intents, english.confidence)


@pytest.mark.parametrize(
    ("language", "text"), [("zh-Hans", "不要STOP"), ("zh-Hans", "别STOP"), ("vi", "đừng STOP"), ("ru", "не STOP")]
)
def test_a_wish_not_to_stop_is_for_a_person_to_read(language: str, text: str) -> None:
    assert Safety.OPT_OUT not in screen(text).safety
    assert meant(text, language) == {Intent.UNCLEAR}
