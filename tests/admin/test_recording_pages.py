"""Recordings on the screen: program staff give them, listen, and approve what somebody else recorded."""

from __future__ import annotations

import re
from typing import Any

import pytest
from console_browser import Browser
from recorded import record, record_all, speaks_armenian, tone, wav
from sqlalchemy import text

from locales.recorded import recordings_needed
from outreach.channels.voice.sound import LARGEST
from outreach.engine import recordings
from outreach.engine.coverage import covered
from outreach.engine.language_gaps import note_gap
from outreach.store.actor import OPERATOR

_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
ALL = len(recordings_needed("hy"))


@pytest.fixture
def program(world):
    return speaks_armenian(world.deployment)


def page(program) -> str:
    return f"/recordings/{program.id}/hy"


def staff(world, name: str = "Maya Ortiz") -> Browser:
    return world.browser("program_staff", name)


def give(browser: Browser, program, sound: bytes | None, name: str = "voice_menu", file: str = "menu.wav"):
    token = _TOKEN.search(browser.get("/recordings").text)[1]
    form = {"csrf_token": token, "name": name, "row": "r-" + name.replace("_", "-").replace("/", "-")}
    return browser.client.post(page(program), base_url=browser.base, **sent(form, sound, file))


def sent(form: dict[str, str], sound: bytes | None, file: str = "x.wav") -> dict[str, Any]:
    """Return a form with a file as a browser sends it."""
    parts = [f'Content-Disposition: form-data; name="{name}"\r\n\r\n{value}'.encode() for name, value in form.items()]
    if sound is not None:
        head = f'Content-Disposition: form-data; name="sound"; filename="{file}"\r\nContent-Type: audio/wav\r\n\r\n'
        parts.append(head.encode() + sound)
    body = b"".join(b"--x\r\n" + part + b"\r\n" for part in parts) + b"--x--\r\n"
    return {"data": body, "content_type": "multipart/form-data; boundary=x"}


def waiting(world, program, name: str = "voice_menu") -> int:
    sentences = covered(world.deployment, OPERATOR, program.id, "hy").sentences
    (found,) = (each.waiting.id for each in sentences if each.recording.name == name and each.waiting)
    return found


@pytest.mark.parametrize("role", ["coordinator", "supervisor", "privacy_officer"])
def test_recordings_are_program_staffs_alone(world, program, role):
    (draft,) = record(world.deployment, program, "voice_menu")
    browser = world.browser(role)
    assert 'href="/recordings"' not in browser.get("/loops").text
    for path in ("/recordings", page(program), f"/recordings/sounds/{draft}.wav"):
        assert browser.get(path).status_code == 403
    for path in (page(program), f"{page(program)}/{draft}/approve", f"{page(program)}/{draft}/retire"):
        assert browser.post(path, "/loops").status_code == 403
    assert world.browser(role=None).get("/recordings").status_code == 401


def test_program_staff_find_them_in_the_navigation(world, program):
    assert 'href="/recordings"' in staff(world).get("/loops").text


def test_the_list_says_how_far_each_language_is(world, program):
    browser = staff(world)
    assert f"0 of {ALL} approved" in browser.get("/recordings").text
    first, _ = record(world.deployment, program, "voice_menu", "weekday/2")
    recordings.approve(world.deployment, OPERATOR, first, "Lee Park")
    shown = browser.get("/recordings").text
    assert f"1 of {ALL} approved" in shown
    assert "Not heard yet" in shown
    record_all(world.deployment, program)
    shown = browser.get("/recordings").text
    assert f"{ALL} of {ALL} approved" in shown
    assert "Can be heard" in shown


def test_a_program_whose_languages_a_machine_speaks_has_nothing_to_record(world):
    assert "No program speaks a language that needs recordings" in staff(world).get("/recordings").text


def test_the_page_has_every_sentence_with_its_words_and_what_it_is_in_english(world, program):
    shown = staff(world).get(page(program)).text
    assert shown.count('<tr id="r-') == ALL
    assert '<blockquote class="o-quote o-words" lang="hy" dir="ltr">' in shown
    assert program.name in shown
    assert "8 0 0, 5 5 5" in shown or "2 0 2, 5 5 5" in shown
    for words in (
        "Days of the week",
        "<b>Tuesday</b>",
        "<b>2 PM</b>",
        "<b>Language, key 7</b>",
        "For Armenian, press 7.",
        "Missing",
    ):
        assert words in shown
    assert "{program}" not in shown


def test_one_gives_a_recording_and_another_listens_and_approves(world, program):
    maya, lee = staff(world), staff(world, "Lee Park")
    answer = give(maya, program, wav(tone(seconds=1.5)))
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{page(program)}#r-voice-menu")
    shown = maya.get(page(program)).text
    assert "Recorded. Somebody else listens to it and approves it." in shown
    assert "You recorded this: somebody else approves it." in shown
    draft = waiting(world, program)
    approve = f"{page(program)}/{draft}/approve"
    assert approve not in shown
    refused = maya.post(approve, page(program), name="voice_menu")
    assert refused.status_code == 409
    assert "Who recorded a sentence may not approve it" in refused.text
    shown = lee.get(page(program)).text
    assert approve in shown
    assert "1.5 s" in shown
    assert "Recorded by Maya Ortiz" in shown
    sound = lee.get(f"/recordings/sounds/{draft}.wav")
    assert (sound.status_code, sound.content_type, sound.data[:4]) == (200, "audio/wav", b"RIFF")
    assert sound.headers["Cache-Control"] == "no-store"
    assert lee.post(approve, page(program), row="r-voice-menu").status_code == 303
    assert f"1 of {ALL} approved" in lee.get(page(program)).text
    assert "approved by Lee Park" in lee.get(page(program)).text
    assert lee.post(approve, page(program)).status_code == 409


def test_what_is_taken_out_of_use_is_missing_again(world, program):
    (draft,) = record(world.deployment, program, "voice_menu")
    recordings.approve(world.deployment, OPERATOR, draft, "Lee Park")
    browser = staff(world)
    assert browser.post(f"{page(program)}/{draft}/retire", page(program)).status_code == 303
    assert f"0 of {ALL} approved" in browser.get(page(program)).text
    assert browser.get(f"/recordings/sounds/{draft}.wav").status_code == 404


def test_the_page_shows_what_is_to_record_or_to_approve_alone(world, program):
    first, _ = record(world.deployment, program, "voice_menu", "weekday/2")
    recordings.approve(world.deployment, OPERATOR, first, "Lee Park")
    browser = staff(world)
    assert browser.get(f"{page(program)}?show=record").text.count('<tr id="r-') == ALL - 2
    approving = browser.get(f"{page(program)}?show=approve").text
    assert approving.count('<tr id="r-') == 1
    assert 'id="r-weekday-2"' in approving
    assert browser.get(f"{page(program)}?show=nothing").status_code == 400
    answer = browser.post(f"{page(program)}/{first}/retire", page(program), show="approve", row="r-voice-menu")
    assert answer.headers["Location"] == f"{page(program)}?show=approve#r-voice-menu"


@pytest.mark.parametrize(
    ("sound", "said"),
    [
        (None, "Choose a WAV file"),
        (b"", "no WAV file"),
        (b"ID3" + b"\0" * 500, "This is an MP3 file"),
        (b"\x1aE\xdf\xa3" + b"\0" * 500, "This is a WebM file"),
        (wav()[:-9], "cut short or damaged"),
        (wav(tone(seconds=46)), "longer than 45 seconds"),
        (bytes(LARGEST + 1), "larger than 4 MB"),
    ],
)
def test_what_is_no_sound_is_refused_by_its_content_with_what_to_do(world, program, sound, said):
    answer = give(staff(world), program, sound)
    assert answer.status_code == 409
    assert said in answer.text
    assert world.row("SELECT count(*) AS n FROM recording").n == 0


def test_a_name_says_nothing_about_what_a_file_is(world, program):
    assert give(staff(world), program, wav(), file="<script>.mp3").status_code == 303
    assert "<script>." not in staff(world).get(page(program)).text


def test_far_too_much_is_not_even_read_and_no_other_form_has_more_room(world, program):
    browser = staff(world)
    assert give(browser, program, bytes(LARGEST + 200_000)).status_code == 413
    token = _TOKEN.search(browser.get("/recordings").text)[1]
    much = sent({"csrf_token": token}, bytes(400_000))
    assert browser.client.post("/sends/freeze", base_url=browser.base, **much).status_code == 413
    for stranger in (world.browser(role=None), world.browser("coordinator")):
        assert stranger.client.post(page(program), base_url=browser.base, **much).status_code == 413


def test_a_form_without_its_token_changes_nothing(world, program):
    assert staff(world).client.post(page(program), **sent({"name": "voice_menu"}, wav())).status_code == 400
    assert world.row("SELECT count(*) AS n FROM recording").n == 0


def test_a_sentence_that_does_not_exist_is_refused_without_repeating_markup(world, program):
    answer = give(staff(world), program, wav(), name="<b>voice")
    assert answer.status_code == 409
    assert "<b>voice" not in answer.text


@pytest.mark.parametrize("path", ["/recordings/1/xx", "/recordings/999/hy", "/recordings/sounds/999.wav"])
def test_what_is_not_there_is_not_found(world, program, path):
    assert staff(world).get(path).status_code == 404
    assert staff(world).get(f"/recordings/{program.id}/es").status_code == 404


def test_where_an_act_leads_back_to_is_a_row_of_the_page_and_nothing_else(world, program):
    (draft,) = record(world.deployment, program, "voice_menu")
    answer = staff(world).post(f"{page(program)}/{draft}/retire", page(program), row="x\r\nSet-Cookie: a=b")
    assert answer.headers["Location"] == page(program)


def test_a_page_that_stays_open_asks_for_its_top_bar_alone(world, program):
    browser = staff(world)
    live = browser.client.get(page(program), base_url=browser.base, headers={"Outreach-Live": "1"})
    assert live.status_code == 200
    assert '<tr id="r-' not in live.text


def test_a_language_that_cannot_be_heard_is_work_for_program_staff_until_it_can(world, program):
    with world.deployment.write(OPERATOR) as uow:
        note_gap(uow, program, "hy")
        uow.commit()
    browser = staff(world)
    shown = browser.get("/tasks?queue=program_staff").text
    assert "Armenian" in shown
    assert "No approved words in this language" in shown
    assert world.browser("supervisor").get(f"/tasks/{world.task('language_gap')}").status_code == 200
    record_all(world.deployment, program)
    assert "No approved words in this language" not in browser.get("/tasks?queue=program_staff").text


def test_words_that_changed_are_said_to_be_and_asked_for_again(world, program):
    first, second = record(world.deployment, program, "voice_hello", "voice_menu")
    for draft in (first, second):
        recordings.approve(world.deployment, OPERATOR, draft, "Lee Park")
    with world.deployment.write(OPERATOR) as uow:
        uow.execute(text("UPDATE program SET phone = '+12025550177'"))
        uow.commit()
    shown = staff(world).get(f"{page(program)}?show=record").text
    assert "Words changed" in shown
    assert 'id="r-voice-hello"' in shown
    assert 'id="r-voice-menu"' not in shown
