"""Whatever happened to a phone's texts, the gate finds the same facts once the old ones are archived."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from archived_life import rows_of
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scene import ANA, NOW, OPERATOR, PROGRAM, Scene
from sqlalchemy import select, update

from outreach.loops.lattice import rank
from outreach.store import archiving, carrier_errors, claims, texted, touches
from outreach.store import tables as t
from outreach.store.unit_of_work import UnitOfWork

BEFORE = NOW + timedelta(days=30)
_ids = count(10_000_000)
_FOR_EVER = (touches.WELCOME, touches.ASKS_CONSENT)
_WORDS = st.sampled_from(("reminder", "dayof", *_FOR_EVER))
_ENDS = st.sampled_from(("delivered", "sent_unconfirmed", "failed", "sent", "refused", "expired", "cancelled"))
_TEXT = st.tuples(_WORDS, _ENDS, st.integers(0, 8), st.integers(0, 2), st.booleans())
_PHONE = st.tuples(st.lists(_TEXT, max_size=9), st.none() | st.integers(0, 8))


@settings(deadline=None, max_examples=12, suppress_health_check=list(HealthCheck))
@given(phones=st.lists(_PHONE, min_size=1, max_size=8))
def test_the_gate_finds_the_same_facts(scene: Scene, phones: list[tuple[Any, Any]]) -> None:
    with scene.deployment.write(OPERATOR) as uow:
        member = _member(scene, uow)
        loops = {_loop(uow, member): life for life in phones}
        numbers = [_phone(uow, loop, member, *life) for loop, life in loops.items()]
        uow.commit()
    before, rows = _facts(scene, numbers), rows_of(scene)
    with scene.deployment.write(OPERATOR) as uow:
        archiving.move_loops(uow, list(loops), BEFORE)
        uow.commit()
    assert _facts(scene, numbers) == before
    assert rows_of(scene) == rows
    later_sign = {row.id: NOW + timedelta(days=20) for row in scene.rows(t.contact_point) if row.id in numbers}
    with scene.deployment.write(OPERATOR) as uow:
        for phone, at in later_sign.items():
            uow.execute(update(t.contact_point).where(t.contact_point.c.id == phone).values(verified_at=at))
        archiving.move_loops(uow, list(loops), BEFORE)
        uow.commit()
    _only_what_must_is_left(scene, numbers)


def _only_what_must_is_left(scene: Scene, numbers: list[int]) -> None:
    """After a later sign of life: what is asked for ever, what has no end from the carrier, and the last arrivals."""
    left = [row for row in scene.rows(t.touch) if row.contact_point_id in numbers]
    for phone in numbers:
        theirs = [row for row in left if row.contact_point_id == phone and row.words not in _FOR_EVER]
        arrived = [row for row in theirs if row.carrier_rank >= rank("delivered")]
        assert all(row in arrived or row.carrier_status == "sent" for row in theirs)
        assert len({row.sent_at for row in arrived}) <= 1


def _facts(scene: Scene, numbers: list[int]) -> dict[str, Any]:
    with scene.deployment.read(OPERATOR) as uow:
        had = {phone: touches.History() for phone in numbers} | touches.histories(uow, numbers)
        seen = {row.id: row.verified_at for row in uow.all(select(t.contact_point)) if row.id in had}
        signs = {phone: max((at for at in (seen[phone], had[phone].delivered_at) if at), default=None) for phone in had}
        return {
            "histories": had,
            "unheard": claims.unheard_since(uow, signs, timedelta()),
            "asked": texted.asked_consent(uow, numbers),
            "soft": {phone: Counter(carrier_errors.of_phone(uow, phone, at)) for phone, at in signs.items()},
        }


def _member(scene: Scene, uow: UnitOfWork) -> int:
    return next(iter(uow.all(select(t.member.c.id)))).id if scene.rows(t.member) else scene.new_member(uow, [ANA])


def _loop(uow: UnitOfWork, member: int) -> int:
    anchor, loop = next(_ids), next(_ids)
    visit: dict[str, Any] = {
        "id": anchor,
        "kind": "appointment",
        "program_id": PROGRAM,
        "clinic_id": 3,
        "member_id": member,
    }
    visit |= {"external_id": f"V{anchor}", "version": 1, "day": NOW.date(), "zone": "UTC", "starts_at": NOW}
    uow.insert(t.anchor, [visit | {"cancelled": False, "sensitivity": "ordinary"}])
    row: dict[str, Any] = {
        "id": loop,
        "version": 1,
        "program_id": PROGRAM,
        "member_id": member,
        "anchor_id": anchor,
        "barriers": [],
    }
    row |= {"lane": "appointment", "stage": "closed", "closed": "done", "opened_at": NOW, "closed_at": NOW}
    uow.insert(t.loop, [row])
    return loop


def _phone(uow: UnitOfWork, loop: int, member: int, texts: list[Any], seen: int | None) -> int:
    phone = next(_ids)
    number = uow.keyring.seal("contact_point:number", phone, ANA)
    row: dict[str, Any] = {"id": phone, "number_index": b"%d" % phone, "number": number, "state": "active"}
    uow.insert(t.contact_point, [row | {"verified_at": None if seen is None else _at(seen)}])
    for words, end, hours, tries, proactive in texts:
        _text(uow, loop, member, phone, words, end, _at(hours), tries, proactive)
    return phone


def _at(hours: int) -> datetime:
    return NOW - timedelta(days=40) + timedelta(hours=hours)


def _text(
    uow: UnitOfWork, loop: int, member: int, phone: int, words: str, end: str, at: datetime, tries: int, proactive: bool
) -> None:
    new, left = next(_ids), end in ("delivered", "sent_unconfirmed", "failed", "sent")
    row: dict[str, Any] = {
        "id": new,
        "loop_id": loop,
        "member_id": member,
        "program_id": PROGRAM,
        "contact_point_id": phone,
    }
    row |= {"step": "x", "channel": "sms", "nth": new, "words": words, "category": "appointment", "queue": "bulk"}
    row |= {"sender": "x", "planned_for": at, "due_at": at, "useful_until": at, "looks": 0, "heard": True}
    row |= {"attempts": max(tries, int(left)), "state": "sent" if left else end, "sent_at": at if left else None}
    row |= {"carrier_status": end if left else None, "carrier_rank": rank(end) if left else -1}
    uow.insert(t.touch, [row])
    version = uow.all(select(t.message_version.c.id).limit(1))[0].id
    for fencing in range(1, row["attempts"] + 1):
        tried: dict[str, Any] = {"touch_id": new, "fencing": fencing, "contact_point_id": phone, "proactive": proactive}
        tried |= {"claimed_at": at, "started_at": at, "language": "en", "message_version_id": version}
        tried |= {"body": uow.keyring.seal(claims.BODY, new, "x"), "body_sha256": "x"}
        tried |= {
            "outcome": "failed" if end == "failed" else "accepted",
            "error_code": 30003 if end == "failed" else None,
        }
        uow.insert(t.attempt, [tried])
