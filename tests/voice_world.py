"""Calls as the carrier makes them: signed requests to the doors, keys pressed on whatever was said last."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree  # our own answers
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

from console_world import _EXAMPLE, ACCOUNT, CARRIER, TOKEN, Visit, World
from healthy import unheld
from sqlalchemy import text, update
from twilio.request_validator import RequestValidator
from werkzeug.test import TestResponse

from outreach.engine.configure import configure
from outreach.engine.holds import name_holds
from outreach.engine.identity import Identity
from outreach.loops.cadence import Queue
from outreach.loops.numbers import NumberState
from outreach.store import calendar, people, touches
from outreach.store.actor import OPERATOR
from outreach.store.tables import message_version, touch

TUESDAY = datetime(2027, 3, 2, 15, 0, tzinfo=UTC)  # ten in New York: the office is open
VISIT_DAY = date(2027, 3, 9)
SUNDAY = TUESDAY + timedelta(days=5)
SECRETS = ("March", "9 de marzo", "2:30", "Riverside", "Rosa")  # of a visit
BIRTHDAY, BORN = "0609", date(1980, 6, 9)
ON_CALL = "+12025550190"
PUBLIC = CARRIER["public_url"]
_VERBS = {"Response", "Say", "Play", "Gather", "Pause", "Dial", "Record", "Redirect", "Hangup"}
_numbers = count(1)


@dataclass
class Heard:
    """One answer of a door: the sentences, and what the carrier does then."""

    status: int
    xml: str
    says: list[str] = field(default_factory=list)
    languages: list[str] = field(default_factory=list)
    verbs: list[str] = field(default_factory=list)
    action: str | None = None
    digits: int = 0

    @classmethod
    def read(cls, answer: TestResponse) -> Heard:
        heard = cls(answer.status_code, answer.text)
        if answer.status_code != 200:
            return heard
        assert answer.content_type == "text/xml"
        for element in ElementTree.fromstring(answer.text).iter():
            assert element.tag in _VERBS
            heard.verbs.append(element.tag)
            if element.tag == "Say":
                heard.says.append(element.text or "")
                heard.languages.append(element.attrib["language"])
            if element.tag == "Play":
                heard.says.append(element.text or "")
            if "action" in element.attrib:
                heard.action = element.attrib["action"]
                heard.digits = int(element.attrib.get("numDigits", 0))
        return heard

    @property
    def words(self) -> str:
        return " ".join(self.says)

    @property
    def waits(self) -> bool:
        return "Gather" in self.verbs


@dataclass
class Ringing:
    """One call under way."""

    world: World
    sid: str
    door: str
    form: dict[str, str]
    last: Heard | None = None

    def ask(self, address: str, **fields: str) -> Heard:
        """Ask a door what comes next, as the carrier does."""
        self.last = Heard.read(post(self.world, address.removeprefix(PUBLIC), self.form | fields))
        return self.last

    def answered(self, by: str = "human") -> Heard:
        return self.ask(PUBLIC + self.door, **({"AnsweredBy": by} if by else {}))

    def press(self, *keys: str) -> Heard:
        """Press keys, one after the other; "" waits until the time is over."""
        for key in keys:
            assert self.last is not None
            assert self.last.action is not None
            self.ask(self.last.action, **({"Digits": key} if key else {}))
        assert self.last is not None
        return self.last

    def ends(self, status: str = "completed", sequence: int = 3, **fields: str) -> TestResponse:
        path, _, query = self.door.partition("?")
        where = "/twilio/voice/inbound/status" if "inbound" in path else path.replace("/voice/", "/voice/status/")
        told = {"CallStatus": status, "SequenceNumber": str(sequence), "CallDuration": "20"}
        return post(self.world, f"{where}?{query}" if query else where, self.form | told | fields)


def post(world: World, path: str, form: dict[str, str], signature: str | None = None) -> TestResponse:
    signed = RequestValidator(TOKEN).compute_signature(PUBLIC + path, form) if signature is None else signature
    return world.app.test_client().post(path, data=form, headers={"X-Twilio-Signature": signed})


def furnish(world: World, languages: Iterable[str] = ("en", "es"), **voice: Any) -> None:
    """Let the program of a world take calls, in these languages, with all its words approved; it is Tuesday at ten."""
    spoken = ", ".join(f'"{code}"' for code in languages)
    given = {"on_call": f'"{ON_CALL}"'} | voice
    table = "\n[program.voice]\n" + "\n".join(f"{name} = {value}" for name, value in given.items() if value is not None)
    program = _EXAMPLE.read_text(encoding="utf-8").replace('["en", "es"]', f"[{spoken}]", 1)
    configure(world.deployment, OPERATOR, program.replace("[[clinic]]", f"{table}\n\n[[clinic]]", 1))
    with world.deployment.write(OPERATOR) as uow:
        signed = {"state": "approved", "reviewer": "A translator", "approver": "A reader", "approved_at": uow.now}
        uow.execute(update(message_version).values(**signed))
        uow.commit()
    at(world, TUESDAY)


def at(world: World, instant: datetime) -> None:
    world.timer.ahead = timedelta()
    world.timer.ahead = instant - world.timer.now()
    if abs(world.deployment.database.now() - instant) > timedelta(minutes=1):  # it has a clock of its own
        with world.deployment.write(OPERATOR) as uow:
            calendar.set_time(uow, instant)
            uow.commit()


def known(world: World, language: str = "en", state: NumberState = NumberState.ACTIVE, **visit: Any) -> Visit:
    """A member with a visit, a birthday and a phone that is surely theirs."""
    found = world.visit(language=language, day=VISIT_DAY, **visit)
    with world.deployment.write(OPERATOR) as uow:
        phone = phone_of(world, found)
        people.set_state(uow, phone, state)
        sealed = uow.keyring.seal("member:about", found.member, Identity.of_birth(None, BORN, None).text() or "")
        uow.execute(text("UPDATE member SET about = :about WHERE id = :id"), {"about": sealed.blob, "id": found.member})
        uow.commit()
    return found


def phone_of(world: World, visit: Visit) -> int:
    return int(world.row("SELECT contact_point_id AS id FROM member_contact WHERE member_id = :m", m=visit.member).id)


def call(world: World, visit: Visit, words: str = "reminder", **columns: Any) -> Ringing:
    """A call that the carrier took."""
    sid = f"CA{next(_numbers):032x}"
    with world.deployment.write(OPERATOR) as uow:
        program = world.row("SELECT id FROM program").id
        row = touches.new_row(
            uow, loop_id=visit.loop, member_id=visit.member, program_id=program,
            contact_point_id=phone_of(world, visit), anchor_version=1, step=f"call {next(_numbers)}", channel="voice",
            words=words, category="appointment", queue=Queue.BULK, sender="+12025550100", due_at=uow.now,
            useful_until=uow.now + timedelta(days=2),
        ) | {"state": "sent", "attempts": 1, "sid": sid, "sent_at": uow.now}  # fmt: skip
        row |= {"lease_until": world.timer.now() + timedelta(minutes=5)} | columns
        uow.insert(touch, [row])
        name_holds(uow, [visit.loop])
        uow.commit()
    form = {"CallSid": sid, "AccountSid": ACCOUNT, "From": "+12025550100", "To": visit.number}
    form |= {"Direction": "outbound-api", "CallStatus": "in-progress"}
    return Ringing(world, sid, f"/twilio/voice/{row['id']}?a=1", form)


def rings(world: World, from_: str, to: str = "+12025550100") -> Ringing:
    """Somebody calls us."""
    sid = f"CA{next(_numbers):032x}"
    form = {"CallSid": sid, "AccountSid": ACCOUNT, "From": from_, "To": to, "Direction": "inbound"}
    return Ringing(world, sid, "/twilio/voice/inbound", form | {"CallStatus": "ringing"})


def tasks(world: World) -> list[str]:
    with world.deployment.read(OPERATOR) as uow:
        rows = uow.all(text("SELECT kind FROM task WHERE state = 'open' ORDER BY id"))
    return [row.kind for row in rows]


def turn_in(action: str) -> int:
    found = re.search(r"[?&]t=(\d+)$", action)
    assert found is not None
    return int(found[1])


def one(world: World, statement: str, **values: Any) -> Any:
    return world.row(statement, **values)


def number_of(world: World, statement: str, **values: Any) -> int:
    return int(one(world, f"SELECT count(*) AS n FROM {statement}", **values).n)


def held(world: World) -> bool:
    return unheld(world.deployment) == {}


def stage(world: World, visit: Visit) -> str:
    return str(one(world, "SELECT stage FROM loop WHERE id = :id", id=visit.loop).stage)
