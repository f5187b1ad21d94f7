"""The words that may be sent: seeded as drafts, approved by a person, stale when their source changes."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from world import contents, program, rows_of

from locales.factory import factory_texts
from outreach.engine.deployment import Deployment
from outreach.engine.words import WordsRefused, approve, seed_all, status
from outreach.store import message_versions, programs
from outreach.store.actor import OPERATOR
from outreach.store.database import Database


def change_words(deployment: Deployment, assignment: str) -> None:
    with deployment.write(OPERATOR) as uow:
        uow.execute(text(f"UPDATE message_version SET {assignment} WHERE key = 'reminder' AND language = 'es'"))
        uow.commit()


def approved(deployment: Deployment) -> set[tuple[str, str]]:
    with deployment.read(OPERATOR) as uow:
        stored = programs.programs(uow)
        return {(key, language) for _, key, language in programs.approved_words(uow, stored)}


def test_factory_texts_wait_for_a_person(deployment: Deployment) -> None:
    program(deployment, approved=())
    assert approved(deployment) == set()
    assert [(state.language, state.ready) for state in status(deployment, OPERATOR)] == [("en", False), ("es", False)]


def test_approving_names_the_person(deployment: Deployment) -> None:
    program(deployment, approved=())
    count = approve(deployment, OPERATOR, "es", by="Ana")
    assert count == len(factory_texts("es"))
    assert {language for _, language in approved(deployment)} == {"es"}
    assert rows_of(deployment, "SELECT DISTINCT approver FROM message_version WHERE state = 'approved'") == [("Ana",)]
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
    approve(deployment, OPERATOR, "es", by="Ana")
    assert ("reminder", "es") in approved(deployment)


def test_what_staff_wrote_stays_the_newest(deployment: Deployment) -> None:
    program(deployment)
    with deployment.write(OPERATOR) as uow:
        (stored,) = programs.programs(uow).values()
        message_versions.add_drafts(uow, stored.id, [("reminder", "en", "{program}: Hi. STOP to end.", "x")])
        uow.commit()
    assert seed_all(deployment, OPERATOR) == 0
    assert ("reminder", "en") not in approved(deployment)


@pytest.mark.parametrize(
    ("body", "sentence"),
    [("'{program}: {diagnosis}'", "diagnosis"), ("'{program'", "brace"), ("''", "empty"), ("'" + "a" * 400 + "'", "3")],
)
def test_what_could_not_be_sent_is_not_approved(deployment: Deployment, body: str, sentence: str) -> None:
    program(deployment, approved=("en",))
    change_words(deployment, f"body = {body}")
    with pytest.raises(WordsRefused, match=sentence):
        approve(deployment, OPERATOR, "es", by="Ana")
    assert {language for _, language in approved(deployment)} == {"en"}


def test_approval_needs_a_name_and_words(deployment: Deployment) -> None:
    program(deployment)
    with pytest.raises(WordsRefused, match="--by"):
        approve(deployment, OPERATOR, "es", by=" ")
    with pytest.raises(WordsRefused, match="no words in 'vi'"):
        approve(deployment, OPERATOR, "vi", by="Ana")
    with pytest.raises(WordsRefused, match="no program 'other'"):
        approve(deployment, OPERATOR, "es", by="Ana", program_key="other")
