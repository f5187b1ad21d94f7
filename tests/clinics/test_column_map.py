"""The map says what columns mean, and refuses what cannot be meant."""

from __future__ import annotations

from contextlib import suppress

import pytest
from clinic_files import EXPORT_MAP, SMALL_MAP
from hypothesis import given
from hypothesis import strategies as st

from outreach.clinics.column_map import BadMap, MemberColumns, load_map
from outreach.loops.anchor import Sensitivity
from outreach.loops.outcomes import Outcome


def test_a_map_says_what_each_column_means():
    columns = load_map(EXPORT_MAP).appointments
    assert (columns.member, columns.date, columns.date_only) == ("PatientId", "AppointmentDay", True)
    assert columns.outcome.values == {"no": Outcome.KEPT, "yes": Outcome.NO_SHOW}


def test_hip_05_an_appointment_is_restricted_unless_the_map_says_otherwise():
    assert load_map(SMALL_MAP).appointments.sensitivity is Sensitivity.RESTRICTED


def test_a_members_file_needs_no_map():
    assert MemberColumns().header()[:3] == ("member_id", "phone", "language")


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ('zone = "America/NewYork"', "appointments.zone: is not a time zone we know"),
        ('zone = "EST"', "appointments.zone: is not a time zone we know"),
        ('zone = "America/Indiana"', "appointments.zone: is not a time zone we know"),
        ('zone = "../etc/passwd"', "appointments.zone: is not a time zone we know"),
        ('colour = "x"', "appointments.colour: is not a setting of the map"),
        ('clinic = "c"', "needs clinic (a column) or clinic_id"),
        ('status = "s"', "needs status and cancelled_values together"),
        ('sensitivity = "secret"', "appointments.sensitivity: Input should be 'ordinary', 'restricted' or 'silent'"),
        ('sensitivity_column = "s"', "needs sensitivity_column and sensitivity_values together"),
        ("shift_to = 2226-01-01", "appointments.shift_to: must be a day between 2000 and 2100"),
        ('sex = ""', "appointments.sex: is empty"),
        ('[appointments.outcome]\ncolumn = "o"\nvalues = {Yes = "came"}', "appointments.outcome.values.Yes"),
        ('[appointments.outcome]\ncolumn = "o"\nvalues = {}', "appointments.outcome.values"),
        ('[appointments.outcome]\ncolumn = "o"\nvalues = {Y = "kept"}\nreason_column = "r"', "reasons together"),
        ('[formats]\ndelimiter = ",,"', "formats.delimiter: must be a single mark"),
        ('[formats]\nencoding = "utf-16"', "formats.encoding"),
        ('[formats]\ndate = "%m/%d"', "formats.date: does not say year, month and day"),
        ('[formats]\ndate = "%"', "formats.date: does not say year, month and day"),
        ('[formats]\ntime = "%H"', "formats.time: does not say hour and minute"),
        ("nonsense", "The map is not valid TOML"),
    ],
)
def test_a_map_that_cannot_be_used_says_what_to_put_right(line, sentence):
    text = SMALL_MAP.replace('zone = "America/New_York"', "") if line.startswith("zone") else SMALL_MAP
    with pytest.raises(BadMap) as refused:
        load_map(f"{text}\n{line}\n")
    assert sentence in str(refused.value)


def test_every_mistake_gets_its_own_sentence():
    with pytest.raises(BadMap) as refused:
        load_map('[appointments]\nappointment = "a"')
    assert str(refused.value).splitlines() == [
        "appointments.member: is needed and is not there.",
        "appointments.date: is needed and is not there.",
        "appointments.zone: is needed and is not there.",
    ]


@given(st.text())
def test_no_text_makes_the_map_fail_in_an_undocumented_way(text):
    with suppress(BadMap):
        load_map(text)
