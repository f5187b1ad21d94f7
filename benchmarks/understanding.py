"""Scores the understanding on labelled replies: `python -m benchmarks.understanding FILE... [--failures] [--lang hi]`.

Exact intent set (any of the row's allowed sets, in the guide's canonical form), F1 per intent, reason, recall and
precision of the two screens, wrong automatic actions, coverage and microseconds a reply; per language and in all.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from conversations.labelled import as_labels, question
from conversations.understand import understand
from locales.examples import ANY, examples

_ABSORBS = {
    "reschedule_request": {"decline"},
    "on_my_way": {"confirm"},
    "running_late": {"confirm", "on_my_way"},
    "arrived": {"confirm", "on_my_way"},
    "deceased_report": {"opt_out", "wrong_number"},
}
_ALONE = ("acknowledgement", "unclear")
_ACTIONS = {"confirm", "decline"}

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Scored:
    """One row, what the program made of it, and how long that took."""

    row: Row
    got: Row
    micros: float

    @property
    def allowed(self) -> list[frozenset[str]]:
        """Every intent set that counts as right, canonical."""
        return [canonical(labels) for labels in (self.row["intents"], *self.row["alt"])]

    @property
    def exact(self) -> bool:
        """Whether the intent set is one of them."""
        return canonical(self.got["intents"]) in self.allowed

    @property
    def wrong_action(self) -> bool:
        """Whether it confirms or declines a visit where no label of the row does."""
        labels = {label for labels in (self.row["intents"], *self.row["alt"]) for label in labels}
        return bool((set(self.got["intents"]) & _ACTIONS) - labels)


def canonical(intents: Iterable[str]) -> frozenset[str]:
    """Return an intent set in the form that is scored (label guide, rule 2)."""
    found = set(intents)
    if "emergency" in found:
        return frozenset({"emergency"})
    for stronger, weaker in _ABSORBS.items():
        if stronger in found:
            found -= weaker
    for lonely in _ALONE:
        if len(found) > 1:
            found.discard(lonely)
    return frozenset(found)


def as_rows(path: Path) -> Iterator[Row]:
    """Yield the examples of a language as labelled rows; one for any context is read without a question."""
    for number, example in enumerate(examples(path)):
        context = "confirm_appointment" if example.context == ANY else example.context
        labels = {"intents": list(example.intents), "reason": example.reason, "alt": [], "prefs": {}}
        yield {"id": f"x{number}", "text": example.text, "lang": example.language, "context": context} | labels


def score(row: Row) -> Scored:
    """Return one row understood and timed."""
    prompt = question(row["context"])
    start = time.perf_counter()
    meaning = understand(row["text"], row["lang"], prompt)
    return Scored(row, as_labels(meaning), (time.perf_counter() - start) * 1e6)


def _rate(hits: int, of: int) -> str:
    return f"{hits / of:.3f} ({hits}/{of})" if of else "-"


def _screen(scored: list[Scored], label: str) -> str:
    wanted = [each for each in scored if label in each.row["intents"]]
    raised = [each for each in scored if label in each.got["safety"] or label in each.got["intents"]]
    allowed = [each for each in raised if any(label in labels for labels in (each.row["intents"], *each.row["alt"]))]
    heard = sum(each in raised for each in wanted)
    return f"recall {_rate(heard, len(wanted))}, precision {_rate(len(allowed), len(raised))}"


def _reason(scored: list[Scored]) -> str:
    stated = [each for each in scored if each.row["reason"]]
    return _rate(sum(each.got["reason"] == each.row["reason"] for each in stated), len(stated))


def _preferences(scored: list[Scored]) -> str:
    stated = [each for each in scored if each.row["prefs"]]
    return _rate(sum(each.got["prefs"] == each.row["prefs"] for each in stated), len(stated))


def _f1(scored: list[Scored]) -> Iterator[str]:
    for label in sorted({label for each in scored for label in each.row["intents"]}):
        both = sum(label in each.row["intents"] and label in each.got["intents"] for each in scored)
        sides = sum((label in each.row["intents"]) + (label in each.got["intents"]) for each in scored)
        yield f"  {label:22} F1 {2 * both / sides:.3f}"


def report(scored: list[Scored]) -> Iterator[str]:
    """Yield the lines of a report."""
    yield f"replies           {len(scored)}"
    yield f"exact intent set  {_rate(sum(each.exact for each in scored), len(scored))}"
    yield f"reason, if stated {_reason(scored)}"
    yield f"preferences       {_preferences(scored)}"
    yield f"emergency         {_screen(scored, 'emergency')}"
    yield f"opt_out           {_screen(scored, 'opt_out')}"
    yield f"wrong action      {_rate(sum(each.wrong_action for each in scored), len(scored))}"
    yield f"coverage          {_rate(sum(each.got['intents'] != ['unclear'] for each in scored), len(scored))}"
    yield f"microseconds      median {statistics.median(each.micros for each in scored):.0f}"
    yield from _f1(scored)
    languages = Counter(each.row["lang"] for each in scored)
    for language, count in languages.most_common():
        rows = [each for each in scored if each.row["lang"] == language]
        right, wrong = sum(each.exact for each in rows), sum(each.wrong_action for each in rows)
        yield f"  {language:8} {count:5}  exact {right / count:.3f}  wrong action {wrong}  reason {_reason(rows)}"


def _failure(each: Scored) -> str:
    wanted = " / ".join("+".join(labels) for labels in (each.row["intents"], *each.row["alt"]))
    mark = "!!" if each.wrong_action else "  "
    got = "+".join(each.got["intents"])
    return (
        f"{mark}{each.row['id']} [{each.row['lang']} {each.row['context']}] {each.row['text']!r}\n"
        f"      want {wanted} {each.row['reason'] or ''} {each.row['prefs'] or ''}\n"
        f"      got  {got} {each.got['reason'] or ''} {each.got['prefs'] or ''} {each.got['confidence']}"
        f" {each.got['because'][:6]}"
    )


def main() -> None:
    """Score the files named on the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--examples", nargs="*", type=Path, default=[], help="examples.txt of a language")
    parser.add_argument("--failures", action="store_true", help="show each row that is wrong, and why")
    parser.add_argument("--lang", help="only this language")
    chosen = parser.parse_args()
    lines = [line for path in chosen.files for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    rows = [*map(json.loads, lines), *(row for path in chosen.examples for row in as_rows(path))]
    rows = [row for row in rows if not chosen.lang or row["lang"] == chosen.lang]
    score({"text": "ok", "lang": "en", "context": "none"} | {"intents": [], "alt": []})
    scored = [score(row) for row in rows]
    if chosen.failures:
        for each in scored:
            reasons = each.row["reason"] and each.got["reason"] != each.row["reason"]
            prefs = each.row["prefs"] and each.got["prefs"] != each.row["prefs"]
            if not each.exact or reasons or prefs:
                sys.stdout.write(_failure(each) + "\n")
    sys.stdout.write("\n".join(report(scored)) + "\n")


if __name__ == "__main__":
    main()
