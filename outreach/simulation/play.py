"""Playing a world to its end: the calendar steps to the next due instant, and never past work that waits."""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from math import inf
from typing import assert_never

from conversations.meaning import Reason
from outreach.engine import handlers, inbound
from outreach.engine.calendars import set_calendar
from outreach.engine.deployment import Deployment
from outreach.engine.pump import settle
from outreach.engine.refusals import NotAsked
from outreach.loops.outcomes import Outcome
from outreach.loops.rides import TripStatus
from outreach.simulation import desk
from outreach.simulation.brokers import news_of
from outreach.simulation.lines import Lines
from outreach.simulation.people import answer, clinic_reports, goes
from outreach.simulation.staff import Undertaking, undertaking
from outreach.store import programs
from outreach.store.actor import Actor
from outreach.store.reads import simulation as reads
from outreach.store.unit_of_work import UnitOfWork

PLAYER = Actor("simulation", "player")


@dataclass(frozen=True, slots=True)
class TextsBack:
    """A member texts; `part` counts the texts of one answer, from 0."""

    question: reads.OpenQuestion
    text: str = field(repr=False)
    part: int


@dataclass(frozen=True, slots=True)
class Reports:
    """A clinic reports how a visit ended, `after` it was over."""

    loop: int
    after: timedelta


@dataclass(frozen=True, slots=True)
class Drives:
    """A broker tells how a trip goes."""

    trip: reads.BookedTrip
    status: TripStatus


@dataclass(frozen=True, slots=True)
class Takes:
    """One of the staff takes a task."""

    doing: Undertaking


@dataclass(frozen=True, slots=True)
class Finishes:
    """One of the staff finishes a task."""

    doing: Undertaking


Act = TextsBack | Reports | Drives | Takes | Finishes


@dataclass(order=True, slots=True)
class Happening:
    """Something a simulated person will do, at its time; what is planned first happens first."""

    at: datetime
    order: int
    act: Act = field(compare=False)


@dataclass(slots=True)
class Player:
    """One run of a world. `seed` decides everything that people do; the agenda holds only what is still to come."""

    deployment: Deployment
    seed: int
    lines: Lines = field(init=False)
    agenda: list[Happening] = field(default_factory=list)
    planned: int = 0
    last_prompt: int = 0
    last_visit: int = 0
    last_task: int = 0
    last_trip: int = 0

    def __post_init__(self) -> None:
        """Lay the telephone lines of this world. Calls have no rate here: its calendar stands while one would wait."""
        rates = self.deployment.settings.rates.model_copy(update={"calls": inf})
        unmetered = self.deployment.settings.model_copy(update={"rates": rates})
        self.deployment = replace(self.deployment, settings=unmetered)
        self.lines = Lines(self.deployment, self.seed)

    def begin(self) -> None:
        """Let everybody plan what they will do about the world as it stands."""
        self._notice()

    def ahead(self) -> datetime | None:
        """Do all that is due now and notice what people will do about it.

        Return the next instant at which anything happens, or None when the story is over. Cheap when nothing changed.
        """
        settle(self.deployment)
        while self.lines.answer():
            settle(self.deployment)
        self._notice()
        with self.deployment.read(PLAYER) as uow:
            due = reads.next_due(uow)
        upcoming = [at for at in (due, self.agenda[0].at if self.agenda else None) if at is not None]
        return min(upcoming, default=None)

    def turn_to(self, instant: datetime) -> None:
        """Set the calendar to `instant`, never back, and let people do what they do by then."""
        if instant > self.deployment.database.now():
            set_calendar(self.deployment, instant)
        while self.agenda and self.agenda[0].at <= instant:
            self._happen(heapq.heappop(self.agenda).act)

    def steps(self) -> Iterator[datetime]:
        """Play, step by step, until nothing is due any more; yield the domain time after each step."""
        while (instant := self.ahead()) is not None:
            self.turn_to(instant)
            yield instant

    def _plan(self, at: datetime, act: Act) -> None:
        self.planned += 1
        heapq.heappush(self.agenda, Happening(at, self.planned, act))

    def _notice(self) -> None:
        with self.deployment.read(PLAYER) as uow:
            self._notice_visits(uow)
            self._notice_questions(uow)
            self._notice_tasks(uow)
            self._notice_trips(uow)

    def _notice_visits(self, uow: UnitOfWork) -> None:
        for visit in reads.visits_since(uow, self.last_visit):
            self.last_visit = visit.loop
            after = clinic_reports(self.seed, visit.id)
            if after is not None:
                self._plan(visit.anchor.ends_at + after, Reports(visit.loop, after))

    def _notice_questions(self, uow: UnitOfWork) -> None:
        for question in reads.questions_since(uow, self.last_prompt):
            self.last_prompt = question.prompt
            said = answer(self.seed, question)
            for part, text in enumerate(said):
                # Only the beginning is rounded: what belongs together comes as fast as people write it.
                at = _round(question.opened_at + said[0].after) + (text.after - said[0].after)
                self._plan(at, TextsBack(question, text.text, part))

    def _notice_tasks(self, uow: UnitOfWork) -> None:
        found = reads.tasks_since(uow, self.last_task)
        offices = {key: program.office for key, program in programs.programs(uow).items()} if found else {}
        for task in found:
            self.last_task = task.id
            doing = undertaking(self.seed, task, offices[task.program]) if task.program else None
            if doing is not None:
                self._plan(doing.take_at, Takes(doing))
                self._plan(doing.finish_at, Finishes(doing))

    def _notice_trips(self, uow: UnitOfWork) -> None:
        for trip in reads.trips_since(uow, self.last_trip):
            self.last_trip = trip.id
            visit = reads.visit_of(uow, trip.loop)
            for at, status in news_of(self.seed, trip, visit) if visit else ():
                self._plan(_round(at), Drives(trip, status))

    def _happen(self, act: Act) -> None:
        with suppress(NotAsked):  # a visitor did it first
            match act:
                case TextsBack():
                    self._text_back(act)
                case Reports():
                    self._report(act)
                case Drives():
                    desk.tell_of_trip(self.deployment, act.trip, act.status)
                case Takes():
                    desk.take(self.deployment, act.doing)
                case Finishes():
                    desk.finish(self.deployment, self.seed, act.doing)
                case _:
                    assert_never(act)

    def _text_back(self, act: TextsBack) -> None:
        sid = f"SM{self.seed % 2**32:08x}{act.question.prompt:016x}{act.part:08x}"
        number = act.question.number
        inbound.receive(self.deployment, sid=sid, number=number, body=act.text, media_count=0, provider_word=None)

    def _report(self, act: Reports) -> None:
        with self.deployment.read(PLAYER) as uow:
            visit = reads.visit_of(uow, act.loop)
            later = visit is not None and visit.anchor.ends_at > uow.now
        if visit is None:
            return
        if later:  # it was moved
            self._plan(visit.anchor.ends_at + act.after, act)
            return
        kept = goes(self.seed, visit.id)
        outcome, reason = (Outcome.KEPT, None) if kept else (Outcome.NO_SHOW, Reason.NOT_STATED)
        clinic = Actor("clinic", visit.clinic, clinic=visit.clinic_id)
        handlers.report_outcome(self.deployment, clinic, visit.loop, outcome, reason)


def _round(at: datetime) -> datetime:
    """People answer at round times, so that a step of the calendar serves many of them."""
    return at + (timedelta(minutes=10) - timedelta(minutes=at.minute % 10, seconds=at.second)) % timedelta(minutes=10)
