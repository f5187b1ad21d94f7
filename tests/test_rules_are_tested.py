"""Every rule that the gate, the ledger and the screens speak by has a test that is named after it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
RULE = re.compile(r"\b(LAW|HIP|TIM|TWI|CRI|CARE|COPY|OUT)-(\d\d)\b")
# Where a rule decides about a text, a consent or a phone: it stands there as a word of its own.
DECIDES = (
    "outreach/loops/gate_refusals.py", "outreach/loops/gate_holds.py", "outreach/loops/gate.py",
    "outreach/loops/hours.py", "outreach/loops/numbers.py", "outreach/loops/contact_rule.py",
    "outreach/loops/consent.py", "outreach/loops/facts.py", "outreach/loops/caps.py",
    "outreach/engine/screened.py", "outreach/engine/opting.py", "outreach/engine/number_lookups.py",
    "conversations/optout.py", "conversations/crisis.py", "conversations/notices.py",
)  # fmt: skip


def _spoken(path: str) -> Iterator[str]:
    """Yield the rules that a module says, comments and docstrings aside."""
    for node in ast.walk(ast.parse((ROOT / path).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and len(node.value) < 40:
            yield from (found[0] for found in RULE.finditer(node.value))


def _named() -> set[str]:
    """Return the rules in the names of tests, and at the head of the rows of their tables."""
    found = set()
    for path in (ROOT / "tests").rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        names = re.findall(r"def (test_\w+)", text)
        found |= {f"{a}-{b}".upper() for name in names for a, b in re.findall(r"(?:^|_)([a-z]+)_(\d\d)(?=_|$)", name)}
        found |= {f"{kind}-{number}" for kind, number in RULE.findall(text)}
    return found


def test_every_rule_that_decides_has_a_test_named_after_it() -> None:
    spoken = {rule for path in DECIDES for rule in _spoken(path)}
    assert len(spoken) > 20
    assert spoken - _named() == set()
