"""What is set in the console is checked, stored and kept exactly as a program file's: there is one way."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest
from world import PROGRAM_FILE, book, contents, enrol, member, program, rows_of, visit

from outreach.engine import program_settings
from outreach.engine.configure import configure
from outreach.engine.deployment import Deployment
from outreach.engine.program_settings import AskFirst, ChangedMeanwhile, Effect, NotUsable
from outreach.engine.program_written import toml, written
from outreach.engine.refusals import NotAsked
from outreach.store import configuration, programs, setting_versions
from outreach.store.actor import OPERATOR, Actor
from outreach.store.database import Database

EXAMPLE = PROGRAM_FILE.read_text(encoding="utf-8")
SECRET = "whsec_" + "a" * 32
MARIA, KEVIN = Actor("person", "Maria Soto"), Actor("person", "Kevin Lee")
HOOK = 'webhook_url = "https://signals.lakeview.example/outreach"\nwebhook_secret_env = "LAKEVIEW_WEBHOOK_SECRET"\n'
FULL = EXAMPLE.replace('sensitivity = "restricted"\n', f'sensitivity = "restricted"\n{HOOK}').replace(
    "[program.caps]",
    '[program.voice]\non_call = "+12025550190"\nrecord = true\n[program.voice.office]\nopens = "07:30"\n'
    "[program.service_levels]\nroutine_days = 3\n\n[program.caps]",
)


def only(deployment: Deployment) -> int:
    with deployment.read(OPERATOR) as uow:
        return next(iter(programs.programs(uow)))


def as_file(deployment: Deployment) -> dict[str, Any]:
    with deployment.read(OPERATOR) as uow:
        found = written(uow, only(deployment))
    assert found is not None
    return found


def part(deployment: Deployment, *names: str) -> dict[str, Any]:
    """What a thing of the program is set to, as a file says it."""
    return {name: value for name, value in as_file(deployment)["program"].items() if name in names}


def version(deployment: Deployment, thing: str) -> int:
    with deployment.read(OPERATOR) as uow:
        found = setting_versions.newest_of(uow, only(deployment), thing)
    return found.version if found else 0


def thing_of(deployment: Deployment, key: str) -> str:
    """Return what the versions of a clinic are kept under."""
    with deployment.read(OPERATOR) as uow:
        return configuration.clinic_thing(programs.clinics_of(uow, only(deployment))[key].id)


def save(deployment: Deployment, thing: str, table: dict[str, Any], **how: Any) -> program_settings.Saved:
    """Save it, and agree to what follows."""
    seen = how.pop("seen", version(deployment, thing))
    actor, program_id = how.pop("actor", MARIA), only(deployment)
    try:
        return program_settings.save(deployment, actor, program_id, thing, table, seen, **how)
    except AskFirst as asked:
        return program_settings.save(deployment, actor, program_id, thing, table, seen, asked.token, **how)


@pytest.mark.parametrize("file", [EXAMPLE, FULL])
def test_a_program_that_is_written_and_applied_again_changes_nothing(
    deployment: Deployment, database: Database, file: str
) -> None:
    configure(deployment, OPERATOR, file, environ={"LAKEVIEW_WEBHOOK_SECRET": SECRET})
    before, text = contents(database), toml(as_file(deployment))
    assert configure(deployment, OPERATOR, text).changes == ()
    assert contents(database) == before
    assert SECRET not in text


def test_own_steps_and_odd_names_survive_being_written(deployment: Deployment) -> None:
    odd = EXAMPLE.replace("escalate_after = 2", "escalate_after = 1").replace(
        "12 River St", 'O\'Neil \\"Ä\\" \\\\ \\u007F'
    )
    configure(deployment, OPERATOR, odd)
    assert configure(deployment, OPERATOR, toml(as_file(deployment))).changes == ()
    assert tomllib.loads(toml(as_file(deployment)))["clinic"][1]["place"] == 'O\'Neil "Ä" \\ \x7f'


def test_a_secret_is_kept_only_where_there_is_one(deployment: Deployment) -> None:
    kept = EXAMPLE.replace(
        'sensitivity = "restricted"\n',
        'sensitivity = "restricted"\nwebhook_url = "https://signals.lakeview.example/o"\nwebhook_secret_kept = true\n',
    )
    with pytest.raises(ValueError, match="no secret is stored"):
        configure(deployment, OPERATOR, kept)


def test_a_change_is_a_version_with_who_and_when(deployment: Deployment) -> None:
    configure(deployment, OPERATOR, EXAMPLE)
    save(deployment, "caps", {"caps": {"per_day": 2, "per_week": 7}})
    with deployment.read(OPERATOR) as uow:
        kept = setting_versions.history(uow, only(deployment), "caps", 10)
    assert [(v.version, v.actor, v.settings) for v in kept] == [
        (2, "person:Maria Soto", {"caps": {"per_day": 2, "per_week": 7}}),
        (1, "operator:command-line", {"caps": {"per_day": 2, "per_week": 6}}),
    ]
    assert rows_of(deployment, "SELECT actor FROM audit WHERE action = 'program.changed.caps'") == [
        ("person:Maria Soto",)
    ]


def test_a_file_and_the_console_make_the_same_rows_and_the_same_versions(deployment: Deployment) -> None:
    configure(deployment, OPERATOR, EXAMPLE)
    save(deployment, "caps", {"caps": {"per_day": 2, "per_week": 7}})
    done = configure(deployment, OPERATOR, EXAMPLE.replace("per_week = 6", "per_week = 7"))
    assert done.changes == ()
    assert configure(deployment, OPERATOR, EXAMPLE).changes == ("caps",)
    assert version(deployment, "caps") == 3


@pytest.mark.parametrize(
    ("thing", "names"),
    [(thing, names) for thing, names in configuration.COLUMNS.items()],
)
def test_saving_what_is_there_changes_nothing(
    deployment: Deployment, database: Database, thing: str, names: tuple[str, ...]
) -> None:
    configure(deployment, OPERATOR, FULL, environ={"LAKEVIEW_WEBHOOK_SECRET": SECRET})
    before = contents(database)
    assert save(deployment, thing, part(deployment, *names)).changed == ()
    assert contents(database) == before


def test_saying_what_is_usual_anyway_is_no_change(deployment: Deployment) -> None:
    bare = tomllib.loads(EXAMPLE)
    for name in ("office", "ride"):
        del bare["program"][name]
    configure(deployment, OPERATOR, toml(bare))
    usual = {"opens": "08:00", "closes": "17:00", "weekdays": ["mon", "tue", "wed", "thu", "fri"]}
    assert save(deployment, "hours", part(deployment, "hours") | {"office": usual}).changed == ()
    assert save(deployment, "rides", {"ride": {"notice_days": 2, "cut_off": "17:00"}}).changed == ()
    levels = {"asap_minutes": 60, "urgent_hours": 4, "routine_days": 2}
    assert save(deployment, "service_levels", {"service_levels": levels}).changed == ()


def test_two_people_at_once_do_not_undo_each_other(deployment: Deployment) -> None:
    configure(deployment, OPERATOR, EXAMPLE)
    seen = version(deployment, "caps")
    save(deployment, "caps", {"caps": {"per_day": 2, "per_week": 7}}, seen=seen, actor=KEVIN)
    with pytest.raises(ChangedMeanwhile) as problem:
        save(deployment, "caps", {"caps": {"per_day": 3, "per_week": 6}}, seen=seen)
    assert (problem.value.newest.actor, problem.value.newest.version) == ("person:Kevin Lee", 2)
    assert part(deployment, "caps") == {"caps": {"per_day": 2, "per_week": 7}}


def test_another_page_may_be_saved_meanwhile(deployment: Deployment) -> None:
    configure(deployment, OPERATOR, EXAMPLE)
    seen = version(deployment, "rides")
    save(deployment, "caps", {"caps": {"per_day": 2, "per_week": 7}}, actor=KEVIN)
    assert save(deployment, "rides", {"ride": {"broker": "EasyRide", "notice_days": 3}}, seen=seen).changed == ("ride",)


PROGRAM = {"name": "CareLink", "phone": "800-555-0100", "zone": "America/New_York", "languages": ["en", "es"]}
CLINIC = {"key": "harbor", "name": "Harbor Clinic", "zone": "America/Chicago", "sensitivity": "restricted"}
HOURS = {"weekday": ["09:00", "20:00"], "saturday": ["09:00", "20:00"], "sunday": "closed", "holidays": False}


@pytest.mark.parametrize(
    ("thing", "table", "where", "sentence"),
    [
        ("program", PROGRAM | {"name": "CareLink of Springfield"}, ("name",), "COPY-05"),
        ("program", PROGRAM | {"phone": "8005550100"}, ("phone",), "pattern"),
        ("program", PROGRAM | {"zone": "EST"}, ("zone",), "not a time zone"),
        ("program", PROGRAM | {"languages": []}, ("languages",), "at least 1"),
        ("program", PROGRAM | {"state": "ZZ"}, ("state",), "two letters"),
        ("program", {**PROGRAM, "name": None}, ("name",), "required"),
        ("hours", {"hours": HOURS | {"weekday": ["07:00", "20:00"]}}, ("hours",), "LAW-33"),
        ("hours", {"hours": HOURS | {"weekday": ["20:00", "09:00"]}}, ("hours",), "LAW-33"),
        ("hours", {"hours": HOURS | {"weekday": ["9 am", "20:00"]}}, ("hours", "weekday", "0"), "time"),
        ("hours", {"hours": HOURS, "office": {"weekdays": []}}, ("office",), "at least one day"),
        ("hours", {"hours": HOURS, "office": {"closed": ["2027-13-01"]}}, ("office", "closed", "0"), "date"),
        ("caps", {"caps": {"per_day": 4, "per_week": 6}}, ("caps", "per_day"), "less than or equal to 3"),
        ("caps", {"caps": {"per_day": 1, "per_week": 6}}, (), "LAW-35"),
        ("sender", {"sender": "12"}, ("sender",), "cannot send texts"),
        ("rides", {"ride": {"notice_days": 11}}, ("ride", "notice_days"), "less than or equal to 10"),
        ("rides", {"ride": {"phone": "1"}}, ("ride", "phone"), "pattern"),
        ("telephone", {"voice": {"on_call": "999"}}, ("voice", "on_call"), "cannot be called"),
        ("service_levels", {"service_levels": {"urgent_hours": 40}}, ("service_levels", "urgent_hours"), "equal to 8"),
        ("service_levels", {"service_levels": {"asap_minutes": 1}}, ("service_levels", "asap_minutes"), "equal to 15"),
        ("clinic:0", CLINIC | {"key": "lakeview"}, ("key",), "There is a clinic with this key"),
        ("clinic:0", CLINIC | {"zone": "Chicago"}, ("zone",), "not a time zone"),
        ("clinic:0", CLINIC | {"sensitivity": "open"}, ("sensitivity",), "ordinary"),
        ("clinic:0", CLINIC | {"webhook_url": "http://10.0.0.1/", "webhook_secret": SECRET}, ("webhook_url",), "https"),
        ("clinic:0", CLINIC | {"webhook_url": "https://a.example/x"}, (), "go together"),
        (
            "clinic:0",
            CLINIC | {"webhook_url": "https://a.example/x", "webhook_secret": "å"},
            ("webhook_secret",),
            "new one",
        ),
        (
            "clinic:0",
            CLINIC | {"webhook_url": "https://a.example/x", "webhook_secret_env": "TWILIO_AUTH_TOKEN"},
            ("webhook_secret_env",),
            "WEBHOOK_SECRET",
        ),
    ],
)
def test_what_cannot_be_used_is_refused_where_it_was_said(
    deployment: Deployment, database: Database, thing: str, table: dict[str, Any], where: tuple[str, ...], sentence: str
) -> None:
    configure(deployment, OPERATOR, EXAMPLE)
    before = contents(database)
    with pytest.raises(NotUsable) as problem:
        save(deployment, thing, table, environ={"TWILIO_AUTH_TOKEN": "token"})
    assert where in [mistake.where for mistake in problem.value.mistakes]
    assert sentence in str(problem.value)
    assert contents(database) == before


@pytest.mark.parametrize(
    ("thing", "table", "effects"),
    [
        ("sender", {"sender": "+12025550177"}, {Effect.SENDER: 0, Effect.REPLANS: 1}),
        ("program", PROGRAM | {"state": "FL"}, {Effect.STATE: 0, Effect.REPLANS: 1}),
        ("program", PROGRAM, {Effect.NO_STATE: 0, Effect.REPLANS: 1}),
        ("program", PROGRAM | {"state": "NY", "double_opt_in": True}, {Effect.REPLANS: 1}),
        ("hours", {"hours": HOURS}, {Effect.REPLANS: 1}),
        ("rides", {"ride": {"notice_days": 3}}, {Effect.REPLANS: 1}),
        ("telephone", {"voice": {"on_call": "+12025550190", "record": True}}, {Effect.RECORDS: 0}),
        ("program", PROGRAM | {"state": "NY", "name": "CareWay"}, {}),
        ("caps", {"caps": {"per_day": 2, "per_week": 7}}, {}),
        ("clinic:0", CLINIC, {}),
    ],
)
def test_what_follows_is_told_before_it_is_stored(
    deployment: Deployment, database: Database, thing: str, table: dict[str, Any], effects: dict[Effect, int]
) -> None:
    program(deployment)
    enrol(deployment, member())
    book(deployment, visit())
    before, seen = contents(database), version(deployment, thing)
    if not effects:
        assert program_settings.save(deployment, MARIA, only(deployment), thing, table, seen).changed
        return
    with pytest.raises(AskFirst) as asked:
        program_settings.save(deployment, MARIA, only(deployment), thing, table, seen)
    assert asked.value.effects == effects
    assert contents(database) == before
    with pytest.raises(AskFirst):  # a token agrees to one change
        program_settings.save(deployment, MARIA, only(deployment), thing, table | {"x": None}, seen, asked.value.token)
    assert program_settings.save(deployment, MARIA, only(deployment), thing, table, seen, asked.value.token).changed


def test_a_clinic_that_only_a_file_named_is_configured(deployment: Deployment) -> None:
    program(deployment)
    enrol(deployment, member())
    book(deployment, visit(clinic="uptown"))
    thing = thing_of(deployment, "uptown")
    save(deployment, thing, {"name": "Uptown", "zone": "America/New_York", "sensitivity": "restricted"})
    assert rows_of(deployment, "SELECT name FROM clinic WHERE key = 'uptown' AND listed") == [("Uptown",)]
    assert version(deployment, thing) == 2


def test_hip_05_a_clinic_that_says_more_and_less(deployment: Deployment) -> None:
    program(deployment)
    enrol(deployment, member())
    book(deployment, visit())
    thing = thing_of(deployment, "riverside")
    table = {"name": "Riverside", "zone": "America/New_York", "sensitivity": "silent"}
    with pytest.raises(AskFirst) as asked:
        program_settings.save(deployment, MARIA, only(deployment), thing, table, version(deployment, thing))
    assert asked.value.effects == {Effect.SAYS_LESS: 1, Effect.REPLANS: 1}
    save(deployment, thing, table)
    back = table | {"sensitivity": "ordinary"}
    with pytest.raises(AskFirst) as asked:
        program_settings.save(deployment, MARIA, only(deployment), thing, back, version(deployment, thing))
    assert asked.value.effects == {Effect.SAYS_MORE: 1, Effect.REPLANS: 1}


def test_a_secret_is_sealed_kept_and_in_no_version(deployment: Deployment, database: Database) -> None:
    configure(deployment, OPERATOR, EXAMPLE)
    hook = {"webhook_url": "https://signals.harbor.example/o"}
    save(deployment, "clinic:0", CLINIC | hook | {"webhook_secret": SECRET})
    thing = thing_of(deployment, "harbor")
    assert save(deployment, thing, CLINIC | hook | {"webhook_secret_kept": True}).changed == ()
    other = "whsec_" + "b" * 32
    environ = {"HARBOR_WEBHOOK_SECRET": other}
    said = CLINIC | hook | {"webhook_secret_env": "HARBOR_WEBHOOK_SECRET"}
    assert save(deployment, thing, said, environ=environ).changed == ("clinic harbor: webhook_secret",)
    assert not any(secret in repr(contents(database)) for secret in (SECRET, other))
    with deployment.read(OPERATOR) as uow:
        kept = setting_versions.history(uow, only(deployment), thing, 10)
    assert [each.settings["webhook_secret"] for each in kept] == [True, True]


def test_what_is_not_there_cannot_be_set(deployment: Deployment) -> None:
    configure(deployment, OPERATOR, EXAMPLE)
    with pytest.raises(NotAsked):
        save(deployment, "clinic:999", CLINIC)
    with pytest.raises(NotAsked):
        program_settings.save(deployment, MARIA, 999, "caps", {}, 0)


def test_a_first_program_needs_no_file(deployment: Deployment) -> None:
    table = PROGRAM | {"key": "carelink", "sender": "+12025550100", "state": "NY"}
    program_id = program_settings.create(deployment, MARIA, table)
    assert program_id == only(deployment)
    assert as_file(deployment)["program"]["state"] == "NY"
    with pytest.raises(NotUsable, match="a program with this key"):
        program_settings.create(deployment, MARIA, table)
    with pytest.raises(NotUsable):
        program_settings.create(deployment, MARIA, table | {"key": "Care Link"})
