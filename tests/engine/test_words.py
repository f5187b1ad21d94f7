"""The words that may be sent: seeded as drafts, approved by a person, stale when their source changes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from databases import sqlite_database, sqlite_template
from sqlalchemy import text
from world import contents, program, rows_of

from locales.factory import factory_texts, source_hash
from locales.segments import Encoding
from outreach.engine.deployment import Deployment
from outreach.engine.word_status import status
from outreach.engine.words import WordsRefused, approve, check, seed_all, sign
from outreach.store import message_versions, programs
from outreach.store.actor import OPERATOR
from outreach.store.database import Database
from outreach.store.message_versions import REVIEWED, TRANSLATED, Draft
from outreach.store.seal import Keyring


def change(deployment: Deployment, statement: str) -> None:
    with deployment.write(OPERATOR) as uow:
        uow.execute(text(statement))
        uow.commit()


def change_words(deployment: Deployment, assignment: str) -> None:
    change(deployment, f"UPDATE message_version SET {assignment} WHERE key = 'reminder' AND language = 'es'")


def draft(deployment: Deployment, key: str, language: str, body: str, source: str = "x") -> None:
    """Write a newer version of a text, of this English source."""
    with deployment.write(OPERATOR) as uow:
        (stored,) = programs.programs(uow).values()
        message_versions.add_drafts(uow, stored.id, [Draft(key, language, body, source_hash(source))])
        uow.commit()


def translated(deployment: Deployment) -> int:
    """Approve the Spanish texts as it should be; return how many."""
    return approve(deployment, OPERATOR, "es", by="Ana", reviewed_by="Tomas")


def approved(deployment: Deployment) -> set[tuple[str, str]]:
    with deployment.read(OPERATOR) as uow:
        stored = programs.programs(uow)
        return {(key, language) for _, key, language in programs.approved_words(uow, stored)}


_NEWER = "{program}: Your visit is {day}. Reply 1 I go, 2 change it, 3 no. STOP to end."


def bodies(deployment: Deployment) -> dict[tuple[str, str], str]:
    with deployment.read(OPERATOR) as uow:
        stored = programs.programs(uow)
        return {(key, to): words.body for (_, key, to), words in programs.approved_words(uow, stored).items()}


def test_factory_texts_wait_for_a_person(deployment: Deployment) -> None:
    program(deployment, approved=())
    assert approved(deployment) == set()
    assert [(state.language, state.ready) for state in status(deployment, OPERATOR)] == [("en", False), ("es", False)]


def test_approving_names_the_person(deployment: Deployment) -> None:
    program(deployment, approved=())
    count = translated(deployment)
    assert count == len(factory_texts("es"))
    assert {language for _, language in approved(deployment)} == {"es"}
    assert rows_of(deployment, "SELECT DISTINCT approver FROM message_version WHERE state = 'approved'") == [("Ana",)]
    assert rows_of(deployment, "SELECT DISTINCT reviewer FROM message_version WHERE approver = 'Ana'") == [("Tomas",)]
    assert rows_of(deployment, "SELECT count(*) FROM audit WHERE action = 'words.approved'") == [(count,)]


def test_approving_again_changes_nothing(deployment: Deployment, database: Database) -> None:
    program(deployment)
    before = contents(database)
    assert approve(deployment, OPERATOR, "es", by="Bo") == 0
    assert contents(database) == before


def test_seeding_again_adds_nothing(deployment: Deployment, database: Database) -> None:
    program(deployment)
    before = contents(database)
    assert seed_all(deployment, OPERATOR) == 0
    assert contents(database) == before


def test_a_changed_source_makes_its_translation_a_draft_again(deployment: Deployment) -> None:
    program(deployment)
    change_words(deployment, "source_hash = 'of an older English text'")
    assert seed_all(deployment, OPERATOR) == 1
    assert ("reminder", "es") not in approved(deployment)
    translated(deployment)
    assert ("reminder", "es") in approved(deployment)


def test_what_staff_wrote_stays_the_newest_and_what_was_approved_is_sent_meanwhile(deployment: Deployment) -> None:
    program(deployment)
    before = bodies(deployment)
    draft(deployment, "reminder", "en", _NEWER)
    assert seed_all(deployment, OPERATOR) == 0
    assert bodies(deployment) == before
    approve(deployment, OPERATOR, "en", by="Ana")
    assert bodies(deployment)["reminder", "en"] == _NEWER


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ("'{program}: {diagnosis}'", "diagnosis.*HIP-02"),
        ("'{program'", "brace.*HIP-02"),
        ("''", "empty.*COPY-01"),
        ("'" + "a" * 400 + "'", "3 message parts.*TWI-57"),
        ("'{program}: Su diabetes. STOP para terminar.'", '"diabetes".*HIP-03'),
        ("'{program}: Tiene cita el {day}. STOP para terminar.'", "read back are 1 2 3.*COPY-02"),
    ],
)
def test_what_could_not_be_sent_is_not_approved(deployment: Deployment, body: str, sentence: str) -> None:
    program(deployment, approved=("en",))
    change_words(deployment, f"body = {body}")
    with pytest.raises(WordsRefused, match=sentence) as refused:
        translated(deployment)
    assert str(refused.value).startswith("carelink/es/reminder: ")
    assert {language for _, language in approved(deployment)} == {"en"}


def test_hip_21_a_programs_name_may_not_tell_why_somebody_is_its_member(deployment: Deployment) -> None:
    program(deployment, approved=())
    change(deployment, "UPDATE program SET name = 'HIV Care'")
    with pytest.raises(WordsRefused, match='carelink/en/name: it says "hiv"'):
        approve(deployment, OPERATOR, "en", by="Ana")


def test_hip_22_a_translation_is_approved_only_with_the_translator_who_reviewed_it(deployment: Deployment) -> None:
    program(deployment, approved=())
    with pytest.raises(WordsRefused, match="--reviewed-by"):
        approve(deployment, OPERATOR, "es", by="Ana")
    assert approve(deployment, OPERATOR, "en", by="Ana") == len(factory_texts("en"))


@pytest.mark.parametrize("reviewer", ["Ana", " ana ", "ANA"])
def test_hip_16_who_reviewed_a_translation_does_not_approve_it(deployment: Deployment, reviewer: str) -> None:
    program(deployment, approved=())
    with pytest.raises(WordsRefused, match="HIP-16"):
        approve(deployment, OPERATOR, "es", by="Ana", reviewed_by=reviewer)
    assert approved(deployment) == set()


def test_copy_12_a_text_is_a_draft_then_translated_then_reviewed_then_approved(deployment: Deployment) -> None:
    program(deployment, approved=())
    count, signed = len(factory_texts("es")), []
    for state, by in ((TRANSLATED, "Rosa"), (REVIEWED, "Tomas")):
        assert sign(deployment, OPERATOR, "es", by, state) == count
        assert dict(status(deployment, OPERATOR)[1].steps) == {state: count}
        assert approved(deployment) == set()
        signed.append(by)
    assert approve(deployment, OPERATOR, "es", by="Ana") == count
    who = "SELECT DISTINCT translator, reviewer, approver FROM message_version WHERE language = 'es'"
    assert rows_of(deployment, who) == [(*signed, "Ana")]
    when = "translated_at IS NOT NULL AND reviewed_at IS NOT NULL AND approved_at IS NOT NULL"
    assert rows_of(deployment, f"SELECT count(*) FROM message_version WHERE {when}") == [(count,)]
    for step in ("translated", "reviewed", "approved"):
        assert rows_of(deployment, f"SELECT count(*) FROM audit WHERE action = 'words.{step}'") == [(count,)]


def test_a_step_that_was_taken_is_not_taken_again(deployment: Deployment) -> None:
    program(deployment, approved=("en",))
    sign(deployment, OPERATOR, "es", "Tomas", REVIEWED)
    assert sign(deployment, OPERATOR, "es", "Rosa", TRANSLATED) == sign(deployment, OPERATOR, "es", "Bo", REVIEWED) == 0
    approve(deployment, OPERATOR, "es", by="Ana", reviewed_by="Bo")
    assert rows_of(deployment, "SELECT DISTINCT reviewer FROM message_version WHERE language = 'es'") == [("Tomas",)]
    assert sign(deployment, OPERATOR, "es", "Bo", REVIEWED) == 0


@pytest.mark.parametrize(
    ("language", "by", "state", "says"),
    [
        ("en", "Rosa", TRANSLATED, "no translation"),
        ("es", " ", REVIEWED, "--by"),
        ("vi", "Rosa", REVIEWED, "no words in 'vi'"),
        ("es", "ROSA", REVIEWED, "HIP-16"),
    ],
)
def test_a_step_nobody_may_take_is_refused(
    deployment: Deployment, language: str, by: str, state: str, says: str
) -> None:
    program(deployment, approved=())
    sign(deployment, OPERATOR, "es", "Rosa", TRANSLATED)
    with pytest.raises(WordsRefused, match=says):
        sign(deployment, OPERATOR, language, by, state)


@pytest.mark.parametrize(("by", "reviewed_by"), [("Rosa", "Tomas"), ("Ana", "Rosa")])
def test_hip_16_who_translated_a_text_neither_reviews_nor_approves_it(
    deployment: Deployment, by: str, reviewed_by: str
) -> None:
    program(deployment, approved=())
    sign(deployment, OPERATOR, "es", "Rosa", TRANSLATED)
    with pytest.raises(WordsRefused, match="HIP-16"):
        approve(deployment, OPERATOR, "es", by=by, reviewed_by=reviewed_by)
    assert approved(deployment) == set()


def test_what_was_approved_before_without_a_translator_is_named(deployment: Deployment) -> None:
    program(deployment)
    assert [state.reviewed for state in status(deployment, OPERATOR)] == [True, True]
    change_words(deployment, "reviewer = NULL")
    assert [state.reviewed for state in status(deployment, OPERATOR)] == [True, False]


def test_copy_12_a_translation_of_an_older_text_is_stale_and_not_sent(deployment: Deployment) -> None:
    program(deployment)
    assert ("reminder", "es") in approved(deployment)
    draft(deployment, "reminder", "en", _NEWER)
    assert ("reminder", "es") in approved(deployment)  # its source is still the text that is approved
    approve(deployment, OPERATOR, "en", by="Ana")
    assert ("reminder", "es") not in approved(deployment)
    assert ("dayof", "es") in approved(deployment)
    english, spanish = status(deployment, OPERATOR)
    assert (english.ready, spanish.ready, spanish.steps, spanish.waiting) == (True, False, {"draft": 1}, ("reminder",))


def test_copy_12_a_translation_of_a_changed_english_is_a_draft_with_the_words_it_had(deployment: Deployment) -> None:
    program(deployment)
    before = bodies(deployment)["reminder", "es"]
    draft(deployment, "reminder", "en", _NEWER)
    approve(deployment, OPERATOR, "en", by="Ana")
    assert approve(deployment, OPERATOR, "en", by="Ana") == 0
    asked = "SELECT version, state, body, carried FROM message_version WHERE key = 'reminder' AND language = 'es'"
    assert rows_of(deployment, f"{asked} ORDER BY version DESC LIMIT 1") == [(2, "draft", before, True)]
    assert approve(deployment, OPERATOR, "es", by="Ana", reviewed_by="Tomas") == 1
    assert bodies(deployment)["reminder", "es"] == before


def test_copy_12_a_translation_of_the_new_text_is_sent_again(deployment: Deployment) -> None:
    program(deployment)
    draft(deployment, "reminder", "en", _NEWER)
    approve(deployment, OPERATOR, "en", by="Ana")
    body = "{program}: Su cita es el {day}. Responda 1 voy, 2 cambiarla, 3 no voy. STOP para terminar."
    draft(deployment, "reminder", "es", body, _NEWER)
    translated(deployment)
    assert ("reminder", "es") in approved(deployment)


def test_one_database_is_never_told_the_words_of_another(deployment: Deployment, tmp_path: Path) -> None:
    program(deployment)
    assert len(approved(deployment)) == 2 * len(factory_texts("en"))
    folder = tmp_path / "other"
    folder.mkdir()
    with sqlite_database(sqlite_template(folder), folder, deployment.timer.now, Keyring.fresh()) as other:
        elsewhere = replace(deployment, database=other)
        program(elsewhere, approved=("en",))
        assert {language for _, language in approved(elsewhere)} == {"en"}
    assert len(approved(deployment)) == 2 * len(factory_texts("en"))


def test_words_are_read_anew_only_when_they_have_changed(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(deployment)
    before = approved(deployment)
    times, read = [], message_versions.versions
    monkeypatch.setattr(message_versions, "versions", lambda *asked: times.append(1) or read(*asked))
    assert approved(deployment) == approved(deployment) == before
    assert times == []
    draft(deployment, "reminder", "en", "{program}: Hi. STOP to end.")
    assert approved(deployment) == before
    assert len(times) == 1


def test_twi_53_every_text_is_shown_with_what_it_costs_at_its_longest(deployment: Deployment) -> None:
    program(deployment, approved=())
    found = {(text.language, text.key): text for text in check(deployment, OPERATOR)}
    assert len(found) == 2 * len(factory_texts("en"))
    assert [text.problems for text in found.values() if text.problems] == []
    place = found["en", "reminder_place"]
    assert place.cost is not None
    assert (place.cost.encoding, place.cost.parts) == (Encoding.GSM7, 2)
    assert [finding.rule for finding in place.findings] == ["TWI-57"]
    assert {text.language for text in check(deployment, OPERATOR, "es", "carelink")} == {"es"}


def test_approval_needs_a_name_and_words(deployment: Deployment) -> None:
    program(deployment)
    with pytest.raises(WordsRefused, match="--by"):
        approve(deployment, OPERATOR, "es", by=" ")
    with pytest.raises(WordsRefused, match="no words in 'vi'"):
        approve(deployment, OPERATOR, "vi", by="Ana")
    with pytest.raises(WordsRefused, match="no program 'other'"):
        approve(deployment, OPERATOR, "es", by="Ana", program_key="other")
