"""Importing members: who they are, where they may be, and what they agreed to."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import text
from world import book, column_map, contents, csv_file, enrol, member, member_of, program, rows_of, visit

from outreach.engine.deployment import Deployment
from outreach.engine.imported import ImportRefused
from outreach.engine.importing import Request, import_members
from outreach.engine.pump import settle
from outreach.loops.cadence import Category
from outreach.loops.consent import ConsentClass, granted
from outreach.store import consents
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
        ledger = consents.consents(uow, ana.phones)
        entry = granted(ledger.get(ana.phones[0], ()), ana.id, "sms", Category.APPOINTMENT)
    return entry.consent_class if entry else None


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
        event = consents.consents(uow, member_of(deployment).phones)[member_of(deployment).phones[0]][0]
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


# -- where a consent comes from


ORIGIN = {
    "consent_collector": "Front desk, Riverside",
    "consent_organisation": "provider",
    "consent_party": "guardian",
    "consent_expires": "2027-10-01",
    "consent_evidence": "scan 4711",
}


def test_law_26_a_file_brings_a_consents_whole_provenance(deployment: Deployment) -> None:
    enrol(deployment, member(**ORIGIN))
    columns = "collector, organisation, party, evidence, prior_id"
    assert rows_of(deployment, f"SELECT {columns} FROM consent_event") == [
        ("Front desk, Riverside", "provider", "guardian", "scan 4711", None)
    ]
    with deployment.read(OPERATOR) as uow:
        [entry] = next(iter(consents.consents(uow, member_of(deployment).phones).values()))
    assert entry.expires_at == datetime(2027, 10, 2, 4, 0, tzinfo=UTC)  # its last day is over in New York


def test_law_26_what_a_file_does_not_say_has_a_default(deployment: Deployment) -> None:
    result = enrol(deployment, member())
    enrol(deployment, member(member_id="bo", phone="202-555-0124", consent_class="pec_provided"))
    found = rows_of(deployment, "SELECT organisation, party, collector FROM consent_event ORDER BY id")
    assert found == [("program", "member", str(OPERATOR)), ("plan", "member", str(OPERATOR))]
    assert rows_of(deployment, "SELECT evidence FROM consent_event ORDER BY id")[0] == (f"import:{result.run}",)


def test_law_26_a_renewed_consent_supersedes_the_one_before(deployment: Deployment) -> None:
    enrol(deployment, member(**ORIGIN))
    again = enrol(deployment, member(**ORIGIN | {"consent_expires": "2028-10-01"}))
    assert again.counts["updated"] == 1
    [(first, _), (_, prior)] = rows_of(deployment, "SELECT id, prior_id FROM consent_event ORDER BY id")
    assert prior == first


def test_law_26_a_consent_of_before_there_was_provenance_is_not_stored_twice(deployment: Deployment) -> None:
    enrol(deployment, member())
    with deployment.write(OPERATOR) as uow:
        uow.execute(text("UPDATE consent_event SET organisation = NULL, party = NULL, collector = NULL"))
        uow.commit()
    assert enrol(deployment, member()).counts == {"unchanged": 1, "rejected": 0}


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"consent_organisation": "employer"}, "program, provider, plan"),
        ({"consent_party": "neighbour"}, "member, parent"),
        ({"consent_expires": "2026-09-30"}, "before it was given"),
        ({"consent_evidence": "call to 202-555-0123"}, "Leave phone numbers out"),
    ],
)
def test_law_26_provenance_that_cannot_be_is_explained(
    deployment: Deployment, changes: dict[str, str], sentence: str
) -> None:
    result = enrol(deployment, member(**ORIGIN | changes))
    assert result.counts["rejected"] == 1
    assert result.rejects is not None
    assert sentence in result.rejects.read_text(encoding="utf-8")


def test_law_05_a_phone_in_a_feed_is_contact_data_and_never_consent(deployment: Deployment) -> None:
    enrol(deployment, member(consent_class=""))
    book(deployment, visit())
    settle(deployment)
    assert rows_of(deployment, "SELECT count(*) FROM consent_event") == [(0,)]
    assert rows_of(deployment, "SELECT count(*) FROM attempt") == [(0,)]
    assert ("get_consent",) in rows_of(deployment, "SELECT kind FROM task WHERE state = 'open'")


@pytest.mark.parametrize(("organisation", "sent"), [("plan", 0), ("program", 0), ("provider", 1)])
def test_law_05_only_a_provider_may_have_been_given_a_number_for_visits(
    deployment: Deployment, organisation: str, sent: int
) -> None:
    enrol(deployment, member(consent_class="pec_provided", consent_organisation=organisation))
    book(deployment, visit())
    settle(deployment)
    assert rows_of(deployment, "SELECT count(*) FROM attempt") == [(sent,)]


def test_care_01_a_consent_in_a_file_ends_the_work_of_asking_for_it(deployment: Deployment) -> None:
    enrol(deployment, member(consent_class=""))
    book(deployment, visit())
    settle(deployment)
    enrol(deployment, member(consent_date="2026-11-20"))
    settle(deployment)
    assert rows_of(deployment, "SELECT kind FROM task WHERE state = 'open'") == []
    assert rows_of(deployment, "SELECT words FROM touch WHERE state = 'sent'") == [("optin_confirm",)]


# -- in which state they may be


def states(deployment: Deployment) -> tuple[str, ...]:
    return member_of(deployment).states


def test_law_32_a_zip_decides_in_which_state_a_member_is(deployment: Deployment) -> None:
    enrol(deployment, member(zip="33101"))
    assert states(deployment) == ("FL",)
    enrol(deployment, member(zip=""))
    assert states(deployment) == ("FL",)
    enrol(deployment, member(zip="02903"))
    assert states(deployment) == ("RI",)


def test_law_32_without_a_zip_the_area_codes_count_together(deployment: Deployment) -> None:
    rows = [member(zip=""), member(zip="", phone="305-555-0124")]
    enrol(deployment, *rows)
    assert states(deployment) == ("DC", "FL")
    assert enrol(deployment, *rows).counts == {"unchanged": 2, "rejected": 0}


def test_law_32_a_member_of_whom_nothing_is_known_is_in_no_state_of_their_own(deployment: Deployment) -> None:
    book(deployment, visit())
    assert states(deployment) == ()


def test_law_32_what_is_planned_follows_a_members_state(deployment: Deployment) -> None:
    enrol(deployment, member(zip=""))
    book(deployment, visit())
    before = rows_of(deployment, "SELECT step, due_at FROM touch WHERE state = 'planned' ORDER BY step")
    enrol(deployment, member(zip="02903"))  # Rhode Island: 09:00 to 18:00, Saturdays 10:00 to 17:00, no Sundays
    after = rows_of(deployment, "SELECT step, due_at FROM touch WHERE state = 'planned' ORDER BY step")
    assert [step for step, _ in before] == [step for step, _ in after]
    assert before != after
