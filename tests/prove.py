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
ALONE = ["tests/delivery/test_faults.py", "tests/delivery/test_hosts.py"]  # they measure time: nothing runs beside them
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
    "test_planted_bugs": "each promise of delivery; and each bug that others had, planted alone, is noticed",
    "test_faults": "real processes, a carrier that misbehaves, SIGKILL and SIGSTOP every few seconds: see below",
    "test_hosts": "workers on hosts of their own, killed, paused, cut off: every text leaves once",
    "test_openapi": "each request by Twilio's published OpenAPI document, each answer by its SDK's grammar",
    "test_deadlocks": "all protocols at once on one database",
    "test_loop_health": "each way of breaking a hold appears with its reason",
    "test_simulate": "small worlds played to their end, the same on both databases",
}


def run(report: Path, seed: int, alone: Path | None = None) -> tuple[int, float]:
    """Run everything, or, into the folder `alone`, only what must run alone; return pytest's code and the seconds."""
    began = time.monotonic()
    command = [sys.executable, "-m", "pytest", "-q", "--timeout=3000", f"--junitxml={report}"]
    command.append(f"--hypothesis-seed={seed}")
    if alone is None:
        command += ["-n", "auto", "--dist", "worksteal", *(f"--ignore={file}" for file in ALONE)]
    else:
        command += ["-n", "0", *ALONE]
    environment = os.environ | {"OUTREACH_PROOF": str(HISTORIES), "SEED": str(seed)}
    environment |= {"OUTREACH_FIGURES": str(alone)} if alone else {}
    done = subprocess.run(command, cwd=ROOT, env=environment, check=False)
    return done.returncode, time.monotonic() - began


def storms(folder: Path) -> str:
    """Return what happened in each storm, in words."""
    told = []
    for file in sorted(folder.glob("faults-*.json")):
        counts = json.loads(file.read_text(encoding="utf-8"))
        figures = ", ".join(f"{name} {count:,}" for name, count in counts.items())
        told.append(f"A storm on {file.stem.removeprefix('faults-')}: 0 twice, 0 lost, 0 unheld; {figures}.")
    return "\n\n".join(told or ["No storm was ridden out: FAILED."])


def soak(figures: Path) -> subprocess.Popen[bytes]:
    """Start the demo that restarts itself for an hour (`tests/soak.py`); it writes its figures at its end."""
    return subprocess.Popen([sys.executable, str(ROOT / "tests" / "soak.py"), str(figures)], cwd=ROOT)


def soaked(figures: Path) -> str:
    """Return what the demo did, in words."""
    if not figures.exists():
        return "The demo did not run to the end of its time: FAILED."
    return str(json.loads(figures.read_text(encoding="utf-8"))["words"])


def page(reports: list[Path], seed: int, seconds: float, told: list[str], removed: list[gate_removal.Removal]) -> str:
    """Return the page that says what was proved, from pytest's own reports, what was told, and the gate's removals."""
    counts: dict[str, Counter[str]] = {}
    for case in (case for report in reports for case in ElementTree.parse(report).iter("testcase")):
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
    paragraphs = [line for paragraph in told for line in ("", paragraph)]
    return "\n".join([*lines, *paragraphs, "", gate_removal.table(removed)])


def main() -> int:
    """Prove, write the page, and fail when anything failed."""
    seed = int(os.environ.get("SEED", "20261121"))
    with tempfile.TemporaryDirectory() as folder:
        reports, figures = [Path(folder) / "report.xml", Path(folder) / "alone.xml"], Path(folder) / "soak.json"
        demo = soak(figures)
        code, seconds = run(reports[0], seed)
        removed = gate_removal.removals()
        demo_code = demo.wait()
        alone_code, alone_seconds = run(reports[1], seed, Path(folder))
        if all(report.exists() for report in reports):
            told = [storms(Path(folder)), soaked(figures)]
            PAGE.write_text(page(reports, seed, seconds + alone_seconds, told, removed), encoding="utf-8")
    return code or alone_code or demo_code or int(not all(removal.noticed for removal in removed))


if __name__ == "__main__":
    raise SystemExit(main())
