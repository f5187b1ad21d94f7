"""Small cells cannot be computed from what a report shows, and intervals are what the books say."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.loops.reports.cells import LEAST, held_back, held_cells, safe, small
from outreach.loops.reports.grids import crossed
from outreach.loops.reports.intervals import newcombe, wilson
from outreach.loops.reports.measures import KEPT, LATE, NO_SHOW
from outreach.loops.reports.tables import OTHER, table, together

COUNT = st.one_of(st.integers(0, 14), st.integers(0, 60))
CODES = ("kept", "no_show", "unseen", "late", "unknown")
TALLIES = st.dictionaries(st.sampled_from("abcdefgh"), st.fixed_dictionaries(dict.fromkeys(CODES, COUNT)), min_size=1)
GRIDS = st.tuples(st.integers(2, 4), st.integers(2, 4)).flatmap(
    lambda size: st.fixed_dictionaries(
        {(f"r{row}", f"c{column}"): COUNT for row in range(size[0]) for column in range(size[1])}
    )
)


@given(st.dictionaries(st.text("abcdef", min_size=1, max_size=2), st.tuples(COUNT, COUNT, COUNT), min_size=1))
def test_the_rows_held_back_are_two_at_least_and_together_they_would_pass(rows):
    hidden = held_back(rows)
    total = tuple(map(sum, zip(*rows.values(), strict=True)))
    if hidden is None:
        assert not safe(total)
        return
    assert all(safe(rows[name]) for name in rows.keys() - hidden)
    assert len(hidden) != 1
    if hidden:
        assert safe(tuple(map(sum, zip(*(rows[name] for name in hidden), strict=True))))


@given(TALLIES)
def test_no_union_of_what_is_shown_gives_a_small_number(tallies):
    """Everything shown is a sum over a coarser partition whose numbers are all safe: so is all that follows from it."""
    rows, others = together(tallies)
    found = {}
    for measure in (KEPT, NO_SHOW, LATE):
        found[measure.name] = table(measure, rows, others, found)
    for measure in (KEPT, NO_SHOW, LATE):
        each = found[measure.name]
        if each.total is None:
            assert each.lines == ()
            continue
        shown = [line.key for line in each.lines if line.counted is not None]
        assert all(safe(measure.parts(rows[key])) for key in shown)
        rest = [rows[line.key] for line in each.lines if line.counted is None]
        assert len(rest) != 1
        if rest:
            assert safe(tuple(map(sum, zip(*map(measure.parts, rest), strict=True))))
        silent = [measure.beside(rows[key]) for key in each.held_beside]
        assert len(silent) != 1 or each.total.unknown is None
        assert each.total.unknown is None or not small(sum(silent))
        assert not any(small(line.counted.unknown or 0) for line in each.lines if line.counted)
        for outer in measure.within:
            assert found[outer].total is not None
            assert found[outer].held_beside & {line.key for line in each.lines} <= each.held_beside
            assert found[outer].held & {line.key for line in each.lines} <= each.held


@given(TALLIES)
def test_no_row_that_is_held_back_follows_from_all_tables_of_visits_together(tallies):
    """Each number shown is an equation over unknown counts; none that is small is their only solution."""
    rows, others = together(tallies)
    found = {}
    for measure in (KEPT, NO_SHOW, LATE):
        found[measure.name] = table(measure, rows, others, found)
    keys = sorted(rows)
    place = {(key, code): number for number, (key, code) in enumerate(product(keys, CODES))}

    def equation(which, codes):
        return [Fraction(int(key in which and code in codes)) for key, code in place]

    known = []
    for measure in (KEPT, NO_SHOW, LATE):
        each = found[measure.name]
        groups = [{line.key} for line in each.lines if line.counted is not None]
        groups += [set(keys)] if each.total is not None else []
        for group in groups:
            known += [equation(group, codes) for codes in (measure.part, measure.part | measure.rest)]
        told = [{line.key} for line in each.lines if line.counted is not None and line.counted.unknown is not None]
        told += [set(keys)] if each.total is not None and each.total.unknown is not None else []
        known += [equation(group, measure.unknown) for group in told]
    # A group without a line has nothing to count: that is known too, and is nought.
    for each in found.values():
        without = set(keys) - {line.key for line in each.lines} if each.total is not None else set()
        nothing = each.measure.part | each.measure.rest | each.measure.unknown
        known += [equation({key}, {code}) for key in without for code in nothing]
    basis = _basis(known)
    for (key, code), _ in place.items():
        if small(rows[key].get(code, 0)):
            assert not _follows(basis, equation({key}, {code})), (key, code)


def _basis(equations):
    basis = []
    for row in equations:
        left = _reduced(basis, row)
        if any(left):
            pivot = next(number for number, value in enumerate(left) if value)
            basis.append((pivot, [value / left[pivot] for value in left]))
    return basis


def _reduced(basis, row):
    for pivot, other in basis:
        if row[pivot]:
            row = [value - row[pivot] * there for value, there in zip(row, other, strict=True)]
    return row


def _follows(basis, row):
    return not any(_reduced(basis, row))


@given(GRIDS)
def test_every_small_cell_of_a_crossed_table_could_be_another(grid):
    """One person moved around a rectangle of held cells leaves every sum and every shown cell as it is."""
    held = held_cells(grid)
    if held is None:
        return
    rows, columns = ({place[side] for place in grid} for side in (0, 1))
    for place in (each for each, count in grid.items() if small(count)):
        assert place in held
        row, column = place
        others = product(rows - {row}, columns - {column})
        corners = [((row, column), (row, c), (r, c), (r, column)) for r, c in others]
        assert any(
            set(four) <= held and ((grid[four[0]] and grid[four[2]]) or (grid[four[1]] and grid[four[3]]))
            for four in corners
        ), place


@given(st.dictionaries(st.tuples(st.sampled_from("uvwxyz"), st.sampled_from("abcd")), COUNT))
def test_reasons_by_group_show_safe_sums_and_hold_small_cells(counts):
    counts = {place: count for place, count in counts.items() if count}
    found = crossed(counts, None)
    if found.total is None:
        assert small(sum(counts.values())) or counts
        return
    for line in found.lines:
        assert not small(line.total)
        assert not any(small(cell) for cell in line.cells if cell is not None)
    assert sum(line.total for line in found.lines) == found.total == sum(counts.values())


def test_a_table_that_is_too_small_is_not_shown_at_all():
    assert held_back({"a": (5, 3), "b": (2, 0)}) is None
    assert held_cells({("r", "c"): 3, ("r", "d"): 0, ("s", "c"): 0, ("s", "d"): 0}) is None


def test_the_smallest_other_row_is_held_back_too():
    rows = {"a": (5, 20), "b": (40, 30), "c": (50, 60)}
    assert held_back(rows) == {"a", "b"}
    assert held_back({"a": (40, 30), "b": (50, 60)}) == frozenset()
    assert held_back({"a": (40, 0), "b": (50, 60)}) == frozenset()


@pytest.mark.parametrize("count", range(13))
def test_one_to_ten_are_small_and_nought_is_not(count):
    assert small(count) == (1 <= count < LEAST)


def test_other_groups_that_are_held_back_stay_together():
    rows, others = together({"en": {"kept": 50, "no_show": 30}, "hy": {"kept": 3}, "km": {"kept": 2, "no_show": 1}})
    found = table(KEPT, rows, others)
    assert {line.key: line.counted for line in found.lines} == {"en": None, OTHER: None}
    assert found.total is not None


@pytest.mark.parametrize(
    ("part", "whole", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_is_what_newcombe_printed(part, whole, low, high):
    """Newcombe, Statistics in Medicine 17 (1998) 857-872, table I, method 3."""
    assert wilson(part, whole) == pytest.approx((low, high), abs=0.00005)


@pytest.mark.parametrize(
    ("one", "other", "low", "high"),
    [
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((6, 7), (2, 7), 0.0582, 0.8062),
        ((5, 56), (0, 29), -0.0381, 0.1926),
        ((0, 10), (0, 20), -0.1611, 0.2775),
        ((10, 10), (0, 20), 0.6791, 1.0),
    ],
)
def test_newcombe_is_what_newcombe_printed(one, other, low, high):
    """Newcombe, Statistics in Medicine 17 (1998) 873-890, table II, method 10."""
    _, found_low, found_high = newcombe(*one, *other)
    assert (found_low, found_high) == pytest.approx((low, high), abs=0.0001)


@given(st.integers(1, 5000).flatmap(lambda whole: st.tuples(st.integers(0, whole), st.just(whole))))
def test_an_interval_holds_its_rate_and_is_narrower_with_more(pair):
    part, whole = pair
    low, high = wilson(part, whole)
    assert 0.0 <= low <= part / whole <= high <= 1.0
    more_low, more_high = wilson(4 * part, 4 * whole)
    assert more_high - more_low <= high - low
    other_low, other_high = wilson(whole - part, whole)
    assert (1 - other_high, 1 - other_low) == pytest.approx((low, high))


@given(*[st.integers(1, 400).flatmap(lambda whole: st.tuples(st.integers(0, whole), st.just(whole)))] * 2)
def test_a_gap_lies_in_its_interval_and_turns_round(one, other):
    gap, low, high = newcombe(*one, *other)
    assert -1.0 <= low <= gap + 1e-12
    assert gap - 1e-12 <= high <= 1.0
    back, back_low, back_high = newcombe(*other, *one)
    assert (-back, -back_high, -back_low) == pytest.approx((gap, low, high))
