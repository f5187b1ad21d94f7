"""Random lives of phones, through the real engine: whatever happens, no text leaves that an independent model forbids.

Members share phones; they consent, take it back, move, are away, name their hours; the calendar runs through weeks
in which clocks change and holidays fall; the worker sends what is due. After every accepted text the model is asked.
A few hundred steps in `make test`; a hundred thousand on each database under `make prove`.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from typing import Any

import hypothesis.strategies as st
import pytest
from gate_model import Leaving, Model, ModelMember, ModelPhone, ModelProgram, Said
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from plain_hours import Plain
from scene import CLINIC, OPERATOR, PROGRAM, Scene
from sqlalchemy import delete, update
from twin import HandTimer, TwinCarrier

from outreach.bootstrap import bootstrap
from outreach.channels.carrier import Outgoing
from outreach.channels.look.numbers import Question
from outreach.engine.pump import pump
from outreach.loops.cadence import Queue
from outreach.loops.consent import Action, Category, ConsentClass, ConsentEvent, Organisation
from outreach.loops.contact_rule import ContactRule
from outreach.loops.numbers import LineType, Reassigned
from outreach.settings import Settings
from outreach.store import consents, guests, people, switches, touches
from outreach.store import tables as t
from outreach.store.database import Database
from outreach.store.unit_of_work import UnitOfWork

NEW_YORK, LOS_ANGELES = "America/New_York", "America/Los_Angeles"
OTHER, OTHER_CLINIC = 901, 902  # a second program, which knows no state and uses the whole legal day
CLOSED = date(2027, 3, 16)
# Weeks with something in them: clocks change, holidays, a leap day, the turn of a year.
BEGINS = [
    datetime(2026, 10, 30, 15, tzinfo=UTC), datetime(2027, 3, 12, 15, tzinfo=UTC),
    datetime(2026, 11, 25, 1, tzinfo=UTC), datetime(2027, 12, 30, 20, tzinfo=UTC),
    datetime(2028, 2, 28, 4, tzinfo=UTC), datetime(2027, 7, 1, 12, tzinfo=UTC),
]  # fmt: skip
PLACES = [
    ((NEW_YORK,), ()), ((NEW_YORK,), ("FL",)), (("America/Chicago",), ("TX",)), ((NEW_YORK, LOS_ANGELES), ()),
    ((LOS_ANGELES,), ("CA",)), (("America/Phoenix", "America/Denver"), ("AZ",)), (("America/New_York",), ("RI", "MA")),
    (("Pacific/Honolulu",), ("HI",)), (("America/Anchorage", "America/Adak"), ("AK",)), ((NEW_YORK,), ("MD",)),
]  # fmt: skip
WISHES: list[dict[str, Any]] = [
    {}, {}, {"own": ("17:00", "19:30")}, {"early": "05:00"}, {"endangered": True}, {"only": 0}, {"only": 1},
]  # fmt: skip
WORDS = ["moved", "moved", "moved", "moved", "optin_confirm", "optin_confirm", "reminder", "optin_ask"]
NUMBERS = ["active"] * 7 + ["unverified", "suspect", "invalid", "landline", "blocked", "reassigned_hold"]
LATE = [0, 0, 1, 30, 24 * 60, 40 * 24 * 60]  # minutes before its receipt that something was said
ENDS = [None, None, None, 0, 1, 3 * 24 * 60]  # minutes after which a consent ends
MINUTES = [0, 1, 9, 11, 45, 61, 180, 400, 720, 1440, 1500, 4320, 50_000]
KINDS = ["text"] * 24 + ["grant"] * 4 + ["start"] * 3 + ["place", "away", "hear"] * 2 + [
    "request", "revoke", "stop", "keep", "wrong", "wish", "number", "freeze", "trial",
]  # fmt: skip
BODIES = ["thanks", "thanks", "thanks", "START", "START", "HELP", "STOP", "wrong number"]
LOOKED_UP = [Reassigned.NO] * 6 + [Reassigned.NO_DATA, None, Reassigned.YES]
happenings = st.lists(
    st.tuples(st.sampled_from(KINDS), st.integers(0, 59), st.integers(0, 59), st.integers(0, 59)), max_size=14
)
steps_taken = 0


class Lookups:
    """Answers as it is told: that a number was given up, that it was not, or nothing."""

    source = "twin"

    def __init__(self) -> None:
        self.answer: Reassigned | None = Reassigned.NO
        self.heard: Callable[[int, Reassigned], None] = lambda phone, answer: None

    def answers(self, questions: Sequence[Question]) -> Iterator[tuple[Question, Reassigned]]:
        for question in questions:
            if self.answer is not None:
                self.heard(question.phone, self.answer)
                yield question, self.answer

    def lines(self, questions: Sequence[Question]) -> Iterator[tuple[Question, LineType]]:
        return iter(())


class World:
    """One database with two programs, for all the lives of a run: each has phones and members of its own."""

    def __init__(self, database: Database) -> None:
        self.carrier, self.lookups, timer = TwinCarrier(), Lookups(), HandTimer()
        deployment = bootstrap(
            Settings(), database=database, timer=timer, carrier=self.carrier, lookout=self.carrier,
            number_lookup=self.lookups,
        )  # fmt: skip
        self.scene = Scene(deployment, self.carrier, timer, ids=count(10_000))
        self.numbers = (f"+1{area}55501{last:02d}" for area in range(202, 999) for last in range(100))
        self.nth = count(1)
        self.scene.furnish()
        with deployment.write(OPERATOR) as uow:
            self._second_program(uow)
            uow.commit()

    def _second_program(self, uow: UnitOfWork) -> None:
        (first,) = uow.all(t.program.select())
        all_day = ["08:00", "21:00"]
        hours = {"weekday": all_day, "saturday": all_day, "sunday": all_day, "holidays": True}
        more = {"id": OTHER, "key": "other", "zone": LOS_ANGELES, "state": None, "hours": hours}
        uow.insert(t.program, [dict(first._mapping) | more | {"caps": {"per_day": 1, "per_week": 3}}])
        for table, rename in ((t.cadence, {}), (t.clinic, {"id": OTHER_CLINIC, "office": {"closed": [str(CLOSED)]}})):
            (row,) = uow.all(table.select())
            uow.insert(table, [dict(row._mapping) | {"id": uow.next_id(), "program_id": OTHER} | rename])
        texts = uow.all(t.message_version.select())
        uow.insert(
            t.message_version, [dict(text._mapping) | {"id": uow.next_id(), "program_id": OTHER} for text in texts]
        )

    def model(self) -> Model:
        legal = ("08:00", "21:00")
        other = Plain(legal, legal, legal, on_holidays=True, closed=(CLOSED,))
        return Model({PROGRAM: ModelProgram(Plain(), "NY", 2, 6), OTHER: ModelProgram(other, None, 1, 3)})


class Phones(RuleBasedStateMachine):
    """Three phones and five members who share them."""

    world: World

    @initialize(begins=st.sampled_from(BEGINS))
    def a_life_begins(self, begins: datetime) -> None:
        self.scene, self.now, self.wrong = self.world.scene, begins, list[str]()
        self.model, self.loops = self.world.model(), dict[int, int]()
        self.world.carrier.watch, self.world.lookups.heard = self.leaving, self.looked_up
        self.scene.at(begins)
        with self.scene.deployment.write(OPERATOR) as uow:
            uow.execute(update(t.touch).where(t.touch.c.state == "planned").values(state="cancelled"))
            uow.execute(delete(t.switch))
            uow.execute(delete(t.guest))
            self.numbers = [next(self.world.numbers) for _ in range(3)]
            self.phones = [people.phone_of_number(uow, number) for number in self.numbers]
            self.model.phones = {phone: ModelPhone(state="unverified") for phone in self.phones}
            for which in range(5):
                self._member(uow, OTHER if which == 4 else PROGRAM)
            self.members = list(self.model.members)
            self._usual_past(uow)
            uow.commit()

    def _usual_past(self, uow: UnitOfWork) -> None:
        """Everybody consented once; two of the three phones were looked into and got their first text."""
        for member in self.members:
            for phone in self.phones:
                at = self.now - timedelta(days=90)
                kind = ConsentClass.PEC_OPTIN
                self._note(uow, phone, ConsentEvent(Action.GRANT, at, at, member, "sms", "*", kind))
        for phone in self.phones[:2]:
            self._number(uow, self.phones.index(phone), 0, 0)
            sent = self.now - timedelta(days=60)
            row = self._row(uow, self.members[0], phone, words="optin_confirm", category="appointment", queue="bulk")
            touches.insert(uow, [row | {"state": "sent", "due_at": sent, "useful_until": sent}])
            self.model.phones[phone].welcomed_at = sent

    def _member(self, uow: UnitOfWork, program: int) -> None:
        member = self.scene.new_member(uow, [], consented=False)
        uow.insert(t.member_contact, [{"member_id": member, "contact_point_id": phone} for phone in self.phones])
        uow.execute(update(t.member).where(t.member.c.id == member).values(program_id=program))
        at_a_clinic = {"program_id": program, "clinic_id": OTHER_CLINIC if program == OTHER else CLINIC}
        far = (self.now + timedelta(days=400)).date()
        loop = self.scene._visit(uow, member, far, time(14, 30), at_a_clinic)
        uow.execute(update(t.loop).where(t.loop.c.id == loop).values(program_id=program))
        uow.execute(delete(t.loop_event).where(t.loop_event.c.loop_id == loop))  # it plans nothing of its own
        self.loops[member] = loop
        self.model.members[member] = ModelMember(program, (NEW_YORK,))

    @rule(what=happenings, minutes=st.sampled_from(MINUTES), answer=st.sampled_from(LOOKED_UP))
    def a_while_passes(self, what: list[tuple[str, int, int, int]], minutes: int, answer: Reassigned | None) -> None:
        """Things happen in one moment, the worker sends what is due, and the calendar turns."""
        global steps_taken
        steps_taken += len(what) + 2
        self.world.lookups.answer = answer
        with self.scene.deployment.write(OPERATOR) as uow:
            if self.model.frozen or self.model.guests is not None:
                self._freeze(uow, 1, 0, 0)
                self._trial(uow, 1, 0, 0)
            for kind, one, other, third in what:
                if kind != "hear":
                    getattr(self, f"_{kind}")(uow, one, other, third)
            uow.commit()
        for kind, one, other, _ in what:
            if kind == "hear":
                self._hear(one, other)
        self._send()
        self.now += timedelta(minutes=minutes)
        self.scene.at(self.now)
        self._send()

    @invariant()
    def no_text_left_that_may_not(self) -> None:
        assert getattr(self, "wrong", []) == []

    # -- the worker

    def _send(self) -> None:
        for queue in Queue:
            pump(self.scene.deployment, queue)
        if any(phone.unread for phone in self.model.phones.values()):
            pump(self.scene.deployment, "replies")
            for phone in self.model.phones.values():
                phone.unread = False
            self._send()

    def leaving(self, message: Outgoing) -> None:
        row = self.scene.row(t.touch, t.touch.c.id == message.touch)
        text = Leaving(
            row.contact_point_id, row.member_id, row.program_id, row.category, row.words,
            urgent=row.queue in ("safety", "reply", "day-of"), of_a_ride=row.of_a_booked_ride,
            answers_at=row.answers_at, safety=row.queue == "safety",
        )  # fmt: skip
        problems = self.model.leaves(text, self.now)
        self.wrong += [f"{row.words} at {self.now}: {problem}" for problem in problems]

    def looked_up(self, phone: int, answer: Reassigned) -> None:
        if phone in self.model.phones:
            self.model.phones[phone].known_at = self.now
            self.model.phones[phone].given_up |= answer is Reassigned.YES

    # -- what may happen; each takes three dice

    def _text(self, uow: UnitOfWork, one: int, other: int, third: int) -> None:
        member, phone = self.members[one % 5], self.phones[other % 3]
        words = WORDS[third % len(WORDS)]
        ride = words == "moved" and one % 4 == 0
        row = self._row(
            uow, member, phone, words=words, category=[*Category][other % 2 if not ride else 1], of_a_booked_ride=ride,
            queue=Queue.DAY_OF if third % 2 and words == "moved" else Queue.BULK,
        )  # fmt: skip
        touches.insert(uow, [row | {"useful_until": self.now + timedelta(days=1 + third % 4)}])

    def _row(self, uow: UnitOfWork, member: int, phone: int, **values: Any) -> dict[str, Any]:
        return touches.new_row(
            uow, loop_id=self.loops[member], member_id=member, program_id=self.model.members[member].program,
            contact_point_id=phone, anchor_version=1, step="random", nth=next(self.world.nth), sender="+12025550100",
            due_at=self.now, useful_until=self.now, **values,
        )  # fmt: skip

    def _note(self, uow: UnitOfWork, phone: int, event: ConsentEvent) -> None:
        consents.note(uow, phone, event, "test", "LAW-24", "said")
        said = Said(
            event.action, event.effective, event.member, event.channel, event.category, event.consent_class or "",
            event.organisation or "", event.expires_at,
        )  # fmt: skip
        self.model.phones[phone].said.append(said)

    def _grant(self, uow: UnitOfWork, one: int, other: int, third: int, action: Action = Action.GRANT) -> None:
        at = self.now - timedelta(minutes=LATE[other % len(LATE)])
        ends = ENDS[third % len(ENDS)]
        kind = [*ConsentClass][third % 4 if third % 5 == 0 else 1]
        event = ConsentEvent(
            action, at, self.now, self.members[one % 5], "voice" if third == 59 else "sms",
            ["*", "appointment", "transport"][third % 3], kind, [None, *Organisation][other % 4],
            None if ends is None else self.now + timedelta(minutes=ends),
        )  # fmt: skip
        self._note(uow, self.phones[other % 3], event)

    def _request(self, uow: UnitOfWork, one: int, other: int, third: int) -> None:
        self._grant(uow, one, other, third, Action.REQUEST)

    def _revoke(self, uow: UnitOfWork, one: int, other: int, third: int) -> None:
        at = self.now - timedelta(minutes=LATE[third % len(LATE)])
        category = ["*", "appointment", "transport"][third % 3]
        event = ConsentEvent(Action.REVOKE, at, self.now, self.members[one % 5], "sms", category)
        self._note(uow, self.phones[other % 3], event)

    def _of_the_phone(self, uow: UnitOfWork, action: Action, one: int, other: int, category: str = "*") -> None:
        at = self.now - timedelta(minutes=LATE[other % len(LATE)])
        self._note(uow, self.phones[one % 3], ConsentEvent(action, at, self.now, None, "sms", category))

    def _stop(self, uow: UnitOfWork, one: int, other: int, third: int) -> None:
        self._of_the_phone(uow, Action.STOP, one, other)

    def _start(self, uow: UnitOfWork, one: int, other: int, third: int) -> None:
        self._of_the_phone(uow, Action.START, one, other)

    def _keep(self, uow: UnitOfWork, one: int, other: int, third: int) -> None:
        self._of_the_phone(uow, Action.KEEP, one, other, "transport")

    def _wrong(self, uow: UnitOfWork, one: int, other: int, third: int) -> None:
        event = ConsentEvent(Action.WRONG_NUMBER, None, self.now, self.members[one % 5], "sms", "*")
        self._note(uow, self.phones[other % 3], event)

    def _wish(self, uow: UnitOfWork, one: int, other: int, third: int) -> None:
        member, wish = self.members[one % 5], WISHES[other % len(WISHES)]
        only = frozenset({self.phones[wish["only"]]} if "only" in wish else ())
        own, early = wish.get("own"), wish.get("early")
        people.set_contact_rule(
            uow,
            member,
            ContactRule(
                phones=only,
                own=(time.fromisoformat(own[0]), time.fromisoformat(own[1])) if own else None,
                early=time.fromisoformat(early) if early else None,
                endangered=bool(wish.get("endangered")),
            ),
        )
        known = self.model.members[member]
        known.only, known.own, known.early, known.endangered = only, own, early, bool(wish.get("endangered"))

    def _place(self, uow: UnitOfWork, one: int, other: int, third: int) -> None:
        member, (zones, states) = self.members[one % 5], PLACES[other % len(PLACES)]
        moved = update(t.member).where(t.member.c.id == member)
        uow.execute(moved.values(zones=list(zones), states=list(states)))
        self.model.members[member].zones, self.model.members[member].states = zones, states

    def _away(self, uow: UnitOfWork, one: int, other: int, third: int) -> None:
        member, away = self.members[one % 5], other % 3 == 0
        standing = "hospitalised" if away else "active"
        uow.execute(update(t.member).where(t.member.c.id == member).values(standing=standing))
        self.model.members[member].away = away

    def _number(self, uow: UnitOfWork, one: int, other: int, third: int) -> None:
        """Staff looked into a number: whatever it is now, somebody was surely there."""
        phone, state = self.phones[one % 3], NUMBERS[other % len(NUMBERS)]
        people.verified(uow, phone)
        uow.execute(update(t.contact_point).where(t.contact_point.c.id == phone).values(state=state))
        known = self.model.phones[phone]
        known.state, known.given_up, known.known_at = state, state == "reassigned_hold", self.now

    def _freeze(self, uow: UnitOfWork, one: int, other: int, third: int) -> None:
        self.model.frozen = one % 4 == 0
        switches.turn(uow, "freeze", self.model.frozen)

    def _trial(self, uow: UnitOfWork, one: int, other: int, third: int) -> None:
        if one % 4:
            guests.end(uow)
            self.model.guests = None
        else:
            guests.invite(uow, [self.numbers[other % 3]])
            self.model.guests = {self.phones[other % 3]}

    def _hear(self, one: int, other: int) -> None:
        phone, body = self.phones[one % 3], BODIES[other % len(BODIES)]
        self.scene.hear(self.numbers[one % 3], body)
        known = self.model.phones[phone]
        known.unread, known.known_at = True, self.now
        # Rulebook 0.2: whoever writes is there and can be texted, but who says that it is not theirs gets one apology.
        known.given_up = body == "wrong number"
        known.state = "reassigned_hold" if known.given_up else "active"
        action = {"STOP": "stop", "START": "start", "wrong number": "wrong_number"}.get(body)
        if action:
            known.said.append(Said(action, self.now))


def _live(database: Database, steps: int, length: int) -> int:
    """Run lives until so many steps were taken; return how many texts left."""
    global steps_taken
    steps_taken, world = 0, World(database)
    for number in count(int(os.environ.get("SEED", "20261121"))):
        run_state_machine_as_test(
            seed(number)(type("Lives", (Phones,), {"world": world})),
            settings=settings(
                max_examples=10, stateful_step_count=length, deadline=None, database=None,
                phases=(Phase.generate, Phase.shrink), suppress_health_check=list(HealthCheck),
            ),
        )  # fmt: skip
        if steps_taken >= steps:
            return len(world.carrier.kept)
    raise AssertionError("There is always another number.")


def test_no_text_leaves_that_the_rulebook_forbids(database: Database) -> None:
    assert _live(database, 300, 12) > 10


@pytest.mark.full
def test_no_text_leaves_that_the_rulebook_forbids_in_a_hundred_thousand_steps(database: Database) -> None:
    assert _live(database, 100_000, 40) > 1_000
