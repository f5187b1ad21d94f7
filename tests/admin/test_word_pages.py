"""Words on the screen: how far each text is, one text beside its English, and who may do what with it."""

from __future__ import annotations

import re
from datetime import date

import polib
import pytest
from console_world import on
from recorded import record_all, speaks_armenian
from word_world import (
    APPROVED,
    REMINDER_EN,
    REMINDER_ES,
    REVIEWED,
    TRANSLATED,
    history,
    sent,
    sign,
    speaks_everything,
    the_program,
    write,
)

from admin.roles import Role, rights
from admin.wording_diff import difference
from admin.wording_names import _OURS, name
from locales.catalogue import LARGEST
from locales.factory import factory_texts, voice_scripts
from outreach.engine import word_requests
from outreach.engine.language_gaps import note_gap
from outreach.engine.word_places import Place
from outreach.store import accounts
from outreach.store.actor import OPERATOR
from outreach.store.word_requests import Work

_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
DUE = date(2026, 12, 1)


@pytest.fixture
def es(world):
    return Place(the_program(world.deployment).id, "es", "reminder")


@pytest.fixture
def en(es):
    return Place(es.program_id, "en", "reminder")


def page(place: Place) -> str:
    return f"/words/{place.program_id}/{place.language}/{place.key}"


def act(browser, place: Place, what: str = "", **form: str):
    return browser.post(f"{page(place)}/{what}".rstrip("/"), page(place), **form)


def newest(world, place: Place):
    return history(world.deployment, place)[-1]


def test_a_text_goes_from_its_writer_to_its_approver_through_four_people(world, es):
    before = sent(world.deployment, es)
    nadia, rosa, tomas = (world.browser("translator", who) for who in ("Nadia Pierre", "Rosa Vega", "Tomas Lund"))
    ana = world.browser("approver", "Ana Ruiz")
    assert act(nadia, es, body=REMINDER_ES, version_seen="1").status_code == 303
    draft = newest(world, es)
    assert act(rosa, es, f"{draft.id}/translated").status_code == 303
    assert act(tomas, es, f"{draft.id}/reviewed", back="Your visit is then.").status_code == 303
    shown = ana.get(page(es)).text
    assert "Version 1 is sent until a newer one is approved." in shown
    assert "Your visit is then." in shown
    assert sent(world.deployment, es) == before
    assert act(ana, es, f"{draft.id}/approved").status_code == 303
    assert sent(world.deployment, es) == REMINDER_ES
    shown = ana.get(page(es)).text
    for who in ("Nadia Pierre", "Rosa Vega", "Tomas Lund", "Ana Ruiz"):
        assert who in shown
    assert "<ins>" in shown
    assert "<del>" in shown


# Who may do what. The approver is the only one who lets a text be sent, or takes it out of use.
_DRAFTS = {"write", "translated", "reviewed", "send_back", "ask", "take_back"}
_ANSWERS = {"approved", "withdraw"}


@pytest.mark.parametrize(
    ("role", "may"),
    [
        ("translator", _DRAFTS),
        ("program_staff", _DRAFTS),
        ("approver", _DRAFTS | _ANSWERS),
        ("coordinator", set()),
        ("supervisor", set()),
        ("privacy_officer", set()),
        ("administrator", set()),
        ("clinic_viewer", set()),
    ],
)
def test_hip_16_what_each_role_may_do_with_words(world, role, may):
    acts = {rule.endpoint.partition(".")[2]: rule.endpoint for rule in world.app.url_map.iter_rules()
            if rule.endpoint.startswith("wording_acts.")}  # fmt: skip
    assert set(acts) == _DRAFTS | _ANSWERS
    rights_of = rights()[Role(role)]
    assert {act for act, endpoint in acts.items() if world.app.view_functions[endpoint].needs in rights_of} == may


def test_nobody_lets_a_text_be_sent_without_the_right_to(world, es):
    version = write(world.deployment, es, REMINDER_ES)
    sign(world.deployment, version, TRANSLATED, REVIEWED)
    for role in ("translator", "program_staff"):
        browser = world.browser(role, "Lee Park")
        assert act(browser, es, f"{version}/approved").status_code == 403
        assert act(browser, es, f"{version}/withdraw", remark="x").status_code == 403
        assert "An approver answers for it." in browser.get(page(es)).text
    for who in ("Nadia Pierre", "ROSA  VEGA", "tomas lund"):
        assert act(world.browser("approver", who), es, f"{version}/approved").status_code == 409
    assert newest(world, es).state == REVIEWED


@pytest.mark.parametrize("path", ["/words", "/words/for-me", "/words/languages", "/words/gaps"])
def test_only_who_works_with_words_sees_them(world, path):
    for role in ("translator", "approver", "program_staff"):
        assert world.browser(role).get(path).status_code == 200
    for role in ("coordinator", "supervisor", "privacy_officer", "administrator"):
        assert world.browser(role).get(path).status_code == 403
    assert world.browser(role=None).get(path).status_code == 401


def test_the_matrix_has_a_link_with_a_name_for_every_text_in_every_language(world):
    program = speaks_everything(world.deployment, calls=True)
    browser = world.browser("translator")
    for channel, keys in (("texts", factory_texts("en")), ("calls", voice_scripts("en"))):
        shown = browser.get(f"/words?channel={channel}").text
        cells = re.findall(r'<a class="o-cell o-far-\w+[^"]*" href="(/words/[^"]+)" title="([^"]+)">', shown)
        assert len(cells) == len(keys) * len(program.languages)
        assert len({title for _, title in cells}) == len(cells), "each says which text, in which language"
        assert len({name(key) for key in keys}) == len(keys)
        assert set(voice_scripts("en")) <= set(_OURS)
    assert browser.get(cells[0][0]).status_code == 200


def test_the_matrix_says_what_stops_a_language_from_being_sent(world):
    speaks_everything(world.deployment)
    browser = world.browser("translator")
    every, unsent = browser.get("/words").text, browser.get("/words?show=unsent").text
    assert "In 22 languages not all is sent." in every
    assert unsent.count('<th scope="row"') == 22
    assert every.count("Reminder, Arabic: Machine draft") == 1
    assert browser.get("/words?show=nothing").status_code == 400
    assert browser.get("/words?program=999").status_code == 404


def test_what_is_sent_meanwhile_is_said_in_the_matrix(world, es):
    write(world.deployment, es, REMINDER_ES)
    shown = world.browser("translator").get("/words").text
    assert "Reminder, Spanish: Draft; version 1 is sent meanwhile" in shown


def test_a_language_without_a_machine_voice_says_how_many_recordings_it_has(world):
    program = speaks_armenian(world.deployment)
    browser = world.browser("program_staff")
    assert "neither calls nor answers" in browser.get("/words?channel=calls").text
    speaks_everything(world.deployment, calls=True)
    assert "0 of " in browser.get("/words?channel=calls").text
    assert f"/recordings/{program.id}/hy" in browser.get("/words?channel=calls").text


@pytest.mark.parametrize(("language", "direction"), [("ar", "rtl"), ("fa", "rtl"), ("es", "ltr")])
def test_both_texts_carry_their_language_and_direction(world, language, direction):
    program = speaks_everything(world.deployment)
    shown = world.browser("translator").get(page(Place(program.id, language, "reminder"))).text
    assert '<blockquote class="o-quote o-words" lang="en" dir="ltr">' in shown
    assert shown.count(f'<blockquote class="o-quote o-words" lang="{language}" dir="{direction}">') == 4
    assert f'lang="{language}" dir="{direction}" aria-describedby' in shown
    assert '<bdi class="o-chip" dir="ltr">program</bdi>' in shown


def test_a_text_is_shown_as_it_usually_arrives_at_its_longest_and_without_a_time(world, en):
    shown = world.browser("translator").get(page(en)).text
    assert "CareLink: You have a visit Mon 11/30 at 2:30 PM." in shown
    assert "MMMMMMMMMMMM: You have a visit" in shown
    assert "CareLink: You have a visit Mon 11/30. Reply" in shown
    assert "1 segment, GSM-7," in shown


def test_what_is_typed_can_be_looked_at_before_it_is_stored(world, es):
    browser = world.browser("translator")
    answer = act(browser, es, body="{program}: día {day} ş", version_seen="1", preview="yes")
    assert answer.status_code == 200
    assert "CareLink: día lun 30 nov ş" in answer.text
    assert "UCS-2" in answer.text
    assert "Blocks approval" in answer.text
    assert "{time}" in answer.text, "what the English says and this does not"
    assert len(history(world.deployment, es)) == 1


@pytest.mark.parametrize(
    "body", ["{a.__class__}", "{{7*7}}", "{program} \u202eatup", "x" * 5000, "<script>alert(1)</script>{"]
)
def test_hostile_words_are_refused_and_shown_as_text(world, es, body):
    answer = act(world.browser("translator"), es, body=body, version_seen="1")
    assert answer.status_code == 409
    assert "<script>alert" not in answer.text
    assert ">49<" not in answer.text
    assert len(history(world.deployment, es)) == 1


def test_a_script_in_a_text_is_text(world, es):
    write(world.deployment, es, "{program}: <script>alert(1)</script><b>")
    shown = world.browser("translator").get(page(es)).text
    assert "<script>alert(1)" not in shown
    assert "&lt;script&gt;alert(1)" in shown


def test_what_was_typed_stays_when_somebody_else_was_faster(world, es):
    browser = world.browser("translator", "Nadia Pierre")
    write(world.deployment, es, REMINDER_ES, by="Lee Park")
    answer = act(browser, es, body="{program}: mis palabras", version_seen="1")
    assert answer.status_code == 409
    assert "Lee Park wrote a newer version meanwhile" in answer.text
    assert "{program}: mis palabras</textarea>" in answer.text


def test_a_text_that_was_written_often_shows_its_newest_versions(world, es):
    for number in range(21):
        write(world.deployment, es, f"{REMINDER_ES} {number}")
    shown = world.browser("translator").get(page(es)).text
    assert shown.count("<h3>Version ") == 20
    assert "Version 22" in shown
    assert "2 older versions are on record." in shown


def test_a_changed_english_is_shown_with_what_changed_in_it(world, es, en):
    sign(world.deployment, write(world.deployment, en, REMINDER_EN), APPROVED)
    shown = world.browser("translator").get(page(es)).text
    assert "English changed" in shown
    assert "What changed in the English since it was translated" in shown
    assert "<del>You have a</del><ins>Your</ins> visit" in shown or "<ins>Your</ins>" in shown
    assert "Nothing is sent." in shown


def test_what_happens_to_planned_texts_is_said_before_a_text_is_withdrawn(world, en):
    visit = world.visit(clinic="lakeview")
    browser = world.browser("approver", "Ana Ruiz")
    assert "Withdraw this text" not in browser.get(page(en)).text
    asked = browser.get(f"{page(en)}?withdraw=ask").text
    assert world.row("SELECT count(*) AS n FROM touch WHERE state = 'planned' AND words = 'reminder'").n == 3
    assert "3 planned messages may say it." in asked
    assert "What was translated from it is not sent either." in asked
    assert act(browser, en, f"{newest(world, en).id}/withdraw", remark="It frightens.").status_code == 303
    assert sent(world.deployment, en) is None
    world.remind()
    gap = world.row("SELECT kind FROM task WHERE loop_id = :loop AND kind = 'language_gap'", loop=visit.loop)
    assert gap, "a person calls instead"
    shown = world.browser("translator").get(page(en)).text
    assert "It frightens." in shown
    assert "Withdraw" not in world.browser("translator").get(page(en)).text.replace("Withdrawn", "")


def test_what_needs_me_is_counted_where_i_see_it(world, es):
    tomas, ana = world.browser("translator", "Tomas Lund"), world.browser("approver", "Ana Ruiz")
    version = write(world.deployment, es, REMINDER_ES)
    word_requests.ask(world.deployment, OPERATOR, es, Work.REVIEW, "tomas lund", DUE)
    assert counted(tomas) == 1
    assert "waits for its translation" in tomas.get("/words/for-me").text
    sign(world.deployment, version, TRANSLATED)
    assert f"{page(es)}?work=review" in tomas.get("/words/for-me").text
    assert counted(ana) == 0
    sign(world.deployment, version, REVIEWED)
    assert (counted(tomas), counted(ana)) == (0, 1)
    assert counted(world.browser("approver", "Nadia Pierre")) == 0, "she wrote it"
    assert f"{page(es)}?work=approved" in ana.get("/words/for-me").text


def test_one_text_after_another_is_approved_until_none_is_left(world, es):
    ana, other = world.browser("approver", "Ana Ruiz"), Place(es.program_id, "es", "help")
    for place, body in ((es, REMINDER_ES), (other, history(world.deployment, other)[-1].body + " Adios.")):
        sign(world.deployment, write(world.deployment, place, body), TRANSLATED, REVIEWED)
    assert "1 of 2" in ana.get(f"{page(es)}?work=approved").text
    first = act(ana, es, f"{newest(world, es).id}/approved", going="approved")
    assert first.headers["Location"] == f"{page(other)}?work=approved"
    last = act(ana, other, f"{newest(world, other).id}/approved", going="approved")
    assert last.headers["Location"] == "/words/for-me"
    assert act(ana, es, "ask", going="nothing", work="review", of="Bo", due_on="2026-12-01").status_code in (400, 409)


def counted(browser) -> int:
    return int(re.search(r"<span>Words</span><span class=\"o-count\">(\d+)</span>", browser.get("/words").text)[1])


def test_a_request_can_be_taken_back(world, es):
    write(world.deployment, es, REMINDER_ES)
    browser = world.browser("program_staff")
    answer = act(browser, es, "ask", work="translate", of="Rosa Vega", due_on="2026-12-01", all="yes")
    assert answer.status_code == 303
    shown = browser.get("/words/for-me").text
    assert "all texts" in shown
    path = re.search(r'action="(/words/requests/\d+/take-back)"', shown)[1]
    assert browser.post(path, "/words/for-me").status_code == 303
    assert "Nobody is asked for anything." in browser.get("/words/for-me").text
    assert browser.post(path, "/words/for-me").status_code == 303


@pytest.mark.parametrize(
    "form", [{"work": "translate", "of": "", "due_on": "2026-12-01"}, {"work": "", "of": "Bo", "due_on": ""}]
)
def test_a_request_that_lacks_something_says_what(world, es, form):
    write(world.deployment, es, REMINDER_ES)
    answer = act(world.browser("program_staff"), es, "ask", **form)
    assert answer.status_code == 409
    assert 'role="alert"' in answer.text


def given(browser, place: Place, data: bytes | None):
    path = f"/words/{place.program_id}/{place.language}/file"
    token = _TOKEN.search(browser.get(path).text)[1]
    head = b'--x\r\nContent-Disposition: form-data; name="%s"%s\r\n\r\n'
    body = head % (b"csrf_token", b"") + token.encode() + b"\r\n"
    if data is not None:
        body += head % (b"file", b'; filename="es.po"') + data + b"\r\n"
    return browser.client.post(
        path, base_url=browser.base, data=body + b"--x--\r\n", content_type="multipart/form-data; boundary=x"
    )


def test_a_file_goes_out_and_comes_back_with_a_report(world, es):
    browser = world.browser("translator", "Nadia Pierre")
    out = browser.get(f"/words/{es.program_id}/es.po")
    assert out.headers["Content-Disposition"] == "attachment; filename=carelink-es.po"
    file = polib.pofile("\n" + out.text)
    for entry in file:
        entry.msgstr = {"reminder": REMINDER_ES, "help": "{program} {{7*7}}"}.get(entry.msgctxt, entry.msgstr)
    answer = given(browser, es, str(file).encode())
    assert answer.status_code == 200
    for words in ("Stored as a draft 1", "Not taken 1", f"Unchanged {len(file) - 2}", "brace"):
        assert words in answer.text
    assert (newest(world, es).body, newest(world, es).author) == (REMINDER_ES, "Nadia Pierre")


@pytest.mark.parametrize("data", [None, b"", b"nonsense", b"x" * (LARGEST + 1), b"\xff\xfe"])
def test_a_file_that_cannot_be_read_says_why(world, es, data):
    answer = given(world.browser("translator"), es, data)
    assert answer.status_code == 409
    assert 'role="alert"' in answer.text


def test_a_file_of_ten_megabytes_is_turned_away_at_the_door(world, es):
    assert given(world.browser("translator"), es, b"x" * 10_000_000).status_code == 413


@pytest.mark.parametrize("path", ["/words/{0}/en/file", "/words/{0}/en.po", "/words/{0}/vi/file", "/words/999/es/file",
                                  "/words/{0}/es/nothing", "/words/999/es/stop", "/words/{0}/vi/stop"])  # fmt: skip
def test_what_is_not_there_is_the_plain_404(world, es, path):
    assert world.browser("translator").get(path.format(es.program_id)).status_code == 404


def test_the_languages_page_says_what_is_known_of_each(world):
    shown = world.browser("translator").get("/words/languages").text
    assert "65 of 65" in shown
    assert "Needs recordings; keys only" in shown
    assert "Arab, right to left" in shown
    assert "77 of 100 read exactly" in shown


@pytest.fixture
def gap(world):
    """A call in Armenian could not be held."""
    program = speaks_armenian(world.deployment)
    with world.deployment.write(OPERATOR) as uow:
        note_gap(uow, program, "hy")
        uow.commit()
    return program, world.task("language_gap")


def test_program_staff_open_take_and_finish_a_task_about_a_language(world, gap):
    _, task = gap
    maya, lee = world.browser("program_staff"), world.browser("program_staff", "Lee Park")
    shown = maya.get("/words/gaps").text
    assert "Record Armenian" in shown
    assert "nobody has it yet" in shown
    assert maya.post(f"/words/gaps/{task}/take", "/words/gaps").status_code == 303
    assert "Maya Ortiz" in lee.get("/words/gaps").text
    refused = lee.post(f"/words/gaps/{task}/take", "/words/gaps")
    assert refused.status_code == 409
    assert "Somebody else has this task" in refused.text
    undone = maya.post(f"/words/gaps/{task}/finish", "/words/gaps")
    assert undone.status_code == 409
    assert "Recordings are still missing" in undone.text
    assert maya.post(f"/words/gaps/{task}/finish", "/words/gaps", not_possible="yes").status_code == 303
    row = world.row("SELECT state, resolution, resolved_by FROM task WHERE id = :id", id=task)
    assert tuple(row) == ("resolved", "not_possible", "person:Maya Ortiz")
    assert "No call failed for want of recordings" in maya.get("/words/gaps").text


def test_the_task_is_found_from_ones_work(world, gap):
    shown = world.browser("program_staff").get("/tasks").text
    assert re.search(r'href="/words/gaps">Armenian', shown)
    assert 'href="/words/gaps">Armenian' not in world.browser("privacy_officer").get("/tasks").text


def test_a_members_task_is_none_of_theirs(world, gap):
    visit = world.visit()
    world.needs_ride(visit)
    other = world.task("arrange_ride")
    browser = world.browser("program_staff")
    for what in ("take", "finish"):
        assert browser.post(f"/words/gaps/{other}/{what}", "/words/gaps").status_code == 409
    assert world.row("SELECT owner_person, state FROM task WHERE id = :id", id=other) == (None, "open")


def test_the_last_recording_ends_the_task(world, gap):
    program, task = gap
    record_all(world.deployment, program)
    assert world.row("SELECT state FROM task WHERE id = :id", id=task).state == "resolved"


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        ("Su cita {day}", "Su visita {day}", "Su <del>cita</del><ins>visita</ins> {day}"),
        ("回复1", "回复2", "回复<del>1</del><ins>2</ins>"),
        ("<b>", "<i>", "&lt;<del>b</del><ins>i</ins>&gt;"),
        ("", "a", "<ins>a</ins>"),
    ],
)
def test_a_difference_is_shown_word_by_word_and_never_as_markup(before, after, shown):
    assert str(difference(before, after)) == shown


def test_whom_to_ask_is_offered_by_name(world, es):
    with world.deployment.write(OPERATOR) as uow:
        for at, (who, role) in enumerate((("Rosa Vega", "translator"), ("Kevin Lee", "coordinator"))):
            accounts.create(uow, f"{at}@care.example.org", who, role, uow.now)
        uow.commit()
    shown = world.browser("program_staff").get(page(es)).text
    assert '<option value="Rosa Vega">' in shown
    assert "Kevin Lee" not in shown


def test_every_page_of_words_answers_on_both_databases(database):
    world = on(database)
    place = Place(speaks_armenian(world.deployment).id, "hy", "reminder")
    sign(world.deployment, history(world.deployment, place)[-1].id, TRANSLATED, REVIEWED)
    word_requests.ask(world.deployment, OPERATOR, Place(place.program_id, "hy", ""), Work.REVIEW, "Ana Ruiz", DUE)
    ana = world.browser("approver", "Ana Ruiz")
    paths = ["/words", "/words?channel=calls", "/words/for-me", "/words/languages", "/words/gaps", page(place)]
    paths += [f"/words/{place.program_id}/hy.po", f"{page(Place(place.program_id, 'en', 'stop'))}?withdraw=ask"]
    assert {path: ana.get(path).status_code for path in paths} == dict.fromkeys(paths, 200)
    assert counted(ana) == 2, "one request, one text to approve"
    assert act(ana, place, f"{newest(world, place).id}/approved", going="approved").status_code == 303
    assert sent(world.deployment, place)
