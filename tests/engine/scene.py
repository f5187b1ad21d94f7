"""One program, its words and its clinic, and whatever a test adds: builders with keyword overrides, and readers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from itertools import count, cycle, islice, product
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Row, Table, select, update
from twin import HandTimer, TwinCarrier

from locales.factory import factory_texts, source_hash, voice_scripts
from outreach.bootstrap import bootstrap
from outreach.engine import inbound, understanding
from outreach.engine.callbacks import note_status
from outreach.engine.decide import decide
from outreach.engine.deployment import Deployment
from outreach.engine.inbound import Received
from outreach.engine.pump import QUEUES, pump
from outreach.loops.anchor import Anchor, Sensitivity
from outreach.loops.consent import Action, ConsentClass, ConsentEvent
from outreach.loops.events import Event, Opened
from outreach.settings import Settings, Timing
from outreach.store import calendar, consents, events, health, people
from outreach.store import tables as t
from outreach.store.actor import Actor
from outreach.store.database import Database
from outreach.store.reads.simulation import next_due
from outreach.store.unit_of_work import UnitOfWork

OPERATOR = Actor("operator", "test")
PROGRAM, CADENCE, CLINIC = 1, 2, 3
ZONE = "America/New_York"
NOW = datetime(2027, 3, 1, 15, 0, tzinfo=UTC)  # a Monday, ten in the morning
VISIT_DAY = date(2027, 3, 9)
SPOKEN = ("ar", "en", "es", "hmn", "ht", "ru", "vi", "zh-Hans")  # more would cost every test a thousand rows
SPEAKS = ("en", "es")  # in these a scene with calls has approved scripts
ANA, BEN = "+12025550123", "+12025550199"
STEPS: list[dict[str, Any]] = [
    {"key": "welcome", "words": "optin_confirm", "when": "enrolment", "conditions": ["not_welcomed"], "late": True},
    {"key": "reminder", "words": "reminder", "words_without_time": "reminder_no_time", "when": "days_before",
     "amount": 3, "conditions": ["unanswered"], "useful_hours": -20, "late": True},
    {"key": "day_before", "words": "reminder", "words_without_time": "reminder_no_time", "when": "days_before",
     "amount": 1, "at": "16:00", "conditions": ["unanswered"], "useful_hours": -4},
    {"key": "dayof", "words": "dayof", "words_without_time": "dayof_no_time", "words_pulled_back": "dayof_eve",
     "when": "hours_before", "amount": 3, "conditions": ["still_on"], "queue": "day-of", "useful_hours": -1},
    {"key": "postvisit", "words": "postvisit", "when": "hours_after", "amount": 2, "conditions": ["outcome_unknown"],
     "useful_hours": 48},
]  # fmt: skip


@dataclass
class Scene:
    """A deployment over one database, with a carrier twin and a hand-turned clock."""

    deployment: Deployment
    carrier: TwinCarrier
    timer: HandTimer
    ids: Iterator[int] = field(default_factory=lambda: count(10))
    categories: tuple[str, ...] = ("appointment",)  # what new members agree to
    channels: tuple[str, ...] = ("sms",)  # and how

    # -- set-up

    def furnish(
        self, caps: dict[str, int] | None = None, steps: list[dict[str, Any]] | None = None, **clinic: Any
    ) -> None:
        """Store the program with approved words in the languages of these tests, and one clinic."""
        with self.deployment.write(OPERATOR) as uow:
            uow.insert(t.program, [_program(caps or {})])
            cadence = {"id": CADENCE, "program_id": PROGRAM, "version": 1, "published_by": "test"}
            uow.insert(t.cadence, [cadence | {"published_at": uow.now, "steps": steps or STEPS}])
            place = {"id": CLINIC, "program_id": PROGRAM, "key": "main", "name": "Main", "zone": ZONE, "listed": True}
            uow.insert(t.clinic, [place | {"place": "12 Main St", "sensitivity": "ordinary"} | clinic])
            english: Mapping[str, str] = factory_texts("en")
            texts = [(lang, key, body) for lang in SPOKEN for key, body in factory_texts(lang).items()]
            if any("voice" in (step.get("channel"), step.get("fallback")) for step in steps or ()):
                english = {**english, **voice_scripts("en")}
                texts += [(lang, key, body) for lang in SPEAKS for key, body in voice_scripts(lang).items()]
            uow.insert(
                t.message_version,
                [
                    {"id": uow.next_id(), "program_id": PROGRAM, "key": key, "language": lang, "version": 1,
                     "body": body, "state": "approved", "source_hash": source_hash(english[key])}
                    for lang, key, body in texts
                ],
            )  # fmt: skip
            calendar.set_time(uow, NOW)
            uow.commit()

    def member(self, *numbers: str, language: str = "en", consented: bool = True) -> int:
        with self.deployment.write(OPERATOR) as uow:
            new = self.new_member(uow, numbers, language, consented)
            uow.commit()
        return new

    def visit(self, member: int, day: date = VISIT_DAY, at: time | None = time(14, 30), **columns: Any) -> int:
        """Store a visit and open its loop; return the loop."""
        with self.deployment.write(OPERATOR) as uow:
            loop = self._visit(uow, member, day, at, columns)
            decide(uow, [loop])
            uow.commit()
        return loop

    def crowd(self, *numbers: str) -> list[int]:
        """A member with a visit for each number, at once; return the loops."""
        with self.deployment.write(OPERATOR) as uow:
            members = [self.new_member(uow, [number]) for number in numbers]
            opened = [self._visit(uow, member, VISIT_DAY, time(14, 30), {}) for member in members]
            decide(uow, opened)
            uow.commit()
        return opened

    def new_member(self, uow: UnitOfWork, numbers: Iterable[str], language: str = "en", consented: bool = True) -> int:
        new = int(next(self.ids))
        sealed = uow.keyring.seal("member:external_id", new, f"M{new}")
        row = {"id": new, "program_id": PROGRAM, "external_index": b"%d" % new, "external_id": sealed}
        uow.insert(t.member, [row | {"language": language, "zones": [ZONE], "zone_source": "explicit"}])
        for number in numbers:
            phone = people.phone_of_number(uow, number)
            uow.insert(t.member_contact, [{"member_id": new, "contact_point_id": phone}])
            people.verified(uow, phone)  # they gave it a moment ago
            if consented:
                kind = ConsentClass.PEC_OPTIN
                for channel, category in product(self.channels, self.categories):
                    grant = ConsentEvent(Action.GRANT, uow.now, uow.now, new, channel, category, kind)
                    consents.note(uow, phone, grant, "paper", "LAW-26", "form")
        return new

    def _visit(self, uow: UnitOfWork, member: int, day: date, at: time | None, columns: dict[str, Any]) -> int:
        anchor, loop = int(next(self.ids)), int(next(self.ids))
        about = Anchor(anchor, 1, day, at, ZONE, False, Sensitivity.ORDINARY)
        row = {"id": anchor, "kind": "appointment", "program_id": PROGRAM, "clinic_id": CLINIC, "version": 1}
        row |= {"member_id": member, "external_id": f"A{anchor}", "day": day, "wall_time": at, "zone": ZONE}
        row |= {"starts_at": about.starts_at, "cancelled": False, "sensitivity": about.sensitivity}
        uow.insert(t.anchor, [row | columns])
        uow.insert(t.loop, [_loop_row(loop, anchor, member) | {"opened_at": uow.now}])
        events.append(uow, [(loop, Opened(uow.now))])
        return loop

    # -- what happens

    def at(self, instant: datetime) -> None:
        with self.deployment.write(OPERATOR) as uow:
            calendar.set_time(uow, instant)
            uow.commit()

    def settle(self, limit: int = 60) -> None:
        """Pump until nothing is due; a loop that never ends is a failure, not a hang. Sealing can wait."""
        queues, quiet = [queue for queue in QUEUES if queue != "audit"], 0
        for queue in islice(cycle(queues), limit * len(queues)):
            quiet = 0 if pump(self.deployment, queue) else quiet + 1
            if quiet == len(queues):
                return
        raise AssertionError("The pump never comes to rest.")

    def go_to(self, instant: datetime) -> None:
        self.at(instant)
        self.settle()

    def live_to(self, instant: datetime) -> None:
        """Turn the calendar as the product does: never past the next due instant while work is waiting."""
        self.settle()
        while self.deployment.database.now() < instant:
            with self.deployment.read(OPERATOR) as uow:
                due = next_due(uow)
            self.go_to(min(instant, due or instant))

    def happens(self, loop: int, *what: Event) -> None:
        with self.deployment.write(OPERATOR) as uow:
            events.append(uow, [(loop, event) for event in what])
            decide(uow, [loop])
            uow.commit()

    def move_visit(self, loop: int, **columns: Any) -> None:
        """The clinic changes a visit; what its loop hears of it is the test's to say."""
        with self.deployment.write(OPERATOR) as uow:
            anchor = uow.all(select(t.anchor).join(t.loop).where(t.loop.c.id == loop))[0]
            changed = {"version": anchor.version + 1} | columns
            uow.execute(update(t.anchor).where(t.anchor.c.id == anchor.id).values(**changed))
            uow.commit()

    def hear(
        self, number: str, body: str, sid: str | None = None, word: str | None = None, said_at: datetime | None = None
    ) -> Received:
        """Store an inbound text; nobody has read it yet."""
        return inbound.receive(
            self.deployment, sid=sid or f"SM-in-{next(self.ids)}", number=number, body=body, media_count=0,
            provider_word=word, said_at=said_at,
        )  # fmt: skip

    def say(
        self, number: str, body: str, sid: str | None = None, word: str | None = None, said_at: datetime | None = None
    ) -> int:
        """The member writes, it is understood, and everything that follows happens; return the reply."""
        received = self.hear(number, body, sid, word, said_at)
        assert received.reply_id is not None
        understanding.understand_now(self.deployment, received.reply_id)
        self.settle()
        return received.reply_id

    def call_back(self, touch: int, status: str, *, attempt: int = 1, sid: str = "", code: int | None = None) -> None:
        if not sid:
            mine = (touch, attempt)
            sids = [kept.sid for message, kept in self.carrier.kept if (message.touch, message.attempt) == mine]
            sid = sids[0] if sids else "SM-unknown"
        note_status(self.deployment, touch_id=touch, attempt=attempt, sid=sid, status=status, error_code=code)

    # -- what can be seen

    def rows(self, table: Table, *where: Any) -> list[Row[Any]]:
        with self.deployment.read(OPERATOR) as uow:
            return list(uow.all(select(table).where(*where).order_by(*table.primary_key.columns)))

    def row(self, table: Table, *where: Any) -> Row[Any]:
        (found,) = self.rows(table, *where)
        return found

    def touch(self, loop: int, step: str) -> Row[Any]:
        return self.rows(t.touch, t.touch.c.loop_id == loop, t.touch.c.step == step)[-1]

    def change(self, table: Table, row: int, **values: Any) -> None:
        """Damage a row behind the engine's back."""
        with self.deployment.write(OPERATOR) as uow:
            uow.execute(update(table).where(table.c.id == row).values(**values))
            uow.commit()

    def open_tasks(self) -> list[str]:
        return sorted(row.kind for row in self.rows(t.task, t.task.c.state == "open"))

    def unheld(self) -> dict[int, str]:
        with self.deployment.read(OPERATOR) as uow:
            return health.unheld(uow)

    def phone(self, number: str) -> int:
        with self.deployment.read(OPERATOR) as uow:
            found = people.known_phone(uow, number)
        assert found is not None
        return found


def compose(database: Database, timer: Any = None, carrier: Any = None, **options: Any) -> Deployment:
    """A deployment over `database`; timing constants are keywords of Timing."""
    timing = options.pop("timing", {})
    given = {name: options.pop(name) for name in ("lookout", "webhooks", "number_lookup") if name in options}
    settings = Settings(timing=Timing(**timing), **options)
    carrier = carrier or TwinCarrier()
    lookout = given.pop("lookout", carrier)
    return bootstrap(settings, database=database, timer=timer or HandTimer(), carrier=carrier, lookout=lookout, **given)


def local(day: date, hour: int, minute: int = 0) -> datetime:
    """An instant on the clinic's wall clock."""
    return datetime.combine(day, time(hour, minute), ZoneInfo(ZONE)).astimezone(UTC)


def _program(caps: dict[str, int]) -> dict[str, Any]:
    return {
        "id": PROGRAM, "key": "carelink", "name": "CareLink", "phone": "800-555-0100", "sender": "+12025550100",
        "zone": ZONE, "languages": ["en", "es"], "hours": {}, "caps": caps, "cadence_version": 1,
        "state": "NY",
    }  # fmt: skip


def _loop_row(loop: int, anchor: int, member: int) -> dict[str, Any]:
    return {
        "id": loop, "version": 1, "program_id": PROGRAM, "member_id": member, "anchor_id": anchor,
        "lane": "appointment", "stage": "scheduled", "barriers": [],
    }  # fmt: skip
