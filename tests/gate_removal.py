"""Takes each check out of the gate in turn and counts the tests that notice. Run by `make prove`, and by itself.

The table names the check, how many tests fail without it, and some of them. Fails when nobody notices.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))
from outreach.loops import gate  # noqa: E402 - started as a script, from anywhere

TESTS = ["tests/loops/test_gate.py", "tests/loops/test_gate_properties.py", "tests/engine/test_gate_in_engine.py"]
# Of the engine's tests those of the check itself; and none that are about the list of checks.
ONLY = "not postgresql and not without_a_check and not every_check and (not test_gate_in_engine or {check})"
AT_ONCE = 2
NAMED = 3
_FAILED = re.compile(r"^FAILED .*?::(.*?)(?: - .*)?$", re.MULTILINE)


@dataclass(frozen=True)
class Removal:
    """A check, and the tests that fail without it."""

    check: str
    noticed: list[str]

    def line(self) -> str:
        """Return its row of the table: the first tests that notice, and the last, which goes through the engine."""
        named = self.noticed if len(self.noticed) <= NAMED else [*self.noticed[: NAMED - 1], self.noticed[-1]]
        told = "; ".join(f"`{name}`" for name in named)
        return f"| {self.check} | {len(self.noticed)} | {told or '**nobody**'} |"


def without(check: str) -> Removal:
    """Run the gate's tests without one check; an empty name takes none away."""
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-n",
        "0",
        "--tb=no",
        "-rf",
        "-k",
        ONLY.format(check=check or "engine"),
        *TESTS,
    ]
    done = subprocess.run(
        command, cwd=ROOT, env=os.environ | {"OUTREACH_WITHOUT": check}, check=False, capture_output=True, text=True
    )
    if done.returncode not in (0, 1):  # neither passed nor failed: it did not run
        raise SystemExit(f"The gate's tests did not run without {check}:\n{done.stdout}{done.stderr}")
    return Removal(check, [name.replace("|", "/") for name in _FAILED.findall(done.stdout)])


def removals() -> list[Removal]:
    """Return what is noticed without each check, in the gate's order."""
    with ThreadPoolExecutor(AT_ONCE) as threads:
        return list(threads.map(without, [check.__name__ for check in gate.CHECKS]))


def table(found: list[Removal]) -> str:
    """Return the part of the page about it."""
    lines = [
        "## Without each check of the gate",
        "",
        "| taken away | tests that fail | some of them |",
        "|---|---:|---|",
        *(removal.line() for removal in found),
    ]
    return "\n".join(lines) + "\n"


def main() -> int:
    """Print the table; fail when the gate as it is does not pass, or some check is missed by nobody."""
    if (whole := without("")).noticed:
        sys.stdout.write(f"The gate as it is fails: {whole.noticed[:NAMED]}\n")
        return 1
    found = removals()
    sys.stdout.write(table(found))
    return 0 if all(removal.noticed for removal in found) else 1


if __name__ == "__main__":
    raise SystemExit(main())
