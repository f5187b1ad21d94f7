"""A member's whole life with the program, every personal word of it one that can be searched for afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from scene import CLINIC, NOW, OPERATOR, PROGRAM, VISIT_DAY, ZONE, Scene, local
from sqlalchemy import func, select, update

from conversations.calls.call import Direction
from conversations.meaning import Reason
from outreach.engine import call_log, handlers, rides, tasks
from outreach.engine.call_log import Ended, Interpreter
from outreach.engine.decide import decide
from outreach.engine.rides import Booking
from outreach.loops.anchor import Anchor, Sensitivity
from outreach.loops.contact_rule import ContactRule
from outreach.loops.events import Opened
from outreach.loops.outcomes import Outcome
from outreach.loops.rides import Leg, Trip
from outreach.loops.sharing import Information, Recipient, SharingAction, SharingEvent, Workflow
from outreach.loops.standing import Standing
from outreach.store import calls, enrolment, events, own_words, people, replies, sharing, simulated, visits, work
from outreach.store import tables as t
from outreach.store.enrolment import EnrolledMember, Grant
from outreach.store.own_words import OwnWords
from outreach.store.tasks import NOTE
from outreach.store.trips import Details
from outreach.store.types import Sealed, SealedText
from outreach.store.visits import NewVisit

STAFF = OPERATOR
NUMBER = "+12025550177"
CANARIES = {
    name: f"{name}-kanarie"
    for name in (
        "external", "name", "about", "codeword", "visit", "reply", "needs", "tripid", "brokerphone", "cancelled",
        "note", "tasknote", "taskabout", "quote", "evidence", "collector", "sharing", "lookup", "service", "preference",
        "callnote", "own",
    )
}  # fmt: skip
CANARY = "kanarie"


@dataclass(frozen=True)
class Life:
    """One member with a loop and a phone."""

    member: int
    loop: int
    phone: int


def live(scene: Scene, number: str = NUMBER, says: str = "STOP") -> Life:
    """Enrol, text, book a ride, hear, work, tell and close; the last thing is at the end of the visit's day."""
    found = _enrol(scene, number)
    scene.settle()
    scene.say(number, f"I need a ride {CANARIES['reply']}")
    _book(scene, found)
    scene.go_to(local(VISIT_DAY - timedelta(days=1), 17))
    scene.say(number, f"what is this {CANARIES['reply']}")
    _work(scene)
    scene.go_to(local(VISIT_DAY, 16))
    scene.say(number, says)
    handlers.report_outcome(scene.deployment, STAFF, found.loop, Outcome.NO_SHOW, Reason.TRANSPORT_FAILURE)
    handlers.close_loop(scene.deployment, STAFF, found.loop, Reason.UNABLE_TO_REACH)
    call_log.log(
        scene.deployment, STAFF, found.loop, found.phone, Ended.REACHED, Interpreter.LINE, CANARIES["callnote"]
    )  # fmt: skip
    _plant(scene, found)
    finish_tasks(scene)
    scene.settle()
    scene.change(t.contact_point, found.phone, line_asked_at=scene.deployment.database.now())  # no look-up answered
    assert scene.row(t.loop, t.loop.c.id == found.loop).closed is not None
    return found


def finish_tasks(scene: Scene) -> None:
    """Nothing is left to do for anybody."""
    with scene.deployment.write(STAFF) as uow:
        work.close_tasks(uow, [row.id for row in uow.all(select(t.task.c.id).where(t.task.c.state == "open"))], "done")
        uow.commit()


def _enrol(scene: Scene, number: str) -> Life:
    with scene.deployment.write(STAFF) as uow:
        member, phone = uow.next_id(), enrolment.phones_of_numbers(uow, [number])[number]
        about = EnrolledMember(member, CANARIES["name"], CANARIES["about"], "en", (ZONE,), "address", (phone,), tier=3)
        enrolment.add_members(uow, PROGRAM, {f"{CANARIES['external']}-{number[-4:]}": about})
        enrolment.link_phones(uow, [(member, phone)])
        grant = Grant(phone, member, "sms", "*", "pec_optin", uow.now, CANARIES["evidence"], None, "en")
        enrolment.note_grants(uow, [grant], 1)
        people.set_contact_rule(uow, member, ContactRule(code_word=CANARIES["codeword"]))
        loop, anchor = uow.next_id(), Anchor(uow.next_id(), 1, VISIT_DAY, time(14), ZONE, False, Sensitivity.ORDINARY)
        name = f"{CANARIES['visit']}-{number[-4:]}"
        visits.add_visits(uow, [NewVisit(name, PROGRAM, member, CLINIC, loop, anchor, None)])
        events.append(uow, [(loop, Opened(uow.now))])
        decide(uow, [loop])
        uow.commit()
    return Life(member, loop, phone)


def _book(scene: Scene, life: Life) -> None:
    there = Trip(
        Leg.OUTBOUND, CANARIES["tripid"], pickup_from=local(VISIT_DAY, 13), pickup_until=local(VISIT_DAY, 13, 30)
    )  # fmt: skip
    home = Trip(Leg.RETURN, CANARIES["tripid"], will_call=True, phone=CANARIES["brokerphone"])
    booking = Booking((there, home), Details("Modivcare", "wheelchair_van", CANARIES["needs"]))
    rides.book_ride(scene.deployment, STAFF, life.loop, booking)


def _work(scene: Scene) -> None:
    for task in scene.rows(t.task, t.task.c.state == "open")[:1]:
        tasks.hand_over(scene.deployment, STAFF, task.id, "care", None, CANARIES["note"])


def _plant(scene: Scene, life: Life) -> None:
    """What older versions wrote, and what no door of ours writes yet."""
    with scene.deployment.write(STAFF) as uow:
        seal, of_loop = uow.keyring.seal, lambda table: table.c.loop_id == life.loop
        said = uow.all(select(t.loop_event).where(of_loop(t.loop_event), t.loop_event.c.kind == "Heard"))
        for row in said[:1]:
            told = {"because": [{"rule": "CRI-02", "quote": CANARIES["quote"]}], "preferences": {"days": ["MON"]}}
            body = row.body | {"meaning": row.body["meaning"] | told}
            uow.execute(update(t.loop_event).where(t.loop_event.c.id == row.id).values(body=body))
        uow.execute(update(t.trip).where(of_loop(t.trip)).values(cancellation=CANARIES["cancelled"], phone="kanarie"))
        uow.execute(
            update(t.loop).where(t.loop.c.id == life.loop).values(preferences={"days": [CANARIES["preference"]]})
        )
        for row in uow.all(select(t.task.c.id).where(of_loop(t.task))):
            values = {"note": seal("task:note", row.id, CANARIES["tasknote"]), "about": {"kanarie": "kanarie"}}
            uow.execute(update(t.task).where(t.task.c.id == row.id).values(values))
            note = {"id": uow.next_id(), "task_id": row.id, "at": uow.now, "actor": "person:Maya", "what": "blocked"}
            uow.insert(t.task_note, [note | {"note": seal(NOTE, note["id"], CANARIES["note"])}])
        word = SharingEvent(SharingAction.LIMIT, uow.now, Information.REASON, Recipient.PLAN, Workflow.PAYER_AUDIT)
        sharing.note(uow, life.member, word, "phone", CANARIES["sharing"])
        for row in uow.all(select(t.reply.c.id).where(t.reply.c.contact_point_id == life.phone)):
            media, screened = (seal(place, row.id, CANARIES["reply"]) for place in (replies.MEDIA, replies.SCREENED))
            uow.execute(update(t.reply).where(t.reply.c.id == row.id).values(media=media, screened=screened))
        written = uow.all(select(t.touch.c.id).where(of_loop(t.touch), t.touch.c.state == "sent").limit(1))[0].id
        own_words.add(uow, written, OwnWords(CANARIES["own"], "en", "author"), ["COPY-04"])
        about = {"program_id": PROGRAM, "member_id": life.member, "loop_id": life.loop}
        made = calls.begun(uow, "CA1", Direction.INBOUND, life.phone, **about)
        calls.change(uow, made.id, dict.fromkeys(("state", "document", "recording"), CANARIES["reply"]))
        look = {"id": uow.next_id(), "contact_point_id": life.phone, "at": uow.now, "since": date(2027, 1, 1)}
        uow.insert(t.number_check, [look | {"answer": CANARIES["lookup"], "source": "x"}])
        number = uow.all(select(t.contact_point).where(t.contact_point.c.id == life.phone))[0]
        opened = uow.keyring.open(people.NUMBER, number.id, number.number)
        simulated.accept(uow, [(1, 1, opened, "0" * 64)], uow.now)
        uow.insert(t.guest, [{"number_index": number.number_index}])
        people.set_standing(uow, life.member, Standing.DECEASED, uow.now)
        away = {"states": ["MD"]}
        uow.execute(update(t.member).where(t.member.c.id == life.member).values(away))
        uow.execute(update(t.contact_point).where(t.contact_point.c.id == life.phone).values(verified_at=uow.now))
        people.set_quiet(uow, life.phone, uow.now)
        uow.commit()


def opened(scene: Scene) -> Iterator[tuple[str, Any]]:
    """Yield ("table.column", value) of every cell there is, sealed ones opened."""
    keyring = scene.deployment.database.keyring
    for table in t.metadata.tables.values():
        for row in scene.rows(table):
            for column, value in zip(table.columns, row, strict=True):
                if isinstance(column.type, SealedText) and isinstance(value, Sealed):
                    place = table.name.removeprefix("archived_")  # it was sealed for where it came from
                    value = keyring.open(f"{place}:{column.name}", row[0], value)
                yield f"{table.name}.{column.name}", value


def years_later(years: int, days: int = 0) -> datetime:
    """The instant at which the last thing of `live` is `years` and `days` past."""
    return datetime.combine(VISIT_DAY.replace(year=VISIT_DAY.year + years), time(23), UTC) + timedelta(days=days)


def counted(scene: Scene) -> dict[str, int]:
    """How many rows each table has."""
    with scene.deployment.read(OPERATOR) as uow:
        return {
            name: int(uow.execute(select(func.count()).select_from(table)).scalar_one())
            for name, table in t.metadata.tables.items()
        }


assert NOW.year == VISIT_DAY.year
