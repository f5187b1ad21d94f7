"""Who looked at whom, when and why, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from outreach.store import tables as t
from outreach.store.actor import OPERATOR, Actor
from outreach.store.database import Database
from outreach.store.entry import Purpose
from outreach.store.reads.access_report import Access, accesses
from outreach.store.unit_of_work import UnitOfWork

MAYA, DANA = Actor("person", "Maya Ortiz"), Actor("person", "Dana Brown")
BEGAN = datetime(2026, 3, 1, 15, tzinfo=UTC)
ROSA, BEN, ANA = 5, 6, 7  # Ben and Ana share a phone
LOOP, PHONE, SHARED, REPLY = 10, 20, 21, 30
OF_LOOP, OF_PHONE, OF_NOBODY = 40, 41, 42


@pytest.fixture
def store(database: Database) -> Database:
    """Three members, one with a loop, and what there is to look at of them."""
    with database.write(OPERATOR) as uow:
        _furnish(uow)
        _enrol(uow)
        uow.insert(t.task, [_task(OF_LOOP, loop=LOOP), _task(OF_PHONE, phone=SHARED), _task(OF_NOBODY)])
        reply = {"id": REPLY, "sid": "SM1", "contact_point_id": SHARED, "received_at": BEGAN, "safety": []}
        uow.insert(t.reply, [reply | {"body": uow.keyring.seal("reply:body", REPLY, "1"), "media_count": 0}])
        uow.commit()
    return database


def _furnish(uow: UnitOfWork) -> None:
    program = {"id": 1, "key": "k", "name": "N", "phone": "p", "sender": "s", "zone": "UTC", "languages": []}
    uow.insert(t.program, [program | {"hours": {}, "caps": {}, "cadence_version": 1}])
    clinic = {"id": 2, "program_id": 1, "key": "c", "name": "C", "zone": "UTC", "sensitivity": "ordinary"}
    uow.insert(t.clinic, [clinic | {"listed": True}])


def _enrol(uow: UnitOfWork) -> None:
    for who in (ROSA, BEN, ANA):
        row = {"id": who, "program_id": 1, "external_index": b"%d" % who, "language": "en", "zones": []}
        sealed = uow.keyring.seal("member:external_id", who, f"M{who}")
        uow.insert(t.member, [row | {"external_id": sealed, "zone_source": "explicit"}])
    for phone, members in ((PHONE, [ROSA]), (SHARED, [BEN, ANA])):
        number = uow.keyring.seal("contact_point:number", phone, f"+120255501{phone}")
        uow.insert(t.contact_point, [{"id": phone, "number_index": b"%d" % phone, "number": number, "state": "new"}])
        uow.insert(t.member_contact, [{"member_id": who, "contact_point_id": phone} for who in members])
    visit = {
        "id": 9,
        "clinic_id": 2,
        "kind": "appointment",
        "program_id": 1,
        "member_id": ROSA,
        "external_id": "A",
        "starts_at": BEGAN,
    }
    visit |= {"version": 1, "day": BEGAN.date(), "zone": "UTC", "cancelled": False, "sensitivity": "ordinary"}
    uow.insert(t.anchor, [visit])
    loop = {"id": LOOP, "version": 1, "program_id": 1, "member_id": ROSA, "anchor_id": 9, "lane": "appointment"}
    uow.insert(t.loop, [loop | {"stage": "scheduled", "barriers": [], "opened_at": BEGAN}])


def _task(row_id: int, loop: int | None = None, phone: int | None = None) -> dict[str, Any]:
    row = {"id": row_id, "loop_id": loop, "contact_point_id": phone, "kind": "call_member", "priority": "routine"}
    return row | {"opened_at": BEGAN, "state": "open"}


def look(
    database: Database, minute: int, who: Actor, subject: str, action: str = "viewed", why: Purpose | None = None
) -> None:
    with database.write(who) as uow:
        uow.now = BEGAN + timedelta(minutes=minute)
        uow.audit(action, subject, reason=why)
        uow.commit()


def report(database: Database, member: int | None = None, person: str | None = None, **bounds: Any) -> list[Access]:
    with database.read(OPERATOR) as uow:
        return accesses(uow, member, person, **bounds)


def test_every_kind_of_look_is_resolved_to_the_members_it_is_about(store: Database) -> None:
    seen = {
        f"member:{ROSA}": (ROSA,), f"loop:{LOOP}": (ROSA,), f"contact_point:{PHONE}": (ROSA,),
        f"task:{OF_LOOP}": (ROSA,), f"task:{OF_PHONE}": (BEN, ANA), f"contact_point:{SHARED}": (BEN, ANA),
        f"reply:{REPLY}": (BEN, ANA), f"task:{OF_NOBODY}": (), "loops": (), "evidence": (), "touch:999": (),
        "loop:x": (),
    }  # fmt: skip
    for minute, subject in enumerate(seen):
        look(store, minute, MAYA, subject)
    found = report(store)
    assert {it.object: it.members for it in found} == seen
    assert [it.object for it in found] == list(reversed(seen))


def test_a_members_report_has_every_look_at_what_is_theirs_and_every_export_of_all(store: Database) -> None:
    look(store, 0, MAYA, f"loop:{LOOP}", "ride.viewed")
    look(store, 1, DANA, f"member:{ROSA}", "evidence.exported", Purpose.PAYER_AUDIT)
    look(store, 2, DANA, f"task:{OF_PHONE}")
    look(store, 3, OPERATOR, "evidence", "evidence.exported")
    look(store, 4, DANA, f"loop:{LOOP}", "loop.closed")
    found = report(store, ROSA)
    assert [(it.who, it.action, it.reason) for it in found] == [
        ("operator:command-line", "evidence.exported", None),
        ("person:Dana Brown", "evidence.exported", "payer_audit"),
        ("person:Maya Ortiz", "ride.viewed", None),
    ]
    assert [it.who for it in report(store, BEN)] == ["operator:command-line", "person:Dana Brown"]
    assert report(store, 999_999) == [it for it in found if it.object == "evidence"]


def test_a_persons_report_has_what_they_looked_at_and_nobody_elses(store: Database) -> None:
    look(store, 0, MAYA, f"loop:{LOOP}")
    look(store, 1, DANA, f"loop:{LOOP}")
    look(store, 2, MAYA, f"task:{OF_PHONE}")
    assert [it.object for it in report(store, None, "Maya Ortiz")] == [f"task:{OF_PHONE}", f"loop:{LOOP}"]
    assert [it.object for it in report(store, ROSA, "Maya Ortiz")] == [f"loop:{LOOP}"]
    assert report(store, None, "Nobody") == []


def test_the_report_is_bounded_in_time_and_read_page_by_page_without_a_gap(store: Database) -> None:
    for minute in range(10):
        for who in (MAYA, DANA):  # two looks at the same instant
            look(store, minute, who, f"loop:{LOOP}")
    bounds = {"since": BEGAN + timedelta(minutes=2), "until": BEGAN + timedelta(minutes=5)}
    assert {it.at for it in report(store, ROSA, **bounds)} == {BEGAN + timedelta(minutes=m) for m in (2, 3, 4)}
    for member in (ROSA, None):
        read: list[Access] = []
        while page := report(store, member, limit=3, before=read[-1].place if read else None):
            read += page
        assert read == report(store, member)
        assert len(read) == 20
        assert [it.at for it in read] == sorted((it.at for it in read), reverse=True)
