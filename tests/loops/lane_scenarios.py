"""Every scenario of the appointment lane as one list: the stories, and each event in each stage.

A story (`scenarios/*.toml`) is given, events, then. The matrix (`scenarios/matrix/*.toml`) says for one event what
it does in every stage. In both, `given` says only what differs from the usual loop of its stage, and `then` only what
differs from `given` afterwards, with the effects of the last event in words.

A visit that is moved stands in `given` where it was moved to. A matrix event without `at` happens at the hour that
suits its stage.
"""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from loop_builders import NEW_YORK, a_loop, a_visit, local

from conversations.meaning import Intent, Meaning, PartOfDay, Preferences, Reason, Safety
from outreach.loops import events as e
from outreach.loops.call_outcomes import CallOutcome
from outreach.loops.effects import Answer, Await, CloseTasks, Effect, OpenTask, StopAwaiting, Tell
from outreach.loops.loop import Closed, Loop, Stage
from outreach.loops.outcomes import Outcome, Source
from outreach.loops.rides import Leg, Ride, RideNeed, Trip, TripStatus
from outreach.loops.setting import Setting
from outreach.loops.standing import Standing
from outreach.loops.task_clock import Escalation, deadlines
from outreach.loops.tasks import TaskKind

FOLDER = Path(__file__).parent / "scenarios"
Row = dict[str, Any]
REPLY = 7
NOTHING = "nothing"

# What a loop of each stage usually looks like.
USUAL: Mapping[Stage, Row] = {
    Stage.SCHEDULED: {},
    Stage.CONFIRMED: {},
    Stage.UNREACHED: {"tried": 3, "called": True},
    Stage.WANTS_CHANGE: {},
    Stage.CANNOT_COME: {"outcome": "cancelled_by_patient_timely", "source": "member"},
    Stage.ARRIVED: {},
    Stage.GOING_HOME: {"outcome": "kept", "source": "ehr", "ride": {"there": "13:30 completed", "home": "will call"}},
    Stage.OUTCOME_MISSING: {"outcome": "unknown"},
    Stage.NOT_KEPT: {"outcome": "no_show", "source": "ehr", "reason": "not_stated"},
    Stage.CLOSED: {"closed": "visit_completed", "outcome": "kept", "source": "ehr"},
}
# When things happen to it: before the visit of Tuesday 2027-03-16 at 14:30, on its day, or after it.
HOURS: Mapping[Stage, str] = {
    Stage.SCHEDULED: "2027-03-12 11:00",
    Stage.CONFIRMED: "2027-03-12 11:00",
    Stage.UNREACHED: "2027-03-12 11:00",
    Stage.WANTS_CHANGE: "2027-03-12 11:00",
    Stage.CANNOT_COME: "2027-03-12 11:00",
    Stage.ARRIVED: "2027-03-16 14:40",
    Stage.GOING_HOME: "2027-03-16 16:30",
    Stage.OUTCOME_MISSING: "2027-03-22 11:00",
    Stage.NOT_KEPT: "2027-03-18 11:00",
    Stage.CLOSED: "2027-03-18 11:00",
}
_OLD_DATE = (
    TaskKind.RESCHEDULE,
    TaskKind.POSSIBLE_VISIT_CANCEL,
    TaskKind.FIND_OUTCOME,
    TaskKind.OUTCOME_CONFLICT,
    TaskKind.DOUBLE_BOOKED,
)
_RIDES = (TaskKind.ARRANGE_RIDE, TaskKind.RIDE_URGENT, TaskKind.RIDE_PROBLEM)
_TO_COME = (TaskKind.RESCHEDULE, TaskKind.CALL_MEMBER, TaskKind.POSSIBLE_VISIT_CANCEL)
# Names for the groups of tasks that are closed together.
GROUPS: Mapping[tuple[TaskKind, ...], str] = {
    _OLD_DATE: "work_of_the_old_date",
    _RIDES: "ride_work",
    (*_TO_COME, *_RIDES): "work_before_the_visit",
    (*_TO_COME, TaskKind.FIND_OUTCOME): "work_of_a_visit_to_come",
    (TaskKind.CALL_MEMBER, *_RIDES): "call_and_ride_work",
}


@dataclass(frozen=True)
class Happening:
    """One event of a scenario, with the words of its row."""

    words: Row
    event: e.Event


@dataclass(frozen=True)
class Scenario:
    """Given a loop, when these events come, then this loop and these effects of the last one."""

    file: str
    name: str
    loop: Loop
    events: tuple[Happening, ...]
    after: Loop
    effects: tuple[str, ...]
    given: Row  # the words of the given loop
    then: Row  # what differs afterwards, in words
    matrix: bool

    @property
    def changes(self) -> bool:
        """Whether the last event did anything."""
        return bool(self.effects) or self.after != self.loop


def _optional(kind: Callable[[str], Any], word: str) -> Any:
    return None if word == "none" else kind(word)


def _clock(text: str, day: dt.date) -> dt.datetime:
    return local(f"{day} {text}")


def _trip(leg: Leg, words: str, day: dt.date) -> Trip:
    """Read one leg: `13:30`, `13:30 en_route`, `will call` or `will call completed`; the window is half an hour."""
    will_call = words.startswith("will call")
    first, _, status = words.removeprefix("will call").strip().partition(" ") if not will_call else ("", "", words[10:])
    pickup = None if will_call else _clock(first, day)
    return Trip(
        leg=leg,
        trip_id="A-1" if leg is Leg.OUTBOUND else "B-1",
        status=TripStatus(status) if status else TripStatus.SCHEDULED,
        pickup_from=pickup,
        pickup_until=pickup + dt.timedelta(minutes=30) if pickup else None,
        will_call=will_call,
        phone="+12125550142" if leg is Leg.RETURN else None,
    )


def _trips(words: Mapping[str, str], day: dt.date) -> tuple[Trip, ...]:
    legs = (("there", Leg.OUTBOUND), ("home", Leg.RETURN))
    return tuple(_trip(leg, words[name], day) for name, leg in legs if name in words)


def _ride(words: str | Row, day: dt.date, revision: int) -> Ride:
    """Read a ride: `needed`, or its trips; what is booked for the first time has revision 1."""
    if isinstance(words, str):
        return Ride(RideNeed(words), (), revision)
    need = RideNeed(words.get("need", "booked"))
    return Ride(need, _trips(words, day), words.get("revision", max(revision, 1)))


def _preferences(words: Row) -> Preferences:
    part = words.get("part_of_day")
    return Preferences(tuple(words.get("days", ())), PartOfDay(part) if part else None)


_PLAIN: Mapping[str, Callable[[Any], Any]] = {
    "stage": Stage,
    "outcome": lambda word: _optional(Outcome, word),
    "source": lambda word: _optional(Source, word),
    "reason": lambda word: _optional(Reason, word),
    "closed": lambda word: _optional(Closed, word),
    "barriers": lambda words: frozenset(map(Reason, words)),
    "preferences": _preferences,
    "tried": int,
    "called": bool,
}
_SETTING: Mapping[str, Callable[[Any], Any]] = {
    "tier": int,
    "standing": Standing,
    "escalate_after": int,
    "misses": int,
    "clashes": bool,
}


def _with(loop: Loop, words: Row) -> Loop:
    """Return the loop with the fields that `words` name."""
    unknown = set(words) - set(_PLAIN) - set(_SETTING) - {"ride", "visit", "off_the_calendar", "effects"}
    assert not unknown, unknown
    fields = {name: read(words[name]) for name, read in _PLAIN.items() if name in words}
    if "ride" in words:
        fields["ride"] = _ride(words["ride"], loop.anchor.day, loop.ride.revision)
    return replace(loop, **fields)


def usual(stage: Stage, given: Row | None = None) -> Loop:
    """Return the usual loop of a stage, with what `given` says otherwise."""
    words = {"stage": stage, **USUAL[stage], **(given or {})}
    day, _, wall_time = words.get("visit", "2027-03-16 14:30").partition(" ")
    visit = a_visit(
        day=dt.date.fromisoformat(day),
        wall_time=dt.time.fromisoformat(wall_time) if wall_time else None,
        cancelled=words.get("off_the_calendar", False),
    )
    setting = Setting(**{name: read(words[name]) for name, read in _SETTING.items() if name in words})
    return _with(a_loop(visit, setting=setting), words)


def _why(row: Row) -> Reason | None:
    return Reason(row["why"]) if "why" in row else None


def _heard(at: dt.datetime, row: Row) -> e.Heard:
    words = [row["heard"]] if isinstance(row["heard"], str) else row["heard"]
    safety = frozenset(Safety(flag) for flag in row.get("safety", ()))
    preferences = _preferences(row.get("preferences", {}))
    meaning = Meaning(frozenset(map(Intent, words)), _why(row), safety=safety, preferences=preferences)
    return e.Heard(at, REPLY, meaning, row.get("prompt"), row.get("repeats", 0), row.get("corrects", False))


def _refused(at: dt.datetime, row: Row) -> e.TouchRefused:
    return e.TouchRefused(at, row.get("step", "reminder"), row["refused"], "answers" in row, "of_a_ride" in row)


def _stands(at: dt.datetime, row: Row) -> e.StandingChanged:
    return e.StandingChanged(at, Standing(row["stands"]), local(row["look_again"]) if "look_again" in row else None)


def _reported(at: dt.datetime, row: Row) -> e.OutcomeReported:
    return e.OutcomeReported(at, Outcome(row["reported"]), Source(row["by"]), _why(row))


def _trip_reported(at: dt.datetime, row: Row) -> e.TripReported:
    pickup = local(row["pickup"]) if "pickup" in row else None
    return e.TripReported(at, Leg(row["trip"]), TripStatus(row["is"]), pickup)


def _booked(at: dt.datetime, row: Row) -> e.RideBooked:
    return e.RideBooked(at, _trips(row["booked"], dt.date.fromisoformat(row.get("for", "2027-03-16"))))


# What happened -> the event; the word is the key that a row uses.
HAPPENINGS: Mapping[str, Callable[[dt.datetime, Row], e.Event]] = {
    "opened": lambda at, row: e.Opened(at),
    "moved": lambda at, row: e.VisitMoved(at, row["moved"] == "materially"),
    "cancelled": lambda at, row: e.VisitCancelled(at),
    "heard": _heard,
    "delivered": lambda at, row: e.TouchDelivered(at, row["delivered"]),
    "refused": lambda at, row: e.TouchRefused(
        at, row.get("step", "reminder"), row["refused"], "answers" in row, "of_a_ride" in row
    ),
    "failed": lambda at, row: e.TouchFailed(at, "reminder", row["failed"], "instead" in row),
    "call": lambda at, row: e.CallEnded(at, "reminder", CallOutcome(row["call"]), "again" in row),
    "unresolved": lambda at, row: e.TouchUnresolved(at, row["unresolved"]),
    "deadline": lambda at, row: e.DeadlinePassed(at, row["deadline"]),
    "reported": _reported,
    "arrival": lambda at, row: e.ArrivalReported(at),
    "booked": _booked,
    "trip": _trip_reported,
    "resolved": lambda at, row: e.TaskResolved(at, row["resolved"], row["as"], _why(row)),
    "follows": lambda at, row: e.FollowsOn(at, row["follows"] == "needs a ride"),
    "linked": lambda at, row: e.NewVisitLinked(at),
    "suppressed": lambda at, row: e.Suppressed(at, row["suppressed"]),
    "staff_closed": lambda at, row: e.StaffClosed(at, Reason(row["staff_closed"])),
    "stands": _stands,
    "reachable": lambda at, row: e.Reachable(at),
    "escalated": lambda at, row: e.TaskEscalated(at, row["escalated"], Escalation[row["to"].upper()]),
}


def happening(row: Row) -> Happening:
    """Read one row; the word that is in HAPPENINGS says what happened."""
    (happened,) = [word for word in HAPPENINGS if word in row]
    return Happening(row, HAPPENINGS[happened](local(row["at"]), row))


def in_words(effect: Effect, at: dt.datetime, loop: Loop) -> str:
    """Return an effect as a scenario writes it; a task with another clock than its kind's says when it is due."""
    match effect:
        case OpenTask(kind, clock):
            usual_clock = clock == deadlines(kind, at, loop.setting.office)
            return f"task {kind}" if usual_clock else f"task {kind} due {_wall(clock.due_at)}"
        case CloseTasks(kinds, resolution):
            return f"close {GROUPS.get(kinds, ', '.join(kinds))}: {resolution}"
        case Await(kind, deadline):
            return f"await {kind} {_wall(deadline)}"
        case StopAwaiting(kind):
            return f"stop awaiting {kind}"
        case Answer(_, words):
            return f"answer {words}"
        case Tell(signal, reason, plan):
            return " ".join(part for part in ("tell", signal, reason, plan) if part)


def _wall(at: dt.datetime) -> str:
    return f"{at.astimezone(ZoneInfo(NEW_YORK)):%Y-%m-%d %H:%M}"


def _scenario(file: str, name: str, given: Row, rows: list[Row], then: Row | str, matrix: bool) -> Scenario:
    then = {} if then == NOTHING else dict(then)  # type: ignore[arg-type]
    loop = usual(Stage(given["stage"]), given)
    happened = tuple(happening(row) for row in rows)
    effects = tuple(then.get("effects", ()))
    return Scenario(file, name, loop, happened, _with(loop, then), effects, given, then, matrix)


def read(path: Path) -> Row:
    """Return a scenario file's rows."""
    return tomllib.loads(path.read_text(encoding="utf-8"))


def _stories() -> Iterator[Scenario]:
    for path in sorted(FOLDER.glob("*.toml")):
        for row in read(path)["scenario"]:
            yield _scenario(path.stem, row["name"], row["given"], row["events"], row["then"], matrix=False)


def stages(words: str) -> list[Stage]:
    """Read the stages of a matrix line: `not_kept, closed`, `any open stage`, or `any stage`."""
    everywhere = {"any stage": list(Stage), "any open stage": [stage for stage in Stage if stage is not Stage.CLOSED]}
    return everywhere.get(words) or [Stage(word.strip()) for word in words.split(",")]


def cells(file: str, row: Row) -> Iterator[Scenario]:
    """Yield an event's scenario in each of its stages."""
    for words, then in row["then"].items():
        for stage in stages(words):
            given = row.get("given", {}) | {"stage": str(stage)}
            happens = {"at": HOURS[stage]} | row["happens"]
            yield _scenario(file, f"{row['what']}: {stage}", given, [happens], then, matrix=True)


def matrix_files() -> list[Path]:
    """Return the matrix's files, in order."""
    return sorted((FOLDER / "matrix").glob("*.toml"))


def _matrix() -> Iterator[Scenario]:
    for path in matrix_files():
        for row in read(path)["event"]:
            yield from cells(path.stem, row)


@cache
def scenarios() -> tuple[Scenario, ...]:
    """Return all scenarios: the stories, then every cell of the matrix."""
    return (*_stories(), *_matrix())
