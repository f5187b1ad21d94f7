"""Labelled replies as members write them: what the second reader learns from, kept beside each language's word lists.

A header `# context: intents reason` says what the lines below it mean; `*` is any context. `@ zh-Hant` sets the
language of the member from there on.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ANY = "*"
_HERE = Path(__file__).parent


class UnreadableExamples(ValueError):
    """A line of examples.txt that is no header and stands under none."""


@dataclass(frozen=True, slots=True)
class Example:
    """One reply, the question it answers and what it means, in the names of the label guide."""

    text: str
    language: str
    context: str
    intents: tuple[str, ...]
    reason: str | None


def _labels(header: str) -> tuple[str, tuple[str, ...], str | None]:
    context, _, labels = header.lstrip("# ").partition(":")
    words = labels.split()
    reason = words.pop() if words and words[-1] in _REASONS and len(words) > 1 else None
    if not words:
        raise UnreadableExamples(f"no intent in the header {header!r}")
    return context.strip(), tuple(words), reason


def examples(path: Path) -> Iterator[Example]:
    """Yield the examples of one file; UnreadableExamples where it cannot be read."""
    language, labels = path.parent.name, None
    for line in path.read_text(encoding="utf-8").splitlines():
        text = line.strip()
        if text.startswith("@ "):
            language = text[2:].strip()
        elif text.startswith("# "):
            labels = _labels(text)
        elif text:
            if labels is None:
                raise UnreadableExamples(f"{path.parent.name}: {text!r} stands under no header")
            yield Example(text, language, *labels)


def files() -> tuple[Path, ...]:
    """Return the examples of every language that has some."""
    return tuple(sorted(_HERE.glob("*/examples.txt")))


_REASONS = frozenset(
    {
        "transport_failure", "work_conflict", "childcare", "caregiver_unavailable", "illness", "hospitalized",
        "cost_insurance", "forgot", "felt_better", "fear_distrust", "language_barrier", "technology",
        "housing_instability", "moved", "clinic_canceled", "member_declined", "unable_to_reach", "other",
    }
)  # fmt: skip
