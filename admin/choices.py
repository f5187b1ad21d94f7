"""How a task may end, as the fields of its form."""

from __future__ import annotations

from dataclasses import dataclass

from outreach.loops.outcomes import Outcome
from outreach.loops.tasks import RULES, TaskKind
from outreach.store.reads.tasks import OtherVisit, TaskRow


@dataclass(frozen=True, slots=True)
class Choices:
    """What the form of one task offers."""

    next_action: str
    resolutions: tuple[str, ...]
    asks_reason: bool
    new_visits: tuple[OtherVisit, ...] | None  # None: this kind does not end with a new visit


def choices(task: TaskRow) -> Choices:
    """Return the resolutions of the task's kind, and which further fields they need."""
    rule = RULES[TaskKind(task.kind)]
    not_kept = {str(outcome) for outcome in Outcome if not outcome.completed} | {"no_new_visit", "visit_cancelled"}
    return Choices(
        rule.next_action,
        rule.resolutions,
        bool(not_kept & set(rule.resolutions)),
        task.others if "new_visit" in rule.resolutions else None,
    )
