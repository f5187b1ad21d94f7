"""One text from its draft to being sent: who may take it where, and what is sent meanwhile (COPY-12, HIP-16)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from word_world import (
    HANDS,
    REMINDER_EN,
    REMINDER_ES,
    STEPS,
    history,
    sent,
    sign,
    speaks_everything,
    the_program,
    write,
)
from world import program, rows_of

from outreach.engine import word_requests
from outreach.engine.deployment import Deployment
from outreach.engine.one_text import take_step, withdraw, write_text
from outreach.engine.refusals import NotAsked
from outreach.engine.word_drafts import LONGEST
from outreach.engine.word_matrix import Far, cell
from outreach.engine.word_places import Place
from outreach.engine.words import approve
from outreach.store import message_versions
from outreach.store import word_requests as requests
from outreach.store.actor import OPERATOR
from outreach.store.message_versions import APPROVED, REVIEWED, SENT_BACK, TRANSLATED, WITHDRAWN
from outreach.store.word_requests import Work


@pytest.fixture
def spanish(deployment: Deployment) -> Place:
    """The reminder in Spanish, which was approved before."""
    program(deployment)
    return Place(the_program(deployment).id, "es", "reminder")


@pytest.fixture
def english(spanish: Place) -> Place:
    return Place(spanish.program_id, "en", spanish.key)


def far(deployment: Deployment, place: Place) -> Far:
    with deployment.read(OPERATOR) as uow:
        return cell(message_versions.versions(uow, place.program_id), place.language, place.key).far


def test_an_edit_of_an_approved_text_sends_the_old_one_until_the_new_one_is_approved(
    deployment: Deployment, spanish: Place
) -> None:
    before = sent(deployment, spanish)
    version = write(deployment, spanish, REMINDER_ES)
    for step in STEPS:
        assert sent(deployment, spanish) == before
        sign(deployment, version, step)
    assert sent(deployment, spanish) == REMINDER_ES
    old, new = history(deployment, spanish)
    assert (old.body, old.state, new.state, new.author) == (before, APPROVED, APPROVED, "Nadia Pierre")
    assert (new.translator, new.reviewer, new.approver) == tuple(HANDS.values())
    assert new.back_english == "What it says."


# Who may take which step: the writer W, the translator T, the reviewer R, or somebody else X.
@pytest.mark.parametrize(
    ("step", "by", "may"),
    [
        (TRANSLATED, "W", True),
        (TRANSLATED, "X", True),
        (REVIEWED, "W", False),
        (REVIEWED, "T", False),
        (REVIEWED, "X", True),
        (APPROVED, "W", False),
        (APPROVED, "T", False),
        (APPROVED, "R", False),
        (APPROVED, "X", True),
    ],
)
def test_hip_16_each_step_is_another_persons(
    deployment: Deployment, spanish: Place, step: str, by: str, may: bool
) -> None:
    people = {"W": "Nadia Pierre", "T": HANDS[TRANSLATED], "R": HANDS[REVIEWED], "X": "Somebody Else"}
    version = write(deployment, spanish, REMINDER_ES)
    sign(deployment, version, *STEPS[: STEPS.index(step)])
    typed = f"  {people[by].upper()} "
    if may:
        sign(deployment, version, step, **{step: typed})
        assert history(deployment, spanish)[-1].state == step
    else:
        with pytest.raises(NotAsked, match="HIP-16"):
            sign(deployment, version, step, **{step: typed})
        assert history(deployment, spanish)[-1].state != step


@pytest.mark.parametrize("step", [REVIEWED, APPROVED])
def test_no_step_is_left_out(deployment: Deployment, spanish: Place, step: str) -> None:
    version = write(deployment, spanish, REMINDER_ES)
    with pytest.raises(NotAsked, match="further on"):
        sign(deployment, version, step)
    sign(deployment, version, *STEPS)
    with pytest.raises(NotAsked, match="further on"):
        sign(deployment, version, step)


def test_hip_22_a_review_says_in_english_what_the_text_says(deployment: Deployment, spanish: Place) -> None:
    version = write(deployment, spanish, REMINDER_ES)
    sign(deployment, version, TRANSLATED)
    with pytest.raises(NotAsked, match="HIP-22"):
        take_step(deployment, OPERATOR, version, REVIEWED, "Tomas Lund", "  ")


def test_english_is_written_by_one_and_approved_by_another(deployment: Deployment, english: Place) -> None:
    version = write(deployment, english, REMINDER_EN, by="Ana Ruiz")
    with pytest.raises(NotAsked, match="HIP-16"):
        sign(deployment, version, APPROVED)
    sign(deployment, version, APPROVED, approved="Lee Park")
    assert sent(deployment, english) == REMINDER_EN


def test_copy_12_a_changed_english_makes_its_translation_a_draft_that_is_its_writers_still(
    deployment: Deployment, spanish: Place, english: Place
) -> None:
    sign(deployment, write(deployment, spanish, REMINDER_ES), *STEPS)
    sign(deployment, write(deployment, english, REMINDER_EN, by="Lee Park"), APPROVED)
    assert sent(deployment, spanish) is None
    assert far(deployment, spanish) is Far.CHANGED
    carried = history(deployment, spanish)[-1]
    assert (carried.body, carried.author, carried.carried) == (REMINDER_ES, "Nadia Pierre", True)
    sign(deployment, carried.id, TRANSLATED)
    with pytest.raises(NotAsked, match="HIP-16"):
        sign(deployment, carried.id, REVIEWED, reviewed="nadia pierre")
    sign(deployment, carried.id, REVIEWED, APPROVED)
    assert (sent(deployment, spanish), far(deployment, spanish)) == (REMINDER_ES, Far.APPROVED)


def test_a_translation_of_an_english_that_changed_meanwhile_is_not_approved(
    deployment: Deployment, spanish: Place, english: Place
) -> None:
    version = write(deployment, spanish, REMINDER_ES)
    sign(deployment, version, TRANSLATED, REVIEWED)
    sign(deployment, write(deployment, english, REMINDER_EN, by="Lee Park"), APPROVED)
    with pytest.raises(NotAsked, match="newer version"):
        sign(deployment, version, APPROVED)


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ("{program}: Su cita es el {day} a las {time}. STOP para terminar.", "read back are 1 2 3.*COPY-02"),
        ("{program}: Su cita es el {day}. Responda 1 voy, 2 cambiarla, 3 no voy. STOP para terminar.", "{time}"),
        ("{program}: Su diabetes {day} {time}. Responda 1 voy, 2 otra, 3 no. STOP para terminar.", "diabetes.*HIP-03"),
    ],
)
def test_what_the_linter_refuses_stays_a_draft(deployment: Deployment, spanish: Place, body: str, says: str) -> None:
    before = sent(deployment, spanish)
    version = write(deployment, spanish, body)
    sign(deployment, version, TRANSLATED, REVIEWED)
    with pytest.raises(NotAsked, match=says):
        sign(deployment, version, APPROVED)
    assert sent(deployment, spanish) == before


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ("", "empty"),
        (" \r\n ", "empty"),
        ("x" * (LONGEST + 1), "characters"),
        ("x" * 5000, "5,000 characters"),
        ("{a.__class__}", "HIP-02"),
        ("{{7*7}}", "brace"),
        ("{program", "brace"),
        ("Hola \u202eatup", "U\\+202E"),
        ("Hola \u2067x\u2069", "U\\+2067"),
        ("Hola\x00", "control"),
        ("Hola\x1b[31m", "control"),
        ("Hola \ud800", "control"),
        ("{name}", "HIP-02"),
    ],
)
def test_words_that_no_text_may_carry_are_not_even_stored(
    deployment: Deployment, spanish: Place, body: str, says: str
) -> None:
    before = history(deployment, spanish)
    with pytest.raises(NotAsked, match=says):
        write(deployment, spanish, body)
    assert history(deployment, spanish) == before


def test_whoever_writes_on_an_older_version_is_told_and_nothing_is_lost(deployment: Deployment, spanish: Place) -> None:
    write(deployment, spanish, REMINDER_ES, by="Lee Park")
    with pytest.raises(NotAsked, match="Lee Park wrote a newer version"):
        write_text(deployment, OPERATOR, spanish, "{program}: otra cosa", 1, "Nadia Pierre")
    with pytest.raises(NotAsked, match="nothing was changed"):
        write(deployment, spanish, f" {REMINDER_ES}\r\n")
    assert len(history(deployment, spanish)) == 2


def test_a_version_goes_no_further_once_there_is_a_newer_one(deployment: Deployment, spanish: Place) -> None:
    older = write(deployment, spanish, REMINDER_ES)
    write(deployment, spanish, REMINDER_ES.replace("voy", "ire"))
    with pytest.raises(NotAsked, match="newer version"):
        sign(deployment, older, TRANSLATED)


@pytest.mark.parametrize("after", [0, 1, 2])
def test_what_waits_can_be_sent_back_with_a_remark_and_goes_on_as_a_newer_version(
    deployment: Deployment, spanish: Place, after: int
) -> None:
    version = write(deployment, spanish, REMINDER_ES)
    sign(deployment, version, *STEPS[:after])
    sign(deployment, version, SENT_BACK)
    back = history(deployment, spanish)[-1]
    assert (back.state, back.ended_by, back.remark) == (SENT_BACK, "Ana Ruiz", "Too long.")
    for step in STEPS:
        with pytest.raises(NotAsked):
            sign(deployment, version, step)
    assert approve(deployment, OPERATOR, "es", by="Ana", reviewed_by="Bo") == 0  # nor all at once
    sign(deployment, write(deployment, spanish, REMINDER_ES), *STEPS)
    assert sent(deployment, spanish) == REMINDER_ES


def test_what_is_withdrawn_is_sent_no_more_and_nothing_older_in_its_place(
    deployment: Deployment, spanish: Place
) -> None:
    version = write(deployment, spanish, REMINDER_ES)
    sign(deployment, version, *STEPS)
    sign(deployment, version, WITHDRAWN)
    assert sent(deployment, spanish) is None
    assert far(deployment, spanish) is Far.WITHDRAWN
    with pytest.raises(NotAsked, match="not the one"):
        sign(deployment, version, WITHDRAWN)
    with pytest.raises(NotAsked, match="not the one"):
        sign(deployment, history(deployment, spanish)[0].id, WITHDRAWN)
    sign(deployment, write(deployment, spanish, REMINDER_ES), *STEPS)
    assert sent(deployment, spanish) == REMINDER_ES


def test_with_an_english_text_its_translations_are_withdrawn(
    deployment: Deployment, spanish: Place, english: Place
) -> None:
    assert sent(deployment, spanish)
    sign(deployment, history(deployment, english)[-1].id, WITHDRAWN)
    assert (sent(deployment, english), sent(deployment, spanish)) == (None, None)
    sign(deployment, write(deployment, english, history(deployment, english)[-1].body, by="Lee Park"), APPROVED)
    assert sent(deployment, english)
    assert sent(deployment, spanish)  # its words are a translation of these again


def test_withdrawing_and_sending_back_need_a_reason(deployment: Deployment, spanish: Place) -> None:
    with pytest.raises(NotAsked, match="Say why"):
        withdraw(deployment, OPERATOR, history(deployment, spanish)[-1].id, "Ana", " ")


def test_each_act_is_in_the_trail_once(deployment: Deployment, spanish: Place) -> None:
    version = write(deployment, spanish, REMINDER_ES)
    sign(deployment, version, *STEPS, WITHDRAWN)
    asked = f"SELECT action FROM audit WHERE object = 'message_version:{version}' ORDER BY id"
    acts = ["words.written", "words.translated", "words.reviewed", "words.approved", "words.withdrawn"]
    assert [action for (action,) in rows_of(deployment, asked)] == acts


@pytest.mark.parametrize(
    ("language", "key"), [("vi", "reminder"), ("es", "nothing"), ("es", "voice_menu"), ("xx", "stop")]
)
def test_a_text_or_language_that_the_program_does_not_have_is_not_written(
    deployment: Deployment, spanish: Place, language: str, key: str
) -> None:
    with pytest.raises(NotAsked):
        write_text(deployment, OPERATOR, Place(spanish.program_id, language, key), "Hola", 0, "Nadia Pierre")


def test_a_request_ends_when_its_work_is_done(deployment: Deployment, spanish: Place) -> None:
    due = deployment.database.now().date() + timedelta(days=3)

    def asked() -> list[tuple[str, str]]:
        with deployment.read(OPERATOR) as uow:
            return [(each.work, each.asked_of) for each in requests.open_requests(uow, spanish.program_id)]

    with pytest.raises(NotAsked, match="Nothing of this"):
        word_requests.ask(deployment, OPERATOR, spanish, Work.TRANSLATE, "Rosa Vega", due)
    version = write(deployment, spanish, REMINDER_ES)
    word_requests.ask(deployment, OPERATOR, spanish, Work.TRANSLATE, "Rosa  Vega", due)
    whole = Place(spanish.program_id, "es", "")
    word_requests.ask(deployment, OPERATOR, whole, Work.REVIEW, "Tomas Lund", due)
    assert asked() == [("translate", "Rosa Vega"), ("review", "Tomas Lund")]
    sign(deployment, version, TRANSLATED)
    assert asked() == [("review", "Tomas Lund")]
    sign(deployment, version, REVIEWED)
    assert asked() == []
    assert rows_of(deployment, "SELECT DISTINCT outcome FROM word_request") == [("done",)]


@pytest.mark.parametrize(
    ("language", "of", "days", "says"),
    [
        ("en", "Rosa", 1, "no translation"),
        ("es", " ", 1, "who is asked"),
        ("es", "Rosa", -1, "from today"),
        ("es", "Rosa", 400, "within a year"),
        ("vi", "Rosa", 1, "does not speak"),
    ],
)
def test_a_request_that_makes_no_sense_is_refused(
    deployment: Deployment, spanish: Place, language: str, of: str, days: int, says: str
) -> None:
    write(deployment, spanish, REMINDER_ES)
    due: date = deployment.database.now().date() + timedelta(days=days)
    with pytest.raises(NotAsked, match=says):
        word_requests.ask(deployment, OPERATOR, Place(spanish.program_id, language, ""), Work.REVIEW, of, due)


def test_the_same_person_is_asked_once(deployment: Deployment, spanish: Place) -> None:
    write(deployment, spanish, REMINDER_ES)
    due = deployment.database.now().date()
    word_requests.ask(deployment, OPERATOR, spanish, Work.TRANSLATE, "Rosa", due)
    with pytest.raises(NotAsked, match="already"):
        word_requests.ask(deployment, OPERATOR, spanish, Work.TRANSLATE, "ROSA", due)
    with deployment.read(OPERATOR) as uow:
        (open_one,) = requests.open_requests(uow)
    word_requests.take_back(deployment, OPERATOR, open_one.id)
    with pytest.raises(NotAsked, match="nobody any more"):
        word_requests.take_back(deployment, OPERATOR, open_one.id)


def test_no_telephone_is_given_words_that_nobody_would_hear(deployment: Deployment) -> None:
    place = Place(speaks_everything(deployment, calls=True).id, "hy", "voice_menu")
    with pytest.raises(NotAsked, match="TWI-48"):
        write(deployment, place, "Barev")
    version = history(deployment, place)[-1]
    sign(deployment, version.id, SENT_BACK)
    sign(deployment, write(deployment, place, version.body), *STEPS[:2])  # the very words may come back
