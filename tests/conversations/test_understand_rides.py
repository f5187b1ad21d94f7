"""What a reply means where a ride, the way home or another time was asked about (rulebook 5.4, 7.1)."""

from __future__ import annotations

import pytest

from conversations.meaning import Intent, Meaning, PartOfDay, Preferences, Reason
from conversations.prompt import prompt_for
from conversations.understand import understand

RIDES = [
    "transport",
    "transport_no_time",
    "ride_booked",
    "ride_booked_return",
    "ride_booked_one_way",
    "ride_reminder",
    "ride_come",
    "got_home",
    "unclear_transport",
    "unclear_ride",
    "unclear_ride_come",
    "unclear_home",
]
MISSED = ["missed", "unclear_missed"]
WHEN = ["when_better", "unclear_when"]
YES = [
    ("en", "yes"),
    ("en", "Yeah!"),
    ("en", "ok thanks"),
    ("en", "👍"),
    ("es", "sí"),
    ("es", "claro que si"),
    ("es", "Ya"),
]
NO = [("en", "no"), ("en", "Nope"), ("en", "👎"), ("es", "no"), ("es", "no, gracias"), ("es", "para nada")]


def meant(text: str, key: str, language: str = "en") -> Meaning:
    prompt = prompt_for(key)
    assert prompt is not None
    return understand(text, language, prompt)


@pytest.mark.parametrize("key", RIDES)
@pytest.mark.parametrize(("language", "text"), YES)
def test_a_yes_says_that_the_ride_is_fine(key: str, language: str, text: str) -> None:
    meaning = meant(text, key, language)
    assert (meaning.intents, meaning.reason, meaning.confidence) == ({Intent.TRANSPORT_OK}, None, 1.0)


@pytest.mark.parametrize("key", RIDES)
@pytest.mark.parametrize(("language", "text"), NO)
def test_a_no_says_that_the_ride_failed(key: str, language: str, text: str) -> None:
    meaning = meant(text, key, language)
    assert (meaning.intents, meaning.reason) == ({Intent.NEED_TRANSPORT}, Reason.TRANSPORT_FAILURE)


@pytest.mark.parametrize("key", MISSED)
@pytest.mark.parametrize(("language", "text"), YES)
def test_a_yes_after_a_missed_visit_asks_for_a_new_time(key: str, language: str, text: str) -> None:
    assert meant(text, key, language).intents == {Intent.RESCHEDULE_REQUEST}


@pytest.mark.parametrize("key", MISSED)
@pytest.mark.parametrize(("language", "text"), NO)
def test_a_no_after_a_missed_visit_wants_no_help(key: str, language: str, text: str) -> None:
    meaning = meant(text, key, language)
    assert (meaning.intents, meaning.reason) == ({Intent.DECLINE}, None)


@pytest.mark.parametrize("key", WHEN)
@pytest.mark.parametrize("text", ["yes", "no", "sí", "ok", "👍"])
def test_neither_yes_nor_no_is_a_time_of_day(key: str, text: str) -> None:
    meaning = meant(text, key)
    assert meaning.intents == {Intent.UNCLEAR}
    assert not meaning.preferences


SAID = [
    ("transport", "I have a ride", {"transport_ok"}, None),
    ("transport", "yes, I have a ride", {"transport_ok"}, None),
    ("transport", "no, I need a ride", {"need_transport"}, "transport_failure"),
    ("transport", "yes I need a ride", {"need_transport"}, None),
    ("transport", "no tengo transporte", {"need_transport"}, "transport_failure"),
    ("transport", "ya tengo transporte", {"transport_ok"}, None),
    ("transport", "no, I have a ride", {"transport_ok"}, None),
    ("transport", "I don't need a ride", {"transport_ok"}, None),
    ("transport", "yes and no", {"unclear"}, None),
    ("transport", "2 yes", {"unclear"}, None),
    ("transport", "2 I need a ride", {"need_transport"}, "transport_failure"),
    ("transport", "3", {"need_transport"}, None),
    ("ride_booked", "ok", {"transport_ok"}, None),
    ("ride_booked", "call me", {"request_human"}, None),
    ("ride_come", "yes it's here", {"transport_ok"}, None),
    ("ride_come", "no, running late", {"need_transport", "running_late"}, "transport_failure"),
    ("ride_come", "my ride didn't come", {"need_transport"}, "transport_failure"),
    ("ride_come", "ride didn't come", {"need_transport"}, "transport_failure"),
    ("ride_come", "it's here", {"unclear"}, None),
    ("ride_come", "I missed it", {"unclear"}, None),
    ("ride_come", "yes?", {"unclear"}, None),
    ("got_home", "yes, made it", {"transport_ok"}, None),
    ("got_home", "no I didn't", {"need_transport"}, "transport_failure"),
    ("got_home", "made it", {"unclear"}, None),
    ("missed", "yes, another day", {"reschedule_request"}, None),
    ("missed", "yes I need a ride", {"reschedule_request", "need_transport"}, None),
    ("missed", "necesito transporte", {"need_transport"}, None),
    ("missed", "I went", {"visit_completed"}, None),
]


@pytest.mark.parametrize(("key", "text", "intents", "reason"), SAID)
def test_words_about_a_ride_say_no_more_than_they_do(
    key: str, text: str, intents: set[str], reason: str | None
) -> None:
    meaning = meant(text, key)
    assert (meaning.intents, meaning.reason) == (intents, reason)


@pytest.mark.parametrize("key", RIDES)
@pytest.mark.parametrize("text", ["I made it", "made it home", "I'm here", "I missed it", "ya llegué", "no llegué"])
def test_no_word_about_a_ride_ends_a_visit(key: str, text: str) -> None:
    assert not meant(text, key).intents & {Intent.VISIT_COMPLETED, Intent.VISIT_NOT_COMPLETED, Intent.ARRIVED}


ECHOES = [
    ("transport", "en", "1 I have a ride"),
    ("transport", "es", "1 ya tengo"),
    ("transport", "es", "2 lo necesito"),
    ("ride_come", "en", "1 yes"),
    ("ride_come", "en", "2 no"),
    ("ride_come", "es", "1 ya"),
    ("ride_come", "es", "2 no"),
    ("got_home", "es", "1 ya llegué"),
    ("got_home", "es", "2 no llegué"),
    ("missed", "en", "1 yes"),
    ("missed", "en", "2 I need a ride"),
    ("missed", "en", "3 no thanks"),
    ("missed", "es", "2 necesito transporte"),
    ("missed", "es", "3 no gracias"),
    ("when_better", "en", "1 morning"),
    ("when_better", "en", "4 any time"),
    ("when_better", "es", "4 cualquier hora"),
]


@pytest.mark.parametrize(("key", "language", "text"), ECHOES)
def test_a_digit_with_its_own_words_from_the_menu_is_that_digit(key: str, language: str, text: str) -> None:
    alone, spelled = meant(text[0], key, language), meant(text, key, language)
    assert (spelled.intents, spelled.reason, spelled.preferences) == (alone.intents, alone.reason, alone.preferences)
    assert Intent.UNCLEAR not in spelled.intents


@pytest.mark.parametrize("key", WHEN)
@pytest.mark.parametrize(("digit", "part"), list(zip("1234", PartOfDay, strict=True)))
def test_a_digit_says_which_part_of_the_day_is_best(key: str, digit: str, part: PartOfDay) -> None:
    meaning = meant(digit, key)
    assert meaning.intents == {Intent.RESCHEDULE_REQUEST}
    assert meaning.preferences == Preferences(part_of_day=part)


WISHES = [
    ("en", "mornings", (), "morning"),
    ("en", "In the morning please", (), "morning"),
    ("en", "good morning, afternoons are best", (), "afternoon"),
    ("en", "yes, evening", (), "evening"),
    ("en", "anytime", (), "any"),
    ("en", "any time in the morning", (), "morning"),
    ("en", "Monday or Tuesday", ("MON", "TUE"), None),
    ("en", "Fri, Mon or Fri", ("FRI", "MON"), None),
    ("en", "another day, Monday mornings", ("MON",), "morning"),
    ("en", "any time on Thursday", ("THU",), "any"),
    ("es", "en la tarde", (), "afternoon"),
    ("es", "Por las mañanas, gracias", (), "morning"),
    ("es", "buenas tardes, de noche", (), "evening"),
    ("es", "a cualquier hora", (), "any"),
    ("es", "lunes por la mañana", ("MON",), "morning"),
    ("es", "el miércoles o el sábado", ("WED", "SAT"), None),
]


@pytest.mark.parametrize(("language", "text", "days", "part"), WISHES)
def test_a_time_wished_for_in_words_is_noted(language: str, text: str, days: tuple[str, ...], part: str | None) -> None:
    meaning = meant(text, "when_better", language)
    assert meaning.intents == {Intent.RESCHEDULE_REQUEST}
    assert meaning.preferences == Preferences(days, PartOfDay(part) if part else None)
    assert meaning.confidence == 1.0


@pytest.mark.parametrize("text", ["5", "after my dialysis"])
def test_a_wish_in_doubt_is_never_noted_as_sure(text: str) -> None:
    meaning = meant(text, "when_better", "en")
    assert Intent.UNCLEAR in meaning.intents or meaning.confidence < 1


@pytest.mark.parametrize("text", ["mornings?", "how about Monday or Tuesday", "podria ser el martes"])
def test_a_time_named_instead_of_a_yes_asks_for_another(text: str) -> None:
    assert meant(text, "reminder").intents == {Intent.RESCHEDULE_REQUEST}


def test_who_wants_a_person_or_leaves_is_heard_before_any_wish() -> None:
    assert meant("call me", "when_better").intents == {Intent.REQUEST_HUMAN}
    assert meant("stop", "when_better").intents == {Intent.OPT_OUT}


@pytest.mark.parametrize(
    ("preferences", "anything"),
    [
        (Preferences(), False),
        (Preferences(("MON",)), True),
        (Preferences(part_of_day=PartOfDay.ANY), True),
    ],
)
def test_preferences_say_whether_anything_was_preferred(preferences: Preferences, anything: bool) -> None:
    assert bool(preferences) is anything
