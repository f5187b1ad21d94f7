"""What a telephone says is among the words of a program that calls, and approved like its texts (COPY-10, HIP-25)."""

from __future__ import annotations

from pathlib import Path

import pytest
from world import NOW, PROGRAM_FILE, program, set_calendar

from locales.factory import factory_languages, factory_texts, voice_scripts
from outreach.engine.configure import configure
from outreach.engine.deployment import Deployment
from outreach.engine.spoken import can_be_held, spoken_words
from outreach.engine.word_check import check_text
from outreach.engine.word_status import status
from outreach.engine.words import approve
from outreach.loops.cadence import read_cadence, standard_cadence, write_step
from outreach.store import programs
from outreach.store.actor import OPERATOR
from outreach.store.message_versions import StoredVersion


@pytest.fixture
def calling(deployment: Deployment, tmp_path: Path) -> Deployment:
    """A program whose cadence calls."""
    steps = Path("outreach/loops/standard_cadence.toml").read_text(encoding="utf-8")
    own = PROGRAM_FILE.read_text(encoding="utf-8").rstrip() + "\n"
    of_the_standard = steps[steps.index("[[step]]") :].replace("[[step]]", "[[cadence.step]]")
    file = tmp_path / "program.toml"
    called = of_the_standard.replace('key = "day_before"', 'key = "day_before"\nfallback = "voice"')
    file.write_text(own + called, encoding="utf-8")
    set_calendar(deployment, NOW)
    configure(deployment, OPERATOR, file)
    return deployment


def _held(deployment: Deployment, language: str) -> bool:
    with deployment.read(OPERATOR) as uow:
        (stored,) = programs.programs(uow).values()
        return can_be_held(uow, stored, language, programs.approved_words(uow, [stored.id]))


def test_a_program_that_never_calls_has_no_scripts_to_approve(deployment: Deployment) -> None:
    program(deployment, approved=())
    english = status(deployment, OPERATOR)[0]
    assert len(english.waiting) == len(factory_texts("en"))


def test_hip_25_a_call_can_be_held_once_all_scripts_of_a_language_are_approved(calling: Deployment) -> None:
    assert len(status(calling, OPERATOR)[0].waiting) == len(factory_texts("en")) + len(voice_scripts("en"))
    assert not _held(calling, "en")
    approve(calling, OPERATOR, "en", by="Ana")
    assert _held(calling, "en")
    assert not _held(calling, "es")
    approve(calling, OPERATOR, "es", by="Ana", reviewed_by="Tomas")
    assert _held(calling, "es")
    assert not _held(calling, "vi")
    assert not _held(calling, "xx")


def test_a_call_asks_what_its_text_asks(calling: Deployment) -> None:
    approve(calling, OPERATOR, "en", by="Ana")
    with calling.read(OPERATOR) as uow:
        (stored,) = programs.programs(uow).values()
        approved = programs.approved_words(uow, [stored.id])
    said = spoken_words(approved, stored.id, "en", "reminder")
    assert said is not None
    assert said.body == voice_scripts("en")["voice_visit"]
    assert spoken_words(approved, stored.id, "en", "stop") is None


@pytest.mark.parametrize("language", factory_languages())
def test_every_script_of_the_factory_may_be_approved(calling: Deployment, language: str) -> None:
    with calling.read(OPERATOR) as uow:
        (stored,) = programs.programs(uow).values()
    for key, body in voice_scripts(language).items():
        version = StoredVersion(1, stored.id, key, language, 1, body, "draft", "", None, None)
        assert check_text(stored, version).problems == []


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        ("Your diagnosis is {diagnosis}.", "no call may say"),
        ("You have a visit.", "does not name"),
        ("", "does not name"),
        ("{program} {phone}" + " very long" * 300, "too long"),
    ],
)
def test_a_script_that_cannot_be_said_is_not_approved(calling: Deployment, body: str, wrong: str) -> None:
    with calling.read(OPERATOR) as uow:
        (stored,) = programs.programs(uow).values()
    version = StoredVersion(1, stored.id, "voice_voicemail", "en", 1, body, "draft", "", None, None)
    assert any(wrong in problem for problem in check_text(stored, version).problems)


def test_the_standard_cadence_calls_nobody() -> None:
    data = standard_cadence()
    steps = read_cadence(1, data["step"], data["escalate_after"])
    assert not steps.calls
    assert all("fallback" not in write_step(step) for step in steps.steps)
