"""Whatever happens to a file on its way, good rows come out, bad ones are explained, and none is lost."""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import suppress
from io import BytesIO

import pytest
from clinic_files import EXPORT_MAP, export, export_rows, members, visits
from hypothesis import given
from hypothesis import strategies as st

from outreach.clinics.column_map import MemberColumns, load_map
from outreach.clinics.rows import MAX_LINE, Rejected, UnreadableFile
from outreach.clinics.scan import scan_appointments
from outreach.clinics.visits import VisitRow

Damage = Callable[[random.Random, bytes], bytes]


def _cell(place: int, value: bytes) -> Damage:
    def put(dice: random.Random, row: bytes) -> bytes:
        cells = row.split(b",")
        cells[place] = value
        return b",".join(cells)

    return put


DAMAGES: dict[str, Damage] = {
    "a byte that is no letter": lambda dice, row: row[: (at := dice.randrange(len(row)))] + b"\xfe" + row[at:],
    "a row cut short": lambda dice, row: row[: row.index(b",", dice.randrange(20))],
    "a stray quotation mark": lambda dice, row: row.replace(b",", b',"', 1),
    "a closed quotation mark with something behind": lambda dice, row: b'"x"' + row,
    "31 February": _cell(4, b"2016-02-31T00:00:00Z"),
    "a day in words": _cell(4, b"next Tuesday"),
    "a second delimiter": lambda dice, row: row.replace(b",", b",,", 1),
    "no appointment id": _cell(1, b""),
    "no member id": _cell(0, b"  "),
    "a negative age": _cell(5, b"-1"),
    "an unknown outcome": _cell(13, b"Maybe"),
    "NUL": _cell(6, b"HILL\0SIDE"),
    "a line of another age": lambda dice, row: row.replace(b",", b"\r", 1),
    "nothing left": lambda dice, row: b"",
    "far too much": lambda dice, row: row + b"x" * MAX_LINE,
    "someone else's appointment id": _cell(1, b"5000000"),
}


@pytest.mark.parametrize("seed", range(20))
def test_every_good_row_comes_out_every_bad_one_is_explained_and_none_is_lost(seed):
    dice = random.Random(seed)
    rows = [row.encode() for row in export_rows(300, seed)]
    hurt = sorted(dice.sample(range(1, 300), 60))
    for number in hurt:
        rows[number] = dice.choice(list(DAMAGES.values()))(dice, rows[number])
    found = visits(export(rows))
    rejected = [record for record in found if isinstance(record, Rejected)]
    assert len(found) == 300
    assert [record.line for record in found] == list(range(2, 302))
    assert [record.line - 2 for record in rejected] == hurt
    assert all(record.what_to_do.endswith(".") for record in rejected)


@pytest.mark.parametrize("name", DAMAGES)
def test_each_kind_of_damage_costs_its_own_row_and_no_other(name):
    dice = random.Random(7)
    rows = [row.encode() for row in export_rows(9)]
    rows[4] = DAMAGES[name](dice, rows[4])
    assert [record.line for record in visits(export(rows)) if isinstance(record, Rejected)] == [6]


def test_the_sentences_never_repeat_what_a_cell_says():
    rows = [_cell(place, b"Zyxwv")(random.Random(1), export_rows(1)[0].encode()) for place in (1, 4, 5, 13)]
    rejected = [record for record in visits(export(rows)) if isinstance(record, Rejected)]
    assert len(rejected) == 3
    assert not any("Zyxwv" in record.what_to_do or "Zyxwv" in repr(record) for record in rejected)


CELLS = st.sampled_from(
    ["1", "2", "", "2016-04-29", "2016-04-29T00:00:00Z", "F", "M", "No", "Yes", '"', "9E+9", "é", "-1"]
)
ROUGH_ROWS = st.lists(st.lists(CELLS, min_size=13, max_size=15).map(",".join), max_size=8)


@given(st.one_of(st.binary(max_size=500), ROUGH_ROWS.map(lambda rows: "\n".join(rows).encode())))
def test_arbitrary_rows_become_visits_or_rejections_and_match_the_count_of_the_scan(body):
    data = export([]) + body
    found = visits(data)
    assert all(isinstance(record, VisitRow | Rejected) for record in found)
    assert len(found) == scan_appointments(BytesIO(data), load_map(EXPORT_MAP)).rows


@given(st.binary(max_size=300))
def test_arbitrary_members_become_members_or_rejections(body):
    header = ",".join(MemberColumns().header()).encode()
    assert all(record.line >= 2 for record in members(header + b"\n" + body))


@given(st.binary(max_size=200))
def test_an_arbitrary_members_file_is_read_or_called_unreadable(data):
    with suppress(UnreadableFile):
        assert all(record.line >= 2 for record in members(data))


@given(st.lists(st.text(max_size=30), min_size=14, max_size=14))
def test_arbitrary_cells_in_every_column_of_members_do_no_harm(cells):
    row = ",".join('"' + cell.replace('"', '""') + '"' for cell in cells)
    header = ",".join(MemberColumns().header())
    assert members(f"{header}\n{row}\n".encode())
