"""Calls as they go: to a member, to a machine, to a stranger, and from all of them."""

from __future__ import annotations

import pytest
from calls import ANA, BEN, BIRTHDAY, VALUES, ana, call, outset, press, says

from conversations.calls.answered_by import AnsweredBy
from conversations.calls.call import Person
from conversations.calls.events import Dialled, HungUp, Recorded, Speech
from conversations.calls.machine import advance, begin, follow
from conversations.calls.menu import BadMenu, Menu, Said, menus, read_menus
from conversations.calls.step import Note
from conversations.calls.turn import Gather, HangUp, Record, Transfer
from conversations.meaning import Intent, PartOfDay, Reason, Safety
from conversations.prompt import OPTIONS, prompt_for
from conversations.understand import understand


def test_law_10_first_who_calls_then_how_to_stop_then_the_rest() -> None:
    assert says(outset(call())) == ["voice_hello", "voice_language", "voice_go_on", "voice_wrong_key"]


def test_hip_10_on_a_shared_phone_the_birthday_comes_before_the_visit() -> None:
    whole = call()
    step = press(whole, outset(whole), "1")
    assert says(step) == ["voice_verify"]
    assert step.turn.then == Gather(digits=4)
    step = press(whole, step, BIRTHDAY)
    assert says(step) == ["voice_visit", "voice_menu", "voice_keys"]
    assert step.notes == {Note.VERIFIED, Note.TOLD}
    assert step.turn.lines[0].values == {"day": VALUES["day"], "time": VALUES["time"]}


def test_a_number_that_is_theirs_alone_needs_no_check_and_may_say_a_name() -> None:
    whole = call(must_check=False, people=(ana(name="Ana"),))
    first = outset(whole)
    assert "voice_is_this" in says(first)
    assert press(whole, first, "1").state.menu == "visit"


def test_a_name_is_never_recorded() -> None:
    whole = call(must_check=False, people=(ana(name="Ana"),), spoken=("so", "en"))
    assert "voice_go_on" in says(outset(whole))


def test_hip_10_after_two_failures_nothing_is_told_and_a_person_is_there() -> None:
    whole = call(staffed=True)
    once = press(whole, outset(whole), "1", "0101")
    assert says(once) == ["voice_verify_again"]
    twice = press(whole, once, "1112")
    assert (says(twice), twice.notes) == (["voice_generic"], {Note.VERIFY_FAILED})
    assert press(whole, twice, "0").turn.then == Transfer()
    assert press(whole, twice, BIRTHDAY).state.menu == "generic"


@pytest.mark.parametrize("keys", ["9", "*9", "*91", "9#"])
def test_law_11_a_nine_among_the_digits_of_a_birthday_stops_calls(keys: str) -> None:
    whole = call()
    assert press(whole, outset(whole), "1", keys).state.menu == "stopped"


def test_without_a_birthday_on_file_nothing_is_told() -> None:
    whole = call(people=(ana(birthday=None),))
    assert press(whole, outset(whole), "1").state.menu == "generic"


def test_a_sentence_without_its_value_is_not_said_and_a_person_is_offered() -> None:
    whole = call(must_check=False, people=(ana("ride_booked", values={}),))
    assert says(press(whole, outset(whole), "1")) == ["voice_generic"]


def test_the_visit_is_kept() -> None:
    whole = call(must_check=False)
    kept = press(whole, outset(whole), "1", "1")
    assert kept.meaning is not None
    assert (kept.meaning.intents, kept.meaning.confidence, kept.prompt) == ({Intent.CONFIRM}, 1.0, "reminder_call")
    assert says(kept) == ["voice_ack_confirmed", "voice_goodbye"]
    assert press(whole, kept, "").turn.then == HangUp()


def test_a_change_asks_when() -> None:
    whole = call(must_check=False)
    asked = press(whole, outset(whole), "1", "2")
    assert says(asked) == ["voice_when", "voice_keys"]
    told = press(whole, asked, "2")
    assert told.meaning is not None
    assert told.meaning.preferences.part_of_day is PartOfDay.AFTERNOON
    assert told.prompt == "when_better"


def test_who_did_not_go_is_asked_why() -> None:
    whole = call(question="postvisit", must_check=False)
    asked = press(whole, outset(whole), "1", "2")
    assert says(asked) == ["voice_why", "voice_keys"]
    because = press(whole, asked, "5")
    assert because.meaning is not None
    assert because.meaning.intents == {Intent.VISIT_NOT_COMPLETED}
    assert because.meaning.reason is Reason.COST_INSURANCE


def test_the_ride_is_told_and_how_to_get_home() -> None:
    whole = call(question="ride_booked", must_check=False)
    step = press(whole, outset(whole), "1")
    assert says(step)[:3] == ["voice_ride_set", "voice_ride_return", "voice_ride_home"]
    problem = press(whole, step, "2")
    assert problem.meaning is not None
    assert (problem.meaning.intents, problem.prompt) == ({Intent.NEED_TRANSPORT}, "ride_booked")


@pytest.mark.parametrize("question", sorted(OPTIONS.keys() & menus().questions.keys()))
def test_a_call_offers_all_that_the_text_offers(question: str) -> None:
    asked = prompt_for(menus().menus[menus().questions[question]].asks)
    assert asked is not None
    in_a_text, in_a_call = set(OPTIONS[question].values()), {option.code() for option in asked.options.values()}
    if question.startswith("ride_") or question in ("unclear_ride", "got_home", "unclear_home", "unclear_ride_come"):
        assert in_a_text == in_a_call
    assert in_a_text <= in_a_call


@pytest.mark.parametrize("question", sorted(set(menus().questions)))
def test_a_key_means_what_the_digit_means_in_a_text(question: str) -> None:
    whole = call(question=question, must_check=False)
    asked = press(whole, outset(whole), "1")
    menu = menus().menus[asked.state.menu]
    for key in menu.keys:
        pressed, texted = press(whole, asked, key).meaning, understand(key, "en", prompt_for(menu.asks))
        assert pressed is not None
        assert (pressed.intents, pressed.reason, pressed.confidence) == (texted.intents, texted.reason, 1.0)
        assert pressed.preferences == texted.preferences


# -- machines


def test_hip_12_a_machine_gets_the_message_that_reveals_nothing() -> None:
    step = outset(call(people=(ana(name="Ana"),)), AnsweredBy.MACHINE_END)
    assert (says(step), step.turn.then, step.notes) == (["voice_voicemail"], HangUp(), {Note.VOICEMAIL})
    assert step.turn.lines[0].values.keys() == {"program", "phone"}


@pytest.mark.parametrize(("by", "notes"), [(AnsweredBy.FAX, {Note.FAX}), (AnsweredBy.MACHINE_START, set())])
def test_to_a_fax_or_a_machine_that_still_speaks_nothing_is_said(by: AnsweredBy, notes: set[Note]) -> None:
    step = outset(call(), by)
    assert (step.turn.lines, step.turn.then, step.notes) == ((), HangUp(), notes)


def test_twi_43_a_machine_that_has_its_message_gets_no_second_one() -> None:
    step = outset(call(voicemail=False), AnsweredBy.MACHINE_END)
    assert (step.turn.lines, step.turn.then, step.notes) == ((), HangUp(), frozenset())


def test_twi_42_who_is_not_known_to_be_a_person_hears_what_any_machine_may_keep() -> None:
    whole = call(people=(ana(name="Ana"),))
    step = outset(whole, AnsweredBy.UNKNOWN)
    assert says(step) == ["voice_machine_unknown"]
    assert press(whole, step, "9").state.menu == "stopped"
    left = press(whole, step, "")
    assert (left.notes, left.turn.then, left.turn.lines) == ({Note.VOICEMAIL}, HangUp(), ())
    assert "voice_is_this" in says(press(whole, step, "1"))


@pytest.mark.parametrize(
    ("word", "by"),
    [("human", AnsweredBy.HUMAN), ("machine_end_beep", AnsweredBy.MACHINE_END), ("fax", AnsweredBy.FAX),
     ("machine_end_other", AnsweredBy.MACHINE_END), ("machine_start", AnsweredBy.MACHINE_START),
     ("unknown", AnsweredBy.UNKNOWN), (None, AnsweredBy.UNKNOWN), ("robot", AnsweredBy.UNKNOWN)],
)  # fmt: skip
def test_privacy_errs_towards_a_machine(word: str | None, by: AnsweredBy) -> None:
    assert AnsweredBy.read(word) is by


# -- wrong keys, silence, wrong numbers


def test_twi_45_two_silences_are_goodbye() -> None:
    whole = call()
    once = press(whole, outset(whole), "")
    assert says(once)[0] == "voice_hello"
    gone = press(whole, once, "")
    assert (says(gone), gone.notes) == (["voice_no_answer"], {Note.NO_ANSWER})


def test_i10_after_three_wrong_keys_a_person_helps() -> None:
    whole = call(must_check=False, staffed=True)
    step = press(whole, outset(whole), "1", "5")
    assert says(step)[0] == "voice_not_understood"
    assert "voice_language" in says(step)
    assert press(whole, step, "6", "5").turn.then == Transfer()


def test_law_39_a_wrong_number_is_said_with_a_key() -> None:
    step = press(call(), outset(call()), "3")
    assert step.meaning is not None
    assert step.meaning.intents == {Intent.WRONG_NUMBER}
    assert says(step) == ["voice_wrong_number"]


# -- a person


def test_cri_08_a_call_is_put_through_only_where_somebody_is() -> None:
    whole = call(staffed=True)
    step = press(whole, outset(whole), "0")
    assert (says(step), step.turn.then) == (["voice_emergency", "voice_transfer"], Transfer())
    talked = advance(whole, step.state, Dialled(step.state.turn, True))
    assert (talked.turn.then, talked.notes) == (HangUp(), {Note.TRANSFERRED})
    alone = advance(whole, step.state, Dialled(step.state.turn, False))
    assert says(alone) == ["voice_transfer_failed", "voice_call_back_key"]
    assert alone.notes == {Note.NOBODY_THERE}


def test_cri_09_after_hours_the_hours_are_said_and_no_call_is_promised() -> None:
    whole = call("inbound", open=False)
    assert "voice_after_hours" in says(outset(whole))
    step = press(whole, outset(whole), "0")
    assert says(step) == ["voice_emergency", "voice_after_hours", "voice_call_back_key"]
    assert step.turn.lines[1].values == {"hours": "8 to 5"}
    unsaid = call("inbound", open=False, hours={})
    assert "voice_transfer_failed" in says(press(unsaid, outset(unsaid), "0"))


def test_law_48_nothing_is_recorded_before_a_key_and_nothing_where_it_is_off() -> None:
    whole = call("inbound", records=True)
    step = press(whole, outset(whole), "3")
    assert says(step) == ["voice_leave_message"]
    recording = press(whole, step, "1")
    assert recording.turn.then == Record()
    kept = advance(whole, recording.state, Recorded(recording.state.turn, 9))
    assert (says(kept), kept.notes) == (["voice_message_taken"], {Note.MESSAGE})
    empty = advance(whole, recording.state, Recorded(recording.state.turn, 0))
    assert empty.notes == press(whole, step, "2").notes == {Note.CALL_BACK}
    assert press(whole, recording, "").notes == press(whole, recording, "#").notes == {Note.CALL_BACK}
    off = call("inbound")
    assert press(off, outset(off), "3").notes == {Note.CALL_BACK}
    assert "voice_message_key" not in says(outset(off))


# -- somebody calls us


def test_hip_13_whoever_calls_us_is_checked_first() -> None:
    whole = call("inbound", must_check=False)
    assert press(whole, outset(whole), "1").state.menu == "check"
    assert press(whole, outset(whole), "1", BIRTHDAY).state.menu == "visit"


def test_a_stranger_hears_of_nobody() -> None:
    whole = call("inbound", people=())
    first = outset(whole)
    assert "voice_inbound_unknown" in says(first)
    assert press(whole, first, "1").state.menu == "generic"


def test_on_a_shared_phone_the_birthday_tells_who_calls() -> None:
    people = (ana(), Person(BEN, "transport", "1231", values=VALUES))
    whole = call("inbound", people=people)
    step = press(whole, outset(whole), "1", "1231")
    assert (step.state.who, step.state.menu) == (BEN, "transport")


def test_two_of_one_birthday_are_told_nothing() -> None:
    whole = call("inbound", people=(ana(), Person(BEN, "transport", BIRTHDAY, values=VALUES)))
    assert press(whole, outset(whole), "1", BIRTHDAY, BIRTHDAY).state.menu == "generic"


def test_who_has_no_visit_hears_so_after_the_check() -> None:
    whole = call("inbound", people=(ana(None),))
    step = press(whole, outset(whole), "1", BIRTHDAY)
    assert (says(step), step.state.who) == (["voice_no_message", "voice_keys"], ANA)


def test_whoever_rings_and_hangs_up_is_called_back() -> None:
    whole = call("inbound")
    assert advance(whole, outset(whole).state, HungUp()).notes == {Note.CALL_BACK}
    assert advance(whole, press(whole, outset(whole), "1").state, HungUp()).notes == frozenset()
    assert advance(call(), outset(call()).state, HungUp()).notes == frozenset()


def test_a_phone_without_a_language_is_asked_for_one() -> None:
    whole = call("inbound", chosen=False, spoken=("en", "es", "vi"))
    first = outset(whole)
    assert [(line.language, line.values["key"]) for line in first.turn.lines] == [("en", "1"), ("es", "2"), ("vi", "3")]
    chosen = press(whole, first, "3")
    assert (chosen.state.language, chosen.state.menu) == ("vi", "inbound")
    assert chosen.meaning is not None
    assert chosen.meaning.language == "vi"


# -- speech


def hear(words: str, confidence: float = 0.9, language: str = "en", question: str = "reminder"):
    whole = call(must_check=False, staffed=True, hears=True, question=question, spoken=(language,))
    step = press(whole, outset(whole), "1")
    return advance(whole, step.state, Speech(step.state.turn, words, confidence))


@pytest.mark.parametrize(
    ("words", "language", "menu"),
    [("one", "en", "confirmed"), ("Dos.", "es", "when"), ("nine", "en", "stopped"), ("zero", "en", "person"),
     ("yes", "en", "confirmed"), ("third", "en", "visit"), ("", "en", "visit"), ("два", "ru", "when")],
)  # fmt: skip
def test_the_name_of_a_key_may_be_said(words: str, language: str, menu: str) -> None:
    assert hear(words, language=language).state.menu == menu


def test_twi_44_what_was_badly_heard_is_asked_again_but_a_wish_to_stop_is_not() -> None:
    assert says(hear("one", 0.4))[0] == "voice_not_understood"
    assert hear("stop calling me", 0.1).state.menu == "stopped"


@pytest.mark.parametrize("words", ["I want to kill myself", "he hits me"])
def test_cri_08_danger_in_speech_goes_to_a_person_at_any_confidence(words: str) -> None:
    step = hear(words, 0.1)
    assert (says(step)[0], step.turn.then) == ("voice_emergency", Transfer())
    assert step.meaning is not None
    assert step.meaning.safety & {Safety.EMERGENCY, Safety.ABUSE}


def test_speech_is_off_where_nobody_enabled_it_or_understands_it() -> None:
    assert outset(call()).turn.then == Gather()
    assert outset(call(hears=True, spoken=("so",))).turn.then == Gather()
    assert "voice_speech" not in says(outset(call(hears=True, spoken=("so",))))
    assert "voice_speech" in says(outset(call(hears=True)))  # LAW-48
    listens = outset(call(hears=True)).turn.then
    assert isinstance(listens, Gather)
    assert listens.speech == ("one", "three", "zero", "seven", "eight", "nine")


# -- what the loop answers


def test_what_the_loop_did_is_what_is_said() -> None:
    whole = call(must_check=False)
    kept = press(whole, outset(whole), "1", "1")
    step = follow(whole, kept.state, "ack_person")
    assert step is not None
    assert (step.state.turn, step.state.menu, step.meaning) == (kept.state.turn, "person_calls", None)
    assert follow(whole, kept.state, "reply_bring") is None


def test_a_call_is_held_in_a_language_we_know_about_one_member() -> None:
    assert begin(call()).turn == 0
    with pytest.raises(ValueError, match="languages"):
        call(spoken=())
    with pytest.raises(ValueError, match="one member"):
        call(people=())


# -- the table


@pytest.mark.parametrize(
    ("row", "says_why"),
    [({"says": ["hello"]}, "hello"), ({"keys": {"9": "end"}}, "meaning everywhere"), ({"asks": "lunch"}, "unknown"),
     ({"asks": "transport", "keys": {"1": "end"}}, "its keys are those"), ({"then": "sing"}, "unknown"),
     ({"then": "hang up", "silence": "end"}, "it ends, or"), ({"key": {}}, "nothing is called key"),
     ({"keys": {"1": "nowhere"}}, "no menu nowhere"), ({"means": "lunch"}, "lunch")],
)  # fmt: skip
def test_a_menu_that_cannot_be_is_refused(row: dict[str, object], says_why: str) -> None:
    raw = {"menu": {"end": {"then": "hang up"}, "odd": row}, "questions": {}, "answers": {}}
    with pytest.raises(BadMenu, match=says_why):
        read_menus(raw)


def test_a_sentence_may_depend_on_a_fact() -> None:
    said = Said.read("voice_visit unless time")
    assert (said.fits(frozenset()), said.fits(frozenset({"time"}))) == (True, False)
    assert Menu("x", (said,), {}).keys == {}
