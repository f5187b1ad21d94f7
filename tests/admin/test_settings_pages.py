"""Settings on the screen: what is typed is what the engine uses, what follows is said first, nobody is overwritten."""

from __future__ import annotations

from datetime import timedelta
from html.parser import HTMLParser

import pytest
from console_browser import Browser
from console_world import NOW, REMINDED, World, on
from sqlalchemy import event

from admin.roles import Right, Role, rights
from admin.settings_fields import differences, read, typed_from
from admin.settings_forms import CLINIC, NEW_CLINIC, THINGS
from admin.settings_shown import sender_limits
from admin.settings_stored import table_of
from outreach.bootstrap import bootstrap, open_database
from outreach.store import configuration, programs
from outreach.store.actor import OPERATOR

STAFF = [role for role, may in rights().items() if Right.PROGRAMS in may]
OTHERS = [role for role in Role if role not in STAFF]
SECRET = "whsec_" + "a" * 32


class _Form(HTMLParser):
    """What a browser would send of the page's own form: the last one that has a version."""

    def __init__(self) -> None:
        super().__init__()
        self.typed: dict[str, list[str]] = {}
        self._select = self._area = ""

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attributes}
        name = found.get("name", "")
        if tag == "form":
            self.typed = {} if "seen" not in self.typed else self.typed
        if tag == "input" and (found.get("type") not in ("checkbox", "radio") or "checked" in found):
            self.typed.setdefault(name, []).append(found.get("value", ""))
        elif tag == "select":
            self._select = name
            self.typed[name] = [""]
        elif tag == "option" and "selected" in found:
            self.typed[self._select] = [found["value"]]
        elif tag == "textarea":
            self._area = name
            self.typed[name] = [""]

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._area = ""

    def handle_data(self, data: str) -> None:
        if self._area:
            self.typed[self._area] = [self.typed[self._area][0] + data]


def typed(page: str) -> dict[str, list[str]]:
    form = _Form()
    form.feed(page)
    return form.typed


@pytest.fixture
def program(world):
    return world.row("SELECT id FROM program").id


def staff(world, name: str = "Maria Soto") -> Browser:
    return world.browser("program_staff", name)


def send(browser: Browser, path: str, page: str, **changes: str | list[str] | None):
    """Send the page's form as it stands, with some of it typed over; None is a box that is not ticked."""
    form = typed(page) | {name.replace("__", "."): value for name, value in changes.items()}
    given = {name: value for name, value in form.items() if value is not None}
    return browser.client.post(path, data=given, base_url=browser.base)


def save(browser: Browser, path: str, **changes: str | list[str] | None):
    """Change something and agree to what follows."""
    answer = send(browser, path, browser.get(path).text, **changes)
    return send(browser, path, answer.text) if answer.status_code == 200 else answer


def stored(world) -> programs.StoredProgram:
    with world.deployment.read(OPERATOR) as uow:
        return next(iter(programs.programs(uow).values()))


def path_of(world, key: str) -> str:
    row = world.row("SELECT id, program_id FROM clinic WHERE key = :key", key=key)
    return f"/settings/{row.program_id}/clinics/{row.id}"


def test_settings_are_for_who_may_set_programs(world, program):
    for role in OTHERS:
        browser = world.browser(role)
        assert browser.get(f"/settings/{program}").status_code == 403, role
        assert browser.get(f"/settings/{program}/caps").status_code == 403, role
    assert STAFF == [Role.PROGRAM_STAFF]
    assert 'href="/settings"' in staff(world).get(f"/settings/{program}").text


@pytest.mark.parametrize("page", ["", *(f"/{thing}" for thing in THINGS), *(f"/{thing}/history" for thing in THINGS)])
def test_every_thing_has_a_page_and_its_versions(world, program, page):
    assert staff(world).get(f"/settings/{program}{page}").status_code == 200


@pytest.mark.parametrize("page", ["clinics", "clinics/new", "reasons", "carrier-errors"])
def test_what_is_the_same_everywhere_can_be_read(world, program, page):
    assert staff(world).get(f"/settings/{program}/{page}").status_code == 200


def test_one_program_is_opened_at_once_and_what_is_not_there_is_not_found(world, program):
    browser = staff(world)
    assert browser.get("/settings").location.endswith(f"/settings/{program}")
    for path in (
        "/settings/999",
        "/settings/999/caps",
        f"/settings/{program}/cups",
        f"/settings/{program}/clinics/999",
    ):
        assert browser.get(path).status_code == 404, path
    for path in (f"/settings/{program}/caps?version=99", f"/settings/{program}/clinics/999/history"):
        assert browser.get(path).status_code == 404, path


@pytest.mark.parametrize("thing", THINGS)
def test_a_form_that_is_sent_as_it_stands_changes_nothing(world, program, thing):
    browser, path = staff(world), f"/settings/{program}/{thing}"
    answer = send(browser, path, browser.get(path).text)
    assert answer.status_code == 303, answer.text
    assert "it stays as it is" in browser.get(path).text
    assert world.row("SELECT max(version) AS version FROM setting_version").version == 1


def test_a_clinics_form_that_is_sent_as_it_stands_changes_nothing(world):
    browser = staff(world)
    for key in ("riverside", "lakeview"):
        answer = send(browser, path_of(world, key), browser.get(path_of(world, key)).text)
        assert answer.status_code == 303, answer.text
    assert world.row("SELECT max(version) AS version FROM setting_version").version == 1


def test_what_is_stored_is_drawn_read_and_the_same(world, program):
    with world.deployment.read(OPERATOR) as uow:
        columns = configuration.stored_program(uow, program)
        clinics = configuration.stored_clinics(uow, program)
    for name, thing in THINGS.items():
        table = table_of(name, columns)
        assert differences(thing.form, table, read(thing.form, typed_from(thing.form, table))) == [], name
    for row in clinics:
        table = table_of("clinic:1", row)
        assert differences(CLINIC.form, table, read(CLINIC.form, typed_from(CLINIC.form, table))) == []
    assert "key" in read(NEW_CLINIC.form, typed_from(NEW_CLINIC.form, {}))


def test_new_hours_are_told_first_and_move_what_is_planned(world, program):
    visit, browser, path = world.visit(), staff(world), f"/settings/{program}/hours"
    world.settle()
    planned = "SELECT planned_for AS at FROM touch WHERE step = 'reminder' AND loop_id = :loop"
    before = world.row(planned, loop=visit.loop).at
    asked = send(browser, path, browser.get(path).text, **{"hours.weekday.from": "17:00"})
    assert asked.status_code == 200
    assert "1 open visit is planned again" in asked.text
    assert "09:00 to 20:00" in asked.text
    assert "17:00 to 20:00" in asked.text
    assert "The next 60 days, as they would be" in asked.text
    assert "17:00–20:00" in asked.text
    assert stored(world).hours.weekday[0].hour == 9
    assert send(browser, path, asked.text).status_code == 303
    page = browser.get(path).text
    assert "Saved. 1 open visit is planned again." in page
    assert "Open visits are planned again: 0 of 1." in page
    world.settle()
    assert world.row(planned, loop=visit.loop).at > before
    assert "Open visits are planned again" not in browser.get(path).text


def test_what_was_agreed_to_is_one_change_alone(world, program):
    world.visit()
    browser, path = staff(world), f"/settings/{program}/hours"
    asked = send(browser, path, browser.get(path).text, **{"hours.weekday.from": "17:00"})
    again = send(browser, path, asked.text, **{"hours.weekday.from": "18:00"})
    assert again.status_code == 200
    assert "18:00 to 20:00" in again.text
    assert stored(world).hours.weekday[0].hour == 9


def test_a_new_cap_holds_at_the_next_text(world, program):
    assert save(staff(world), f"/settings/{program}/caps", caps__per_week="9").status_code == 303
    assert (stored(world).caps.per_day, stored(world).caps.per_week) == (2, 9)


def test_care_07_work_that_opens_from_now_on_is_due_by_the_new_service_levels(world, program):
    visit, sooner = world.visit(), f"/settings/{program}/service_levels"
    world.remind()
    assert save(staff(world), sooner, service_levels__urgent_hours="1").status_code == 303
    world.at(NOW)
    task = world.needs_ride(visit)
    hour = "SELECT due_at - opened_at AS span FROM task WHERE id = :task"
    assert world.row(hour, task=task).span == 3600 * 1_000_000
    assert "Due in 1 hour of the office" in staff(world).get(sooner).text


def test_hip_05_a_clinic_that_is_made_silent_has_no_more_texts(world):
    visit, other = world.visit(), world.visit("Ana Doveland", clinic="lakeview")
    world.settle()
    browser, path = staff(world), path_of(world, "riverside")
    asked = send(browser, path, browser.get(path).text, sensitivity="silent")
    assert "texts of 1 open visit say less, or are not sent" in asked.text
    assert send(browser, path, asked.text).status_code == 303
    sent = "SELECT count(*) AS n FROM touch WHERE loop_id = :loop AND state = 'sent'"
    before = world.row(sent, loop=visit.loop).n
    world.settle(REMINDED)
    assert world.row(sent, loop=visit.loop).n == before
    assert world.row(sent, loop=other.loop).n > before


def test_what_is_wrong_is_said_beside_its_field_and_what_was_typed_stays(world, program):
    browser, path = staff(world), f"/settings/{program}/program"
    answer = send(browser, path, browser.get(path).text, name="CareLink of Springfield", phone="8005550100", state="")
    assert answer.status_code == 409
    assert 'value="CareLink of Springfield"' in answer.text
    assert "COPY-05" in answer.text
    assert "Write it as 800-555-0100." in answer.text
    assert "2 fields have to be put right" in answer.text
    assert stored(world).name == "CareLink"


@pytest.mark.parametrize(
    ("thing", "changes", "said"),
    [
        ("hours", {"hours.weekday.from": "07:00"}, "LAW-33"),
        ("hours", {"hours.weekday.until": "21:30"}, "LAW-33"),
        ("hours", {"hours.sunday.from": ""}, "Give a time like 09:00."),
        ("hours", {"office.weekdays": []}, "Choose at least one day."),
        ("hours", {"office.opens": "18:00"}, "It must open before it closes."),
        ("hours", {"office.closed": "soon"}, "Give dates like 2027-03-15"),
        ("hours", {"office.state": "ZZ"}, "write its two letters"),
        ("caps", {"caps.per_day": "4"}, "At most 3. (LAW-35)"),
        ("caps", {"caps.per_day": "two"}, "Give a whole number."),
        ("caps", {"caps.per_day": ""}, "Give a whole number."),
        ("caps", {"caps.per_day": "1"}, "LAW-35"),
        ("sender", {"sender": "12"}, "Cannot send texts"),
        ("sender", {"sender": ""}, "Fill this in."),
        ("rides", {"ride.notice_days": "11"}, "At most 10."),
        ("rides", {"ride.phone": "555"}, "Write it as 800-555-0100."),
        ("rides", {"ride.cut_off": "noon"}, "Give a time like 09:00."),
        ("telephone", {"voice": "1", "voice.on_call": "5"}, "Cannot be called"),
        ("service_levels", {"service_levels.urgent_hours": "9"}, "At most 8."),
        ("service_levels", {"service_levels.asap_minutes": "5"}, "At least 15."),
        ("service_levels", {"service_levels.routine_days": "0"}, "At least 1."),
        ("program", {"zone": "EST"}, "not a time zone we know"),
        ("program", {"languages": [], "language": ""}, "Choose at least one."),
    ],
)
def test_what_cannot_be_is_refused_in_plain_words(world, program, thing, changes, said):
    browser, path = staff(world), f"/settings/{program}/{thing}"
    answer = send(browser, path, browser.get(path).text, **changes)
    assert answer.status_code == 409
    assert said in answer.text
    assert world.row("SELECT max(version) AS version FROM setting_version").version == 1


def test_two_people_at_once_do_not_overwrite_each_other(world, program):
    path = f"/settings/{program}/caps"
    maria, kevin = staff(world), staff(world, "Kevin Lee")
    seen = kevin.get(path).text
    save(maria, path, caps__per_week="9")
    answer = send(kevin, path, seen, caps__per_week="8")
    assert answer.status_code == 409
    assert "Maria Soto changed this" in answer.text
    assert 'value="8"' in answer.text
    assert stored(world).caps.per_week == 9
    assert send(kevin, path, answer.text).status_code == 303
    assert stored(world).caps.per_week == 8


def test_every_version_is_kept_and_one_can_be_brought_back(world, program):
    browser, path = staff(world), f"/settings/{program}/caps"
    save(browser, path, caps__per_week="9")
    history = browser.get(f"{path}/history").text
    assert "Maria Soto" in history
    assert "A program file" in history
    assert "In seven days" in history
    back = browser.get(f"{path}?version=1").text
    assert "Save it to bring it back" in back
    assert send(browser, path, back).status_code == 303
    assert stored(world).caps.per_week == 6
    assert world.row("SELECT max(version) AS version FROM setting_version WHERE thing = 'caps'").version == 3
    assert browser.get(f"{path}/history").text.count("Bring back") == 2


def test_a_clinic_is_added_changed_and_its_secret_never_shown(world, program):
    browser, new = staff(world), f"/settings/{program}/clinics/new"
    form = {"key": "harbor", "name": "Harbor Clinic", "zone": "America/Chicago"}
    hook = {"webhook_url": "https://signals.harbor.example/o", "webhook_secret": SECRET}
    refused = send(browser, new, browser.get(new).text, **form, **hook | {"webhook_url": "https://10.0.0.1/"})
    assert refused.status_code == 409
    assert SECRET not in refused.text
    assert send(browser, new, browser.get(new).text, **form, **hook).status_code == 303
    assert world.row("SELECT sensitivity FROM clinic WHERE key = 'harbor'").sensitivity == "restricted"
    path = path_of(world, "harbor")
    assert SECRET not in browser.get(path).text
    assert "One is stored" in browser.get(path).text
    assert save(browser, path, place="1 Pier").status_code == 303
    with world.deployment.read(OPERATOR) as uow:
        clinic = programs.clinics_of(uow, program)["harbor"]
        assert clinic.webhook_secret is not None
        assert uow.keyring.open(programs.WEBHOOK_SECRET, clinic.id, clinic.webhook_secret) == SECRET
    assert "1 Pier" in browser.get(f"{path}/history").text
    assert "Harbor Clinic" in browser.get(f"/settings/{program}/clinics").text
    assert save(browser, path, webhook_url="").status_code == 303
    with world.deployment.read(OPERATOR) as uow:
        assert programs.clinics_of(uow, program)["harbor"].webhook_secret is None


def test_a_first_program_is_made_here(tmp_path, world):
    folder = tmp_path / "new"
    folder.mkdir()
    settings = world.settings.model_copy(
        update={"database_url": f"sqlite:///{folder / 'new.db'}", "key_file": folder / "keys.json"}
    )
    database = open_database(settings, world.timer, create=True)
    fresh = World(bootstrap(settings, database=database, timer=world.timer), world.timer)
    browser = staff(fresh)
    assert browser.get("/settings").location.endswith("/settings/new")
    page = browser.get("/settings/new").text
    form = {"key": "carelink", "name": "CareLink", "phone": "800-555-0100", "zone": "America/New_York", "state": "NY"}
    refused = send(browser, "/settings/new", page, **form, sender="5", language="en")
    assert refused.status_code == 409
    answer = send(browser, "/settings/new", refused.text, sender="+12025550100", languages=["en", "es"])
    assert answer.status_code == 303, answer.text
    assert stored(fresh).languages == ("en", "es")
    assert browser.get(answer.location).status_code == 200
    fresh.close()


def test_the_first_language_leads_and_the_others_keep_their_order(world, program):
    path = f"/settings/{program}/program"
    assert save(staff(world), path, language="es", languages=["ar", "en", "es"]).status_code == 303
    assert stored(world).languages == ("es", "en", "ar")


def test_a_telephone_is_switched_on_and_off(world, program):
    browser, path = staff(world), f"/settings/{program}/telephone"
    on = {"voice": "1", "voice.on_call": "+12025550190", "voice.record": "1"}
    asked = send(browser, path, browser.get(path).text, **on)
    assert "LAW-48" in asked.text
    assert send(browser, path, asked.text).status_code == 303
    assert "texts are new: approve them." in browser.get(path).text
    assert (stored(world).desk.answers, stored(world).desk.records) == (True, True)
    assert save(browser, path, voice=None).status_code == 303
    assert not stored(world).desk.answers


def test_a_page_that_asks_itself_again_is_short(world, program):
    browser = staff(world)
    browser.get(f"/settings/{program}/hours")
    again = browser.client.get(f"/settings/{program}/hours", base_url=browser.base, headers={"Outreach-Live": "1"})
    assert "The next 60 days" not in again.text
    assert 'id="replanning"' in again.text


def test_the_list_of_clinics_asks_as_often_for_many_as_for_few(world, program):
    browser = staff(world)

    def asked() -> int:
        seen: list[str] = []

        def count(*told: object) -> None:
            seen.extend([str(told[2])] if "clinic" in str(told[2]) else [])

        engine = world.deployment.database.engine
        event.listen(engine, "before_cursor_execute", count)
        browser.get(f"/settings/{program}/clinics")
        event.remove(engine, "before_cursor_execute", count)
        return len(seen)

    asked()
    few = asked()
    with world.deployment.write(OPERATOR) as uow:
        for number in range(60):
            programs.add_unlisted_clinic(uow, program, f"c{number:02}", "America/New_York")
        uow.commit()
    assert asked() == few
    first = browser.get(f"/settings/{program}/clinics").text
    assert "More clinics" in first
    assert "Seen in a file, not configured" in first
    last = world.row("SELECT id FROM clinic ORDER BY name, id LIMIT 1 OFFSET 49").id
    assert first.count('class="o-row"') == 50
    assert browser.get(f"/settings/{program}/clinics?after={last}").text.count('class="o-row"') == 12


def test_rates_are_shown_with_what_is_used(carried):
    with carried.deployment.read(OPERATOR) as uow:
        found = next(iter(programs.programs(uow).values()))
        limits = {each.name: (each.allows, each.used) for each in sender_limits(carried.deployment, uow, found)}
    assert limits == {
        "This sender": ("Segments a second: 1", ""),
        "The campaign": ("Segments a second: 3.75", ""),
        "All long codes, on one day": ("Segments a day: 6,000", "0 used today"),
        "The account": ("Segments a second: 100", ""),
        "Calls that begin": ("Calls a second: 1", ""),
    }


def test_time_passes_between_a_look_and_a_save(world, program):
    path = f"/settings/{program}/caps"
    kevin = staff(world, "Kevin Lee")
    seen = kevin.get(path).text
    save(staff(world), path, caps__per_week="9")
    world.at(NOW + timedelta(hours=5))
    assert "Maria Soto changed this on" in send(kevin, path, seen, caps__per_week="8").text


def test_the_pages_and_their_forms_are_the_same_on_both_databases(database):
    either = on(database)
    either.visit()
    browser, program = staff(either), either.row("SELECT id FROM program").id
    for thing in THINGS:
        path = f"/settings/{program}/{thing}"
        assert send(browser, path, browser.get(path).text).status_code == 303, thing
        assert browser.get(f"{path}/history").status_code == 200
    for page in ("", "/clinics", "/reasons", "/carrier-errors"):
        assert browser.get(f"/settings/{program}{page}").status_code == 200
    hours = f"/settings/{program}/hours"
    assert save(browser, hours, **{"hours.sunday.closed": "1"}).status_code == 303
    assert "Open visits are planned again" in browser.get(hours).text
    either.settle()
    assert "Open visits are planned again" not in browser.get(hours).text
    assert stored(either).hours.sunday is None
