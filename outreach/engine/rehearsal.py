"""Visits played ahead in memory, by the planner, the gate and the lane that play them for real; nothing is stored.

Facts are those of today, and time is a warped calendar: each text meets the gate when it is due, leaves its mark on its
phone, and what follows from it is planned anew. Who answers, and how, is a `Habits`; without one nobody does.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from heapq import heappop, heappush
from itertools import count
from types import SimpleNamespace
from typing import Any

from conversations.prompt import Prompt, prompt_for
from outreach.engine.asking import prompt_expiry
from outreach.engine.folder import Folder, gate_touch
from outreach.engine.forecast import FOLLOWED, OPEN_ENDED, expected, left
from outreach.engine.habits import NOBODY_ANSWERS, Habits
from outreach.engine.reconcile import columns, key_of, planned_by_cadence, situation, wanted_touches
from outreach.engine.rehearsed import HELD, LEAVES, REFUSED, WAITS, Played, Visit, Work, around, plans_by, size_of
from outreach.engine.wording import body_of
from outreach.loops.advance import advance
from outreach.loops.cadence import Queue
from outreach.loops.call_outcomes import CallOutcome
from outreach.loops.consent import Channel
from outreach.loops.effects import Answer, Await, CloseTasks, OpenTask, StopAwaiting
from outreach.loops.events import CallEnded, DeadlinePassed, Event, Heard, Opened, OutcomeReported, TouchRefused
from outreach.loops.gate import decide
from outreach.loops.loop import Stage
from outreach.loops.outcomes import Source
from outreach.loops.plan import Tried, Wanted
from outreach.loops.spreading import spread
from outreach.loops.tasks import RULES
from outreach.loops.verdict import Allowed, HeldUntil, Refused
from outreach.store.claims import PRESSING
from outreach.store.touches import ASKS_CONSENT, WELCOME, StoredTouch, unsaved_row

ANSWERED_AFTER, RANG_FOR, REPORTED_AFTER = timedelta(minutes=30), timedelta(minutes=2), timedelta(hours=3)
_UNDECIDED = frozenset({Stage.SCHEDULED, Stage.CONFIRMED, Stage.UNREACHED, Stage.ARRIVED})


class Rehearsal:
    """Plays visits until an instant; `played` and `work` are what came of it."""

    def __init__(self, folder: Folder, visits: Sequence[Visit], end: datetime, habits: Habits = NOBODY_ANSWERS) -> None:
        """Begin with the facts of a folder, which this rehearsal uses up."""
        self.folder, self.habits, self.end = folder, habits, end
        self.played: list[Played] = []
        self.work: list[Work] = []
        self._line: list[tuple[datetime, int, str, Visit, Any]] = []
        self._turn, self._ids = count(), count(-1, -1)
        self._on_phone: dict[int, dict[int, Any]] = defaultdict(dict)
        self._asked: dict[int, tuple[Visit, int]] = {}
        for visit in visits:
            self._push(visit.known_at, "known", visit)

    def run(self) -> Rehearsal:
        """Play everything in the order of time, and return itself."""
        acts: dict[str, Callable[[Visit, datetime, Any], None]] = {
            "known": self._known,
            "due": self._due,
            "heard": self._heard,
            "silent": self._silent,
            "deadline": self._deadline,
            "called": self._called,
            "over": self._over,
        }
        while self._line and self._line[0][0] <= self.end:
            at, _, act, visit, about = heappop(self._line)
            acts[act](visit, at, about)
        return self

    def _push(self, at: datetime, act: str, visit: Visit, about: Any = None) -> None:
        heappush(self._line, (at, next(self._turn), act, visit, about))

    def _known(self, visit: Visit, at: datetime, _about: None) -> None:
        episode = visit.episode
        visit.base = base = situation(at, episode)
        visit.begun = {
            key for key, touch in planned_by_cadence(episode).items() if touch.state not in ("planned", "cancelled")
        }
        visit.started, visit.ever, visit.tried = set(base.started), set(base.ever), list(base.tried)
        visit.told_version, visit.told_by = base.told_version, base.told_by
        visit.asked_yes = episode.unconfirmed.asked if episode.unconfirmed else False
        visit.tasks = {task.kind for task in episode.tasks}
        for wait in episode.waits:
            if wait.deadline is not None:
                self._await(visit, wait.kind, max(at, wait.deadline))
        if visit.is_new:
            self._happens(visit, Opened(at), plans=False)
        self._push(max(at, episode.loop.anchor.ends_at + REPORTED_AFTER), "over", visit)
        self._plan(visit, at, first=not visit.is_new)

    def _plan(self, visit: Visit, at: datetime, *, first: bool = False) -> None:
        """As `reconcile` does: what is planned and did not change keeps the time the gate may have moved it to."""
        episode, before = visit.episode, visit.planned
        # Before the first plan, what is stored is what is planned: the same touch, with its own time.
        stored = planned_by_cadence(episode) if first else {}
        situated = around(visit, self.folder, at)
        if first and visit.base is not None:
            situated = replace(situated, planned=visit.base.planned, waiting=visit.base.waiting)
        visit.planned = {}
        for touch, due_at in wanted_touches(episode, situated):
            key = key_of(touch)
            if key in visit.begun:
                continue
            row = before.get(key)
            if row is None or row.words != touch.words or row.planned_for not in (due_at, touch.due_at):
                row = self._new(visit, touch, due_at, stored.get(key))
                self._push(max(row.due_at, at), "due", visit, row)
            visit.planned[key] = row
        for key, row in before.items():
            if visit.planned.get(key) is not row:
                self._on_phone[row.contact_point_id].pop(row.id, None)
        for row in visit.planned.values():
            self._on_phone[row.contact_point_id][row.id] = row

    def _new(self, visit: Visit, touch: Wanted, due_at: datetime, found: StoredTouch | None) -> Any:
        """Return a touch to play; the one that is stored as it is wanted keeps its times."""
        row = SimpleNamespace(**unsaved_row(next(self._ids), **columns(visit.episode, touch, due_at)))
        row.rule, row.held, row.times = None, "", 0
        same = found is not None and found.state == "planned" and found.words == touch.words
        if same and found is not None and found.planned_for in (due_at, touch.due_at):
            row.due_at, row.planned_for, row.rule = found.due_at, found.planned_for, found.rule
        return row

    def _due(self, visit: Visit, at: datetime, row: Any) -> None:
        key = (row.step, row.channel, row.nth)
        mine, on_phone = visit.planned.get(key), self.folder.phones.get(row.contact_point_id)
        if mine is None or mine.id != row.id or on_phone is None:
            return
        others = self._on_phone[row.contact_point_id].values()
        on_phone.pressing_at = tuple(
            other.due_at
            for other in others
            if other is not row and other.queue == Queue.DAY_OF and not other.of_a_booked_ride
            and other.due_at <= at + PRESSING
        )  # fmt: skip
        asked, facts = gate_touch(row), expected(self.folder, row, at)
        said = decide(asked, facts, at)
        match said:
            case HeldUntil(when, rule) if rule not in OPEN_ENDED and row.times < FOLLOWED:
                row.held, row.times = rule, row.times + 1
                row.due_at = spread(asked, facts, when, at)
                self._push(row.due_at, "due", visit, row)
                return
            case HeldUntil(_, rule):
                self._note(visit, row, at, WAITS, rule)
            case Refused(rule):
                self._note(visit, row, at, REFUSED, rule)
            case Allowed(rule=rule):
                self._note(visit, row, at, HELD if row.held else LEAVES, row.held or rule)
        self._leave(visit, row, at, said)

    def _leave(self, visit: Visit, row: Any, at: datetime, said: object) -> None:
        key, gone = (row.step, row.channel, row.nth), isinstance(said, Allowed)
        del visit.planned[key]
        self._on_phone[row.contact_point_id].pop(row.id, None)
        visit.begun.add(key)
        if isinstance(said, HeldUntil):
            return
        steps = {step.key: step for step in visit.episode.program.cadence.steps}
        step = steps.get(row.step)
        if step is None or step.channel == row.channel:
            visit.started.add((row.step, row.nth))
        visit.ever.add(row.step)
        by_voice = row.channel == Channel.VOICE
        visit.tried.append(Tried(row.step, row.nth, row.channel, at, over=not gone, failed=False))
        if isinstance(said, Refused):
            self._happens(visit, TouchRefused(at, row.step, said.rule, of_a_ride=row.of_a_booked_ride))
            return
        told, welcomed = visit.told_version, self.folder.phones[row.contact_point_id].welcomed_at
        left(self.folder, row, at)
        visit.asked_yes = visit.asked_yes or row.words == ASKS_CONSENT
        if by_voice:
            self._push(at + RANG_FOR, "called", visit, row)
        elif row.words not in (WELCOME, ASKS_CONSENT):
            visit.told_version, visit.told_by = visit.episode.loop.anchor.version, Channel.SMS
        question = None if by_voice else prompt_for(row.words)
        if question is not None:
            self._ask(visit, row, question, at)
        changed = (told, welcomed) != (
            visit.told_version,
            self.folder.phones[row.contact_point_id].welcomed_at,
        )
        if changed or (step is not None and step.group) or visit.episode.unconfirmed:
            self._plan(visit, at)

    def _ask(self, visit: Visit, row: Any, question: Prompt, at: datetime) -> None:
        """A question opens; the phone's older one gives way (LAW-36)."""
        older = self._asked.pop(row.contact_point_id, None)
        self._asked[row.contact_point_id] = (visit, row.id)
        if older is not None:
            self._happens(older[0], DeadlinePassed(at, "reply"))
        meaning = self.habits.answer(question, visit.episode.loop.id, row.step)
        if meaning is not None:
            self._push(at + ANSWERED_AFTER, "heard", visit, (row, question, meaning))
        self._push(prompt_expiry(self.folder, row, question, at), "silent", visit, row)

    def _heard(self, visit: Visit, at: datetime, about: Any) -> None:
        row, question, meaning = about
        if self._asked.get(row.contact_point_id) == (visit, row.id):
            del self._asked[row.contact_point_id]
            self.folder.phones[row.contact_point_id].prompt = None
            self._happens(visit, Heard(at, row.id, meaning, question.key))

    def _silent(self, visit: Visit, at: datetime, row: Any) -> None:
        if self._asked.get(row.contact_point_id) == (visit, row.id):
            del self._asked[row.contact_point_id]
            self.folder.phones[row.contact_point_id].prompt = None
            self._happens(visit, DeadlinePassed(at, "reply"))

    def _called(self, visit: Visit, at: datetime, row: Any) -> None:
        reached = self.habits.picks_up(visit.episode.loop.id, f"{row.step}:{row.nth}")
        outcome = CallOutcome.REACHED if reached else CallOutcome.NO_ANSWER
        mine = (row.step, row.nth, row.channel)
        visit.tried = [
            replace(each, over=True, outcome=outcome) if (each.step, each.nth, each.channel) == mine else each
            for each in visit.tried
        ]
        if reached:
            visit.told_version, visit.told_by = visit.episode.loop.anchor.version, Channel.VOICE
        self._plan(visit, at)
        again = any(step == row.step for step, _, _ in visit.planned)
        self._happens(visit, CallEnded(at, row.step, outcome, again))

    def _over(self, visit: Visit, at: datetime, _about: None) -> None:
        outcome = self.habits.outcome(visit.episode.loop.id)
        if outcome is not None and visit.episode.loop.open and visit.episode.loop.stage in _UNDECIDED:
            self._happens(visit, OutcomeReported(at, outcome, Source.CLINIC_STAFF))

    def _deadline(self, visit: Visit, at: datetime, awaited: str) -> None:
        if visit.awaited.get(awaited) == at:
            del visit.awaited[awaited]
            self._happens(visit, DeadlinePassed(at, awaited))

    def _await(self, visit: Visit, kind: str, deadline: datetime) -> None:
        visit.awaited[kind] = deadline
        self._push(deadline, "deadline", visit, kind)

    def _happens(self, visit: Visit, event: Event, *, plans: bool = True) -> None:
        before = visit.episode.loop
        step = advance(before, event)
        visit.episode.loop = step.loop
        stored = self.folder.loops[before.id]
        self.folder.loops[before.id] = replace(stored, loop=step.loop)
        for effect in step.effects:
            match effect:
                case OpenTask(kind) if kind not in visit.tasks:
                    visit.tasks.add(kind)
                    self.work.append(Work(event.at, before.id, kind, RULES[kind].queue))
                case CloseTasks(kinds):
                    visit.tasks -= set(kinds) or set(visit.tasks)
                case Await(kind, deadline):
                    self._await(visit, kind, deadline)
                case StopAwaiting(kind):
                    visit.awaited.pop(kind, None)
                case Answer(words=words):
                    self._answers(visit, words, event.at)
                case _:
                    pass  # what is open already, and what the clinic is told
        if plans and plans_by(step.loop) != plans_by(before):
            self._plan(visit, event.at)

    def _answers(self, visit: Visit, words: str, at: datetime) -> None:
        """Our answer to a reply leaves at once (LAW-34)."""
        phone = visit.episode.phone
        values = {"loop_id": visit.episode.loop.id, "member_id": visit.episode.stored.member, "words": words}
        values |= {"program_id": visit.episode.stored.program, "contact_point_id": phone, "step": f"answer:{words}"}
        row = SimpleNamespace(**unsaved_row(next(self._ids), due_at=at, answers_at=at, **values))
        self._note(visit, row, at, LEAVES, "LAW-34")

    def _note(self, visit: Visit, row: Any, at: datetime, became: str, rule: str) -> None:
        language = self.folder.language(row)
        words = self.folder.words_for(row)
        body = body_of(self.folder, row, words, language) if words and row.channel == Channel.SMS else None
        cost = size_of(body) if body and became in (LEAVES, HELD) else 0
        self.played.append(
            Played(
                loop=visit.episode.loop.id,
                step=row.step,
                nth=row.nth,
                channel=row.channel,
                words=row.words,
                language=language,
                due_at=row.planned_for,
                at=at,
                became=became,
                rule=rule,
                segments=cost,
                body=body,
            )
        )
