"""The members file says who is on the phone, in which language, and what they agreed to."""

from __future__ import annotations

from datetime import date
from io import BytesIO

import pytest
from clinic_files import members, only

from outreach.clinics.column_map import Formats, MemberColumns
from outreach.clinics.members_file import ConsentRow, MemberRow, scan_members
from outreach.clinics.rows import Rejected, UnreadableFile
from outreach.loops.consent import Category, ConsentClass

PROOF = {
    "consent_class": "pec_optin",
    "consent_categories": "appointment; transport",
    "consent_channels": "sms",
    "consent_method": "paper",
    "consent_date": "2026-02-03",
    "consent_text_version": "v3",
}


def file_of(*rows: dict[str, str]) -> bytes:
    header = MemberColumns().header()
    lines = [",".join(header), *(",".join(row.get(name, "") for name in header) for row in rows)]
    return "\n".join(lines).encode()


def member(**cells: str) -> MemberRow | Rejected:
    return only(members(file_of({"member_id": "M1", "phone": "312-555-0123"} | cells)))


@pytest.mark.parametrize(
    "written",
    [
        "3125550123",
        "312-555-0123",
        "(312) 555-0123",
        "+1 312 555 0123",
        "1.312.555.0123",
        "tel:+1-312-555-0123",
        "312/555/0123",
    ],
)
def test_a_phone_is_the_same_number_however_it_is_written(written):
    assert member(phone=written).phone == "+13125550123"


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("312555012", "not one of the US"),
        ("0000000000", "not in use"),
        ("5555555555", "not in use"),
        ("911", "not one of the US"),
        ("312-555-0123 x4", "extension"),
        ("416-555-0123", "territories"),
        ("+52 55 1234 5678", "territories"),
        ("ask the daughter", "not a phone number"),
        ("３１２-555-01!", "not"),
    ],
)
def test_a_phone_that_cannot_be_texted_is_explained(written, words):
    bad = member(phone=written)
    assert (bad.column, words in bad.what_to_do) == ("phone", True)


@pytest.mark.parametrize("written", ["787-555-0123", "+1 340 777 0123"])
def test_the_territories_are_at_home(written):
    assert isinstance(member(phone=written), MemberRow)


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("es", "es"), ("ES", "es"), ("es_US", "es"), ("Spanish", "es"), ("español", "es"), ("spa", "es"),
        ("zh-hant", "zh-Hant"), ("Cantonese", "zh-Hant"), ("zh-CN", "zh-Hans"), ("Chinese (Simplified)", "zh-Hans"),
        ("Haitian  Creole", "ht"), ("Hmong", "hmn"), ("", None),
    ],
)  # fmt: skip
def test_a_language_may_be_a_code_or_a_name(written, code):
    assert member(language=written).language == code


@pytest.mark.parametrize("written", ["Chinese", "zh", "Klingon", "en-fr"])
def test_a_language_that_leaves_doubt_is_rejected(written):
    bad = member(language=written)
    assert (bad.column, "zh-Hans" in bad.what_to_do) == ("language", True)


def test_everything_else_about_a_person_is_optional():
    found = member(
        name="مهدی\u200cزاده", zone="America/Chicago", zip="02139-1234", sex="female", birth_date="1990-02-28"
    )
    assert (found.name, found.zone, found.zip_code) == ("مهدی\u200cزاده", "America/Chicago", "02139")
    assert (found.sex, found.birth_date, found.consents) == ("F", date(1990, 2, 28), ())
    assert member(phone="").phone is None


def test_a_zip_that_lost_its_zero_to_a_spreadsheet_gets_it_back():
    assert member(zip="2139").zip_code == "02139"


def test_law_05_a_phone_without_consent_is_contact_data_only():
    assert member().consents == ()
    assert member(consent_class="none").consents == ()
    assert only(members(b"member_id,phone\nM1,3125550123\n")).consents == ()


def test_law_26_a_consent_comes_with_its_evidence_for_each_channel_and_category():
    found = member(**PROOF | {"consent_channels": "sms;Voice"})
    assert [(consent.channel, consent.category) for consent in found.consents] == [
        ("sms", Category.APPOINTMENT),
        ("sms", Category.TRANSPORT),
        ("voice", Category.APPOINTMENT),
        ("voice", Category.TRANSPORT),
    ]
    assert found.consents[0] == ConsentRow(
        "sms", Category.APPOINTMENT, ConsentClass.PEC_OPTIN, "paper", date(2026, 2, 3), "v3"
    )


def test_law_05_an_eligibility_file_grants_coverage_and_needs_no_version_of_a_text():
    found = member(
        **PROOF | {"consent_class": "pec_provided", "consent_categories": "coverage", "consent_text_version": ""}
    )
    assert [(consent.category, consent.text_version) for consent in found.consents] == [(Category.COVERAGE, None)]


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        ("consent_class", "exempt_healthcare"),
        ("consent_class", "yes"),
        ("consent_categories", ""),
        ("consent_categories", "appointment;marketing"),
        ("consent_channels", ";"),
        ("consent_channels", "fax"),
        ("consent_method", ""),
        ("consent_method", "assumed"),
        ("consent_date", ""),
        ("consent_date", "2026-11-22"),
        ("consent_text_version", ""),
        ("zone", "Eastern"),
        ("zip", "ABCDE"),
        ("birth_date", "2026-12-01"),
        ("birth_date", "1990-02-30"),
        ("name", "A\x07B"),
        ("member_id", ""),
    ],
)
def test_consent_without_sound_evidence_and_other_bad_cells_are_explained(column, cell):
    bad = member(**PROOF | {column: cell})
    assert (bad.line, bad.column, bad.what_to_do[-1]) == (2, column, ".")


def test_consent_without_a_number_to_text_is_rejected():
    assert member(**PROOF | {"phone": ""}).column == "consent_class"


def test_a_member_may_have_two_phones_but_only_one_name():
    two_phones = members(
        file_of(
            {"member_id": "M1", "name": "Ada Alder", "phone": "3125550123"},
            {"member_id": "M1", "name": "ADA ALDER", "phone": "3125550124"},
            {"member_id": "M2", "name": "Bo Birch"},
            {"member_id": "M2", "name": "Cora Cedar"},
        )
    )
    assert [type(record) for record in two_phones] == [MemberRow, MemberRow, Rejected, Rejected]


def test_rounded_member_ids_are_counted():
    data = file_of({"member_id": "1.23457E+13"}, {"member_id": "12"})
    assert scan_members(BytesIO(data), MemberColumns(), Formats()).rounded == 1
    assert [found.rounded_id for found in members(data)] == [True, False]


def test_a_column_the_map_names_itself_must_be_there():
    with pytest.raises(UnreadableFile, match="'sprache'"):
        members(b"member_id,phone\nM1,3125550123\n", MemberColumns(language="sprache"))
    with pytest.raises(UnreadableFile, match="'member_id'"):
        members(b"phone\n3125550123\n")
    with pytest.raises(UnreadableFile, match="all six consent columns"):
        members(b"member_id,phone,consent_class\nM1,3125550123,pec_optin\n")


def test_nothing_about_a_member_shows_in_its_repr():
    shown = repr(member(name="Ada Alder", zip="60601", birth_date="1990-02-28", **PROOF))
    assert not any(secret in shown for secret in ("M1", "3125550123", "Ada", "60601", "1990"))
