"""The people at work in the demo: who takes which task, how soon, and how each ends."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType

from conversations.meaning import Reason
from outreach.loops.business_days import BusinessCalendar
from outreach.loops.loop import Stage
from outreach.loops.tasks import RULES, Priority, TaskKind
from outreach.simulation.dice import Dice
from outreach.simulation.people import goes
from outreach.store.actor import Actor
from outreach.store.reads.simulation import NewTask, Visit

STAFF = tuple(Actor("person", name) for name in ("Kevin Lee", "Dana Brown", "Luis Prado", "Samira Haidari"))
VISITORS: Mapping[str, str] = MappingProxyType({"Maya Ortiz": "coordinator", "Ruth Adeyemi": "supervisor"})
DRIVES = STAFF[2]  # who hears from the broker
UNTAKEN = 0.17  # so that visitors see work go up, and have some to do

_MINUTE = timedelta(minutes=1)
# How long until a task is taken, and from then until it is done, by priority: mostly before it goes up.
_PACE: Mapping[Priority, tuple[tuple[int, ...], tuple[int, ...]]] = MappingProxyType(
    {
        Priority.STAT: ((3, 4, 6), (3, 5, 7)),
        Priority.ASAP: ((10, 15, 25), (10, 20, 25)),
        Priority.URGENT: ((20, 35, 60, 110), (20, 40, 90)),
        Priority.ROUTINE: ((20, 45, 100, 240), (20, 50, 120)),
    }
)
_WHOSE: Mapping[str, tuple[Actor, ...]] = MappingProxyType(
    {"rides": (STAFF[2],), "nurses": (STAFF[3],), "on_call": (STAFF[3],), "coordinators": STAFF[:2]}
)
_FOR_THE_VISITOR = frozenset({TaskKind.ANSWER_MEMBER, TaskKind.CALL_MEMBER, TaskKind.ARRANGE_RIDE})
_A_DAY = timedelta(days=1)
_BEFORE = frozenset({Stage.SCHEDULED, Stage.CONFIRMED, Stage.UNREACHED})


@dataclass(frozen=True, slots=True)
class Undertaking:
    """One task that somebody means to take and to finish; `dice` fall for how it ends."""

    task: int
    who: Actor
    take_at: datetime
    finish_at: datetime
    dice: Dice


def undertaking(seed: int, task: NewTask, office: BusinessCalendar) -> Undertaking | None:
    """Return who takes a task and when, in office hours; None for one that nobody takes.

    The first of some kinds is the visitor's for a day, so that there is something to do at once.
    """
    kind = TaskKind(task.kind)
    dice = Dice(seed, f"{task.visit or task.nth_of_all} {kind} {task.nth}")
    priority, first = RULES[kind].priority, kind in _FOR_THE_VISITOR and task.nth_of_all == 1
    at_any_hour = priority is Priority.STAT
    if dice.chance("taken") < UNTAKEN and not (first or at_any_hour):
        return None
    take, do = (
        dice.one_of(question, pace) * _MINUTE for question, pace in zip(("take", "do"), _PACE[priority], strict=True)
    )
    noticed = task.opened_at + _A_DAY if first else task.opened_at
    take_at = noticed + take if at_any_hour else office.hours_after(noticed, take)
    finish_at = take_at + do if at_any_hour else office.hours_after(take_at, do)
    return Undertaking(task.id, dice.one_of("who", _WHOSE.get(RULES[kind].queue, STAFF)), take_at, finish_at, dice)


def resolution(seed: int, dice: Dice, kind: TaskKind, visit: Visit | None, now: datetime) -> str:
    """Return how a task of this kind ends, where nothing has to be done for it elsewhere first."""
    match kind:
        case TaskKind.CALL_MEMBER:
            return _called(seed, dice, visit, now)
        case TaskKind.FIND_OUTCOME | TaskKind.OUTCOME_CONFLICT:
            known = visit is not None and dice.chance("known") < 0.9
            return _ended(seed, visit) if visit is not None and known else "cannot_be_known"
        case TaskKind.RIDE_PROBLEM:
            return "ride_on_its_way" if visit and now < visit.anchor.starts_at else "no_ride"
        case TaskKind.ARRANGE_RIDE | TaskKind.RIDE_URGENT:
            return dice.one_of("other ride", ("has_ride", "has_ride", "no_ride"))
        case TaskKind.POSSIBLE_VISIT_CANCEL:
            return "visit_stands"
        case TaskKind.DECEASED_REPORT:
            return "not_the_member"
        case _:
            return RULES[kind].resolutions[0]


def reason(dice: Dice, how: str) -> Reason | None:
    """Return the reason that a resolution needs, and None where it needs none."""
    match how:
        case "cannot_come":
            return dice.one_of("why", (Reason.WORK_CONFLICT, Reason.CHILDCARE, Reason.ILLNESS))
        case "no_new_visit":
            return dice.one_of("why not", (Reason.MEMBER_DECLINED, Reason.MEMBER_DECLINED, Reason.UNABLE_TO_REACH))
        case _:
            return None


def _ended(seed: int, visit: Visit) -> str:
    return "kept" if goes(seed, visit.id) else "no_show"


def _called(seed: int, dice: Dice, visit: Visit | None, now: datetime) -> str:
    if dice.chance("answers") < 0.3:
        return "no_answer"
    if visit is None or visit.stage not in _BEFORE or now >= visit.anchor.starts_at:
        return "reached"
    return "confirmed" if goes(seed, visit.id) else dice.one_of("says", ("wants_change", "cannot_come", "reached"))
