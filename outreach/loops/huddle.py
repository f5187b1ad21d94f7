"""The weekly huddle: every open promise by its status and age, what blocks them, who has how much, what closed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum

from outreach.loops.loop import Stage
from outreach.loops.status import HOME, OUTCOME, REPLY, TEXT, HeldBy, Status, status_of
from outreach.loops.task_clock import Escalation
from outreach.loops.tasks import Blocker

LINE = 40  # open tasks that one coordinator can keep in mind


class Age(IntEnum):
    """How many calendar days ago a loop opened, at most."""

    FRESH = 2
    WEEK = 7
    FORTNIGHT = 14
    MONTH = 30
    OLDER = 10_000


def age_of(opened_at: datetime, now: datetime) -> Age:
    """Return the age of a loop."""
    days = (now - opened_at).days
    return next(age for age in Age if days <= age)


@dataclass(frozen=True, slots=True)
class Quiet:
    """So many loops alike that no person has anything to do for: a machine, a member or a clinic has the next move."""

    stage: Stage
    age: Age
    text: bool
    reply: bool
    outcome: bool
    home: bool
    told: bool
    loops: int

    @property
    def status(self) -> Status:
        """The status of all of them."""
        waits = ((TEXT, self.text), (REPLY, self.reply), (OUTCOME, self.outcome), (HOME, self.home))
        return status_of(self.stage, [HeldBy(name) for name, there in waits if there], self.told)


@dataclass(frozen=True, slots=True)
class Owed:
    """One open task of a loop; without a loop's number, the only task of each of so many loops alike."""

    loop: int | None
    stage: Stage
    age: Age
    kind: str
    escalation: Escalation
    blocker: Blocker | None
    overdue: bool
    loops: int = 1


@dataclass(frozen=True, slots=True)
class Row:
    """The loops of one status: how many of each age, in the order of Age, and how many with something overdue."""

    status: Status
    ages: tuple[int, ...]
    overdue: int

    @property
    def loops(self) -> int:
        """All of them."""
        return sum(self.ages)


@dataclass(frozen=True, slots=True)
class Load:
    """What one person has; `person` is empty for what nobody took. `done` are tasks finished in the last four weeks."""

    person: str
    tasks: int
    overdue: int
    languages: tuple[str, ...] = ()
    done: tuple[int, ...] = ()

    @property
    def over(self) -> int:
        """How many more than one can keep in mind."""
        return max(0, self.tasks - LINE) if self.person else 0


@dataclass(frozen=True, slots=True)
class Move:
    """A proposal: so many tasks from one person to another put both at the line or below."""

    giver: str
    taker: str
    tasks: int


@dataclass(frozen=True, slots=True)
class Board:
    """Where every open promise stands."""

    rows: tuple[Row, ...]
    blocked: Mapping[str, int] = field(default_factory=dict)  # loops, by what blocks them

    @property
    def loops(self) -> int:
        """All open loops."""
        return sum(row.loops for row in self.rows)

    @property
    def overdue(self) -> int:
        """Loops with something overdue."""
        return sum(row.overdue for row in self.rows)

    def of(self, status: Status) -> int:
        """Loops of one status."""
        return next(row.loops for row in self.rows if row.status == status)

    @property
    def by_age(self) -> tuple[int, ...]:
        """All open loops by age."""
        return tuple(sum(column) for column in zip(*(row.ages for row in self.rows), strict=True))


OPEN = tuple(status for status in Status if status is not Status.CLOSED)


def board(quiet: Iterable[Quiet], owed: Iterable[Owed]) -> Board:
    """Count open loops by status and age. A loop with several tasks counts once, by what presses most."""
    ages: Counter[tuple[Status, Age]] = Counter()
    overdue: Counter[Status] = Counter()
    blocked: Counter[str] = Counter()
    for group in quiet:
        ages[group.status, group.age] += group.loops
    together: dict[int, list[Owed]] = {}
    for task in owed:
        # A group of loops with one task each stands for itself, under a number that no loop has.
        together.setdefault(task.loop if task.loop is not None else -1 - len(together), []).append(task)
    for tasks in together.values():
        status = status_of(tasks[0].stage, [HeldBy(task.kind, task.escalation, task.blocker) for task in tasks])
        loops = tasks[0].loops
        ages[status, tasks[0].age] += loops
        overdue[status] += loops * any(task.overdue for task in tasks)
        blocked.update(dict.fromkeys({task.blocker.value for task in tasks if task.blocker is not None}, loops))
    rows = tuple(Row(status, tuple(ages[status, age] for age in Age), overdue[status]) for status in OPEN)
    return Board(rows, dict(blocked.most_common()))


def proposal(loads: Iterable[Load]) -> Move | None:
    """Return the move that helps whoever has most, to whoever has least, and brings neither above the line."""
    people = sorted((load for load in loads if load.person), key=lambda load: (-load.tasks, load.person))
    if len(people) < 2 or not people[0].over:
        return None
    giver, taker = people[0], people[-1]
    tasks = min(giver.over, LINE - taker.tasks)
    return Move(giver.person, taker.person, tasks) if tasks > 0 else None
