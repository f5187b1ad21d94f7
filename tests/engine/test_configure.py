"""Configuring a program: checked in words, applied once, and planned again when it changes."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from world import PROGRAM_FILE, book, contents, enrol, member, program, rows_of, visit

from outreach.engine.configure import configure
from outreach.engine.deployment import Deployment
from outreach.engine.program_file import BadProgramFile
from outreach.store import programs
from outreach.store.actor import OPERATOR
from outreach.store.database import Database
from outreach.store.health import unheld

EXAMPLE = PROGRAM_FILE.read_text(encoding="utf-8")
HOOK = 'webhook_url = "https://signals.lakeview.example/outreach"\n'


def changed(old: str, new: str) -> str:
    assert EXAMPLE.count(old) >= 1
    return EXAMPLE.replace(old, new, 1)


def test_the_example_is_a_whole_program(deployment: Deployment) -> None:
    done = configure(deployment, OPERATOR, PROGRAM_FILE)
    with deployment.read(OPERATOR) as uow:
        (stored,) = programs.programs(uow).values()
        clinics = programs.clinics_of(uow, stored.id)
    assert (stored.name, stored.cadence.version, len(stored.cadence.steps)) == ("CareLink", 1, 5)
    assert {key: clinic.listed for key, clinic in clinics.items()} == {"riverside": True, "lakeview": True}
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
    done = configure(deployment, OPERATOR, changed("amount = 3\nat", "amount = 2\nat"))
    assert (done.changes, done.replanned) == (("cadence",), 1)
    assert rows_of(deployment, "SELECT count(*) FROM touch") == [(5,)]
    with deployment.read(OPERATOR) as uow:
        assert next(iter(programs.programs(uow).values())).cadence.version == 2


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
        ("per_week = 6", "per_week = 2", "LAW-35"),
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
