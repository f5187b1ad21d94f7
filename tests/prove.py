"""`make prove`: the same tests at full counts, and the demo for an hour beside them; figures go into docs/proof.md."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ElementTree  # our own pytest's report, on this machine
from collections import Counter
from pathlib import Path

import gate_removal

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "proof.md"
HISTORIES = 100  # random histories of the state machine, on each database
WHAT = {
    "test_state_machine": "random histories of people, clinics, carrier and calendar: every loop held at each step",
    "test_random_walk": "100,000 random steps of many loops at once through everything that can happen to them",
    "test_loop_scenarios": "every story, and every event in every stage, on the pure core",
    "test_lane_through_the_engine": "the same through the whole engine: state, rows and holds, on both databases",
    "test_mutations": "planted faults in the lane: for each, some scenario fails",
    "test_crash": "SIGKILL after each arrow of Send and at random, against a carrier that never deduplicates",
    "test_races": "STOP against claim, caps within a batch, two events on one loop; each planted bug is noticed",
    "test_gate": "the gate's table: every rule that refuses, holds or permits, and the order in which they speak",
    "test_state_hours": "LAW-32: each state's row, from its first minute to its last",
    "test_hours_every_minute": "every minute round each change of a US clock to 2031, against a plain restatement",
    "test_gate_in_engine": "each check of the gate through the database",
    "test_gate_machine": "consent, hours and caps against an independent model: no text that may not leave",
    "test_deadlocks": "all protocols at once on one database",
    "test_loop_health": "each way of breaking a hold appears with its reason",
    "test_simulate": "small worlds played to their end, the same on both databases",
}


def run(report: Path, seed: int) -> tuple[int, float]:
    """Run everything; return pytest's exit code and the seconds it took."""
    began = time.monotonic()
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-n",
        "auto",
        "--dist",
        "worksteal",
        "--timeout=3000",
        f"--junitxml={report}",
    ]
    command.append(f"--hypothesis-seed={seed}")
    environment = os.environ | {"OUTREACH_PROOF": str(HISTORIES)}
    done = subprocess.run(command, cwd=ROOT, env=environment, check=False)
    return done.returncode, time.monotonic() - began


def soak(figures: Path) -> subprocess.Popen[bytes]:
    """Start the demo that restarts itself for an hour (`tests/soak.py`); it writes its figures at its end."""
    return subprocess.Popen([sys.executable, str(ROOT / "tests" / "soak.py"), str(figures)], cwd=ROOT)


def soaked(figures: Path) -> str:
    """Return what the demo did, in words."""
    if not figures.exists():
        return "The demo did not run to the end of its time: FAILED."
    return str(json.loads(figures.read_text(encoding="utf-8"))["words"])


def page(report: Path, seed: int, seconds: float, demo: str, removed: list[gate_removal.Removal]) -> str:
    """Return the page that says what was proved, from pytest's own report, the demo's words and the gate's removals."""
    counts: dict[str, Counter[str]] = {}
    for case in ElementTree.parse(report).iter("testcase"):
        module = case.get("classname", "").split(".")[-1]
        ended = next((child.tag for child in case if child.tag in ("failure", "error", "skipped")), "passed")
        counts.setdefault(module, Counter())[ended] += 1
    total = sum(counts.values(), Counter())
    lines = [
        "# Proof",
        "",
        "Made by `make prove`: every test of `make test`, with full counts where a test has them.",
        "",
        f"Python {platform.python_version()}, {os.cpu_count()} cores, Hypothesis seed {seed},"
        f" {HISTORIES} histories on each database, {seconds / 60:.1f} minutes.",
        f"{total['passed']} passed, {total['failure'] + total['error']} failed, {total['skipped']} skipped.",
        "",
        "| what is shown | passed | failed |",
        "|---|---:|---:|",
    ]
    for module, what in WHAT.items():
        found = counts.get(module, Counter())
        lines.append(f"| {what} (`{module}`) | {found['passed']} | {found['failure'] + found['error']} |")
    return "\n".join([*lines, "", demo, "", gate_removal.table(removed)])


def main() -> int:
    """Prove, write the page, and fail when anything failed."""
    seed = int(os.environ.get("SEED", "20261121"))
    with tempfile.TemporaryDirectory() as folder:
        report, figures = Path(folder) / "report.xml", Path(folder) / "soak.json"
        demo = soak(figures)
        code, seconds = run(report, seed)
        removed = gate_removal.removals()
        demo_code = demo.wait()
        if report.exists():
            PAGE.write_text(page(report, seed, seconds, soaked(figures), removed), encoding="utf-8")
    return code or demo_code or int(not all(removal.noticed for removal in removed))


if __name__ == "__main__":
    raise SystemExit(main())
