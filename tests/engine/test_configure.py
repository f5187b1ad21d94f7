"""Configuring a program: checked in words, applied once, and planned again when it changes."""

from __future__ import annotations

from datetime import date, time
from pathlib import Path

import pytest
from sqlalchemy import text
from world import PROGRAM_FILE, book, contents, enrol, member, program, rows_of, visit

from outreach.engine.configure import configure
from outreach.engine.deployment import Deployment
from outreach.engine.program_file import BadProgramFile
from outreach.loops import cadence as cadences
from outreach.loops.business_days import BusinessCalendar
from outreach.loops.rides import RideNotice
from outreach.store import programs
from outreach.store.actor import OPERATOR
from outreach.store.database import Database
from outreach.store.health import unheld

EXAMPLE = PROGRAM_FILE.read_text(encoding="utf-8")
STANDARD = Path(cadences.__file__).with_name("standard_cadence.toml").read_text(encoding="utf-8")
STEPS = STANDARD[STANDARD.index("[[step]]") :].replace("[[step]]", "[[cadence.step]]")
OWN = EXAMPLE + STEPS  # the same cadence, written out
HOOK = 'webhook_url = "https://signals.lakeview.example/outreach"\n'


def changed(old: str, new: str) -> str:
    assert OWN.count(old) >= 1
    return OWN.replace(old, new, 1)


def stored(deployment: Deployment) -> programs.StoredProgram:
    with deployment.read(OPERATOR) as uow:
        return next(iter(programs.programs(uow).values()))


def clinic(deployment: Deployment, key: str) -> programs.StoredClinic:
    with deployment.read(OPERATOR) as uow:
        return programs.clinics_of(uow, stored(deployment).id)[key]


def test_the_example_is_a_whole_program(deployment: Deployment) -> None:
    done = configure(deployment, OPERATOR, PROGRAM_FILE)
    known = stored(deployment)
    assert (known.name, known.cadence.version, known.cadence.escalate_after) == ("CareLink", 1, 2)
    assert [clinic(deployment, key).listed for key in ("riverside", "lakeview")] == [True, True]
    assert done.summary.startswith("Program carelink: created")


def test_a_second_run_changes_and_audits_nothing(deployment: Deployment, database: Database) -> None:
    environ = {"SECRET": "whsec_" + "a" * 32}
    file = changed('sensitivity = "restricted"\n', f'{HOOK}webhook_secret_env = "SECRET"\n')
    configure(deployment, OPERATOR, file, environ=environ)
    before = contents(database)
    assert configure(deployment, OPERATOR, file, environ=environ).changes == ()
    assert contents(database) == before


def test_a_secret_is_sealed(deployment: Deployment, database: Database) -> None:
    secret = "whsec_" + "a" * 32
    file = changed('sensitivity = "restricted"\n', f'{HOOK}webhook_secret = "{secret}"\n')
    configure(deployment, OPERATOR, file)
    assert secret not in repr(contents(database))


def test_each_change_is_audited(deployment: Deployment) -> None:
    configure(deployment, OPERATOR, EXAMPLE)
    configure(deployment, OPERATOR, changed('name = "CareLink"', 'name = "CareWay"'))
    assert rows_of(deployment, "SELECT action FROM audit WHERE action LIKE 'program.%' ORDER BY id") == [
        ("program.created",),
        ("program.changed.name",),
    ]


def test_a_new_cadence_plans_open_visits_again_and_sends_nothing_twice(deployment: Deployment) -> None:
    program(deployment)
    enrol(deployment, member())
    book(deployment, visit())
    with deployment.write(OPERATOR) as uow:
        uow.execute(text("UPDATE touch SET state = 'sent' WHERE step = 'welcome'"))
        uow.commit()
    before = set(rows_of(deployment, "SELECT step, nth FROM touch"))
    later = STEPS.replace("amount = 3\nat", "amount = 4\nat", 1)
    done = configure(deployment, OPERATOR, EXAMPLE + later)
    assert (done.changes, done.replanned) == (("cadence",), 1)
    assert set(rows_of(deployment, "SELECT step, nth FROM touch")) == before
    assert rows_of(deployment, "SELECT state FROM touch WHERE step = 'welcome'") == [("sent",)]
    assert stored(deployment).cadence.version == 2


def test_a_file_without_a_cadence_has_the_standard_one(deployment: Deployment) -> None:
    bare = EXAMPLE.replace("[cadence]\nescalate_after = 2\n", "")
    configure(deployment, OPERATOR, bare)
    standard = cadences.standard_cadence()
    assert stored(deployment).cadence == cadences.read_cadence(1, standard["step"], standard["escalate_after"])
    assert configure(deployment, OPERATOR, OWN).changes == ()


def test_law_36_earlier_calls_alone_are_a_new_version(deployment: Deployment) -> None:
    configure(deployment, OPERATOR, EXAMPLE)
    done = configure(deployment, OPERATOR, changed("escalate_after = 2", "escalate_after = 1"))
    assert done.changes == ("cadence",)
    assert (stored(deployment).cadence.version, stored(deployment).cadence.escalate_after) == (2, 1)


def test_care_07_an_office_has_its_own_hours_and_days(deployment: Deployment) -> None:
    configure(deployment, OPERATOR, EXAMPLE)
    office = 'opens = "08:30"\ncloses = "16:00"\nweekdays = ["tue", "mon"]\nstate = "NY"\nclosed = ["2027-03-15"]\n'
    whole = 'opens = "08:00"\ncloses = "17:00"\nweekdays = ["mon", "tue", "wed", "thu", "fri"]\n'
    done = configure(deployment, OPERATOR, changed(whole, office))
    assert done.changes == ("office",)
    closed = frozenset({date(2027, 3, 15)})
    expected = BusinessCalendar("America/New_York", time(8, 30), time(16), frozenset({0, 1}), "NY", closed)
    assert stored(deployment).office == expected


def test_a_clinic_works_on_its_own_days_and_its_own_clocks(deployment: Deployment) -> None:
    configure(deployment, OPERATOR, EXAMPLE)
    assert clinic(deployment, "lakeview").office == BusinessCalendar("America/Chicago")
    assert clinic(deployment, "riverside").office.closes == time(19)
    done = configure(deployment, OPERATOR, changed('closes = "19:00"', 'closes = "18:00"'))
    assert done.changes == ("clinic riverside: office",)


def test_law_32_a_program_says_in_which_state_its_members_live(deployment: Deployment) -> None:
    configure(deployment, OPERATOR, EXAMPLE)
    assert (stored(deployment).state, stored(deployment).double_opt_in) == ("NY", False)
    bare = "".join(line for line in EXAMPLE.splitlines(keepends=True) if not line.startswith("state ="))
    assert configure(deployment, OPERATOR, bare).changes == ("state",)
    assert stored(deployment).state is None


def test_nemt_02_a_broker_has_its_own_notice_clocks_and_days(deployment: Deployment) -> None:
    ride = 'broker = "EasyRide"\nzone = "America/Chicago"\nphone'
    file = changed("notice_days = 2", "notice_days = 3").replace('broker = "EasyRide"\nphone', ride)
    configure(deployment, OPERATOR, file.replace('cut_off = "17:00"', 'cut_off = "12:00"'))
    known = stored(deployment)
    assert known.notice == RideNotice(BusinessCalendar("America/Chicago"), 3, time(12))
    assert (known.broker, known.broker_phone) == ("EasyRide", "800-555-0142")


def test_nemt_02_without_a_broker_the_usual_notice_holds(deployment: Deployment) -> None:
    bare = EXAMPLE[: EXAMPLE.index("[program.ride]")] + EXAMPLE[EXAMPLE.index("[[clinic]]") :]
    configure(deployment, OPERATOR, bare)
    known = stored(deployment)
    assert (known.notice, known.broker) == (RideNotice(BusinessCalendar("America/New_York")), None)


@pytest.mark.parametrize(
    ("old", "new", "change"),
    [
        ("notice_days = 2", "notice_days = 3", "ride"),
        ('weekday = ["09:00", "20:00"]', 'weekday = ["10:00", "20:00"]', "hours"),
        ('closes = "19:00"', 'closes = "18:00"', "clinic riverside: office"),
        ('state = "NY" ', 'state = "RI" ', "state"),
        ("double_opt_in = false", "double_opt_in = true", "double_opt_in"),
    ],
)
def test_what_plans_rest_on_plans_open_visits_again(deployment: Deployment, old: str, new: str, change: str) -> None:
    program(deployment)
    enrol(deployment, member())
    book(deployment, visit())
    done = configure(deployment, OPERATOR, changed(old, new))
    assert (done.changes, done.replanned) == ((change,), 1)


def test_planning_again_without_a_change_is_harmless(deployment: Deployment) -> None:
    program(deployment)
    enrol(deployment, member())
    book(deployment, visit())
    before = rows_of(deployment, "SELECT id, step, state, words FROM touch ORDER BY id")
    assert configure(deployment, OPERATOR, EXAMPLE, replan=True).replanned == 1
    assert rows_of(deployment, "SELECT id, step, state, words FROM touch ORDER BY id") == before
    with deployment.read(OPERATOR) as uow:
        assert unheld(uow) == {}


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('name = "CareLink"', 'name = "CareLink of Springfield"', "1 to 12 plain characters"),
        ('name = "CareLink"', 'name = "Cäre线"', "1 to 12 plain characters"),
        ('zone = "America/New_York"', 'zone = "EST"', "not a time zone we know"),
        ('weekday = ["09:00", "20:00"]', 'weekday = ["07:00", "20:00"]', "between 08:00 and 21:00"),
        ('words = "optin_confirm"', 'words = "hello"', "is no text of ours"),
        ('words = "optin_confirm"\n', "", "field 'words' is missing"),
        ('words_without_time = "dayof_no_time"\n', "", "add words_without_time"),
        ('languages = ["en", "es"]', 'languages = ["en", "xx"]', "not a language we know"),
        ('phone = "800-555-0100"', 'phone = "+18005550100"', "program.phone"),
        ('sender = "+12025550100"', 'sender = "12"', "cannot send texts"),
        ('key = "lakeview"', 'key = "riverside"', "is there twice"),
        ("per_week = 6", "per_week = 2", r"in the week to .* caps allow 2 \(LAW-35\)"),
        ("per_day = 2", "per_day = 1", r"\(dayof, postvisit\) on .* caps allow 1 \(LAW-35\)"),
        ('category = "transport"\n', "", "'ride_check' is about a ride: give it category"),
        ("escalate_after = 2", "escalate_after = 3", "LAW-36"),
        ('# state = "NY"', 'state = "ZZ"', "program.office.state: is not a state whose holidays we know"),
        ('state = "NY" ', 'state = "ZZ" ', "program.state: is not a state whose holidays we know"),
        ('opens = "08:00"', 'opens = "18:00"', "program.office: opens must be before closes"),
        ('weekdays = ["mon", "tue", "wed", "thu", "fri"]', "weekdays = []", "must name at least one day"),
        ('weekdays = ["mon",', 'weekdays = ["funday",', "program.office.weekdays"),
        ("notice_days = 2", "notice_days = 11", "program.ride.notice_days"),
        ('phone = "800-555-0142"', 'phone = "8005550142"', "program.ride.phone"),
        ("[program.caps]", "[program.limits]", "not a setting of this file"),
        ('sensitivity = "restricted"\n', 'webhook_url = "http://10.0.0.1/"\nwebhook_secret = "x"\n', "https://"),
        ('sensitivity = "restricted"\n', HOOK, "go together"),
        ('sensitivity = "restricted"\n', f'{HOOK}webhook_secret_env = "NONE"\n', "environment variable NONE"),
        ("[program]", "[program", "not valid TOML"),
    ],
)
def test_what_cannot_be_used_is_refused_with_advice(
    deployment: Deployment, database: Database, old: str, new: str, sentence: str
) -> None:
    before = contents(database)
    with pytest.raises(BadProgramFile, match=sentence):
        configure(deployment, OPERATOR, changed(old, new))
    assert contents(database) == before


def test_a_day_may_be_closed(deployment: Deployment) -> None:
    configure(deployment, OPERATOR, changed('sunday = ["12:00", "20:00"]', 'sunday = "closed"'))
    with deployment.read(OPERATOR) as uow:
        assert next(iter(programs.programs(uow).values())).hours.sunday is None
