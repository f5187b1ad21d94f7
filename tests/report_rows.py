"""Visits by the thousand for reports, without anything having happened: rows as the engine leaves them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import chain
from typing import Any

from sqlalchemy import select

from outreach.store import tables as t
from outreach.store.unit_of_work import UnitOfWork

FIRST = date(2026, 8, 24)  # a Monday
NOW = datetime(2026, 11, 24, 15, 42, tzinfo=UTC)
LANGUAGES = ("en", "en", "en", "es", "es", "vi", "en", "es", "ar", "en", "ht", "ru")
OUTCOMES = (
    ("kept", "ehr"),
    ("kept", "clinic_staff"),
    ("no_show", "ehr"),
    ("kept_late", "member"),
    (None, None),
    ("cancelled_by_patient_late", "member"),
    ("kept", "claim"),
    ("left_without_being_seen", "ehr"),
    ("cancelled_by_clinic", "ehr"),
    ("kept", "ehr"),
    ("no_show", "member"),
)
REASONS = ("transport_failure", "work_conflict", "forgot", "childcare", None, "illness", "cost_insurance")
PROMPTS = ("answered", "answered", "expired", "answered", "superseded")
CARRIER = ("delivered", "delivered", "delivered", "undelivered", "delivered", "sent", "read")
TRIPS = ("completed", "completed", "no_show_provider", "completed", "scheduled", "cancelled_member")
_CHUNK = 2000
Rows = Iterator[tuple[Any, dict[str, Any]]]


@dataclass(frozen=True)
class _Place:
    """What all visits share."""

    program: int
    clinics: list[int]
    version: int
    blob: Any
    weeks: int


@dataclass(frozen=True)
class _Case:
    """The n-th visit with its rows' ids."""

    n: int
    at: _Place
    member: int
    phone: int
    anchor: int
    loop: int
    touch: int
    prompt: int
    reply: int
    task: int

    @property
    def starts(self) -> datetime:
        return datetime.combine(FIRST + timedelta(days=(self.n * 7919) % (self.at.weeks * 7)), time(15), UTC)

    @property
    def opened(self) -> datetime:
        return self.starts - timedelta(days=9)

    @property
    def sent(self) -> datetime:
        return self.starts - timedelta(days=2)

    @property
    def ended(self) -> tuple[str | None, str | None]:
        return OUTCOMES[(self.n * 31 + self.n // 97) % len(OUTCOMES)]

    @property
    def reason(self) -> str | None:
        missed = self.ended[0] in ("no_show", "left_without_being_seen", "cancelled_by_patient_late")
        return REASONS[(self.n // 3) % len(REASONS)] if missed else None

    @property
    def state(self) -> str:
        return PROMPTS[self.n % len(PROMPTS)]


def furnish(uow: UnitOfWork, count: int, weeks: int = 13, start: int = 0) -> None:
    """Insert so many visits with all around them, over so many weeks; the same every time."""
    program = uow.all(select(t.program.c.id))[0].id
    clinics = [row.id for row in uow.all(select(t.clinic.c.id).order_by(t.clinic.c.key))]
    version = uow.all(select(t.message_version.c.id).order_by(t.message_version.c.id))[0].id
    place = _Place(program, clinics, version, uow.keyring.seal("member:name", 1, "Canary Name"), weeks)
    for begin in range(start, count, _CHUNK):
        many: dict[Any, list[dict[str, Any]]] = {}
        for number in range(begin, min(count, begin + _CHUNK)):
            case = _Case(number, place, *uow.next_ids(8))
            for table, row in chain(_people(case), _visit(case), _text(case), _work(case)):
                many.setdefault(table, []).append(row)
        for table in t.metadata.sorted_tables:
            for like in _alike(many.get(table, [])):
                uow.insert(table, like)


def _alike(rows: list[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    found: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for row in rows:
        found.setdefault(tuple(row), []).append(row)
    return list(found.values())


def _people(case: _Case) -> Rows:
    index, blob, n = b"report" + case.n.to_bytes(8, "big"), case.at.blob, case.n
    yield t.member, {
        "id": case.member, "program_id": case.at.program, "external_index": index, "external_id": blob, "name": blob,
        "language": LANGUAGES[n % len(LANGUAGES)], "zones": ["America/New_York"], "zone_source": "address",
    }  # fmt: skip
    yield t.contact_point, {"id": case.phone, "number_index": index, "number": blob, "state": "active"}
    yield t.member_contact, {"member_id": case.member, "contact_point_id": case.phone}
    if n % 9:
        yield t.consent_event, _consent(case, 0, case.member, "grant", case.opened)
    if n % 23 == 5:
        yield t.consent_event, _consent(case, 1, None, "stop", case.sent + timedelta(hours=3))


def _consent(case: _Case, nth: int, member: int | None, action: str, at: datetime) -> dict[str, Any]:
    return {
        "id": case.prompt * 10 + nth, "contact_point_id": case.phone, "member_id": member, "action": action,
        "channel": "sms", "category": "*", "at": at, "received_at": at, "source": "paper",
    }  # fmt: skip


def _visit(case: _Case) -> Rows:
    n, (outcome, source) = case.n, case.ended
    kept = outcome in ("kept", "kept_late")
    yield t.anchor, {
        "id": case.anchor, "kind": "appointment", "program_id": case.at.program, "member_id": case.member,
        "clinic_id": case.at.clinics[(n // 5) % len(case.at.clinics)], "external_id": f"R-{n}", "version": 1,
        "day": case.starts.date(), "zone": "America/New_York", "starts_at": case.starts,
        "cancelled": outcome == "cancelled_by_clinic", "sensitivity": "ordinary",
    }  # fmt: skip
    yield t.loop, {
        "id": case.loop, "version": 1, "program_id": case.at.program, "member_id": case.member,
        "anchor_id": case.anchor, "lane": "appointment", "stage": "closed", "outcome": outcome, "source": source,
        "reason": case.reason, "barriers": [case.reason] if case.reason and n % 2 else [],
        "ride_need": "needed" if n % 6 == 0 else "own", "closed": "visit_completed" if kept else "staff",
        "opened_at": case.opened, "closed_at": case.starts + timedelta(days=1),
    }  # fmt: skip


def _text(case: _Case) -> Rows:
    n, sent, heard = case.n, case.sent, case.sent + timedelta(hours=1 + case.n % 40)
    yield t.touch, {
        "id": case.touch, "loop_id": case.loop, "member_id": case.member, "program_id": case.at.program,
        "contact_point_id": case.phone, "anchor_version": 1, "step": "reminder", "channel": "sms", "nth": 1,
        "words": "reminder", "category": "appointment", "queue": "bulk", "sender": "+12025550100",
        "planned_for": sent, "due_at": sent, "useful_until": case.starts, "state": "sent", "carrier_rank": 10,
        "carrier_status": CARRIER[n % len(CARRIER)], "attempts": 1, "looks": 0, "sent_at": sent,
    }  # fmt: skip
    yield t.attempt, {
        "touch_id": case.touch, "fencing": 1, "contact_point_id": case.phone, "proactive": True, "claimed_at": sent,
        "started_at": sent, "language": "en", "message_version_id": case.at.version, "body": case.at.blob,
        "body_sha256": "", "outcome": "accepted",
    }  # fmt: skip
    yield t.prompt, {
        "id": case.prompt, "contact_point_id": case.phone, "loop_id": case.loop, "touch_id": case.touch,
        "anchor_version": 1, "key": "reminder", "language": "en", "options": {}, "state": case.state,
        "opened_at": sent, "alone_until": sent, "expires_at": case.starts, "ended_at": heard, "repeats": 0,
    }  # fmt: skip
    if case.state == "answered":
        yield t.reply, {
            "id": case.reply, "sid": f"SMr{n}", "contact_point_id": case.phone, "loop_id": case.loop,
            "member_id": case.member, "prompt_id": case.prompt, "body": case.at.blob, "media_count": 0,
            "received_at": heard, "safety": [], "read_at": sent,
        }  # fmt: skip


def _work(case: _Case) -> Rows:
    n, sent = case.n, case.sent
    if n % 4 == 1:
        yield t.signal, {
            "id": case.task * 10, "loop_id": case.loop, "clinic_id": case.at.clinics[0], "kind": "visit-confirmed",
            "version": 1, "body": {}, "occurred_at": sent + timedelta(hours=1), "state": "delivered", "due_at": sent,
            "attempts": 1, "give_up_at": case.starts,
        }  # fmt: skip
    if n % 3 == 0 and n % 6:
        yield t.trip, {
            "id": case.task * 10 + 1, "loop_id": case.loop, "leg": "outbound", "broker": "b", "trip_id": f"T{n}",
            "status": TRIPS[(n // 6) % len(TRIPS)], "will_call": False, "service": "ambulatory", "current": True,
            "recorded_by": "x", "recorded_at": sent,
        }  # fmt: skip
    if n % 5 == 0:
        began = min(case.starts, NOW - timedelta(hours=n % 300))
        row = {
            "id": case.task, "program_id": case.at.program, "loop_id": case.loop, "member_id": case.member,
            "kind": "reschedule", "owner_queue": "schedulers" if n % 20 else "coordinators", "priority": "routine",
            "opened_at": began, "due_at": case.starts + timedelta(days=2),
        }  # fmt: skip
        done = {"state": "done", "resolved_at": began + timedelta(hours=n % 70)}
        yield t.task, row | (done if n % 10 else {"state": "open"})
