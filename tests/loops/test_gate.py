"""The gate: allowed, held until, or refused, and because of which rule."""

from __future__ import annotations

import datetime as dt
import re
from itertools import combinations
from typing import Any

import pytest
from gate_rows import IN_A_DAY, LONG_AGO, NOW, Row, an_answer, judged, minutes
from gate_rows_calls import CALLS
from gate_rows_held import ALONE, HELD
from gate_rows_refused import REFUSED
from loop_builders import ENTRY, a_consent, a_touch, the_facts

from outreach.loops import gate
from outreach.loops.consent import Action
from outreach.loops.contact_rule import ContactRule
from outreach.loops.hours import Hours
from outreach.loops.numbers import NumberState
from outreach.loops.pauses import What
from outreach.loops.standing import Standing
from outreach.loops.verdict import Allowed, Decision, HeldUntil, Refused

TABLE: dict[str, Row] = REFUSED | HELD | CALLS


@pytest.mark.parametrize(("facts", "touch", "now", "decision"), TABLE.values(), ids=TABLE.keys())
def test_the_gate_says(facts: dict[str, Any], touch: dict[str, Any], now: dt.datetime, decision: Decision) -> None:
    assert judged(facts, touch, now) == decision


def test_no_row_hides_another_and_each_begins_with_its_rule() -> None:
    assert len(TABLE) == len(REFUSED) + len(HELD) + len(CALLS)
    assert [name for name in TABLE if not re.match(r"[A-Z]+(-\d\d|-REPLY)? ", name)] == []


# Every rule, in the order in which it must speak when all of them could.
IN_ORDER: list[tuple[str, dict[str, Any]]] = [
    ("TIM-13", {"loop_open": False}),
    ("TRIAL", {"is_guest": False}),
    ("LAW-19", {"consent_events": (a_consent(Action.STOP, LONG_AGO),)}),
    ("LAW-39", {"consent_events": (a_consent(Action.WRONG_NUMBER, LONG_AGO),)}),
    ("TWI-33", {"number": NumberState.INVALID}),
    ("CARE-11", {"standing": Standing.HOSPITALISED}),
    ("HIP-05", {"silent": True}),
    ("HIP-06", {"contact_rule": ContactRule(frozenset({8}))}),
    ("LAW-01", {"consent_events": (a_consent(Action.REVOKE, LONG_AGO),)}),
    ("HIP-25", {"words_approved": False}),
    ("LAW-36", {"unheard_since": LONG_AGO}),
    ("FREEZE", {"frozen": True}),
    ("PAUSED", {"stopped": (What.ACCOUNT,)}),
    ("BREAKER", {"stopped": (What.BREAKER,)}),
    ("CRI-11", {"crisis_open": True}),
    ("UNREAD-REPLY", {"unread_reply": True}),
    ("LAW-37", {"known_at": None}),
    ("TWI-37", {"line_unknown": True}),
    ("LAW-33", {"hours": Hours(weekday=(dt.time(13), dt.time(20)))}),
    ("LAW-28", {"welcomed_at": None}),
    ("TIM-15", {"open_prompt": ALONE}),
    ("LAW-32", {"sent_at": (NOW, NOW, NOW), "hours": Hours(states=("FL",))}),
    ("LAW-35", {"sent_at": (NOW, NOW)}),
]


def _both(first: dict[str, Any], second: dict[str, Any]) -> dict[str, Any]:
    """Everything that is wrong in both; of two ledgers or two histories all entries."""
    shared = {name: (*first[name], *second[name]) for name in first.keys() & second.keys() - {"hours"}}
    return second | first | shared


@pytest.mark.parametrize(("first", "second"), list(combinations(IN_ORDER, 2)), ids=lambda rule: rule[0])
def test_what_ends_a_touch_speaks_before_what_delays_it(
    first: tuple[str, dict[str, Any]], second: tuple[str, dict[str, Any]]
) -> None:
    decision = judged(_both(first[1], second[1]))
    assert isinstance(decision, HeldUntil | Refused)
    assert decision.rule == first[0]


def test_twi_26_a_loop_of_machines_ends_before_a_freeze_only_delays_it() -> None:
    asked_often = {"answered_at": tuple(NOW - minutes(n) for n in (1, 2, 3))}
    assert judged(asked_often | {"frozen": True}, an_answer(0)) == Refused("TWI-26")


def _objections(row: Row) -> list[gate.Check]:
    """The checks that object to a row, in order."""
    facts, touch, now, _ = row
    about, known = a_touch(**({"useful_until": IN_A_DAY} | touch)), the_facts(**facts)
    return [check for check in gate.CHECKS if check(about, known, now) is not None]


def test_every_check_of_the_gate_has_a_row_that_it_decides() -> None:
    first = {found[0].__name__ for row in TABLE.values() if (found := _objections(row))}
    assert first == {check.__name__ for check in gate.CHECKS}


@pytest.mark.parametrize("removed", gate.CHECKS, ids=lambda check: check.__name__)
def test_without_a_check_some_row_is_decided_otherwise(removed: gate.Check, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate, "CHECKS", tuple(check for check in gate.CHECKS if check is not removed))
    assert [name for name, (facts, touch, now, decision) in TABLE.items() if judged(facts, touch, now) != decision]


@pytest.mark.parametrize("name", [name for name, row in TABLE.items() if isinstance(row[3], Allowed)])
def test_law_26_what_leaves_unasked_names_the_entry_under_which_it_does(name: str) -> None:
    facts, touch, now, _ = TABLE[name]
    decision, about = judged(facts, touch, now), a_touch(**({"useful_until": IN_A_DAY} | touch))
    assert isinstance(decision, Allowed)
    asked = about.answers_at is not None or about.member is None
    assert decision.consent == (None if asked else ENTRY)
    assert decision.rule == (about.exempt or ("LAW-34" if asked else "LAW-28" if about.asks_consent else "LAW-04"))


def test_law_26_of_two_consents_the_later_is_the_one_it_leaves_under() -> None:
    newer = a_consent(Action.GRANT, NOW - minutes(60), id=8)
    decision = judged({"consent_events": (newer, a_consent(Action.GRANT, LONG_AGO))})
    assert isinstance(decision, Allowed)
    assert decision.consent == 8
