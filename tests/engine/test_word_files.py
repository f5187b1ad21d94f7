"""Texts leave as a PO file and come back as drafts: what is doubtful is said, and nothing is approved."""

from __future__ import annotations

import polib
import pytest
from word_world import REMINDER_EN, REMINDER_ES, history, sent, sign, speaks_everything, the_program, write
from world import contents, program

from locales.factory import factory_texts, voice_scripts
from outreach.engine.deployment import Deployment
from outreach.engine.refusals import NotAsked
from outreach.engine.word_files import Became, Line, bring_in, export, program_named
from outreach.engine.word_places import Place
from outreach.store.actor import OPERATOR
from outreach.store.database import Database
from outreach.store.message_versions import APPROVED, SENT_BACK


@pytest.fixture
def spanish(deployment: Deployment) -> Place:
    program(deployment)
    return Place(the_program(deployment).id, "es", "reminder")


def file_of(deployment: Deployment, place: Place) -> polib.POFile:
    return polib.pofile("\n" + export(deployment, OPERATOR, place.program_id, place.language))


def take(deployment: Deployment, place: Place, file: polib.POFile | str | bytes) -> list[Line]:
    data = file if isinstance(file, bytes) else str(file).encode()
    return bring_in(deployment, OPERATOR, place.program_id, place.language, data, "Nadia Pierre")


def one_of(file: polib.POFile, key: str = "reminder") -> polib.POEntry:
    (found,) = (entry for entry in file if entry.msgctxt == key)
    return found


def about(lines: list[Line], key: str = "reminder") -> Line:
    (found,) = (line for line in lines if line.key == key)
    return found


def test_what_is_taken_out_and_brought_back_changes_nothing(deployment: Deployment, spanish: Place) -> None:
    before = {key: history(deployment, Place(spanish.program_id, "es", key)) for key in factory_texts("es")}
    lines = take(deployment, spanish, file_of(deployment, spanish))
    assert {line.became for line in lines} == {Became.UNCHANGED}
    assert [line.key for line in lines] == list(factory_texts("en"))
    assert {key: history(deployment, Place(spanish.program_id, "es", key)) for key in before} == before


def test_a_file_says_beside_each_text_what_stays_and_what_it_may_cost(deployment: Deployment, spanish: Place) -> None:
    entry = one_of(file_of(deployment, spanish))
    assert entry.msgid == factory_texts("en")["reminder"]
    assert entry.comment.splitlines() == [
        "Keep {program}, {day}, {time}",
        "Keep the digits 1 2 3 and their order",
        "GSM-7: 2 parts at most; UCS-2: 3 parts at most",
        "Version 1: approved",
    ]


def test_a_new_translation_is_a_draft_of_who_brings_it_and_nothing_else_is_sent(
    deployment: Deployment, spanish: Place
) -> None:
    file, before = file_of(deployment, spanish), sent(deployment, spanish)
    one_of(file).msgstr = REMINDER_ES
    lines = take(deployment, spanish, file)
    assert (about(lines).became, about(lines).notes) == (Became.TAKEN, ())
    assert [line.became for line in lines].count(Became.UNCHANGED) == len(lines) - 1
    new = history(deployment, spanish)[-1]
    assert (new.body, new.state, new.author) == (REMINDER_ES, "draft", "Nadia Pierre")
    assert sent(deployment, spanish) == before


def test_a_byte_order_mark_and_windows_lines_are_fine(deployment: Deployment, spanish: Place) -> None:
    file = file_of(deployment, spanish)
    one_of(file).msgstr = REMINDER_ES
    data = b"\xef\xbb\xbf" + str(file).replace("\n", "\r\n").encode()
    assert about(take(deployment, spanish, data)).became is Became.TAKEN


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"msgctxt": "nothing"}, "no text of this key"),
        ({"msgctxt": "help", "msgid": factory_texts("en")["help"]}, "twice"),
        ({"msgid": "Something else"}, "none of ours"),
        ({"flags": ["fuzzy"]}, "fuzzy"),
        ({"msgstr": "{a.__class__}"}, "HIP-02"),
        ({"msgstr": "{{7*7}}"}, "brace"),
        ({"msgstr": "Hola \u202eatup"}, "U+202E"),
        ({"msgstr": "x" * 5000}, "5,000 characters"),
    ],
)
def test_what_cannot_be_taken_is_named_and_the_rest_is_taken(
    deployment: Deployment, spanish: Place, change: dict[str, object], says: str
) -> None:
    file = file_of(deployment, spanish)
    entry = one_of(file)
    for name, value in change.items():
        setattr(entry, name, value)
    one_of(file, "optin_ask").msgstr += " "
    one_of(file, "optin_confirm").msgstr = "{program}: Hola. STOP para terminar."
    lines = take(deployment, spanish, file)
    (refused,) = (line for line in lines if line.became is Became.REFUSED)
    assert says in refused.notes[0]
    assert about(lines, "optin_confirm").became is Became.TAKEN
    assert [each.version for each in history(deployment, spanish)] == [1]


def test_what_is_wrong_with_a_text_is_said_and_it_is_a_draft(deployment: Deployment, spanish: Place) -> None:
    file = file_of(deployment, spanish)
    one_of(file).msgstr = "{program}: Su diabetes {day}. Responda 1 voy, 2 otra, 3 no. STOP para terminar."
    line = about(take(deployment, spanish, file))
    assert line.became is Became.TAKEN
    assert "{time}" in line.notes[0]
    assert any("HIP-03" in note for note in line.notes)


def test_a_translation_of_an_older_english_is_kept_as_a_draft_of_that(deployment: Deployment, spanish: Place) -> None:
    file, english = file_of(deployment, spanish), Place(spanish.program_id, "en", "reminder")
    one_of(file).msgstr = REMINDER_ES
    sign(deployment, write(deployment, english, REMINDER_EN, by="Lee Park"), APPROVED)
    newer = one_of(file_of(deployment, spanish))
    assert (newer.msgid, newer.fuzzy) == (REMINDER_EN, True)
    line = about(take(deployment, spanish, file))
    assert line.became is Became.REFUSED  # a draft of the new English is there already
    assert "Take a new file" in line.notes[0]


def test_what_was_reviewed_and_gives_way_is_named(deployment: Deployment, spanish: Place) -> None:
    version = write(deployment, spanish, REMINDER_ES)
    sign(deployment, version, "translated")
    file = file_of(deployment, spanish)
    one_of(file).msgstr = REMINDER_ES.replace("voy", "ire")
    assert about(take(deployment, spanish, file)).notes == ("Version 2, which was translated, gives way to it.",)


def test_a_translator_reads_why_a_text_came_back(deployment: Deployment, spanish: Place) -> None:
    sign(deployment, write(deployment, spanish, REMINDER_ES), SENT_BACK)
    comment = one_of(file_of(deployment, spanish)).comment
    assert comment.splitlines()[-2:] == ["Version 2: sent back", "Sent back by Ana Ruiz: Too long."]


def test_an_empty_translation_is_no_text(deployment: Deployment, spanish: Place) -> None:
    file = file_of(deployment, spanish)
    one_of(file).msgstr = " "
    assert about(take(deployment, spanish, file)).became is Became.EMPTY


@pytest.mark.parametrize("data", [b"", b"x" * 10_000_000, b"\xff", b'msgid "a"\nmsgstr "b"\n'])
def test_a_file_that_is_none_changes_nothing(
    deployment: Deployment, spanish: Place, database: Database, data: bytes
) -> None:
    before = contents(database)
    with pytest.raises(NotAsked):
        take(deployment, spanish, data)
    assert contents(database) == before


def test_a_file_of_another_language_is_refused(deployment: Deployment, spanish: Place) -> None:
    file = export(deployment, OPERATOR, spanish.program_id, "es").replace("Language: es", "Language: fr")
    with pytest.raises(NotAsked, match="'fr'"):
        take(deployment, spanish, file)
    with pytest.raises(NotAsked, match="no file of its own"):
        export(deployment, OPERATOR, spanish.program_id, "en")


@pytest.mark.parametrize("language", ["ar", "hy", "zh-Hans", "th"])
def test_every_language_leaves_and_comes_back_as_it_is(deployment: Deployment, language: str) -> None:
    place = Place(speaks_everything(deployment, calls=True).id, language, "reminder")
    lines = take(deployment, place, file_of(deployment, place))
    assert {line.became for line in lines} == {Became.UNCHANGED}
    assert len(lines) == len(factory_texts("en")) + len(voice_scripts("en"))


def test_one_program_is_meant(deployment: Deployment, spanish: Place) -> None:
    assert program_named(deployment, OPERATOR, "es", None) == spanish.program_id
    with pytest.raises(NotAsked, match="No program speaks it"):
        program_named(deployment, OPERATOR, "vi", None)
