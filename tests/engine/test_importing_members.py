"""Importing members: who they are, where they may be, and what they agreed to."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import text
from world import book, column_map, contents, csv_file, enrol, member, member_of, program, rows_of, visit

from outreach.engine.deployment import Deployment
from outreach.engine.imported import ImportRefused
from outreach.engine.importing import Request, import_members
from outreach.loops.cadence import Category
from outreach.loops.consent import ConsentClass, granted
from outreach.store import people
from outreach.store.actor import OPERATOR
from outreach.store.database import Database
from outreach.store.health import unheld

RUNS = ("import_run", "audit", "counter")


@pytest.fixture(autouse=True)
def _program(deployment: Deployment) -> None:
    program(deployment)


def consent_class(deployment: Deployment) -> ConsentClass | None:
    with deployment.read(OPERATOR) as uow:
        ana = member_of(deployment)
        ledger = people.consents(uow, ana.phones)
        return granted(ledger.get(ana.phones[0], ()), ana.id, "sms", Category.APPOINTMENT)


def test_a_member_arrives_with_language_zone_phone_and_consent(deployment: Deployment) -> None:
    result = enrol(deployment, member())
    ana = member_of(deployment)
    assert result.counts["created"] == 1
    assert (ana.name, ana.language, ana.zones, ana.zone_source) == ("Ana Doveland", "es", ("America/New_York",), "zip")
    assert consent_class(deployment) is ConsentClass.PEC_OPTIN
    assert rows_of(deployment, "SELECT source, text_version, evidence, rule FROM consent_event") == [
        ("paper", "v1", f"import:{result.run}", "LAW-26")
    ]


def test_the_same_members_again_change_nothing(deployment: Deployment, database: Database) -> None:
    rows = [member(), member(member_id="bo", phone="", consent_class="")]
    enrol(deployment, *rows)
    before = contents(database, *RUNS)
    again = enrol(deployment, *rows)
    assert again.counts == {"unchanged": 2, "rejected": 0}
    assert contents(database, *RUNS) == before


def test_names_and_numbers_are_never_stored_in_clear(deployment: Deployment, database: Database) -> None:
    enrol(deployment, member(member_id="member-of-ours"))
    everything = repr(contents(database))
    for personal in ("Doveland", "2025550123", "member-of-ours"):
        assert personal not in everything


def test_a_changed_phone_replaces_the_old_one_and_its_consent_stays_behind(deployment: Deployment) -> None:
    enrol(deployment, member())
    old = member_of(deployment).phones
    result = enrol(deployment, member(phone="202-555-0124"))
    assert result.notes["phones_dropped"] == 1
    assert result.notes["consents_not_carried_over"] == 1
    assert member_of(deployment).phones != old
    assert consent_class(deployment) is None


def test_a_consent_given_with_the_new_number_counts_for_it(deployment: Deployment) -> None:
    enrol(deployment, member())
    enrol(deployment, member(phone="202-555-0124", consent_date="2026-11-20"))
    assert consent_class(deployment) is ConsentClass.PEC_OPTIN


def test_a_member_with_a_row_for_each_phone_keeps_both(deployment: Deployment) -> None:
    rows = [member(), member(phone="202-555-0124")]
    enrol(deployment, *rows)
    again = enrol(deployment, *rows)
    assert len(member_of(deployment).phones) == 2
    assert again.counts == {"unchanged": 2, "rejected": 0}
    assert rows_of(deployment, "SELECT count(*) FROM consent_event") == [(2,)]


def test_planned_texts_follow_a_changed_phone(deployment: Deployment) -> None:
    enrol(deployment, member())
    book(deployment, visit())
    enrol(deployment, member(phone="202-555-0124", consent_date="2026-11-20"))
    planned = rows_of(deployment, "SELECT DISTINCT contact_point_id FROM touch WHERE state = 'planned'")
    assert planned == [(member_of(deployment).phones[0],)]


def test_a_member_who_gets_a_phone_gets_texts(deployment: Deployment) -> None:
    book(deployment, visit())
    assert rows_of(deployment, "SELECT kind FROM task") == [("verify_phone",)]
    enrol(deployment, member())
    assert rows_of(deployment, "SELECT count(*) FROM touch WHERE state = 'planned'")[0][0] > 0
    with deployment.read(OPERATOR) as uow:
        assert unheld(uow) == {}


def test_a_language_chosen_since_is_kept_until_the_file_says_something_new(deployment: Deployment) -> None:
    enrol(deployment, member(language="en"))
    with deployment.write(OPERATOR) as uow:
        uow.execute(text("UPDATE member SET language = 'es'"))
        uow.commit()
    enrol(deployment, member(language="en", name="Ana Maria Doveland"))
    assert member_of(deployment).language == "es"
    enrol(deployment, member(language="vi"))
    assert member_of(deployment).language == "vi"


def test_an_id_that_was_another_person_before_is_not_taken(deployment: Deployment) -> None:
    enrol(deployment, member(sex="F", birth_date="1961-02-03"))
    result = enrol(deployment, member(sex="M", name="Otis Birch"))
    assert result.counts == {"rejected": 1}
    assert member_of(deployment).name == "Ana Doveland"


def test_without_better_knowledge_every_zone_counts(deployment: Deployment) -> None:
    enrol(deployment, member(zip="", phone="415-555-0123"))
    assert member_of(deployment).zones == ("America/Los_Angeles", "America/New_York")
    book(deployment, visit(clinic="lakeview"))
    assert member_of(deployment).zones == ("America/Chicago", "America/Los_Angeles", "America/New_York")
    enrol(deployment, member(zip="", phone="415-555-0123"))
    assert member_of(deployment).zones == ("America/Chicago", "America/Los_Angeles", "America/New_York")


def test_a_stop_of_the_day_of_the_consent_stands(deployment: Deployment) -> None:
    enrol(deployment, member(consent_date="2026-11-23"))
    (at,) = rows_of(deployment, "SELECT id FROM consent_event WHERE action = 'grant'")[0]
    with deployment.read(OPERATOR) as uow:
        event = people.consents(uow, member_of(deployment).phones)[member_of(deployment).phones[0]][0]
    assert at
    assert event.effective == datetime(2026, 11, 23, 5, 0, tzinfo=UTC)


def test_a_dry_run_stores_nothing(deployment: Deployment, database: Database) -> None:
    before = contents(database)
    result = enrol(deployment, member(), dry_run=True)
    assert result.counts["created"] == 1
    assert contents(database) == before


def test_an_import_needs_a_program_that_exists(deployment: Deployment) -> None:
    with pytest.raises(ImportRefused, match="no program 'other'"):
        import_members(Request(deployment, OPERATOR, "other"), csv_file(member()), column_map())


def test_a_risk_tier_arrives_with_the_member_and_changes_with_the_file(deployment: Deployment) -> None:
    enrol(deployment, member(tier="3"))
    assert rows_of(deployment, "SELECT tier FROM member") == [(3,)]
    enrol(deployment, member(tier="1"))
    assert rows_of(deployment, "SELECT tier FROM member") == [(1,)]
    result = enrol(deployment, member(tier="9"))
    assert result.counts["rejected"] == 1


def test_care_01_who_could_not_be_reached_is_tried_again_with_a_new_phone(deployment: Deployment) -> None:
    enrol(deployment, member())
    book(deployment, visit())
    with deployment.write(OPERATOR) as uow:
        uow.execute(text("UPDATE loop SET stage = 'unreached', tried = 3"))
        uow.commit()
    enrol(deployment, member(phone="202-555-0177"))
    assert rows_of(deployment, "SELECT stage, tried FROM loop") == [("scheduled", 0)]
