"""A small deployment behind its web app: one program, two clinics, members with visits, and browsers."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from console_browser import Browser
from flask import Flask
from sqlalchemy import text

from outreach.app import create_app
from outreach.bootstrap import RealTimer, bootstrap, open_database
from outreach.engine import handlers, inbound, understanding
from outreach.engine.calendars import set_calendar
from outreach.engine.configure import configure
from outreach.engine.decide import decide
from outreach.engine.deployment import Deployment
from outreach.engine.pump import settle
from outreach.engine.signing_in import Visitor, begin_training
from outreach.engine.words import approve
from outreach.loops.anchor import Anchor, Sensitivity
from outreach.loops.events import Opened
from outreach.loops.outcomes import Outcome
from outreach.settings import Settings, Timing
from outreach.store import enrolment, events, visits
from outreach.store.actor import OPERATOR
from outreach.store.database import Database
from outreach.store.enrolment import EnrolledMember, Grant
from outreach.store.visits import NewVisit

NOW = datetime(2026, 11, 24, 15, 42, tzinfo=UTC)
REMINDED = datetime(2026, 11, 29, 22, 5, tzinfo=UTC)  # the reminder of the day before has just left
ON_THE_DAY = datetime(2026, 11, 30, 20, 0, tzinfo=UTC)  # half an hour into the visit
ACCOUNT, TOKEN = "AC" + "0" * 32, "webhook-token"
CARRIER = {
    "twilio_account_sid": ACCOUNT,
    "twilio_auth_token": TOKEN,
    "twilio_from": "+12025550100",
    "public_url": "https://care.example.org",
}
_EXAMPLE = Path(__file__).parents[1] / "examples" / "program.toml"
_HURRIED = Timing(stop_wait=0.2)


class MovableTimer(RealTimer):
    """Real time, plus as much as a test adds."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def now(self) -> datetime:
        return super().now() + self.ahead

    def monotonic(self) -> float:
        return super().monotonic() + self.ahead.total_seconds()


@dataclass(frozen=True)
class Visit:
    loop: int
    member: int
    number: str
    clinic: int


class World:
    """One deployment that is configured, and its app."""

    def __init__(self, deployment: Deployment, timer: MovableTimer) -> None:
        self.timer = timer
        self.settings = deployment.settings
        self.deployment = deployment
        if not self.settings.carrier_configured:
            set_calendar(self.deployment, NOW)
        self.app: Flask = create_app(self.deployment)
        self.members = 0

    def close(self) -> None:
        self.app.extensions["outreach.watch"].close()
        self.deployment.database.engine.dispose()

    def visit(
        self,
        name: str = "Rosa Hernández",
        language: str = "en",
        day: date = date(2026, 11, 30),
        at: time | None = time(14, 30),
        clinic: str = "riverside",
        member: int | None = None,
    ) -> Visit:
        """Enrol a member who agreed to texts, and open a loop around a visit."""
        self.members += 1
        with self.deployment.write(OPERATOR) as uow:
            chosen = text("SELECT id, program_id FROM clinic WHERE key = :key").bindparams(key=clinic)
            place, program = uow.execute(chosen).one()
            number = f"+1202555{self.members:04}"
            if member is None:
                member, phone = uow.next_id(), enrolment.phones_of_numbers(uow, [number])[number]
                zones = ("America/New_York",)
                enrolled = EnrolledMember(member, name, None, language, zones, "address", (phone,))
                enrolment.add_members(uow, program, {f"M{self.members}": enrolled})
                enrolment.link_phones(uow, [(member, phone)])
                grant = Grant(phone, member, "sms", "*", "pec_optin", uow.now, "paper", None, language)
                enrolment.note_grants(uow, [grant], 1)
            loop = uow.next_id()
            anchor = Anchor(uow.next_id(), 1, day, at, "America/New_York", False, Sensitivity.ORDINARY)
            visits.add_visits(uow, [NewVisit(f"V-{loop}", program, member, place, loop, anchor, None)])
            events.append(uow, [(loop, Opened(uow.now))])
            decide(uow, [loop])
            uow.commit()
        return Visit(loop, member, number, place)

    def share(self, visit: Visit, other: Visit) -> None:
        """The member of the other visit is reached on this visit's phone too."""
        with self.deployment.write(OPERATOR) as uow:
            phone = enrolment.phones_of_numbers(uow, [visit.number])[visit.number]
            enrolment.link_phones(uow, [(other.member, phone)])
            uow.commit()

    def hear(self, visit: Visit, words: str) -> int:
        """The member texts, and it is read at once."""
        received = inbound.receive(
            self.deployment,
            sid=f"SM{self.timer.token()}",
            number=visit.number,
            body=words,
            media_count=0,
            provider_word=None,
        )
        assert received.reply_id is not None
        understanding.understand_now(self.deployment, received.reply_id)
        return received.reply_id

    def settle(self, at: datetime | None = None) -> None:
        """Do everything that is due, at an instant if one is named."""
        if at is not None:
            set_calendar(self.deployment, at)
        settle(self.deployment)

    def at(self, instant: datetime) -> None:
        """Let it be another time, and let nothing happen."""
        set_calendar(self.deployment, instant)

    def remind(self) -> None:
        """Let the welcome, the question about the ride and the reminder of the day before leave."""
        for instant in (NOW, NOW + timedelta(hours=1), REMINDED):
            self.settle(instant)

    def task(self, kind: str) -> int:
        """Return the open task of a kind."""
        return int(self.row("SELECT id FROM task WHERE kind = :kind AND state = 'open'", kind=kind).id)

    def missed(self) -> tuple[int, int]:
        """A visit that was not kept; return its loop and its reschedule task."""
        visit = self.visit()
        self.at(ON_THE_DAY)
        handlers.report_outcome(self.deployment, OPERATOR, visit.loop, Outcome.NO_SHOW, None)
        return visit.loop, self.task("reschedule")

    def needs_ride(self, visit: Visit) -> int:
        """The member has no ride; return the task to arrange one."""
        self.hear(visit, "I don't have a ride")
        return self.task("arrange_ride")

    def row(self, statement: str, **values: Any) -> Any:
        with self.deployment.read(OPERATOR) as uow:
            return uow.execute(text(statement).bindparams(**values)).first()

    def sign_in_link(self, role: str = "coordinator", name: str = "Maya Ortiz") -> str:
        subject: dict[str, object] = {"name": name, "role": role}
        return f"/sign-in/{handlers.issue_link(self.deployment, OPERATOR, 'sign_in', subject, 1)}"

    def clinic_link(self, visit: Visit, clinic: int | None = None, hours: float = 1) -> str:
        subject: dict[str, object] = {"loop": visit.loop, "clinic": clinic or visit.clinic}
        return f"/clinic/{handlers.issue_link(self.deployment, OPERATOR, 'clinic', subject, hours)}"

    def browser(self, role: str | None = "coordinator", name: str = "Maya Ortiz") -> Browser:
        """A browser, signed in unless `role` is None."""
        found = Browser(self.app, self.settings.public_url)
        if role and self.settings.carrier_configured:  # there are no links beside a real carrier
            with found.client.session_transaction(base_url=found.base) as kept:
                kept["token"] = begin_training(self.deployment, name, role, Visitor("a test", "a test"))
        elif role:
            assert found.get(self.sign_in_link(role, name)).status_code == 303
        return found

    def clinic(self, visit: Visit) -> Browser:
        """A browser in which the clinic opened its link for a visit."""
        found = Browser(self.app, self.settings.public_url)
        assert found.get(self.clinic_link(visit)).status_code == 303
        return found


def copied(template: Path, folder: Path, **settings: Any) -> World:
    """A world of its own on a SQLite file, copied from the template."""
    shutil.copytree(template, folder, dirs_exist_ok=True)
    timer = MovableTimer()
    return World(bootstrap(_settings(folder, **settings), timer=timer), timer)


def on(database: Database, **settings: Any) -> World:
    """A world on this database, whatever its kind."""
    timer = MovableTimer()
    deployment = bootstrap(Settings(**{"twilio_account_sid": ""} | settings), database=database, timer=timer)
    _configure(deployment)
    return World(deployment, timer)


def build_template(folder: Path) -> Path:
    """Make a configured deployment's files once; tests copy them."""
    settings = _settings(folder)
    timer = RealTimer()
    database = open_database(settings, timer, create=True)
    _configure(bootstrap(settings, database=database, timer=timer))
    database.engine.dispose()
    return folder


def _configure(deployment: Deployment) -> None:
    configure(deployment, OPERATOR, _EXAMPLE)
    approve(deployment, OPERATOR, "en", "A reader")
    approve(deployment, OPERATOR, "es", "A reader", reviewed_by="A translator")


def _settings(folder: Path, **settings: Any) -> Settings:
    url = f"sqlite:///{folder / 'outreach.db'}"
    return Settings(database_url=url, key_file=folder / "keys.json", timing=_HURRIED, **settings)
