"""What may not be sent is found before a person can approve it: a row for each rule, and for what it lets pass."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conversations.prompt import OPTIONS
from locales.dates import day_text, time_text
from locales.factory import factory_languages, factory_texts
from locales.linter import Finding, Weight, lint, longest_values, name_findings
from locales.linter.grade import grade
from locales.linter.house import Pardon, house, linted_languages, vocabulary
from locales.linter.words import banned_in
from locales.render import ALLOWED

ENDING = {"en": " STOP to end.", "es": " STOP para terminar.", "ar": " للإيقاف STOP."}


def text(words: str, language: str = "en") -> str:
    """A text around these words that is right in everything else."""
    says = vocabulary(language)
    return f"{says.prefix} {words}{ENDING.get(language) or f' STOP: {says.stop_means[0]}.'}"


def errors(found: tuple[Finding, ...]) -> list[Finding]:
    return [finding for finding in found if finding.weight is Weight.ERROR]


def read(words: str, language: str = "en", key: str = "ack_thanks") -> tuple[Finding, ...]:
    return lint(key, language, text(words, language))


@pytest.mark.parametrize("language", factory_languages())
def test_every_text_the_product_ships_with_passes(language: str) -> None:
    for key, body in factory_texts(language).items():
        found = lint(key, language, body, options=frozenset(OPTIONS.get(key, ())))
        assert errors(found) == [], (key, found)


@pytest.mark.parametrize("language", ["en", "es"])
def test_a_text_the_product_ships_with_takes_a_second_part_only_for_its_street(language: str) -> None:
    remarks = {key for key, body in factory_texts(language).items() if lint(key, language, body)}
    assert remarks == {"reminder_place"}


CAUGHT = [
    ("HIP-03", "Your diabetes visit is set."),
    ("HIP-03", "Your DIABETIC visit is set."),
    ("HIP-03", "Do you still have a fever."),
    ("HIP-03", "Take your pills before you come."),
    ("HIP-03", "Your test results are in."),
    ("HIP-03", "Your oncology visit is set."),
    ("HIP-03", "Your behavioral-health visit is set."),
    ("HIP-03", "Your methadone visit is set."),
    ("HIP-03", "Your OB visit is set."),
    ("HIP-03", "Your SUD visit is set."),
    ("HIP-03", "Your clinic is open."),
    ("HIP-03", "Keep your Medicaid."),
    ("HIP-03", "Keep your MEDICAID."),
    ("HIP-03", "Keep your Mеdicaid."),  # with a Cyrillic letter
    ("HIP-03", "Keep your ＭＥＤＩＣＡＩＤ."),
    ("HIP-03", "Keep your Med\u200bicaid."),
    ("HIP-03", "Keep your Médicaid."),
    ("HIP-03", "Keep your Medi-Cal."),
    ("HIP-03", "Keep your Medi Cal."),
    ("HIP-03", "Keep your MediCal."),
    ("HIP-03", "Keep your CHIP."),
    ("HIP-03", "Text us your social security number."),
    ("HIP-03", "Tell us your date of birth."),
    ("HIP-03", "Are you safe at home."),
    ("HIP-03", "Bring your green card."),
    ("HIP-03", "Call us from jail."),
    ("HIP-03", "Do not kill yourself."),
    ("LAW-06", "Get a gift for your visit."),
    ("LAW-06", "Your ride is FREE."),
    ("LAW-06", "You can win a prize."),
    ("LAW-06", "It is time to switch plans."),
    ("LAW-47", "We can help you stop smoking."),
    ("LAW-47", "No guns or alcohol here."),
    ("LAW-21", "Reply 1 to keep it, 2 to cancel it."),
    ("COPY-03", "Act now to keep your visit."),
    ("COPY-03", "This is a final notice."),
    ("COPY-03", "Urgent, please call us."),
    ("COPY-03", "You failed to come."),
    ("COPY-03", "You missed your visit."),
    ("COPY-03", "Please COME to it."),
    ("COPY-03", "See you soon 🙂."),
    ("COPY-03", "See you soon ☎️."),
    ("COPY-03", "We will be so very glad to see you there when you come in."),
    ("CRI-05", "Help is on the way."),
    ("TIM-12", "Your visit is today."),
    ("TIM-12", "See you tomorrow."),
    ("LAW-45", "See https://example.org/visit for more."),
    ("LAW-45", "See bit.ly/2Ab3 for more."),
    ("LAW-45", "Write to care@example.org."),
    ("LAW-46", "It costs $5."),
    ("LAW-46", "Call 800-555-0100."),
    ("LAW-46", "Call (800) 555 0100."),
    ("COPY-04", "Your visit is 6/9."),
    ("COPY-04", "Your visit is at 2:30."),
    ("COPY-04", "Your visit is at 2 PM."),
    ("COPY-04", "Your visit is on Tuesday."),
    ("HIP-02", "Your visit is at {place}."),
    ("HIP-02", "Hello {name}."),
    ("HIP-02", "Hello {diagnosis}."),
    ("HIP-02", "Hello {program."),
    ("COPY-02", "Reply 1 I go, 3 I do not."),
    ("COPY-02", "Reply 2 I go, 1 I do not."),
    ("COPY-02", "Reply 1 a car, 2 a bus, 3 a cab, 4 a bike, 5 a walk."),
    ("COPY-02", "Reply 1, 2 or 3."),
    ("COPY-02", "I go=1, I do not=2."),
    ("COPY-02", "A person will call in 2 days."),
    ("COPY-02", "Reply 1 I go, 2 I do not. Reply 1 a car, 2 a bus."),
    ("COPY-02", "Will you go? Do you have a ride?"),
    ("COPY-02", "Reply YES to keep it."),
    ("COPY-02", "Reply yes to keep it."),
    ("COPY-02", 'Please reply "No" if you can\'t.'),
    ("COPY-02", "Reply C to change it."),
    ("COPY-02", "Text Y to keep it."),
    ("COPY-02", "Reply QUIT if you can't."),
    ("COPY-02", "Send INFO for more."),
    ("COPY-02", "Reply START to begin."),
    ("COPY-02", "Reply RIDE to get one."),
    ("COPY-02", "Reply OK to keep it."),
    ("HIP-29", "Reply ١ I go, ٢ I do not."),
    ("HIP-29", "Reply １ I go, ２ I do not."),
    ("TWI-56", "Thank уou for it."),  # with a Cyrillic letter
    ("HIP-26", "Transportation coordination opportunities necessitate communication."),
    ("TWI-57", "Thank you for it. " * 20),
    ("TWI-57", "Thank you for it. " * 100),
]


@pytest.mark.parametrize(("rule", "words"), CAUGHT)
def test_what_may_not_be_sent_is_an_error_of_its_rule(rule: str, words: str) -> None:
    assert rule in {finding.rule for finding in errors(read(words))}


@pytest.mark.parametrize(
    "words",
    [
        "Sorry we missed you. That is OK.",
        "A care team member will call you.",
        "Reply 1 on my way, 2 running late, 3 ride problem, 4 can't go.",
        "Reply HELP for help.",
        "Your ride costs you nothing.",
        "Questions? Call {phone}. Danger? Call 911.",
        "Will you go? Questions? Call {phone}.",
        "Bring your plan card, and a photo ID.",
        "We will text you the pickup time.",
        "You can text us, or call {phone}.",
        "Your visit is {day} at {time}.",
        "Call {phone}, TTY 711.",
        "A contest.",
        "The chipmunk is glad.",
        "Latest news.",
        "Go on and on.",
        "A thesis.",
        "You may answer now or later.",
    ],
)
def test_what_may_be_sent_passes(words: str) -> None:
    assert read(words) == ()


@pytest.mark.parametrize(
    ("language", "rule", "words"),
    [
        ("es", "HIP-03", "Su cita de diálisis está lista."),
        ("es", "HIP-03", "Traiga su DIABÉTICO."),
        ("es", "HIP-03", "No pierda su Medicaid."),
        ("es", "LAW-06", "Le damos un regalo gratis."),
        ("es", "COPY-03", "Es urgente."),
        ("es", "COPY-02", "Responda SÍ para confirmar."),
        ("es", "COPY-02", "Responda no si no puede."),
        ("es", "COPY-02", "Conteste INFO."),
        ("es", "TIM-12", "Su cita es mañana."),
        ("es", "COPY-04", "Su cita es el lunes."),
        ("es", "LAW-21", "Responda 1 ir, 2 cancelar."),
        ("es", "HIP-26", "Coordinaremos inmediatamente comunicaciones interinstitucionales correspondientes."),
        ("vi", "HIP-03", "Buổi hẹn ung thư."),
        ("vi", "COPY-02", "Trả lời có để đi."),
        ("vi", "LAW-06", "Xe miễn phí."),
        ("ru", "HIP-03", "Ваш онколог ждет."),
        ("ru", "COPY-02", "Ответьте ДА."),
        ("ru", "HIP-03", "Ваш Medicaid."),
        ("ru", "TWI-56", "Ваш виzит."),
        ("ar", "HIP-03", "موعد السرطان."),
        ("ar", "HIP-03", "بالعيادة."),
        ("ar", "COPY-02", "أجيبوا نعم."),
        ("ar", "HIP-29", "اتصلوا {phone} الآن."),
        ("zh-Hans", "HIP-03", "您的癌症预约。"),
        ("zh-Hans", "HIP-03", "您的Medicaid卡。"),
        ("zh-Hans", "COPY-02", "回复是。"),
        ("zh-Hans", "COPY-02", "回复 YES 确认。"),
        ("zh-Hans", "HIP-29", "回复１去，２不去。"),
        ("ht", "HIP-03", "Randevou kansè w la."),
        ("ht", "COPY-02", "Reponn wi."),
        ("hmn", "HIP-03", "Koj lub teem caij khees xaws."),
        ("hmn", "COPY-02", "Teb yog."),
    ],
)
def test_every_language_has_its_own_words_that_may_not_be_sent(language: str, rule: str, words: str) -> None:
    assert rule in {finding.rule for finding in errors(read(words, language))}


@pytest.mark.parametrize("language", linted_languages())
def test_every_listed_word_is_found_in_a_text(language: str) -> None:
    says = vocabulary(language)
    for category, words in says.banned.items():
        keys = house().categories[category].only or ("ack_thanks",)
        for word in words:
            found = list(banned_in(text(word.strip("*"), language), language, keys[0]))
            assert house().categories[category].rule in {finding.rule for finding in found}, (category, word)


@pytest.mark.parametrize("language", linted_languages())
def test_names_of_programs_are_found_in_every_language(language: str) -> None:
    for category, words in house().everywhere.items():
        keys = house().categories[category].only or ("ack_thanks",)
        for word in words:
            assert list(banned_in(text(f"{word.strip('*')}.", language), language, keys[0])), (category, word)


def test_every_shipped_language_has_its_lists() -> None:
    assert linted_languages() == factory_languages()
    for language in linted_languages():
        says = vocabulary(language)
        assert says.banned.keys() == house().categories.keys()
        for lists in (says.frequency, says.rates, says.help, says.stop_means, says.reply, says.calendar):
            assert lists


def test_every_exception_says_why() -> None:
    rules = house()
    assert all(pardon.why and pardon.category in rules.categories for pardon in rules.pardons)
    for reasons in (rules.no_stop_line, rules.two_parts, rules.one_choice, rules.loose_digits, rules.day_words):
        assert all(len(why) > 20 for why in reasons.values())


@pytest.mark.parametrize("pardon", house().pardons, ids=lambda pardon: f"{pardon.key}-{pardon.category}")
def test_what_one_text_may_say_no_other_may(pardon: Pardon) -> None:
    category = house().categories[pardon.category].name
    bodies = {code: factory_texts(code)[pardon.key] for code in factory_languages() if pardon.language in (None, code)}
    assert category not in str([list(banned_in(body, code, pardon.key)) for code, body in bodies.items()])
    assert category in str([list(banned_in(body, code, "ack_thanks")) for code, body in bodies.items()])


def test_a_language_nobody_has_listed_words_for_is_not_approved() -> None:
    found = lint("ack_thanks", "ium", "{program}: Laengz zingh. STOP.")
    assert "HIP-03" in {finding.rule for finding in errors(found)}


@pytest.mark.parametrize(
    "body", ["Thank you. STOP to end.", "Hi {program}: thanks. STOP to end.", "{program} hi STOP to end"]
)
def test_law_41_a_text_says_first_who_writes(body: str) -> None:
    assert "LAW-41" in {finding.rule for finding in errors(lint("ack_thanks", "en", body))}


@pytest.mark.parametrize("ending", ["", " Stop to end.", " stop", " STOPPED", " ARRET", " СТОП"])
def test_copy_08_stop_stands_in_latin_capitals(ending: str) -> None:
    assert "COPY-08" in {finding.rule for finding in errors(lint("ack_thanks", "en", f"{{program}}: Thanks.{ending}"))}


def test_copy_08_what_stop_does_is_said_in_the_language_of_the_text() -> None:
    (found,) = lint("ack_thanks", "es", "{program}: Gracias. STOP")
    assert (found.rule, found.weight) == ("COPY-08", Weight.WARNING)


@pytest.mark.parametrize("key", sorted(house().no_stop_line))
def test_some_texts_must_not_say_how_to_stop(key: str) -> None:
    assert "COPY-08" not in {finding.rule for finding in lint(key, "en", "{program}: We got your text.")}


@pytest.mark.parametrize("key", ["optin_ask", "optin_confirm", "start"])
@pytest.mark.parametrize("gone", ["About 6 msgs/mo.", "Msg&data rates may apply.", "HELP for help,", "STOP to end."])
def test_law_41_the_first_text_carries_all_that_carriers_read(key: str, gone: str) -> None:
    whole = (
        "{program}: Texts about visits. About 6 msgs/mo. Msg&data rates may apply. Reply HELP for help, STOP to end."
    )
    assert errors(lint(key, "en", whole)) == []
    assert "LAW-41" in {finding.rule for finding in errors(lint(key, "en", whole.replace(gone, "")))}


@pytest.mark.parametrize("language", factory_languages())
@pytest.mark.parametrize("gone", ["{phone}", "911", "988", "STOP", "6"])
def test_twi_28_the_help_text_carries_a_phone_911_988_and_stop(language: str, gone: str) -> None:
    body = factory_texts(language)["help"]
    assert errors(lint("help", language, body)) == []
    assert "LAW-41" in {finding.rule for finding in errors(lint("help", language, body.replace(gone, "")))}


@pytest.mark.parametrize(
    "body",
    [
        "{program}: Call or text 988. In danger, call 911.",
        "{program}: Call 988 any time.",
        "{program}: Call 911, or 988, or {phone}.",
        "{program}: Call 911 now, or 988. STOP to end.",
    ],
)
def test_copy_07_911_stands_first_and_988_second_and_nothing_else(body: str) -> None:
    assert "COPY-07" in {finding.rule for finding in errors(lint("emergency", "en", body))}


@pytest.mark.parametrize("words", ["In danger? Call 911.", "Are you safe? Call 911.", "Call 911, or 988."])
def test_cri_07_the_neutral_text_tells_an_onlooker_nothing(words: str) -> None:
    found = lint("safety_neutral", "en", f"{{program}}: We got your text. {words}")
    assert "CRI-07" in {finding.rule for finding in errors(found)}


@pytest.mark.parametrize(("key", "allowed"), [("why_not", 6), ("unclear_why", 6), ("reminder", 4), ("dayof", 4)])
def test_copy_02_a_menu_is_short_and_one_choice_may_have_six(key: str, allowed: int) -> None:
    for count in range(1, 9):
        words = "Reply " + ", ".join(f"{digit} a" for digit in range(1, count + 1)) + "."
        found = errors(lint(key, "en", text(words), options=frozenset(map(str, range(1, count + 1)))))
        assert [finding.rule for finding in found] == ["COPY-02"] * (count > allowed)


def test_copy_02_exactly_the_digits_that_are_read_back_are_offered() -> None:
    body = text("Reply 1 I go, 2 I do not.")
    assert lint("ack_thanks", "en", body, options=frozenset("12")) == ()
    assert lint("ack_thanks", "en", body) == ()
    for read_back in ("", "1", "123"):
        assert [finding.rule for finding in lint("ack_thanks", "en", body, options=frozenset(read_back))] == ["COPY-02"]


def test_tim_12_only_texts_with_both_variants_name_a_day() -> None:
    for key in ("dayof", "dayof_no_time"):
        assert read("Your visit is today.", key=key) == ()
    assert read("Your visit is tomorrow.", key="dayof_eve") == ()
    assert [finding.rule for finding in read("Your visit is today.", key="reminder")] == ["TIM-12"]


def test_law_25_only_the_answer_to_stop_asks_for_start() -> None:
    assert "COPY-02" not in {f.rule for f in lint("stop", "en", factory_texts("en")["stop"])}
    assert "COPY-02" in {f.rule for f in lint("ack_thanks", "en", factory_texts("en")["stop"])}


def test_law_17_only_the_scope_question_asks_for_ride() -> None:
    body = "{program}: We stopped all texts to you. If you want ride texts only, reply RIDE."
    assert lint("stop_clarify", "en", body) == ()
    assert "COPY-02" in {f.rule for f in lint("stop", "en", body)}


@pytest.mark.parametrize("name", ["HIV Care", "Dialysis1", "MediCal", "Sober Now", "VIH", "FreeRides"])
def test_hip_21_a_name_may_not_tell_why_somebody_is_a_member(name: str) -> None:
    assert name_findings(name, "es") or name_findings(name, "en")


@pytest.mark.parametrize("language", factory_languages())
def test_an_ordinary_name_passes(language: str) -> None:
    for name in ("CareLink", "Riverside", "Bright Path", "Care Line 24"):
        assert name_findings(name, language) == ()


@pytest.mark.parametrize("phone", ["8005550100", "(800) 555-0100", "+18005550100", "800-FLOWERS"])
def test_copy_05_a_phone_reads_as_groups_of_digits(phone: str) -> None:
    values = {**longest_values("en"), "phone": phone}
    assert [f.rule for f in lint("ack_thanks", "en", text("Call {phone}."), values)] == ["COPY-05"]


@pytest.mark.parametrize("words", ["اتصلوا Tel {phone}.", "اتصلوا \u2066{phone}\u2069."])
def test_hip_29_a_phone_keeps_its_order_behind_a_latin_word_or_apart(words: str) -> None:
    assert "HIP-29" not in {finding.rule for finding in read(words, "ar")}


@pytest.mark.parametrize("body", ["شكرا. للإيقاف STOP.", "{program}: شكرا. للإيقاف STOP."])
def test_hip_29_the_first_letter_of_a_text_from_the_right_is_of_its_script(body: str) -> None:
    assert "LAW-41" in {finding.rule for finding in lint("ack_thanks", "ar", body)}


@pytest.mark.parametrize(("letter", "count"), [("a", 160), ("á", 70)])
def test_twi_57_one_part_is_the_aim_and_more_is_shown(letter: str, count: int) -> None:
    room = count - len(text("").replace("{program}", "M" * 12))
    fits, spills = text(letter * room), text(letter * (room + 1))
    assert not any(f.rule == "TWI-57" for f in lint("ack_thanks", "es", fits))
    rules = [(f.rule, f.weight) for f in lint("ack_thanks", "es", spills) if f.rule == "TWI-57"]
    assert rules == ([("TWI-57", Weight.WARNING)] if letter == "a" else [])


def test_twi_53_letters_that_cost_more_are_shown_and_stay() -> None:
    (found,) = read("Su cita está lista.", "es")
    assert (found.rule, found.weight, "á" in found.wrong) == ("TWI-53", Weight.WARNING, True)


@pytest.mark.parametrize("language", factory_languages())
def test_the_longest_values_are_longer_than_any_other(language: str) -> None:
    values = longest_values(language)
    assert values.keys() == ALLOWED
    assert len(values["program"]) == 12
    assert len(values["place"]) == 40
    days = [day_text(date(2027, 1, 1) + timedelta(days=n), language) for n in range(365)]
    times = [time_text(time(hour, 59), language) for hour in range(24)]
    assert max(map(len, days)) == len(values["day"]) == len(values["ready_day"])
    assert max(map(len, times)) == len(values["time"]) == len(values["return_time"])


def test_hip_26_only_two_languages_have_a_formula() -> None:
    assert grade("The cat sat on the mat.", "en") == pytest.approx(0, abs=0.1)
    assert grade("Comprehensive interdisciplinary evaluation necessitates authorization.", "en") > 12
    assert grade("La casa es de mi papa.", "es") < 4
    assert grade("Coordinaremos comunicaciones interinstitucionales correspondientes.", "es") > 10
    assert {grade("word", language) for language in factory_languages() if language not in ("en", "es")} == {None}
    assert grade("", "en") == grade("911", "es") == 0


@given(
    body=st.text(max_size=300) | st.text("{}program phone123STOP?¿.,\n‏م字я$😀", max_size=80),
    language=st.sampled_from([*factory_languages(), "ium", ""]),
    key=st.sampled_from([*factory_texts("en"), "stop_clarify", "unknown"]),
)
@settings(deadline=None)
def test_any_text_can_be_read(body: str, language: str, key: str) -> None:
    for finding in lint(key, language, body):
        assert finding.rule
        assert finding.wrong
        assert finding.remedy


@given(st.text(max_size=20))
@settings(deadline=None)
def test_nothing_written_between_makes_a_listed_word_pass(noise: str) -> None:
    """Whatever stands before and after it, as long as it stands apart."""
    assert "HIP-03" in {finding.rule for finding in banned_in(f"{noise} . medicaid . {noise}", "en")}
