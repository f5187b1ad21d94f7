"""Whatever the gate says, a person reads why, and what to do instead."""

from __future__ import annotations

import ast
import inspect
import re
from types import ModuleType

import pytest

from admin import rule_words
from outreach.engine import forecast
from outreach.loops import consent, contact_rule, facts, gate, gate_holds, gate_refusals, hours, numbers
from outreach.loops.facts import Exempt

SPEAKS = (gate, gate_refusals, gate_holds, hours, numbers, contact_rule, consent)
RULE = re.compile(r"[A-Z]{3,4}-\d\d|FREEZE|PAUSED|BREAKER|TRIAL|UNREAD-REPLY")
NOT_SAID = {"LAW-25", "LAW-34", "LAW-41", "CRI-04"}  # they let a text leave, and hold none


def rules_in(module: ModuleType) -> set[str]:
    """Every rule that stands in a module's code; what its words quote does not count."""
    said = {node.value for node in ast.walk(ast.parse(inspect.getsource(module))) if isinstance(node, ast.Constant)}
    return {value for value in said if isinstance(value, str) and RULE.fullmatch(value)}


SAID = sorted({"HIP-25"}.union(*(rules_in(module) for module in (*SPEAKS, facts))) - NOT_SAID)


def test_the_gate_is_read_as_a_whole():
    assert len(SAID) >= 28
    modules = {inspect.getmodule(check) for check in gate.CHECKS}
    assert modules <= set(SPEAKS)


@pytest.mark.parametrize("rule", SAID)
def test_every_rule_of_the_gate_has_a_sentence_and_says_what_to_do_instead(rule):
    why = rule_words.why(rule)
    assert why.endswith(".")
    assert why[0].isupper()
    assert rule_words.instead(rule).endswith(".")
    assert rule in rule_words._INSTEAD


@pytest.mark.parametrize("rule", sorted({*Exempt, "LAW-04", "LAW-28", "LAW-34"}))
def test_every_rule_that_lets_a_text_leave_has_a_sentence(rule):
    assert rule_words.may(rule).endswith(".")


def test_what_waits_for_somebody_is_a_rule_of_the_gate():
    assert set(SAID) >= forecast.OPEN_ENDED


@pytest.mark.parametrize("rule", SAID)
def test_no_sentence_blames_the_member_or_speaks_in_jargon(rule):
    said = f"{rule_words.why(rule)} {rule_words.instead(rule)}".lower()
    for word in ("non-compliant", "failed", "pec", "please", "!", "ticket", "agent", "dnc"):
        assert word not in said
