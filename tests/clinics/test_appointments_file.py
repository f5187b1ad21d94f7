"""A clinic's visits file becomes visits, and sentences about what is wrong."""

from __future__ import annotations

from datetime import date, time
from io import BytesIO

import pytest
from clinic_files import EXPORT_MAP, SMALL_MAP, TODAY, export, export_rows, only, visits

from conversations.meaning import Reason
from outreach.clinics.column_map import load_map
from outreach.clinics.rows import Rejected, UnreadableFile
from outreach.clinics.scan import scan_appointments
from outreach.clinics.visits import VisitRow
from outreach.loops.anchor import Sensitivity
from outreach.loops.outcomes import Outcome


def small(row: str, header: str = "id,member,day", more: str = "", **zones: str) -> VisitRow | Rejected:
    return only(visits(f"{header}\n{row}\n".encode(), SMALL_MAP + more, **zones))


def test_a_date_without_a_time_keeps_its_day_whatever_the_z_says():
    row = "61,71,F,2016-04-01T09:10:11Z,2016-04-29T00:00:00Z,47,HILLSIDE,0,0,1,0,0,1,Yes"
    visit = only(visits(export([row])))
    assert (visit.day, visit.wall_time, visit.zone) == (date(2016, 4, 29), None, "America/New_York")
    assert (visit.external_id, visit.member_external_id, visit.clinic_key) == ("71", "61", "HILLSIDE")
    assert (visit.outcome, visit.sex, visit.age, visit.rounded_id) == (Outcome.NO_SHOW, "F", 47, False)


@pytest.mark.parametrize(
    ("written", "day", "clock"),
    [
        ("2026-12-01", date(2026, 12, 1), None),
        ("2026-12-01T14:30", date(2026, 12, 1), time(14, 30)),
        ("2026-12-01 14:30:00", date(2026, 12, 1), time(14, 30)),
        ("2026-12-01T01:30:00Z", date(2026, 11, 30), time(20, 30)),
        ("2026-12-01T14:30:00.000-0800", date(2026, 12, 1), time(17, 30)),
    ],
)
def test_a_time_is_wall_time_unless_it_has_an_offset_and_then_it_is_an_instant(written, day, clock):
    visit = small(f"1,2,{written}")
    assert (visit.day, visit.wall_time) == (day, clock)


@pytest.mark.parametrize(
    ("written", "clock"),
    [
        ("8:05", time(8, 5)),
        ("2:30 PM", time(14, 30)),
        ("12:00 a.m.", time(0, 0)),
        ("12:15pm", time(12, 15)),
        ("", None),
    ],
)
def test_a_time_may_have_its_own_column(written, clock):
    visit = small(f"1,2,2026-12-01,{written}", "id,member,day,at", 'time = "at"')
    assert visit.wall_time == clock


def test_odd_dates_and_times_are_read_by_the_patterns_of_the_map():
    more = 'time = "at"\n[formats]\ndate = "%m/%d/%Y"\ntime = "%H%M"'
    visit = small("1,2,12/01/2026,0905", "id,member,day,at", more)
    assert (visit.day, visit.wall_time) == (date(2026, 12, 1), time(9, 5))


def test_tim_06_a_time_the_clocks_skip_is_rejected_in_the_column_that_said_it():
    bad = small("1,2,2026-03-08,2:30", "id,member,day,at", 'time = "at"')
    assert (bad.line, bad.column) == (2, "at")
    assert "daylight saving" in bad.what_to_do
    assert small("1,2,2026-03-08T02:30").column == "day"


def test_tim_07_a_time_the_clocks_show_twice_is_the_first_and_flagged():
    visit = small("1,2,2026-11-01T01:30")
    assert (visit.wall_time, visit.wall_time.fold, visit.ambiguous_time) == (time(1, 30), 0, True)
    assert not small("1,2,2026-11-01T03:30").ambiguous_time


def test_the_zone_of_the_row_goes_before_that_of_the_clinic_and_that_before_the_map():
    header, more = "id,member,day,tz", 'zone_column = "tz"'
    assert small("1,2,2026-12-01,America/Denver", header, more, main="America/Chicago").zone == "America/Denver"
    assert small("1,2,2026-12-01,", header, more, main="America/Chicago").zone == "America/Chicago"
    assert small("1,2,2026-12-01,", header, more).zone == "America/New_York"


@pytest.mark.parametrize(
    ("row", "column", "words"),
    [
        ("61,,F,x,2016-04-29,62,HILL,0,0,0,0,0,0,No", "AppointmentID", "id is missing"),
        (",71,F,x,2016-04-29,62,HILL,0,0,0,0,0,0,No", "PatientId", "id is missing"),
        (f"{'9' * 65},71,F,x,2016-04-29,62,HILL,0,0,0,0,0,0,No", "PatientId", "longer than 64"),
        ("6\u200b1,71,F,x,2016-04-29,62,HILL,0,0,0,0,0,0,No", "PatientId", "invisible"),
        ("61,71,F,x,2016-02-31,62,HILL,0,0,0,0,0,0,No", "AppointmentDay", "not a day in the calendar"),
        ("61,71,F,x,29/04/2016,62,HILL,0,0,0,0,0,0,No", "AppointmentDay", "YYYY-MM-DD"),
        ("61,71,F,x,2016-04-29T99:00,62,HILL,0,0,0,0,0,0,No", "AppointmentDay", "not a day in the calendar"),
        ("61,71,F,x,,62,HILL,0,0,0,0,0,0,No", "AppointmentDay", "not a day in the calendar"),
        ("61,71,F,x,0216-04-29,62,HILL,0,0,0,0,0,0,No", "AppointmentDay", "year"),
        ("61,71,F,x,2016-04-29,-1,HILL,0,0,0,0,0,0,No", "Age", "0 to 120"),
        ("61,71,F,x,2016-04-29,121,HILL,0,0,0,0,0,0,No", "Age", "0 to 120"),
        ("61,71,F,x,2016-04-29,old,HILL,0,0,0,0,0,0,No", "Age", "0 to 120"),
        ("61,71,F,x,2016-04-29,62,,0,0,0,0,0,0,No", "Neighbourhood", "clinic is missing"),
        (f"61,71,F,x,2016-04-29,62,{'H' * 201},0,0,0,0,0,0,No", "Neighbourhood", "longer than 200"),
        ("61,71,F,x,2016-04-29,62,HILL,0,0,0,0,0,0,Perhaps", "No-show", "add it to values in [appointments.outcome]"),
        ("61,71,F,x,2016-04-29,62,HILL,0,0,0,0,0,No", "", "13 cells where the header has 14"),
    ],
)
def test_a_row_that_cannot_be_taken_says_where_and_what_to_do(row, column, words):
    good = "60,70,F,x,2016-04-29,62,HILL,0,0,0,0,0,0,No"
    first, bad, last = visits(export([good, row, good]))
    assert isinstance(first, VisitRow)
    assert isinstance(last, VisitRow)
    assert (bad.line, bad.column) == (3, column)
    assert words in bad.what_to_do
    assert bad.fields == tuple(row.split(","))


@pytest.mark.parametrize(
    ("row", "column"),
    [("1,2,2026-12-01,25:00,", "at"), ("1,2,2026-12-01,13:00 PM,", "at"), ("1,2,2026-12-01,9:00,Mars/Base", "tz")],
)
def test_bad_times_and_zones_are_explained_too(row, column):
    bad = small(row, "id,member,day,at,tz", 'time = "at"\nzone_column = "tz"')
    assert (bad.column, bad.what_to_do[-1]) == (column, ".")


def test_an_outcome_may_say_why_and_that_nothing_happened_yet():
    more = """
    status = "state"
    cancelled_values = ["C", "X"]
    sensitivity_column = "kind"
    sensitivity_values = { BH = "silent", GP = "ordinary" }
    [appointments.outcome]
    column = "end"
    values = { came = "kept", missed = "no_show", booked = "pending" }
    reason_column = "why"
    reasons = { "no ride" = "transport_failure" }
    """
    header = "id,member,day,state,kind,end,why"
    missed = small("1,2,2026-10-01,,GP,Missed,No Ride", header, more)
    assert (missed.outcome, missed.reason) == (Outcome.NO_SHOW, Reason.TRANSPORT_FAILURE)
    assert (missed.cancelled, missed.sensitivity) == (False, Sensitivity.ORDINARY)
    ahead = small("1,2,2026-12-01,c,,booked,", header, more)
    assert (ahead.outcome, ahead.outcome_ignored, ahead.cancelled) == (None, False, True)
    assert ahead.sensitivity is Sensitivity.RESTRICTED
    assert small("1,2,2026-12-01,,ZZ,,", header, more).column == "kind"
    assert small("1,2,2026-10-01,,BH,missed,dog ate it", header, more).column == "why"


def test_a_past_export_moved_to_the_future_keeps_its_distances_and_forgets_its_outcomes():
    rows = [
        "61,71,F,x,2016-04-29T00:00:00Z,62,HILL,0,0,0,0,0,0,No",
        "62,72,F,x,2016-05-02T00:00:00Z,62,HILL,0,0,0,0,0,0,Yes",
    ]
    moved = EXPORT_MAP.replace("[appointments.outcome]", "shift_to = 2026-11-20\n[appointments.outcome]")
    first, second = visits(export(rows), moved)
    assert (first.day, first.outcome, first.outcome_ignored) == (date(2026, 11, 20), Outcome.KEPT, False)
    assert (second.day, second.outcome, second.outcome_ignored) == (date(2026, 11, 23), None, True)


def test_an_outcome_of_a_visit_still_to_come_is_not_believed():
    row = "61,71,F,x,2026-11-22T00:00:00Z,62,HILL,0,0,0,0,0,0,No"
    assert only(visits(export([row]))).outcome_ignored
    assert not only(visits(export([row]), today=date(2026, 11, 22))).outcome_ignored


def people(*rows: tuple[str, str, str, str]) -> list[VisitRow | Rejected]:
    """Visits of (member, sex, day, age)."""
    lines = [
        f"{member},{number},{sex},x,{day},{age},HILL,0,0,0,0,0,0,No"
        for number, (member, sex, day, age) in enumerate(rows)
    ]
    return visits(export(lines))


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        (("F", "2016-04-29", "30"), ("F", "2016-04-29", "30"), True),
        (("F", "2016-04-29", "30"), ("M", "2016-04-29", "30"), False),
        (("F", "2016-04-29", "30"), ("", "2016-04-29", "30"), True),
        (("F", "2016-04-29", "30"), ("Female", "2016-04-29", "30"), True),
        (("F", "2016-04-29", "30"), ("F", "2016-04-29", "31"), False),
        (("F", "2016-04-29", "30"), ("F", "2016-04-30", "31"), True),
        (("F", "2016-04-29", "30"), ("F", "2016-04-30", "29"), False),
        (("F", "2016-04-29", "30"), ("F", "2016-05-29", "32"), False),
        (("F", "2016-04-29", "30"), ("F", "2019-04-29", "33"), True),
        (("F", "2016-02-29", "30"), ("F", "2017-02-28", "31"), True),
        (("F", "2016-04-29", ""), ("F", "2016-04-29", "99"), True),
    ],
)
def test_rows_of_one_id_must_be_able_to_be_one_person(first, second, same):
    found = people(("1.2E+13", *first), ("1.2E+13", *second), ("1.3E+13", "F", "2016-04-29", "5"))
    kinds = [VisitRow, VisitRow, VisitRow] if same else [Rejected, Rejected, VisitRow]
    assert [type(record) for record in found] == kinds
    assert same or "rounded by a spreadsheet" in found[0].what_to_do


def test_a_whole_id_of_two_people_asks_for_another_remedy():
    bad, _ = people(("123", "F", "2016-04-29", "5"), ("123", "M", "2016-04-29", "5"))
    assert bad.column == "PatientId"
    assert "correct the id" in bad.what_to_do


def test_rounded_ids_are_matched_as_text_and_loudly_reported():
    rows = [row.replace(row.split(",")[0], "1.23457E+13", 1) if n < 1 else row for n, row in enumerate(export_rows(3))]
    scan = scan_appointments(BytesIO(export(rows)), load_map(EXPORT_MAP))
    assert (scan.rows, scan.rounded) == (3, 1)
    assert "do not open it in a spreadsheet" in only(scan.warnings())
    assert [visit.rounded_id for visit in visits(export(rows))] == [True, False, False]
    assert visits(export(rows))[0].member_external_id == "1.23457E+13"


def test_an_appointment_may_be_repeated_but_not_contradicted():
    first = "61,71,F,x,2016-04-29,62,HILL,0,0,0,0,0,0,No"
    unused_column_differs = "61,71,F,y,2016-04-29,62,HILL,1,1,0,0,0,0,No"
    moved = "61,71,F,x,2016-04-30,62,HILL,0,0,0,0,0,0,No"
    same, again, bad = visits(export([first, unused_column_differs, moved]))
    assert same.external_id == again.external_id
    assert (bad.line, bad.column) == (4, "AppointmentID")


def test_a_missing_column_is_named_before_any_row_is_read():
    with pytest.raises(UnreadableFile, match="'AppointmentDay'"):
        visits(b"PatientId,AppointmentID,Neighbourhood,Gender,Age\n1,2,3,F,4\n")


def test_neither_visits_nor_their_scan_show_whose_they_are():
    data = export(
        ["61616,71717,F,x,2016-04-29,62,HILL,0,0,0,0,0,0,No", "61616,71718,M,x,2016-04-29,62,HILL,0,0,0,0,0,0,No"]
    )
    scan = scan_appointments(BytesIO(data), load_map(EXPORT_MAP))
    shown = repr(visits(export(export_rows(1))) + visits(data)) + repr(scan)
    assert "61616" not in shown
    assert "71717" not in shown
    assert "2016-04-29" not in shown.replace("earliest=datetime.date(2016, 4, 29)", "")


def test_forty_thousand_rows_come_out_as_forty_thousand_visits():
    found = visits(export(export_rows(40_000)), today=TODAY)
    assert len(found) == 40_000
    assert not any(isinstance(record, Rejected) for record in found)
