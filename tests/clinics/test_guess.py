"""A first map is proposed from the header and some rows."""

from __future__ import annotations

import tomllib
from io import BytesIO

import pytest
from clinic_files import EXPORT_MAP, export, export_rows
from hypothesis import given
from hypothesis import strategies as st

from outreach.clinics.column_map import BadMap, load_map
from outreach.clinics.guess import guess_map, read_sample


def guess(data: bytes) -> str:
    sample = read_sample(BytesIO(data))
    return guess_map(sample.header, sample.rows, sample.formats)


def test_the_export_is_recognised_whole():
    assert load_map(guess(export(export_rows(50)))) == load_map(EXPORT_MAP)


EPIC = b"""PAT_ENC_CSN_ID;PAT_MRN;DEPARTMENT_NAME;CONTACT_DATE;APPT_TIME;APPT_STATUS;BIRTH_SEX
1;2;North;4/29/2026;8:30 AM;Completed;F
2;3;North;12/30/2026;9:30 AM;No Show;M
3;4;North;5/1/2026;9:45 AM;Scheduled;M
4;5;North;5/1/2026;9:45 AM;Triage;M
"""


def test_another_system_is_recognised_too():
    text = guess(EPIC)
    found = load_map(text)
    columns = found.appointments
    assert (columns.date, columns.time, columns.date_only) == ("CONTACT_DATE", "APPT_TIME", False)
    assert (columns.member, columns.clinic, columns.sex) == ("PAT_MRN", "DEPARTMENT_NAME", "BIRTH_SEX")
    assert columns.outcome.values == {"completed": "kept", "no show": "no_show", "scheduled": "pending"}
    assert (found.formats.delimiter, found.formats.date) == (";", "%m/%d/%Y")
    assert '# Not recognised, add them: "Triage"' in text


def test_yes_to_attended_is_the_opposite_of_yes_to_no_show():
    found = load_map(
        guess(b"visit_id,member_id,clinic,start_time,attended\n1,2,x,2026-12-01T09:30,Y\n2,2,x,2026-12-01,N\n")
    )
    assert found.appointments.outcome.values == {"y": "kept", "n": "no_show"}
    assert (found.appointments.date, found.appointments.time) == ("start_time", None)


def test_a_file_with_phones_can_be_the_members_file_as_well():
    found = load_map(guess(b"appt_id,MRN,clinic,appt_date,Phone,Language\n1,2,x,2026-12-01,3125550123,es\n"))
    assert (found.members.member, found.members.phone, found.members.language) == ("MRN", "Phone", "Language")


def test_an_older_encoding_is_noticed():
    assert read_sample(BytesIO("id,name\n1,José\n".encode("cp1252"))).formats.encoding == "cp1252"


def test_what_is_not_recognised_is_left_for_a_person_to_fill_in():
    text = guess(b"x,y\n1,2\n")
    assert 'appointment = ""  # NOT FOUND' in text
    with pytest.raises(BadMap, match=r"appointments\.appointment: is empty"):
        load_map(text)


@given(
    st.lists(st.text(max_size=12) | st.sampled_from(["Status", "NoShow", "DOS", "phone", "MRN"]), max_size=6),
    st.lists(st.lists(st.text(max_size=12) | st.sampled_from(["kept", "Yes", "2026-01-01"]), max_size=6), max_size=4),
)
def test_a_guess_is_always_valid_toml(header, rows):
    assert tomllib.loads(guess_map(header, rows))["appointments"]["zone"] == "America/New_York"
