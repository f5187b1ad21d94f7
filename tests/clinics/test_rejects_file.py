"""Rejected rows land in a file that people can open, safely, and correct."""

from __future__ import annotations

import csv

import pytest

from outreach.clinics.rejects import RejectsFile, harmless
from outreach.clinics.rows import Rejected


def test_no_rejections_leave_no_file_not_even_an_old_one(tmp_path):
    path = tmp_path / "rejects.csv"
    path.write_text("of last week")
    with RejectsFile(path) as rejects:
        pass
    assert rejects.count == 0
    assert not path.exists()


def test_each_rejection_has_its_line_column_advice_and_row(tmp_path):
    path = tmp_path / "rejects.csv"
    with RejectsFile(path, ["id", "day"]) as rejects:
        rejects.write(Rejected(7, "day", "Correct the day.", ("A1", "=1+1")))
        rejects.write(Rejected(9, "", "Delete the line.", ()))
    with open(path, encoding="utf-8-sig", newline="") as file:
        assert list(csv.reader(file)) == [
            ["line", "column", "what_to_do", "id", "day"],
            ["7", "day", "Correct the day.", "A1", "'=1+1"],
            ["9", "", "Delete the line."],
        ]
    assert rejects.count == 2


def test_only_its_owner_may_read_it(tmp_path):
    with RejectsFile(tmp_path / "rejects.csv") as rejects:
        rejects.write(Rejected(7, "day", "Correct the day.", ("A1",)))
    assert (tmp_path / "rejects.csv").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("cell", ["=A1", "+1", "-1", "@SUM(A1)", "\tx", "\rx"])
def test_no_cell_is_run_by_a_spreadsheet(cell):
    assert harmless(cell) == f"'{cell}"


def test_ordinary_cells_are_left_alone():
    assert [harmless(cell) for cell in ("a=b", "", "José", "a\0b")] == ["a=b", "", "José", "a\ufffdb"]
