"""Reports: every rate with its numbers, small cells held back, and nothing that a spreadsheet would run."""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from report_rows import NOW, furnish
from sqlalchemy import text

from admin.report_sheet import quiet
from outreach.engine import tasks, undoing
from outreach.store import tables as t
from outreach.store.actor import OPERATOR, Actor

TABS = ("visits", "outreach", "consent", "rides", "delivery", "tasks")
DAYS = "from=2026-08-24&to=2026-11-22"


@pytest.fixture
def filled(world):
    """A deployment with nine hundred visits in thirteen weeks."""
    world.at(NOW)
    with world.deployment.write(OPERATOR) as uow:
        furnish(uow, 900)
        uow.commit()
    return world


def cells(answer):
    return list(csv.reader(io.StringIO(answer.text)))


@pytest.mark.parametrize("tab", TABS)
def test_every_page_stands_empty_small_and_filled(world, tab):
    browser = world.browser("supervisor")
    for by in ("language", "clinic", "program", "tier", "ride"):
        assert browser.get(f"/reports?tab={tab}&by={by}").status_code == 200
    world.visit("Canary Name", language="es")
    world.remind()
    shown = browser.get(f"/reports?tab={tab}&from=2026-11-01&to=2026-12-06")
    assert shown.status_code == 200
    assert "Canary" not in shown.text


def test_a_rate_stands_with_its_numbers_and_what_is_not_known(filled):
    shown = filled.browser("program_staff").get(f"/reports?{DAYS}").text
    assert "408 kept of 653 visits with a known outcome" in shown
    assert "62.5%" in shown
    assert "82 of 735: unknown" in shown
    assert "Describes, does not explain" in shown
    assert "Axis " in shown
    assert "Aug 24, 2026 to Nov 22, 2026, clinic time" in shown
    assert "Haitian Creole" in shown
    for causal in ("because of", "improved", "led to", "thanks to", "due to", "caused"):
        assert causal not in shown


def test_a_chart_is_named_and_its_numbers_are_in_a_table(filled):
    shown = filled.browser("supervisor").get(f"/reports?{DAYS}").text
    drawn = re.search(r'<svg class="o-curve".*?</svg>', shown, re.DOTALL)
    assert drawn is not None
    assert 'role="img"' in drawn[0]
    assert "<title" in drawn[0]
    assert "<desc" in drawn[0]
    assert shown.count('<th scope="row">Nov 16, 2026</th>') == 4
    assert "style=" not in shown


def test_small_numbers_are_held_back_with_one_that_would_give_them_away(filled):
    shown = filled.browser("supervisor").get("/reports?from=2026-08-24&to=2026-09-13&by=language").text
    assert "&lt;11" in shown
    rows = cells(filled.browser("supervisor").get("/reports/sheet.csv?from=2026-08-24&to=2026-09-13&by=language"))
    kept = [row for row in rows if row[:2] == ["kept", "language"] and row[2] != "all"]
    held = [row for row in kept if row[3] == "<11"]
    assert len(held) != 1
    assert not [row for row in rows if len(row) > 4 and row[0] == "kept" and row[3].isdigit() and 0 < int(row[3]) < 11]


@pytest.mark.parametrize(
    ("role", "status"), [("supervisor", 200), ("program_staff", 200), ("coordinator", 403), ("privacy_officer", 403)]
)
def test_hip_16_reports_are_for_supervisors_and_program_staff(world, role, status):
    browser = world.browser(role)
    assert browser.get("/reports").status_code == status
    assert browser.get("/reports/sheet.csv").status_code == status
    assert ('href="/reports"' in browser.get("/loops").text) == (status == 200)


@pytest.mark.parametrize(
    "query",
    [
        "tab=secrets", "by=week", "by=name", "from=yesterday", "from=2026-13-01", "to=2026-02-30", "from=20261101",
        "from=2026-11-02&to=2026-11-01", "from=2020-01-01&to=2026-11-01", "clinic=x", "clinic=-1", "clinic=0",
        "clinic=99999999999999999999", "program=1%20OR%201=1", "language=xx", "language='--", "tab=%00",
        "from=%D9%A2%D9%A0%D9%A2%D9%A6-11-01", "language=%3Cscript%3E",
    ],
)  # fmt: skip
def test_what_is_no_choice_of_the_page_is_refused(world, query):
    browser = world.browser("supervisor")
    assert browser.get(f"/reports?{query}").status_code == 400
    assert browser.get(f"/reports/sheet.csv?{query}").status_code == 400


def test_a_clinic_that_is_not_there_has_nothing_to_count(filled):
    shown = filled.browser("supervisor").get(f"/reports?{DAYS}&clinic=999")
    assert shown.status_code == 200
    assert "Nothing to count in these days." in shown.text


def test_taking_a_report_away_is_on_record(filled):
    answer = filled.browser("supervisor").get(f"/reports/sheet.csv?{DAYS}&tab=delivery")
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"].endswith('"outreach-delivery-2026-08-24-2026-11-22.csv"')
    entry = filled.row("SELECT action, object, actor FROM audit ORDER BY id DESC LIMIT 1")
    assert tuple(entry) == ("report.delivery.exported", "reports", "person:Maya Ortiz")


def test_a_clinic_named_like_a_formula_is_no_formula_in_the_file(filled):
    with filled.deployment.write(OPERATOR) as uow:
        uow.execute(
            text("UPDATE clinic SET name = :name WHERE key = 'riverside'").bindparams(name="=cmd|' /C calc'!A0")
        )
        uow.commit()
    found = filled.browser("supervisor").get(f"/reports/sheet.csv?{DAYS}&by=clinic")
    assert any(cell == "'=cmd|' /C calc'!A0" for row in cells(found) for cell in row)
    assert not any(cell.lstrip().startswith(("=", "@", "+")) for row in cells(found) for cell in row)
    page = filled.browser("supervisor").get(f"/reports?{DAYS}&by=clinic").text
    assert "=cmd|&#39; /C calc&#39;!A0" in page


@given(st.text(max_size=12))
def test_no_words_in_a_file_begin_like_a_formula(words):
    written = quiet(words)
    assert not written.lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"))
    assert "\0" not in written


def test_numbers_in_a_file_stay_numbers():
    assert [quiet(cell) for cell in (3, -0.25, None, 0.5)] == ["3", "-0.2500", "", "0.5000"]


def test_the_file_says_what_the_page_says(filled):
    rows = cells(filled.browser("supervisor").get(f"/reports/sheet.csv?{DAYS}"))
    kept = next(row for row in rows if row[:3] == ["kept", "language", "all"])
    assert kept[3:8] == ["408", "653", "82", "Unknown", "0.6248"]
    spanish = next(row for row in rows if row[:3] == ["kept", "language", "Spanish"])
    assert spanish[-1] == "English"
    assert [row[1] for row in rows if row[:1] == [""] and "Forgot" in row[1:2][0][:6]]


def test_how_soon_a_ride_is_booked_stands_beside_ride_success_and_in_the_file(filled):
    with filled.deployment.write(OPERATOR) as uow:
        uow.execute(
            text(
                "INSERT INTO task (id, program_id, loop_id, kind, owner_queue, priority, opened_at, state)"
                " SELECT anchor_id + 500000000000000000, program_id, id, 'arrange_ride', 'rides', 'urgent', opened_at,"
                " 'resolved' FROM loop WHERE id IN (SELECT loop_id FROM trip) OR ride_need = 'needed'"
            )
        )
        uow.commit()
    browser = filled.browser("supervisor")
    shown = browser.get(f"/reports?{DAYS}&tab=rides").text
    assert "Time from asking to booking by written language" in shown
    assert "No longer needed" in shown
    assert "within 7 days" in shown
    rows = cells(browser.get(f"/reports/sheet.csv?{DAYS}&tab=rides"))
    begin = next(n for n, row in enumerate(rows) if row[:1] == ["ask_to_book_time"])
    assert rows[begin][2:] == ["asked", "booked", "half", "nine_tenths", "apart", "apart_is"]
    assert ["", "Spanish"] in [row[:2] for row in rows[begin + 1 :]]
    assert not any(0 < int(cell) < 11 for row in rows[begin + 1 :] for cell in row[2:4] if cell.isdigit())


def test_a_crisis_is_seen_when_somebody_takes_it_and_an_ending_taken_back_is_no_ending(filled):
    """Four crises: one taken at once, one taken and given back at once, one ended late, one that is new."""
    ids = [900 * 10**12 + n for n in range(5)]
    with filled.deployment.write(OPERATOR) as uow:
        for n, minutes in enumerate((60, 60, 60, 5)):
            opened = NOW - timedelta(minutes=minutes)
            row = {"id": ids[n], "kind": "crisis", "owner_queue": "on_call", "priority": "stat", "opened_at": opened}
            uow.insert(t.task, [row | {"state": "open"}])
        row = {"id": ids[4], "kind": "book_interpreter", "owner_queue": "coordinators", "priority": "routine"}
        uow.insert(t.task, [row | {"opened_at": NOW, "due_at": NOW + timedelta(hours=2), "state": "open"}])
        uow.commit()
    actor = Actor("person", "Maya Ortiz")
    filled.at(NOW - timedelta(minutes=50))
    tasks.claim(filled.deployment, actor, ids[0])
    undoing.undo(filled.deployment, actor, ids[1], tasks.claim(filled.deployment, actor, ids[1]))
    filled.at(NOW)
    note = tasks.resolve(filled.deployment, actor, ids[2], tasks.Finish("cleared"))
    note_of_first = tasks.resolve(filled.deployment, actor, ids[0], tasks.Finish("cleared"))
    undoing.undo(filled.deployment, actor, ids[0], note_of_first)
    assert note is not None
    browser = filled.browser("supervisor")
    shown = browser.get("/reports?from=2026-11-23&to=2026-11-24&tab=tasks").text
    assert "Crises seen within 15 minutes" in shown
    rows = cells(browser.get("/reports/sheet.csv?from=2026-11-23&to=2026-11-24&tab=tasks"))
    crisis = next(row for row in rows if row[1:2] == ["Crises seen within 15 minutes"])
    assert (crisis[2:5], crisis[7:]) == (["1", "3", "0.3333"], ["1", "1"])
    interpreter = next(row for row in rows if row[1:2] == ["Interpreters booked in time"])
    assert (interpreter[2:5], interpreter[7:]) == (["0", "0", ""], ["0", "1"])
    on_call = next(row for row in rows if row[1:2] == ["On call"])
    assert on_call[-2:] == ["1", "0.5000"]


def test_what_took_long_to_count_is_kept_a_while_and_says_when_it_was_counted(filled, monkeypatch):
    monkeypatch.setattr("admin.reports._QUICK", 0.0)
    browser = filled.browser("supervisor")
    first = browser.get(f"/reports?{DAYS}").text
    with filled.deployment.write(OPERATOR) as uow:
        uow.execute(text("UPDATE loop SET outcome = 'no_show' WHERE outcome = 'kept'"))
        uow.commit()
    assert "408 kept" in first
    assert "Counted Tue Nov 24, 10:42 AM ET" in first
    assert "408 kept" in browser.get(f"/reports?{DAYS}").text
    assert "408 kept" not in browser.get(f"/reports?{DAYS}&by=clinic").text


def test_a_page_that_stays_open_counts_nothing_anew(filled):
    browser = filled.browser("supervisor")
    again = browser.client.get(f"/reports?{DAYS}", base_url=browser.base, headers={"Outreach-Live": "1"})
    assert again.status_code == 200
    assert "o-figures" not in again.text


@pytest.mark.parametrize("tab", TABS)
def test_every_page_can_be_taken_away_and_printed(filled, tab):
    """Of each page the file has the same measures by group and by week, and the paper says who printed it."""
    browser = filled.browser("supervisor")
    for by in ("language", "tier", "ride"):
        shown = browser.get(f"/reports?{DAYS}&tab={tab}&by={by}").text
        assert "data-print" in shown
        assert "Printed by" in shown
        rows = cells(browser.get(f"/reports/sheet.csv?{DAYS}&tab={tab}&by={by}"))
        assert not any(cell.lstrip().startswith(("=", "@", "+")) for row in rows for cell in row)
        if tab == "tasks":
            assert any(row[:2] == ["tasks", "queue"] for row in rows)
            continue
        grouped = {row[0] for row in rows if row[1:2] == [by]}
        assert len(grouped) == shown.count('id="by-')
        assert grouped == {row[0] for row in rows if row[1:2] == ["week"]}
