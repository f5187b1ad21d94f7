"""Every physical line of a file ends in exactly one row or one rejection."""

from __future__ import annotations

from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.clinics.column_map import Formats
from outreach.clinics.rows import MAX_LINE, Rejected, Row, Table, UnreadableFile


def records(data: bytes, **formats: str) -> list[Row | Rejected]:
    return list(Table(BytesIO(data), Formats(**formats)))


def rows(data: bytes, **formats: str) -> list[tuple[int, tuple[str, ...]]]:
    return [(record.line, record.fields) for record in records(data, **formats) if isinstance(record, Row)]


@pytest.mark.parametrize(
    ("data", "formats", "found"),
    [
        (b"a,b\n1,2\n", {}, [(2, ("1", "2"))]),
        (b"a,b\r\n1,2\r\n3,4", {}, [(2, ("1", "2")), (3, ("3", "4"))]),
        (b"\xef\xbb\xbfa,b\n1,2\n", {}, [(2, ("1", "2"))]),
        (b"a;b\n1;2,5\n", {"delimiter": ";"}, [(2, ("1", "2,5"))]),
        (b"a\tb\n1\t2\n", {"delimiter": "\t"}, [(2, ("1", "2"))]),
        (b"a,b\nJos\xe9,2\n", {"encoding": "cp1252"}, [(2, ("José", "2"))]),
        (b'a,b\n"1,5",2\n', {}, [(2, ("1,5", "2"))]),
        (b'a,b\n"say ""hi""",2\n', {}, [(2, ('say "hi"', "2"))]),
        (b"a,b\n5' 10\",2\n", {}, [(2, ("5' 10\"", "2"))]),
        (b'a,b\n1,"first\r\nsecond"\n3,4\n', {}, [(2, ("1", "first\nsecond")), (4, ("3", "4"))]),
        (b'a,b,c\n"x\ny","p\nq",3\n4,5,6\n', {}, [(2, ("x\ny", "p\nq", "3")), (5, ("4", "5", "6"))]),
    ],
)
def test_well_formed_files_are_read_with_their_physical_line_numbers(data, formats, found):
    assert rows(data, **formats) == found


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (b"1,2", "2 cells where the header has 3"),
        (b"1,2,3,4", "4 cells where the header has 3"),
        (b"", "empty"),
        (b" , ,", "empty"),
        (b"1,\x00,3", "control character"),
        (b"1,2\r3,3", "control character"),
        (b"1,\xff,3", "not utf-8"),
        (b'1,"2,3', "quotation mark"),
        (b'1,"2"x,3', "quotation mark"),
        (b"1," + b"x" * MAX_LINE + b",3", "longer than"),
    ],
)
def test_a_bad_line_is_explained_and_takes_no_other_with_it(line, words):
    before, bad, *after = records(b"a,b,c\n1,2,3\n" + line + b"\n4,5,6\n7,8,9\n")
    assert isinstance(bad, Rejected)
    assert bad.line == 3
    assert words in bad.what_to_do
    assert before == Row(2, ("1", "2", "3"))
    assert after == [Row(4, ("4", "5", "6")), Row(5, ("7", "8", "9"))]


def test_a_letter_in_another_encoding_names_its_column():
    (bad,) = records(b"a,b\n1,Jos\xe9\n")
    assert bad.column == "b"
    assert "set encoding in the map" in bad.what_to_do


def test_two_stray_quotation_marks_do_not_swallow_the_rows_between_them():
    found = records(b'a,b,c\n1,2,"x\n4,5,6\n7,8,9"\n1,1,1\n')
    assert [type(record) for record in found] == [Rejected, Row, Row, Row]


def test_two_damaged_neighbours_are_not_taken_for_one_row_with_a_line_break():
    assert [record.line for record in records(b'a,b,c\n1,2,"x\n4,5,y"\n')] == [2, 3]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b"\n1,2\n", "empty"),
        ("a,b\n1,2\n".encode("utf-16"), "CSV UTF-8"),
        (b"PK\x03\x04rest", "CSV UTF-8"),
        (b"a,b\r1,2\r3,4", "cannot be read"),
        (b'a,"b\n1,2', "cannot be read"),
        (b"a,\xe9\n", "cannot be read"),
    ],
)
def test_a_file_that_cannot_be_read_at_all_says_so(data, words):
    with pytest.raises(UnreadableFile, match=words):
        Table(BytesIO(data))


def test_a_column_the_map_names_must_be_there_once():
    table = Table(BytesIO(b"a,b,b\n"))
    assert table.column("a").place == 0
    with pytest.raises(UnreadableFile, match="has no column 'c'"):
        table.column("c")
    with pytest.raises(UnreadableFile, match="more than one column 'b'"):
        table.column("b")


def test_what_is_read_shows_in_no_repr():
    good, bad = records(b"a,b\nJane,2\nJane\n")
    assert "Jane" not in repr(good) + repr(bad)


ROUGH = st.lists(st.sampled_from([b"a", b"1", b",", b",", b'"', b"\n", b"\n", b"\r", b"\xff", b"\0", b" "])).map(
    b"".join
)


@given(st.one_of(st.binary(max_size=400), ROUGH))
def test_arbitrary_bytes_lose_no_line(body):
    found = records(b"a,b,c\n" + body)
    physical = body.split(b"\n")
    expected = len(physical) - (physical[-1] == b"")
    spans = [1 + (sum(cell.count("\n") for cell in f.fields) if isinstance(f, Row) else 0) for f in found]
    assert sum(spans) == expected
    assert [f.line for f in found] == [2 + sum(spans[:place]) for place in range(len(found))]


@given(st.binary(max_size=300))
def test_an_arbitrary_file_is_read_or_called_unreadable(data):
    try:
        found = records(data)
    except UnreadableFile:
        return
    assert all(isinstance(record, Row | Rejected) for record in found)
