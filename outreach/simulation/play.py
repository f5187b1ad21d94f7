"""Playing a world to its end: the calendar steps to the next due instant, and never past work that waits."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from conversations.meaning import Reason
from outreach.engine import handlers, inbound, understanding
from outreach.engine.calendars import set_calendar
from outreach.engine.deployment import Deployment
from outreach.engine.pump import settle
from outreach.loops.outcomes import Outcome
from outreach.simulation.people import Asked, answer, clinic_reports, goes
from outreach.store.actor import Actor
from outreach.store.reads import simulation as reads

PLAYER = Actor("simulation", "player")


@dataclass(order=True, slots=True)
class Happening:
    """Something a simulated person will do: text back, or report an outcome."""

    at: datetime
    order: int
    question: reads.OpenQuestion | None = field(compare=False, default=None)
    text: str = field(compare=False, default="", repr=False)
    visit: reads.Visit | None = field(compare=False, default=None)


@dataclass(slots=True)
class Player:
    """One run of a world. `seed` decides everything that people do."""

    deployment: Deployment
    seed: int
    agenda: list[Happening] = field(default_factory=list)
    last_prompt: int = 0
    asked: Counter[tuple[str, str]] = field(default_factory=Counter)
    sids: int = 0

    def begin(self) -> None:
        """Let the clinics plan when they will report."""
        with self.deployment.read(PLAYER) as uow:
            visits = reads.visits(uow)
        for visit in visits:
            after = clinic_reports(self.seed, visit.visit)
            if after is not None:
                self._plan(visit.ends_at + after, visit=visit)

    def steps(self) -> Iterator[datetime]:
        """Play, step by step, until nothing is due any more; yield the domain time after each step."""
        while True:
            settle(self.deployment)
            self._notice_questions()
            instant = self._next()
            if instant is None:
                return
            if instant > self.deployment.database.now():
                set_calendar(self.deployment, instant)
            while self.agenda and self.agenda[0].at <= instant:
                self._happen(heapq.heappop(self.agenda))
            yield instant

    def _next(self) -> datetime | None:
        with self.deployment.read(PLAYER) as uow:
            due = reads.next_due(uow)
        upcoming = [at for at in (due, self.agenda[0].at if self.agenda else None) if at is not None]
        return min(upcoming, default=None)

    def _plan(
        self, at: datetime, visit: reads.Visit | None = None, question: reads.OpenQuestion | None = None, text: str = ""
    ) -> None:
        self.sids += 1
        heapq.heappush(self.agenda, Happening(at, self.sids, question, text, visit))

    def _notice_questions(self) -> None:
        with self.deployment.read(PLAYER) as uow:
            questions = reads.questions_since(uow, self.last_prompt)
        for question in questions:
            self.last_prompt = question.prompt
            self.asked[question.visit, question.key] += 1
            nth = self.asked[question.visit, question.key]
            said = answer(
                self.seed,
                Asked(question.prompt, question.visit, question.number, question.key, question.language, nth),
            )
            if said is not None:
                delay, text = said
                self._plan(_round(question.opened_at + delay), question=question, text=text)

    def _happen(self, happening: Happening) -> None:
        if happening.question is not None:
            self._text_back(happening.question, happening.text)
        elif happening.visit is not None:
            self._report(happening.visit)

    def _text_back(self, question: reads.OpenQuestion, text: str) -> None:
        self.sids += 1
        sid = f"SM{self.seed:08x}{self.sids:024x}"
        received = inbound.receive(
            self.deployment, sid=sid, number=question.number, body=text, media_count=0, provider_word=None
        )
        if received.reply_id is not None:
            understanding.understand_now(self.deployment, received.reply_id)

    def _report(self, visit: reads.Visit) -> None:
        with self.deployment.read(PLAYER) as uow:
            stage = reads.stage_of(uow, visit.loop)
        if stage is None:
            return
        kept = goes(self.seed, visit.visit)
        outcome, reason = (Outcome.KEPT, None) if kept else (Outcome.NO_SHOW, Reason.NOT_STATED)
        handlers.report_outcome(self.deployment, PLAYER, visit.loop, outcome, reason)


def _round(at: datetime) -> datetime:
    """People answer at round times, so that a step of the calendar serves many of them."""
    return at + (timedelta(minutes=10) - timedelta(minutes=at.minute % 10, seconds=at.second)) % timedelta(minutes=10)
