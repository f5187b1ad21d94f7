"""What a call can play: recorded by one person, approved by another, and of the words that are said today (TWI-48)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import time
from threading import Barrier

import pytest
from recorded import ARMENIAN, record, record_all, speaks_armenian, tone, wav
from sqlalchemy import event
from world import rows_of

from conversations.calls import turn
from locales.recorded import recordings_needed
from outreach.channels.voice import twiml
from outreach.channels.voice.doors import Doors, LanguageGap
from outreach.channels.voice.sound import for_the_line
from outreach.engine import played, recordings
from outreach.engine.coverage import coverage, covered
from outreach.engine.deployment import Deployment
from outreach.engine.language_gaps import note_gap
from outreach.engine.read_aloud import hours_read, to_read
from outreach.engine.recording_links import fetch, url_of
from outreach.engine.refusals import NotAsked
from outreach.loops.business_days import BusinessCalendar
from outreach.store.actor import OPERATOR, Actor
from outreach.store.programs import StoredProgram

MAYA, LEE = Actor("person", "Maya Ortiz"), Actor("person", "Lee Park")
MENU = turn.Turn(2, "hy", (turn.Line("voice_menu", "hy", {}),), turn.HangUp())


@pytest.fixture
def program(deployment: Deployment) -> StoredProgram:
    return speaks_armenian(deployment)


def there(deployment: Deployment, program: StoredProgram) -> dict[str, int]:
    """Return what a call in Armenian can play."""
    with deployment.read(OPERATOR) as uow:
        return dict(played.playable(uow, program)["hy"])


def states(deployment: Deployment) -> list[tuple[int, str]]:
    return [(version, state) for version, state in rows_of(deployment, "SELECT version, state FROM recording")]


def spoken(deployment: Deployment, program: StoredProgram) -> bytes:
    """Return the menu of a call, or raise LanguageGap."""
    with deployment.read(OPERATOR) as uow:
        doors = Doors(lambda number: "https://x", played=played.source(uow, program, "https://x/{}.wav".format))
    return twiml.document(MENU, doors)


@contextmanager
def counted(deployment: Deployment) -> Iterator[list[str]]:
    """Collect the statements that are run."""
    run: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        run.append(statement)

    event.listen(deployment.database.engine, "before_cursor_execute", note)
    yield run
    event.remove(deployment.database.engine, "before_cursor_execute", note)


def test_a_recording_is_played_once_somebody_else_approved_it(deployment: Deployment, program: StoredProgram) -> None:
    recordings.upload(deployment, MAYA, program.id, "hy", "voice_menu", wav(), "Maya Ortiz")
    assert there(deployment, program) == {}
    (waiting,) = rows_of(deployment, "SELECT id, state, millis, recorded_by, approver FROM recording")
    assert waiting[1:] == ("draft", 400, "Maya Ortiz", None)
    recordings.approve(deployment, LEE, waiting[0], "Lee Park")
    assert there(deployment, program) == {"voice_menu": waiting[0]}
    assert rows_of(deployment, "SELECT state, approver FROM recording") == [("approved", "Lee Park")]
    about = f"recording:{waiting[0]}"
    assert rows_of(deployment, "SELECT actor, action, object, rule FROM audit WHERE action LIKE 'recording%'") == [
        ("person:Maya Ortiz", "recording.added", about, "TWI-48"),
        ("person:Lee Park", "recording.approved", about, "TWI-48"),
    ]


@pytest.mark.parametrize("by", ["Ani Petrosyan", "  ani   PETROSYAN "])
def test_hip_16_who_recorded_a_sentence_does_not_approve_it(
    deployment: Deployment, program: StoredProgram, by: str
) -> None:
    (waiting,) = record(deployment, program, "voice_menu")
    for approving in (
        lambda: recordings.approve(deployment, OPERATOR, waiting, by),
        lambda: recordings.approve_all(deployment, OPERATOR, "hy", by),
    ):
        with pytest.raises(NotAsked, match=r"HIP-16"):
            approving()
    with pytest.raises(NotAsked, match="Say who"):
        recordings.approve(deployment, OPERATOR, waiting, " ")
    with pytest.raises(NotAsked, match="Say who"):
        recordings.upload(deployment, OPERATOR, program.id, "hy", "voice_menu", wav(), " ")
    assert states(deployment) == [(1, "draft")]


def test_a_better_recording_takes_over_when_it_is_approved_and_every_version_stays(
    deployment: Deployment, program: StoredProgram
) -> None:
    (first,) = record(deployment, program, "voice_menu")
    recordings.approve(deployment, LEE, first, "Lee Park")
    for pitch in (500, 600):
        (better,) = record(deployment, program, "voice_menu", sound=wav(tone(pitch)))
        assert there(deployment, program) == {"voice_menu": first}
    recordings.approve(deployment, LEE, better, "Lee Park")
    assert there(deployment, program) == {"voice_menu": better}
    assert sorted(states(deployment)) == [(1, "superseded"), (2, "superseded"), (3, "approved")]


def test_the_very_same_sound_is_stored_once(deployment: Deployment, program: StoredProgram) -> None:
    given = (deployment, OPERATOR, program.id, "hy", "voice_menu", wav(), "Ani Petrosyan")
    assert recordings.upload(*given)
    assert not recordings.upload(*given)
    (waiting,) = record(deployment, program, "voice_menu")
    recordings.approve(deployment, LEE, waiting, "Lee Park")
    assert not recordings.upload(*given)
    assert states(deployment) == [(1, "approved")]


def test_what_is_taken_out_is_played_no_more_from_that_moment(deployment: Deployment, program: StoredProgram) -> None:
    (waiting,) = record(deployment, program, "voice_menu")
    recordings.approve(deployment, LEE, waiting, "Lee Park")
    assert there(deployment, program)
    recordings.retire(deployment, MAYA, waiting, "Maya Ortiz")
    assert there(deployment, program) == {}
    assert rows_of(deployment, "SELECT state, retired_by FROM recording") == [("retired", "Maya Ortiz")]
    for act in (recordings.retire, recordings.approve):
        with pytest.raises(NotAsked, match="Look again"):
            act(deployment, LEE, waiting, "Lee Park")
    with pytest.raises(NotAsked):
        recordings.approve(deployment, LEE, waiting + 10_000, "Lee Park")


def test_copy_12_words_that_changed_are_recorded_again(deployment: Deployment, program: StoredProgram) -> None:
    hello, menu = record(deployment, program, "voice_hello", "voice_menu")
    for waiting in (hello, menu):
        recordings.approve(deployment, LEE, waiting, "Lee Park")
    (late,) = record(deployment, program, "voice_voicemail")
    renamed = speaks_armenian(deployment, ARMENIAN.replace(f'name = "{program.name}"', 'name = "HillCare"', 1))
    assert renamed.name == "HillCare"
    assert there(deployment, renamed) == {"voice_menu": menu}
    sentences = {each.recording.name: each for each in covered(deployment, OPERATOR, program.id, "hy").sentences}
    assert "HillCare" in sentences["voice_hello"].recording.text
    assert (sentences["voice_hello"].stale, sentences["voice_menu"].stale) == (True, False)
    assert sentences["voice_voicemail"].waiting is None
    with pytest.raises(NotAsked, match="words of voice_voicemail have changed"):
        recordings.approve(deployment, LEE, late, "Lee Park")
    assert recordings.approve_all(deployment, LEE, "hy", "Lee Park") == 0
    (again,) = record(deployment, renamed, "voice_hello")
    recordings.approve(deployment, LEE, again, "Lee Park")
    assert there(deployment, renamed) == {"voice_menu": menu, "voice_hello": again}


def test_what_may_be_played_is_read_once_for_many_turns(deployment: Deployment, program: StoredProgram) -> None:
    first, second = record(deployment, program, "voice_menu", "weekday/2")
    recordings.approve(deployment, LEE, first, "Lee Park")
    there(deployment, program)
    with counted(deployment) as run:
        for _ in range(3):
            assert there(deployment, program) == {"voice_menu": first}
    assert len([each for each in run if "FROM recording" in each]) == 3  # the stamp alone
    recordings.approve(deployment, LEE, second, "Lee Park")
    assert there(deployment, program) == {"voice_menu": first, "weekday/2": second}


def test_without_all_sentences_nothing_is_said_in_the_language(deployment: Deployment, program: StoredProgram) -> None:
    with pytest.raises(LanguageGap):
        spoken(deployment, program)
    (menu,) = record(deployment, program, "voice_menu")
    recordings.approve(deployment, LEE, menu, "Lee Park")
    assert f"<Play>https://x/{menu}.wav</Play>".encode() in spoken(deployment, program)
    with deployment.read(OPERATOR) as uow:
        assert not played.can_be_heard(uow, program, "hy")
        assert len(played.missing(uow, program, "hy")) == len(recordings_needed("hy")) - 1
        assert played.can_be_heard(uow, program, "es")
        assert played.missing(uow, program, "es") == ()
        assert not played.can_be_heard(uow, program, "km")  # this program does not speak it
        assert not played.can_be_heard(uow, program, "xx")


def test_one_task_asks_for_what_is_missing_and_ends_with_the_last_recording(
    deployment: Deployment, program: StoredProgram
) -> None:
    def note(language: str = "hy") -> bool:
        with deployment.write(OPERATOR) as uow:
            new = note_gap(uow, program, language)
            uow.commit()
        return new

    assert [note(language) for language in ("hy", "hy", "es", "km", "hy")] == [True, False, False, False, False]
    task = "SELECT kind, owner_queue, program_id, loop_id, state, resolution FROM task"
    asked = ("language_gap", "program_staff", program.id, None)
    assert rows_of(deployment, task) == [(*asked, "open", None)]
    assert record_all(deployment, program) == len(recordings_needed("hy"))
    assert rows_of(deployment, task) == [(*asked, "resolved", "done")]
    with deployment.read(OPERATOR) as uow:
        assert played.can_be_heard(uow, program, "hy")
    assert not note()
    (whole,) = coverage(deployment, OPERATOR)
    assert (whole.whole, whole.ready, whole.waiting) == (True, len(recordings_needed("hy")), 0)
    recordings.retire(deployment, LEE, there(deployment, program)["voice_menu"], "Lee Park")
    assert note()


def test_two_calls_that_find_the_gap_at_once_open_one_task(deployment: Deployment, program: StoredProgram) -> None:
    def note() -> None:
        with deployment.write(OPERATOR) as uow:
            note_gap(uow, program, "hy")
            uow.commit()

    at_once(note, note)
    assert rows_of(deployment, "SELECT count(*) FROM task") == [(1,)]


def test_the_carrier_fetches_what_was_approved_as_a_line_carries_it(
    deployment: Deployment, program: StoredProgram
) -> None:
    (waiting,) = record(deployment, program, "voice_menu", sound=wav(tone(rate=44_100), 44_100, 2))
    token = url_of(deployment, waiting, deployment.timer.now()).rpartition("/")[2].removesuffix(".wav")
    assert fetch(deployment, token) is None
    recordings.approve(deployment, LEE, waiting, "Lee Park")
    found = fetch(deployment, token)
    assert found is not None
    assert found.audio == for_the_line(wav(tone(rate=44_100), 44_100, 2)).audio
    assert rows_of(deployment, "SELECT sha256 FROM recording") == [(found.sha256,)]
    assert "RIFF" not in repr(found)


def test_two_people_who_approve_at_once_are_one_and_the_other_is_told(
    deployment: Deployment, program: StoredProgram
) -> None:
    (waiting,) = record(deployment, program, "voice_menu")
    told: list[str] = []

    def approve(by: str) -> None:
        try:
            recordings.approve(deployment, OPERATOR, waiting, by)
        except NotAsked as problem:
            told.append(str(problem))

    at_once(lambda: approve("Lee Park"), lambda: approve("Sam Reyes"))
    assert told == ["This recording does not wait to be approved: somebody was faster. Look again."]
    assert rows_of(deployment, "SELECT state, revision FROM recording") == [("approved", 2)]


def test_two_people_who_record_a_sentence_at_once_leave_one_that_waits(
    deployment: Deployment, program: StoredProgram
) -> None:
    at_once(*(lambda hz=hz: record(deployment, program, "voice_menu", sound=wav(tone(hz))) for hz in (300, 400, 500)))
    assert sorted(states(deployment)) == [(1, "superseded"), (2, "superseded"), (3, "draft")]


def at_once(*acts: Callable[[], object]) -> None:
    begin = Barrier(len(acts))

    def act(one: Callable[[], object]) -> None:
        begin.wait(5)
        one()

    with ThreadPoolExecutor(len(acts)) as pool:
        list(pool.map(act, acts))


@pytest.mark.parametrize(
    ("language", "name", "sound", "said"),
    [
        ("es", "voice_menu", wav(), "Nothing is recorded in this language"),
        ("km", "voice_menu", wav(), "Nothing is recorded in this language"),
        ("xx", "voice_menu", wav(), "Nothing is recorded in this language"),
        ("hy", "voice_none", wav(), "There is no sentence 'voice_none'"),
        ("hy", "../../etc/passwd", wav(), "There is no sentence"),
        ("hy", "voice_menu", b"ID3 and so on", "This is an MP3 file"),
        ("hy", "voice_menu", wav()[:-100], "cut short"),
        ("hy", "voice_voicemail", wav(tone(seconds=31)), "longer than 30 seconds"),
    ],
)
def test_what_cannot_be_taken_is_refused_and_nothing_is_stored(
    deployment: Deployment, program: StoredProgram, language: str, name: str, sound: bytes, said: str
) -> None:
    with pytest.raises(NotAsked, match=said):
        recordings.upload(deployment, OPERATOR, program.id, language, name, sound, "Ani Petrosyan")
    with pytest.raises(NotAsked):
        recordings.upload(deployment, OPERATOR, program.id + 1, "hy", "voice_menu", wav(), "Ani Petrosyan")
    assert states(deployment) == []


def test_hip_12_a_voicemail_is_short_and_another_sentence_may_be_longer(
    deployment: Deployment, program: StoredProgram
) -> None:
    assert record(deployment, program, "voice_verify", sound=wav(tone(seconds=31)))
    assert record(deployment, program, "voice_voicemail", sound=wav(tone(seconds=29)))


def test_a_speaker_reads_the_name_the_number_and_the_hours_of_the_program(program: StoredProgram) -> None:
    sentences = to_read(program, "hy")
    assert set(sentences) == {each.name for each in recordings_needed("hy")}
    assert not [each.name for each in sentences.values() if "{" in each.text]
    assert program.name in sentences["voice_hello"].text
    assert hours_read(program.office, "hy") in sentences["voice_after_hours"].text


def test_hours_are_read_as_a_row_of_days_or_one_by_one() -> None:
    assert hours_read(BusinessCalendar("UTC"), "ht").endswith(", 08:00 - 17:00")
    some = BusinessCalendar("UTC", time(9), time(12, 30), frozenset({0, 2, 4}))
    assert hours_read(some, "hy") == "երկուշաբթի, չորեքշաբթի, ուրբաթ, 09:00 - 12:30"
    assert hours_read(BusinessCalendar("UTC"), "hy") == "երկուշաբթի - ուրբաթ, 08:00 - 17:00"
