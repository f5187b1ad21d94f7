"""From a cadence to the touches a loop wants now. The engine reconciles them with the stored ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

from outreach.loops.anchor import Anchor, Sensitivity
from outreach.loops.cadence import Cadence, CadenceStep, Condition, Queue, When
from outreach.loops.call_outcomes import CallOutcome
from outreach.loops.calling import first_turn
from outreach.loops.caps import Caps
from outreach.loops.conditions import applies
from outreach.loops.consent import Category, Channel
from outreach.loops.hours import GUARD, Hours, last_open_before, next_open
from outreach.loops.instants import local_date, resolve
from outreach.loops.loop import Loop, Stage
from outreach.loops.outcomes import Outcome
from outreach.loops.standing import Standing

MOVED, CANCELLED = "moved", "visit_cancelled"
NOTICES = frozenset({MOVED, CANCELLED})
EVER = datetime(2000, 1, 1, tzinfo=UTC)  # steps at once have no place on the visit's time line: they are always late
_NOTICE_USEFUL = timedelta(hours=-1)
_AFTERWARDS = timedelta(minutes=1)
_TOO_SOON = timedelta(hours=24)  # no making up for a late step when the next of its group comes within a day

Nth = tuple[str, int]  # a step, and which of its turns


@dataclass(frozen=True, slots=True)
class Wanted:
    """A touch the plan wants: what, when, and until when it makes sense."""

    step: str
    words: str
    due_at: datetime
    useful_until: datetime
    queue: Queue
    category: Category
    channel: str
    nth: int = 1
    of_a_booked_ride: bool = False


@dataclass(frozen=True, slots=True)
class Tried:
    """A contact that began: when, on which channel, whether nothing more comes of it, and how it ended.

    `failed`: it reached nobody, which says nothing against the other channel. `outcome` is a call's, once it is over;
    `code` the carrier's, of what failed there.
    """

    step: str
    nth: int
    channel: str
    at: datetime
    over: bool
    failed: bool = False
    outcome: CallOutcome | None = None
    code: int | None = None


@dataclass(frozen=True, slots=True)
class Situation:
    """What planning needs to know besides the loop: `told_version` is the newest visit version the member read of."""

    now: datetime
    hours: Hours
    zones: tuple[str, ...]
    welcomed: bool
    told_version: int | None
    started: frozenset[Nth]  # what of this anchor version already left, is leaving, or was refused
    ever: frozenset[str]  # steps of any version of this visit that did
    planned: Mapping[Nth, datetime]  # what is still planned, and for when: what is past due keeps its time
    caps: Caps = field(default_factory=Caps)
    told_by: str = Channel.SMS  # how they were told of the visit last: so they hear of a change
    may_call: frozenset[Category] = frozenset()  # what they agreed to be called about
    tried: tuple[Tried, ...] = ()  # what began of this anchor version, and how it ended
    waiting: Mapping[tuple[str, str, int], datetime] = field(default_factory=dict)  # step, channel, turn: planned for
    member: int = 0


def plan(loop: Loop, cadence: Cadence, situation: Situation) -> list[Wanted]:
    """Return every touch the loop wants from now on. Empty for a silent visit (HIP-05) or a member who is away."""
    if not loop.open or loop.anchor.sensitivity is Sensitivity.SILENT or loop.setting.standing is not Standing.ACTIVE:
        return []
    if loop.anchor.cancelled or _called_off(loop, situation.now):
        return _notice(loop, situation, CANCELLED)
    dropped = _dropped(loop, cadence, situation)
    applying = [step for step in cadence.steps if step.key not in dropped and applies(step, loop, situation)]
    steps = [_wanted(loop, step, situation) for step in applying]
    wanted = [touch for touch in steps if touch is not None]
    notice = _notice(loop, situation, MOVED) if loop.stage is Stage.SCHEDULED else []
    return _pressing_first(notice + wanted, loop.anchor.zone, situation)


def _pressing_first(wanted: list[Wanted], zone: str, situation: Situation) -> list[Wanted]:
    """LAW-35: on a day with more texts than a phone may get, those that can wait go last; the gate holds them back."""
    days: dict[date, list[Wanted]] = {}
    for touch in wanted:
        if not touch.of_a_booked_ride and (touch.step, touch.nth) not in situation.started:
            days.setdefault(local_date(touch.due_at, zone), []).append(touch)
    later: dict[Nth, datetime] = {}
    for touches in days.values():
        if len(touches) > situation.caps.per_day:
            by_weight = sorted(touches, key=lambda touch: (touch.queue is Queue.BULK, touch.due_at > situation.now))
            kept, others = by_weight[: situation.caps.per_day], by_weight[situation.caps.per_day :]
            last = max(touch.due_at for touch in kept)
            last += _AFTERWARDS
            later |= {(t.step, t.nth): min(last, t.useful_until) for t in others if t.due_at < last}
    return [
        replace(touch, due_at=later[nth]) if (nth := (touch.step, touch.nth)) in later else touch for touch in wanted
    ]


def _called_off(loop: Loop, now: datetime) -> bool:
    """The clinic said so on its link, before its calendar shows it: the member must not travel in vain."""
    return loop.outcome is Outcome.CANCELLED_BY_CLINIC and now < _latest_start(loop.anchor)


def _base(step: CadenceStep, loop: Loop) -> datetime | None:
    """Return a step's own instant; None when what it hangs on does not exist."""
    anchor, notice = loop.anchor, loop.setting.notice
    match step.when:
        case When.ENROLMENT | When.AT_ONCE:
            return EVER
        case When.DAYS_BEFORE:
            return resolve(anchor.day - timedelta(days=step.amount), step.at, anchor.zone)
        case When.BUSINESS_DAYS_BEFORE:
            return resolve(loop.setting.clinic.days_before(anchor.day, int(step.amount)), step.at, anchor.zone)
        case When.NOTICE_BEFORE:
            return resolve(notice.broker.days_before(anchor.day, notice.days + int(step.amount)), step.at, anchor.zone)
        case When.HOURS_BEFORE:
            return anchor.starts_at - timedelta(hours=step.amount)
        case When.HOURS_AFTER:
            return anchor.ends_at + timedelta(hours=step.amount)
        case When.HOURS_AFTER_PICKUP:
            there = loop.ride.outbound
            picked_up = there.pickup_from if there else None
            return picked_up + timedelta(hours=step.amount) if picked_up else None


def _dropped(loop: Loop, cadence: Cadence, situation: Situation) -> set[str]:
    """Return the steps that their group makes pointless: late ones that another makes up for, and torn-off ends."""
    return {key for steps in cadence.groups for key in _pointless(steps, loop, situation)}


def _pointless(steps: Sequence[CadenceStep], loop: Loop, situation: Situation) -> set[str]:
    bases = {step.key: base for step in steps if (base := _base(step, loop)) is not None}
    past = [step for step in steps if bases.get(step.key, situation.now) < situation.now]
    waiting = {key for key, _ in situation.planned}
    begun = any(step.key in situation.ever or step.key in waiting for step in steps)
    late = [step for step in past if step.late]
    soon = any(situation.now <= base < situation.now + _TOO_SOON for base in bases.values())
    keeps = set() if begun or soon or not late else {late[-1].key}
    pointless = {step.key for step in past if step.key not in waiting} - keeps
    torn_off = steps[0] in past and not late and not begun
    return {step.key for step in steps} if torn_off else pointless - {key for key, _ in situation.started}


def _wanted(loop: Loop, step: CadenceStep, situation: Situation) -> Wanted | None:
    anchor, base = loop.anchor, _base(step, loop)
    if base is None:
        return None
    turn = loop.ride.revision if Condition.RIDE_BOOKED in step.conditions else 1
    nth = first_turn(turn) if step.channel == Channel.VOICE else turn
    useful_until = (anchor.ends_at if step.when is When.HOURS_AFTER else _latest_start(anchor)) + step.useful
    if (step.key, nth) in situation.started:
        return _touch(step, nth, step.words, base, useful_until)
    kept = situation.planned.get((step.key, nth))
    waiting = kept is not None and min(base, kept) < situation.now
    if not waiting and base < situation.now and not _makes_up(step, situation):
        return None
    due = kept if waiting else fit(max(base, situation.now), useful_until, situation, step.queue, early=_early(step))
    words = _words(step, anchor, base, max(due, situation.now)) if due is not None else None
    if due is not None and words is not None:
        return _touch(step, nth, words, due, useful_until)
    # No window carries the step: planned at its own time, where the gate refuses it by name and a person hears of it.
    return _touch(step, nth, step.words, base, base) if waiting or base >= situation.now else None


def _touch(step: CadenceStep, nth: int, words: str, due: datetime, useful_until: datetime) -> Wanted:
    return Wanted(
        step=step.key,
        words=words,
        due_at=due,
        useful_until=useful_until,
        queue=step.queue,
        category=step.category,
        channel=step.channel,
        nth=nth,
        of_a_booked_ride=step.of_a_booked_ride,
    )


def _early(step: CadenceStep) -> bool:
    return step.pull_back and not step.when.at_once and step.when is not When.HOURS_AFTER


def _makes_up(step: CadenceStep, situation: Situation) -> bool:
    """Whether a late step is sent after all: who was told of the visit already hears of a move by its notice."""
    return step.late and not (Condition.UNANSWERED in step.conditions and situation.told_version is not None)


def _latest_start(anchor: Anchor) -> datetime:
    """A visit without a time may start as late as its day ends: a text about it is of use until then."""
    return anchor.starts_at if anchor.wall_time else anchor.ends_at


def _words(step: CadenceStep, anchor: Anchor, base: datetime, leaves: datetime) -> str | None:
    """TIM-12: a step of the visit's own day says "today"; the evening before it says "tomorrow", or nothing."""
    said_on, day = local_date(leaves, anchor.zone), anchor.day
    says_today = step.words_pulled_back is not None or local_date(base, anchor.zone) == day
    if said_on >= day or not says_today:
        return step.words if anchor.wall_time else step.words_without_time or step.words
    return step.words_pulled_back if anchor.wall_time and said_on == day - timedelta(days=1) else None


def fit(
    due: datetime, useful_until: datetime, situation: Situation, queue: Queue, early: bool = True
) -> datetime | None:
    """Return when something due then may leave, or None.

    TIM-09: the next opening, if still useful; else, if `early`, back to the last one; else not at all.
    """
    hours = situation.hours.when_urgent(queue is not Queue.BULK)
    if (opening := next_open(hours, due, situation.zones)) is None:
        # No common hour in any zone: let the gate refuse it by name, so that a person hears of it (TIM-03).
        return due
    pushed = max(due, opening.starts)
    if pushed <= useful_until:
        return pushed
    earlier = last_open_before(hours, min(due, useful_until), situation.zones) if early else None
    if earlier is None:
        return None
    back = max(earlier.ends - timedelta(hours=2), earlier.starts, situation.now)
    return back if back < earlier.ends - GUARD else None


def _notice(loop: Loop, situation: Situation, step: str) -> list[Wanted]:
    """TIM-13: who was told of an older version, or of a visit that is off, hears of the change once."""
    anchor, told = loop.anchor, situation.told_version
    if told is None or (step == MOVED and told >= anchor.version):
        return []
    words = step if step == CANCELLED or anchor.wall_time else f"{step}_no_time"
    if _latest_start(anchor) <= situation.now and (step, 1) not in situation.started:
        return []
    useful_until = _latest_start(anchor) + _NOTICE_USEFUL
    fits = fit(situation.now, useful_until, situation, Queue.DAY_OF) if useful_until >= situation.now else None
    due = situation.planned.get((step, 1), fits or situation.now)
    until = useful_until if fits else due  # what no window carries is refused by the gate at once, and a person calls
    return [Wanted(step, words, due, until, Queue.DAY_OF, Category.APPOINTMENT, situation.told_by)]
