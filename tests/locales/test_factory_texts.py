"""The texts the product ships with keep the rules of the house (COPY-01..12, HIP-02, HIP-03, TWI-57)."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest
from together import each

from conversations.meaning import Safety
from conversations.prompt import OPTIONS, UNCLEAR_WORDS
from conversations.screens import screen
from locales import factory
from locales.dates import day_text, time_text
from locales.factory import NoFactoryTexts, factory_languages, factory_texts, source_hash
from locales.languages import Direction, languages
from locales.linter.house import house, vocabulary
from locales.render import render, variables
from locales.segments import Encoding, segments

ENGLISH = factory_texts("en")
KEYS = sorted(ENGLISH)
LANGUAGES = sorted(languages())
DRAFTS = [code for code in LANGUAGES if not languages()[code].reviewed]
# The longest a value may be.
WORST = {
    "program": "CareLinkPlus",
    "place": "12345 Martin Luther King",
    "phone": "800-555-0100",
    "return_phone": "800-555-0100",
    "message": "M" * 60,
}
TWO_PARTS = {"optin_confirm", "help", "why_not"}
# Two parts are the target of TWI-57 for what nobody has cut down to one yet.
ONE_PART = [code for code in LANGUAGES if languages()[code].reviewed]
# How often we write stands here, and is no option of a menu.
FREQUENCY = {"optin_ask", "optin_confirm", "start", "help"}
NO_STOP_LINE = {"emergency", "safety_neutral", "stop", "stop_clarify", "wrong"}
NEEDED = [
    "optin_ask",
    "optin_confirm",
    "reminder",
    "reminder_no_time",
    "reminder_place",
    "dayof",
    "dayof_no_time",
    "dayof_eve",
    "postvisit",
    "why_not",
    "why_cannot",
    "unclear_reminder",
    "unclear_dayof",
    "unclear_postvisit",
    "unclear_why",
    "unclear_no_prompt",
    "ack_confirmed",
    "ack_confirmed_no_time",
    "ack_change",
    "ack_person",
    "ack_thanks",
    "moved",
    "moved_no_time",
    "visit_cancelled",
    "stop",
    "stop_clarify",
    "start",
    "help",
    "identity",
    "emergency",
    "safety_neutral",
    "medq",
    "wrong",
    "language_changed",
    "transport",
    "transport_no_time",
    "ride_booked",
    "ride_booked_return",
    "ride_booked_one_way",
    "ride_reminder",
    "ride_come",
    "will_call",
    "got_home",
    "missed",
    "when_better",
    "ack_preference",
    "ack_late",
    "ack_ride",
    "ack_ride_ok",
    "ack_no_help",
    "unclear_transport",
    "unclear_ride",
    "unclear_ride_come",
    "unclear_home",
    "unclear_missed",
    "unclear_when",
    "own_words",
    "reply_thanks",
    "reply_call",
    "reply_visit",
    "reply_place",
    "reply_companion",
    "reply_ride",
    "reply_bring",
    "reply_interpreter",
]
RIDE_VARIABLES = {
    "transport": {"day", "time"},
    "ride_booked": {"ready_day", "ready_time", "return_phone"},
    "ride_booked_return": {"ready_day", "ready_time", "return_time"},
    "ride_booked_one_way": {"ready_day", "ready_time"},
    "ride_reminder": {"ready_day", "ready_time"},
    "will_call": {"return_phone"},
}
# A second reading, beside the linter's lists, where substrings say nothing else.
BANNED = {
    "en": r"clinic|doctor|hospital|cancer|hiv\b|\bmental|dialysis|methadone|pregnan"
    r"|urgent notice|final notice|failed|must\b|immediately|\bcancel|\bquit\b|\byes to\b|reply c\b",
    "es": r"clínica|doctor|hospital|cáncer|vih\b|\bmental|diálisis|embaraz|\bcancel",
    "zh-Hans": r"诊所|医院|医生|癌|艾滋|精神|透析|怀孕|紧急|必须|立即|取消",
    "vi": r"phòng khám|bệnh viện|bác sĩ|ung thư|tâm thần|lọc máu|mang thai|khẩn cấp|hủy|huỷ",
    "ru": r"клиник|больниц|поликлиник|врач|онколог|\bвич\b|психи|диализ|беремен|срочно|обязан|отмен",
    "ar": r"عيادة|مستشفى|طبيب|سرطان|نفسي|حامل|عاجل|إلغاء|الغاء",
    "ht": r"klinik|lopital|doktè|kansè|\bsida\b|dyaliz|ansent|ijan|anile",
    "hmn": r"tsev kho mob|kws kho mob|khees xaws|xeeb tub|ceev nrooj",
}
ONLOOKER = re.compile(
    r"988|hurt|safe|danger|peligro|segur|abus|危险|安全|伤|虐|nguy hiểm|an toàn|hại|bạo lực|опасн|безопас|вред|насил"
    r"|خطر|أذى|عنف|danje|sekirite|vyolans|phom sij|raug mob",
    re.IGNORECASE,
)


def worst(language: str, key: str) -> str:
    year = (dt.date(2028, 1, 1) + dt.timedelta(days=n) for n in range(366))
    day = max((day_text(day, language) for day in year), key=len)
    time = max((time_text(dt.time(hour, 30), language) for hour in range(24)), key=len)
    values = {"day": day, "ready_day": day, "time": time, "ready_time": time, "return_time": time}
    return render(factory_texts(language)[key], WORST | values)


def opening(language: str, key: str) -> tuple[str, str]:
    """Return what stands before the first colon, and the text after it."""
    before, _, after = factory_texts(language)[key].partition(": ")
    return before, after


def length(text: str, language: str) -> float:
    """Return the words of a sentence: some languages write no spaces between them, some write one word as two."""
    if vocabulary(language).spaced:
        return len(text.split()) / vocabulary(language).words_per_word
    letters = len(re.findall(r"(?![a-zA-Z])[^\W\d_]", re.sub(r"\{\w*\}", "", text)))
    return letters / (2 if languages()[language].script in ("Hans", "Hant", "Jpan") else 4)


def test_every_language_that_may_be_chosen_has_texts() -> None:
    assert len(LANGUAGES) == 24
    assert list(factory_languages()) == LANGUAGES


@pytest.mark.parametrize("language", DRAFTS)
def test_a_text_that_nobody_reviewed_says_that_it_is_a_draft(language: str) -> None:
    written = Path(factory.__file__).parent.joinpath(language, "outreach.po").read_text(encoding="utf-8")
    assert written.startswith("# Draft: not yet reviewed by a qualified translator (HIP-22).")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_language_has_every_text(language: str) -> None:
    assert sorted(factory_texts(language)) == KEYS


@each([(language, key) for language in DRAFTS for key in KEYS])
def test_no_translation_is_left_in_english(language: str, key: str) -> None:
    assert factory_texts(language)[key] != ENGLISH[key]


def test_every_message_that_is_needed_is_there() -> None:
    assert sorted(NEEDED) == KEYS


def test_every_question_with_options_has_words() -> None:
    assert set(OPTIONS) <= set(KEYS)


@pytest.mark.parametrize("language", ["ium", "", "zh", "en-US"])
def test_a_language_without_texts_says_so(language: str) -> None:
    with pytest.raises(NoFactoryTexts):
        factory_texts(language)


def every_text(check: Callable[[str, str], None]) -> Callable[[str], None]:
    """A check of one text becomes a test of each language: five thousand tests would say no more."""

    @pytest.mark.parametrize("language", LANGUAGES)
    def run(language: str) -> None:
        for key in KEYS:
            try:
                check(language, key)
            except AssertionError as problem:
                raise AssertionError(f"{language}, {key}: {problem}") from problem

    run.__name__ = check.__name__
    return run


@every_text
def test_a_translation_carries_the_same_variables(language: str, key: str) -> None:
    assert variables(factory_texts(language)[key]) == variables(ENGLISH[key])


@every_text
def test_every_text_says_who_writes(language: str, key: str) -> None:
    before, _ = opening(language, key)
    if languages()[language].direction is Direction.RTL:
        assert before.endswith("{program}")
        assert unicodedata.bidirectional(before[0]) == "AL"  # else a phone runs the whole text from left to right
    else:
        assert before == "{program}"


@every_text
def test_the_worst_case_stays_in_budget(language: str, key: str) -> None:
    counted = segments(worst(language, key))
    if vocabulary(language).gsm:
        assert counted.encoding is Encoding.GSM7
    assert counted.parts <= (1 if language in ONE_PART and key not in TWO_PARTS else 2)


@every_text
def test_every_text_says_how_to_stop_unless_it_must_not(language: str, key: str) -> None:
    assert ("STOP" in factory_texts(language)[key]) is (key not in NO_STOP_LINE)


@every_text
def test_a_menu_names_exactly_the_options_that_are_read_back(language: str, key: str) -> None:
    body = factory_texts(language)[key]
    # "2" in the emergency text is a key on the phone, not an option.
    digits = [] if key == "emergency" else re.findall(r"(?<!\d)\d(?!\d)", body)
    if key in FREQUENCY:
        digits.remove("6")
    assert digits == sorted(OPTIONS.get(key, {}))


@every_text
def test_no_text_reveals_or_frightens(language: str, key: str) -> None:
    banned = rf"medicaid|medi-cal|\bchip\b|{BANNED.get(language, 'medicaid')}"
    assert not re.search(banned, factory_texts(language)[key], re.IGNORECASE)


@every_text
def test_no_text_shouts_or_smiles(language: str, key: str) -> None:
    words = {word for word in re.findall(r"[^\W\d_]{2,}", factory_texts(language)[key]) if word.isupper()}
    assert words <= house().capitals.keys()


@every_text
def test_nothing_is_hidden_and_no_quote_is_curly(language: str, key: str) -> None:
    # Persian joins the parts of a word with U+200C; a phone's keyboard has it.
    joiner = "\u200c" if language == "fa" else ""
    hidden = r"[\u00a0\u00ad\u061c\u2000-\u200f\u2018-\u201f\u2028-\u202f\u205f-\u206f\ufeff]"
    assert not re.search(hidden, factory_texts(language)[key].replace(joiner or "\0", ""))


@every_text
def test_sentences_are_short_outside_menus(language: str, key: str) -> None:
    _, body = opening(language, key)
    # Thai and Lao end a sentence with a space.
    ends = r"\s" if languages()[language].script in ("Thai", "Laoo") else r"[.?:](?:\s|$)|[。？؟՞։।។]"
    sentences = [text for text in re.split(ends, body) if not re.search(r"(?<!\d)1 |HELP|Reply|Responda", text)]
    assert all(length(text, language) <= 17 for text in sentences)


MENU_WORDS = [
    ("en", "reminder", {"1": "keep", "2": "change", "3": "can't"}),
    ("es", "reminder", {"1": "confirmar", "2": "cambiarla", "3": "no puede"}),
    ("en", "dayof", {"1": "on my way", "2": "late", "3": "ride", "4": "can't"}),
    ("es", "dayof", {"1": "en camino", "2": "tarde", "3": "transporte", "4": "no puedo"}),
    ("en", "dayof_eve", {"1": "will go", "2": "late", "3": "ride", "4": "can't"}),
    ("es", "dayof_eve", {"1": "voy a ir", "2": "tarde", "3": "transporte", "4": "no puedo"}),
    ("en", "postvisit", {"1": "yes", "2": "no", "3": "call me"}),
    ("es", "postvisit", {"1": "fui", "2": "no fui", "3": "llamen"}),
    ("en", "why_not", {"1": "ride", "2": "work", "3": "child", "4": "sick", "5": "cost", "6": "other"}),
    ("es", "why_not", {"1": "transporte", "2": "trabajo", "3": "hijos", "4": "enfermedad", "5": "costo", "6": "otra"}),
    ("en", "why_cannot", {"1": "ride", "2": "work", "3": "child", "4": "sick", "5": "cost", "6": "other"}),
    (
        "es",
        "why_cannot",
        {"1": "transporte", "2": "trabajo", "3": "hijos", "4": "enfermedad", "5": "costo", "6": "otra"},
    ),
    ("en", "unclear_why", {"1": "ride", "2": "work", "3": "child", "4": "sick", "5": "cost", "6": "other"}),
    (
        "es",
        "unclear_why",
        {"1": "transporte", "2": "trabajo", "3": "hijos", "4": "enfermedad", "5": "costo", "6": "otra"},
    ),
    ("en", "unclear_reminder", {"1": "keep", "2": "change", "3": "can't"}),
    ("es", "unclear_reminder", {"1": "confirmar", "2": "cambiar", "3": "no puede"}),
    ("en", "transport", {"1": "have a ride", "2": "need a ride", "3": "not sure"}),
    ("es", "transport", {"1": "ya tengo", "2": "lo necesito", "3": "no lo sé"}),
    ("en", "transport_no_time", {"1": "have a ride", "2": "need a ride", "3": "not sure"}),
    ("es", "transport_no_time", {"1": "ya tengo", "2": "lo necesito", "3": "no lo sé"}),
    ("en", "unclear_transport", {"1": "have a ride", "2": "need a ride", "3": "not sure"}),
    ("es", "unclear_transport", {"1": "ya tengo", "2": "lo necesito", "3": "no lo sé"}),
    *[
        ("en", key, {"1": "OK", "2": "problem"})
        for key in ("ride_booked", "ride_booked_return", "ride_booked_one_way", "ride_reminder", "unclear_ride")
    ],
    *[
        ("es", key, {"1": "OK", "2": "problema"})
        for key in ("ride_booked", "ride_booked_return", "ride_booked_one_way", "ride_reminder", "unclear_ride")
    ],
    *[("en", key, {"1": "yes", "2": "no"}) for key in ("ride_come", "unclear_ride_come", "got_home", "unclear_home")],
    *[("es", key, {"1": "ya", "2": "no"}) for key in ("ride_come", "unclear_ride_come")],
    *[("es", key, {"1": "ya llegué", "2": "no llegué"}) for key in ("got_home", "unclear_home")],
    *[("en", key, {"1": "yes", "2": "need a ride", "3": "no thanks"}) for key in ("missed", "unclear_missed")],
    *[
        ("es", key, {"1": "quiero", "2": "necesito transporte", "3": "no gracias"})
        for key in ("missed", "unclear_missed")
    ],
    *[
        ("en", key, {"1": "morning", "2": "afternoon", "3": "evening", "4": "any time"})
        for key in ("when_better", "unclear_when")
    ],
    *[
        ("es", key, {"1": "mañana", "2": "tarde", "3": "noche", "4": "cualquier hora"})
        for key in ("when_better", "unclear_when")
    ],
]


@pytest.mark.parametrize(("language", "key", "words"), MENU_WORDS)
def test_each_digit_stands_before_the_words_it_means(language: str, key: str, words: dict[str, str]) -> None:
    body = factory_texts(language)[key]
    for digit, meant in words.items():
        after = re.search(rf"\b{digit} ([^,.]*)", body)
        assert after is not None
        assert meant in after[1]


@each([(language, key) for language in LANGUAGES for key in sorted(OPTIONS)])
def test_each_digit_stands_alone_before_its_words(language: str, key: str) -> None:
    body = factory_texts(language)[key]
    for digit in OPTIONS[key]:
        assert re.search(rf"[\s，]{digit} [^\W\d_]", body)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("key", ["optin_ask", "optin_confirm", "start"])
def test_the_first_text_names_frequency_rates_help_and_stop(language: str, key: str) -> None:
    body = factory_texts(language)[key]
    for part in ("6", "STOP", "AYUDA" if language == "es" else "HELP"):
        assert part in body
    assert any(word.casefold() in body.casefold() for word in vocabulary(language).rates)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_help_text_names_a_phone_frequency_rates_and_stop(language: str) -> None:
    body = factory_texts(language)["help"]
    for part in ("{phone}", "711", "6", "911", "988", "STOP"):
        assert part in body
    assert any(word.casefold() in body.casefold() for word in vocabulary(language).rates)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_a_text_says_beside_stop_and_help_is_heard_when_it_comes_back(language: str) -> None:
    bodies, says = " ".join(factory_texts(language).values()), vocabulary(language)
    assert Safety.OPT_OUT in screen("STOP").safety
    # What STOP does may stand in a form that nobody would text, as "joojiso" (that you stop) for "jooji" (stop).
    heard = [screen(word).safety & {Safety.OPT_OUT, Safety.REVIEW} for word in says.stop_means if word in bodies]
    assert any(heard)
    for word in ("HELP", *says.help):
        assert Safety.HELP in screen(word).safety, word


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_emergency_text_says_911_before_988_and_promises_nobody(language: str) -> None:
    body = factory_texts(language)["emergency"]
    assert 0 < body.index("911") < body.index("988")
    assert variables(body) == {"program"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_neutral_text_tells_an_onlooker_nothing(language: str) -> None:
    body = factory_texts(language)["safety_neutral"]
    assert variables(body) == {"program"}
    assert not ONLOOKER.search(body)


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_answer_by_a_person_is_promised_without_a_time(language: str) -> None:
    promises = ("ack_person", "ack_change", "medq", "when_better", "ack_preference", "ack_ride", "ack_late")
    for key in (*promises, "reply_call", "reply_interpreter"):
        assert variables(factory_texts(language)[key]) <= {"program", "phone"}


@pytest.mark.parametrize(("key", "needed"), sorted(RIDE_VARIABLES.items()))
def test_a_ride_text_carries_what_the_member_needs_for_the_ride(key: str, needed: set[str]) -> None:
    assert variables(ENGLISH[key]) == needed | {"program"}


@each([(language, *pair) for language in LANGUAGES for pair in sorted(UNCLEAR_WORDS.items())])
def test_an_unclear_answer_is_asked_again_with_the_same_digits_and_a_number_to_call(
    language: str, question: str, again: str
) -> None:
    assert OPTIONS[again].keys() == OPTIONS[question].keys()
    assert "phone" in variables(factory_texts(language)[again])


@pytest.mark.parametrize(
    "key",
    [
        *("will_call", "ack_preference", "ack_late", "ack_ride", "ack_ride_ok", "ack_no_help"),
        *(key for key in KEYS if key.startswith("reply_")),
    ],
)
def test_what_asks_nothing_opens_no_question(key: str) -> None:
    assert key not in OPTIONS


@pytest.mark.parametrize("key", [key for key in KEYS if key.endswith("_no_time")])
def test_a_text_without_a_time_differs_only_in_the_time(key: str) -> None:
    assert variables(ENGLISH[key]) == variables(ENGLISH[key.removesuffix("_no_time")]) - {"time"}


def test_only_the_texts_for_ordinary_visits_name_a_place() -> None:
    assert [key for key in KEYS if "place" in variables(ENGLISH[key])] == ["reminder_place", "reply_place"]


def test_a_changed_source_changes_the_hash() -> None:
    assert source_hash("a") != source_hash("b")
    assert source_hash("a") == "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb"
