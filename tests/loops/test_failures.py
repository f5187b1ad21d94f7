"""The table of the carrier's errors: each row as the rules have it, and nothing in it that contradicts itself."""

from __future__ import annotations

import copy
import tomllib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import outreach.loops.failures as failures
from outreach.loops.failures import BadTable, FailureClass, crowded, failure, read_table, table
from outreach.loops.numbers import LineType, NumberState
from outreach.loops.pauses import Pause, What, pause_of, pauses_in
from outreach.loops.tasks import TaskKind

NOW = datetime(2027, 3, 16, 16, tzinfo=UTC)
RAW = tomllib.loads(Path(failures.__file__).with_name("provider_errors.toml").read_text(encoding="utf-8"))
# Every code that rulebook 3.5 names.
NAMED = [
    20003, 20429, 20500, 20503, 21211, 21212, 21606, 21603, 21612, 21217, 21214, 21215, 21408, 21216,
    21602, 21617, 21608, 21610, 21611, 21614, 21635, 21704, 21703, 30001, 30002, 30003, 30004, 30005,
    30006, 30007, 30008, 30009, 30010, 30017, 30410, 30018, 30019, 30022, 30023, 30027, 30029, 30030,
    30032, 30034, 30035, 30036, 30037, 30039, 30450, 30453, 30500, 30610, 30640, 14107, 14109, 14106,
    11200, 11205, 11215, 11237, 12100, 12200, 12300, 13224, 13227, 35114, 35115, 35117,
]  # fmt: skip


@pytest.mark.parametrize("code", NAMED)
def test_twi_03_every_code_of_the_rules_has_a_row_of_its_own(code: int) -> None:
    assert code in table()


@pytest.mark.parametrize(
    ("code", "kind", "pages"),
    [(29999, "configuration", True), (21999, "configuration", True), (404, "configuration", True),
     (39999, "temporary", False), (31000, "temporary", False), (0, "temporary", False), (63016, "temporary", False)],
)  # fmt: skip
def test_twi_03_a_code_in_no_row_is_the_requests_fault_or_the_deliverys(code: int, kind: str, pages: bool) -> None:
    row = failure(code)
    assert (row.kind, row.pages, bool(row.retries)) == (FailureClass(kind), pages, kind == "temporary")


@pytest.mark.parametrize("code", [21211, 21610, 30004, 30005, 30007, 30640, 20003, 21614, 30006, 30036])
def test_twi_33_what_is_for_good_is_never_tried_again(code: int) -> None:
    assert failure(code).retries == ()


@given(st.sampled_from(sorted(table())), st.integers(0, 3), st.integers(1, 2**48), st.integers(0, 200))
def test_a_retry_is_within_its_span_and_never_past_its_use(code: int, used: int, touch: int, hours: int) -> None:
    row, last = table()[code], NOW + timedelta(hours=hours)
    at = row.retry_at(used, touch, NOW, last)
    assert at == row.retry_at(used, touch, NOW, last)
    if at is None:
        assert used >= len(row.retries) or NOW + row.retries[used].earliest > last
    else:
        assert NOW + row.retries[used].earliest <= at <= min(NOW + row.retries[used].latest, last)


def test_retries_of_many_texts_do_not_come_back_at_one_moment() -> None:
    again = {failure(30003).retry_at(0, touch, NOW, NOW + timedelta(days=9)) for touch in range(200)}
    assert len(again) > 150


BROKEN: dict[str, tuple[int, dict[str, Any]]] = {
    "what is permanent or ours is not tried again": (30005, {"retries": ["1m-2m"]}),
    "a retry is no later than it is early": (30008, {"retries": ["2h-1h"]}),
    "only what is ours pauses anything": (30008, {"pauses": "account"}),
    "a pause, or a breaker": (30007, {"pauses": "sender"}),
    "only a permanent error tells where a number stands": (30008, {"number": "invalid"}),
    "only the carrier's block is an opt-out": (30005, {"stops": True}),
    "an opt-out is never tried again": (21610, {"retries": ["1m-2m"]}),
    "each code one row": (30005, {"codes": [30005, 30003]}),
    "no ['tries']": (30005, {"tries": 3}),
    "'gone' is not a valid NumberState": (30005, {"number": "gone"}),
    "'shout' is not a valid TaskKind": (30005, {"task": "shout"}),
    "Not": (21211, {"retries": ["soon"]}),
}


@pytest.mark.parametrize("problem", BROKEN)
def test_a_table_that_contradicts_itself_is_refused_by_the_row(problem: str) -> None:
    code, change = BROKEN[problem]
    raw = copy.deepcopy(RAW)
    next(row for row in raw["row"] if code in row["codes"]).update(change)
    with pytest.raises(BadTable) as refused:
        read_table(raw)
    assert problem in str(refused.value)


def test_a_table_without_its_defaults_is_refused() -> None:
    with pytest.raises(BadTable):
        read_table({name: rows for name, rows in RAW.items() if name != "refused"})


@given(st.lists(st.integers(0, 60), max_size=12), st.integers(1, 4))
def test_a_breaker_counts_what_lies_close_together(minutes: list[int], count: int) -> None:
    times, within = [NOW + timedelta(minutes=n) for n in minutes], timedelta(minutes=10)
    close = any(sum(0 <= late - early <= 10 for late in minutes) >= count for early in minutes)
    assert crowded(times, count, within) == close


@pytest.mark.parametrize("what", What)
def test_a_pause_is_a_switch_and_holds_what_it_names(what: What) -> None:
    pause = pause_of(what, "+12025550100", 7, "reminder")
    assert pauses_in(["freeze", "trial", pause.name]) == {pause}
    assert pause.holds("+12025550100", 7, "reminder")
    assert pause.holds("+12025550101", 7, "dayof") == (what is What.ACCOUNT)
    assert pause.holds("+12025550100", 8, "dayof") == (what in (What.ACCOUNT, What.SENDER))
    assert pause.holds("+12025550101", 7, "reminder") == (what in (What.ACCOUNT, What.TEMPLATE))
    assert isinstance(pause, Pause)


def test_twi_37_a_landline_takes_no_texts_and_an_unknown_line_says_nothing() -> None:
    states = {line: line.state for line in LineType}
    assert states[LineType.LANDLINE] is NumberState.LANDLINE
    assert {line for line, state in states.items() if state is NumberState.INVALID} == {
        LineType.TOLL_FREE, LineType.PREMIUM, LineType.SHARED_COST, LineType.UAN, LineType.PAGER
    }  # fmt: skip
    assert {states[line] for line in (LineType.MOBILE, LineType.FIXED_VOIP, LineType.UNKNOWN)} == {None}


def test_a_refusal_is_a_persons_to_ask_about() -> None:
    assert failure(30004).task is TaskKind.POSSIBLE_REFUSAL
