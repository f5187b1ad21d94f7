"""Cadences on the screen: changed step by step without fear, published by a second person, brought back by one door."""

from __future__ import annotations

import re
from html import unescape

import pytest
from console_browser import Browser
from console_world import World, on
from sqlalchemy import select, text

from outreach.engine import cadences
from outreach.engine.configure import configure
from outreach.engine.program_file import BadProgramFile
from outreach.engine.program_written import toml, written
from outreach.engine.pump import settle
from outreach.engine.refusals import NotAsked
from outreach.store import cadences as stored
from outreach.store.actor import OPERATOR, Actor
from outreach.store.cadences import Draft
from outreach.store.database import Database
from outreach.store.tables import cadence, touch

AUTHOR = Actor("person", "Tomás Rivera")


@pytest.fixture
def author(world: World) -> Browser:
    return world.browser("program_staff", "Tomás Rivera")


@pytest.fixture
def second(world: World) -> Browser:
    return world.browser("program_staff", "Linh Tran")


@pytest.fixture
def at(world: World) -> str:
    return f"/cadences/{world.row('SELECT id FROM program').id}"


def draft_of(world: World, at: str) -> Draft:
    with world.deployment.read(OPERATOR) as uow:
        found = stored.draft_of(uow, int(at.rpartition("/")[2]))
    assert found is not None
    return found


def typed(page: str) -> dict[str, str | list[str]]:
    """What a browser would send of the form of a step."""
    form = page[page.index('name="step"') :]
    form = form[: form.index("</form>")]
    found: dict[str, str | list[str]] = {}
    for tag in re.findall(r"<input[^>]*>", form):
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        if name is None or ("checkbox" in tag and " checked" not in tag):
            continue
        said = unescape(value[1]) if value else ""
        before = found.get(name[1])
        found[name[1]] = [*before, said] if isinstance(before, list) else [said] if "checkbox" in tag else said
    for name, options in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', form, re.S):
        chosen = re.search(r'<option value="([^"]*)" selected', options)
        found[name] = chosen[1] if chosen else ""
    return found


def save(browser: Browser, at: str, step: str, /, **fields: str | list[str]) -> str:
    seen = browser.get(f"{at}?step={step}").text
    form = seen[seen.index(f'action="{at}/step"') :]
    version = re.search(r'name="draft" value="(\d+)"', form)
    assert version
    values = typed(form) | {"draft": version[1], "step": "" if step == "new" else step} | fields
    return browser.post(f"{at}/step", f"{at}?step={step}", **values).text  # type: ignore[arg-type]


def start(browser: Browser, at: str, **form: str) -> None:
    assert browser.post(f"{at}/draft", at, **form).status_code == 303


def decide(browser: Browser, world: World, at: str, what: str) -> int:
    return browser.post(f"{at}/{what}", at, draft=str(draft_of(world, at).version)).status_code


def test_a_step_is_changed_in_the_draft_and_shows_what_it_was(world: World, author: Browser, at: str) -> None:
    start(author, at)
    save(author, at, "day_before", at="16:30")
    assert next(row for row in draft_of(world, at).steps if row["key"] == "day_before")["at"] == "16:30"
    page = author.get(f"{at}/differences").text
    assert "<h3>Day-before reminder" in page
    assert "15:00" in page
    assert "16:30" in page
    assert "o-cadence-changed" in author.get(at).text


def test_saving_a_step_as_it_is_changes_nothing_of_it(world: World, author: Browser, at: str) -> None:
    start(author, at)
    before = draft_of(world, at).steps
    for row in before:
        save(author, at, row["key"])
    assert draft_of(world, at).steps == before


@pytest.mark.parametrize(
    ("fields", "beside"),
    [
        ({"amount": "soon"}, "amount"),
        ({"amount": "-2"}, "amount"),
        ({"amount": "1.5"}, "amount"),
        ({"conditions": []}, "conditions"),
        ({"words_without_time": ""}, "words_without_time"),
        ({"key": "Day Before"}, "key"),
        ({"key": "reminder"}, "key"),
        ({"fallback": "sms"}, "fallback"),
    ],
)
def test_what_cannot_be_is_said_beside_its_field_and_what_was_typed_stays(
    world: World, author: Browser, at: str, fields: dict[str, str | list[str]], beside: str
) -> None:
    start(author, at)
    before = draft_of(world, at)
    page = save(author, at, "day_before", at="18:45", **fields)
    assert f'id="f-{beside.replace("_", "-")}-amiss"' in page
    assert 'value="18:45"' in page
    assert draft_of(world, at) == before


def test_steps_are_added_copied_moved_and_removed(world: World, author: Browser, at: str) -> None:
    start(author, at)

    def act(what: str, step: str) -> None:
        seen = str(draft_of(world, at).version)
        assert author.post(f"{at}/step/{what}", at, draft=seen, step=step).status_code == 303

    act("copy", "reminder")
    act("earlier", "reminder_2")
    keys = [row["key"] for row in draft_of(world, at).steps]
    assert keys.index("reminder_2") == keys.index("reminder") - 1
    act("remove", "reminder_2")
    save(author, at, "new", key="two_days", words="reminder", words_without_time="reminder_no_time")
    assert draft_of(world, at).steps[-1]["key"] == "two_days"
    seen = str(draft_of(world, at).version)
    refused = author.post(f"{at}/step/remove", at, draft=seen, step="welcome")
    assert refused.status_code == 409
    assert "starts with the opt-in confirmation" in refused.text


def test_the_author_cannot_publish_under_any_role_and_a_second_person_can(
    world: World, author: Browser, second: Browser, at: str
) -> None:
    visit = world.visit()
    start(author, at)
    save(author, at, "day_before", at="16:30")
    assert decide(second, world, at, "publish") == 409  # nobody asked
    assert decide(author, world, at, "ask") == 303
    assert "Publish version 2</button>" not in author.get(f"{at}/preview").text
    assert decide(author, world, at, "publish") == 409
    same_person = world.browser("program_staff", "Tomás Rivera")
    assert decide(same_person, world, at, "publish") == 409
    assert "Publish version 2</button>" in second.get(f"{at}/preview?of=month").text
    assert decide(second, world, at, "publish") == 303
    settle(world.deployment)
    with world.deployment.read(OPERATOR) as uow:
        (row,) = uow.all(select(cadence).where(cadence.c.version == 2))
        due = uow.all(select(touch.c.planned_for).where(touch.c.loop_id == visit.loop, touch.c.step == "day_before"))
    assert (row.published_by, row.written_by) == ("person:Linh Tran", ["person:Tomás Rivera"])
    assert f"{due[0].planned_for:%H}" == "21"  # 16:30 in New York, and the member's own minute after it


def test_a_changed_draft_must_be_asked_for_anew_and_whoever_changed_it_is_an_author(
    world: World, author: Browser, second: Browser, at: str
) -> None:
    start(author, at)
    save(author, at, "day_before", at="16:30")
    assert decide(author, world, at, "ask") == 303
    save(second, at, "dayof", amount="4")
    assert draft_of(world, at).asked_at is None
    assert decide(second, world, at, "ask") == 303
    assert decide(second, world, at, "publish") == 409


def test_whoever_saw_an_older_draft_changes_nothing(world: World, author: Browser, at: str) -> None:
    start(author, at)
    save(author, at, "day_before", at="16:30")
    late = author.post(f"{at}/step/remove", at, draft="1", step="dayof")
    assert late.status_code == 409
    assert "Nothing was saved" in late.text
    assert "dayof" in [row["key"] for row in draft_of(world, at).steps]


def test_a_version_comes_back_as_a_new_one_by_the_same_door(
    world: World, author: Browser, second: Browser, at: str
) -> None:
    start(author, at)
    save(author, at, "day_before", at="16:30")
    decide(author, world, at, "ask")
    decide(second, world, at, "publish")
    start(second, at, like="1")
    decide(second, world, at, "ask")
    assert decide(second, world, at, "publish") == 409
    assert decide(author, world, at, "publish") == 303
    with world.deployment.read(OPERATOR) as uow:
        first, third = (stored.version(uow, int(at.rpartition("/")[2]), number) for number in (1, 3))
    assert first is not None
    assert third is not None
    assert third.steps == first.steps
    page = author.get(f"{at}/versions").text
    assert page.index("Version 3") < page.index("Version 2") < page.index("Version 1")


def test_texts_too_close_together_are_refused_before_anybody_is_asked(world: World, author: Browser, at: str) -> None:
    start(author, at)
    for key in ("a", "b", "c"):
        save(author, at, "new", key=key, words="reminder", words_without_time="reminder_no_time", amount="2")
    refused = author.post(f"{at}/ask", at, draft=str(draft_of(world, at).version))
    assert refused.status_code == 409
    assert "LAW-35" in refused.text


def test_a_draft_that_is_discarded_leaves_what_is_live(world: World, author: Browser, at: str) -> None:
    start(author, at)
    assert decide(author, world, at, "discard") == 303
    assert "Write a draft" in author.get(at).text


def test_a_file_does_not_undo_what_was_published_in_the_console_unseen(
    world: World, author: Browser, second: Browser, at: str
) -> None:
    program = int(at.rpartition("/")[2])
    with world.deployment.read(OPERATOR) as uow:
        file = toml(written(uow, program) or {})
    start(author, at)
    save(author, at, "day_before", at="16:30")
    decide(author, world, at, "ask")
    decide(second, world, at, "publish")
    with pytest.raises(BadProgramFile, match="published in the console"):
        configure(world.deployment, OPERATOR, file)
    with world.deployment.read(OPERATOR) as uow:
        configure(world.deployment, OPERATOR, toml(written(uow, program) or {}))
    configure(world.deployment, OPERATOR, file, cadence=True)
    with world.deployment.read(OPERATOR) as uow:
        assert stored.live(uow)[program].version == 3


def test_a_visit_a_clinic_and_last_month_are_previewed(world: World, author: Browser, at: str) -> None:
    visit = world.visit("Rosa Hernández", "es")
    start(author, at)
    save(author, at, "day_before", at="16:30")
    page = author.get(f"{at}/preview?of=visit&loop=L-{visit.loop}").text
    assert "Was Sun Nov 29, 3:" in page
    assert "1 text differs." in page
    assert "Rosa" not in page
    assert "CareLink" in page
    assert "1 text differs." in author.get(f"{at}/preview?of=clinic&clinic={visit.clinic}").text
    assert author.get(f"{at}/preview?of=month").status_code == 200
    assert author.get(f"{at}/preview?of=visit&loop=L-1").status_code == 404
    noted = text("SELECT count(*) AS n FROM audit WHERE action = 'cadence.preview.viewed' AND object = :subject")
    with world.deployment.read(OPERATOR) as uow:
        assert uow.execute(noted.bindparams(subject=f"loop:{visit.loop}")).scalar_one() == 1


def test_the_coming_weeks_are_told_with_what_they_rest_on(world: World, author: Browser, at: str) -> None:
    world.visit()
    start(author, at)
    page = author.get(f"{at}/ahead?weeks=2&new_a_week=7&confirms=50").text
    assert "live and draft do not differ." in page
    assert "<svg" in page
    assert "Texts and calls by language" in page
    again = author.client.get(f"{at}/ahead?weeks=2", base_url=author.base, headers={"Outreach-Live": "1"})
    assert again.status_code == 200
    assert '<svg class="o-cadence-chart"' not in again.text  # a page that asks itself again plays nothing
    assert "Both answers together" in author.get(f"{at}/ahead?weeks=2&confirms=80&declines=40").text


def test_nobody_without_the_right_comes_near(world: World, at: str) -> None:
    for role in ("coordinator", "translator", "clinic_viewer"):
        browser = world.browser(role, "Maya Ortiz")
        assert [browser.get(path).status_code for path in ("/cadences", at, f"{at}/preview", f"{at}/ahead")] == [
            403
        ] * 4


def test_a_second_draft_is_refused(world: World, author: Browser, at: str) -> None:
    start(author, at)
    with pytest.raises(NotAsked, match="already"):
        cadences.start(world.deployment, AUTHOR, int(at.rpartition("/")[2]))


def test_an_approver_reads_a_draft_and_publishes_what_somebody_else_wrote_and_writes_none(world, author, at):
    approver = world.browser("approver", "Ada Prove")
    start(author, at)
    save(author, at, "postvisit", amount="3")
    page = approver.get(f"{at}/differences").text
    for act in ("Ask a second person", "Discard the draft", "Write a draft", "Save in the draft"):
        assert act not in page + approver.get(at).text
    for what in ("draft", "discard", "ask", "step"):
        assert approver.post(f"{at}/{what}", f"{at}/differences", draft="1").status_code in (403, 404), what
    assert decide(author, world, at, "ask") == 303
    assert decide(author, world, at, "publish") == 409  # whoever wrote it does not, whatever rights they have
    assert "Publish version 2" in approver.get(f"{at}/differences").text
    assert decide(approver, world, at, "publish") == 303
    assert "Version 2 is live" in approver.get(at).text
    assert "Ada Prove" in author.get(f"{at}/versions").text


def test_a_draft_is_previewed_simulated_and_published_on_either_database(database: Database) -> None:
    world = on(database)
    visit = world.visit("Rosa Hernández", "es")
    world.remind()
    at = f"/cadences/{world.row('SELECT id FROM program').id}"
    author, second = (world.browser("program_staff", name) for name in ("Tomás Rivera", "Linh Tran"))
    start(author, at)
    save(author, at, "postvisit", amount="3")
    for page in (f"preview?of=visit&loop=L-{visit.loop}", "preview?of=month", "ahead?weeks=2&new_a_week=5"):
        assert author.get(f"{at}/{page}").status_code == 200, page
    assert decide(author, world, at, "ask") == 303
    assert decide(second, world, at, "publish") == 303
    assert [author.get(f"{at}/{page}").status_code for page in ("versions", "differences?version=2")] == [200, 200]
