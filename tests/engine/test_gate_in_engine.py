"""Each check of the gate, through the database: what is stored is what the gate is told, and its rule is kept.

A reminder is due, one thing is in its way, and the claim says which. `tests/gate_removal.py` takes each check away.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from scene import ANA, OPERATOR, PROGRAM, VISIT_DAY, Scene, local
from sqlalchemy import delete, select, update

import outreach.engine.claim as claiming
from outreach.engine import handlers
from outreach.loops import gate
from outreach.loops.consent import Action, ConsentEvent
from outreach.loops.contact_rule import ContactRule
from outreach.loops.pauses import What, pause_of
from outreach.loops.task_clock import Deadlines
from outreach.loops.tasks import TaskKind
from outreach.store import consents, guests, people, switches, work
from outreach.store import tables as t
from outreach.store.unit_of_work import UnitOfWork

SENDER = "+12025550100"
DUE = local(VISIT_DAY - timedelta(days=3), 16)  # the reminder's day, a Saturday, in the afternoon
NIGHT = local(VISIT_DAY - timedelta(days=3), 23)
Arrange = Callable[[Scene, UnitOfWork, int], None]


def _entry(action: Action, member: bool) -> Arrange:
    def arrange(scene: Scene, uow: UnitOfWork, loop: int) -> None:
        who = _member(scene, loop) if member else None
        event = ConsentEvent(action, None, uow.now, who, "sms", "*")
        consents.note(uow, scene.phone(ANA), event, "test", "LAW-24", "said")

    return arrange


def _set(table: str, **values: object) -> Arrange:
    def arrange(scene: Scene, uow: UnitOfWork, loop: int) -> None:
        uow.execute(update(getattr(t, table)).values(**values))

    return arrange


def _sent_again(times: int, caps: dict[str, int]) -> Arrange:
    """The welcome counts once more for each of these times, an hour ago, under other caps."""

    def arrange(scene: Scene, uow: UnitOfWork, loop: int) -> None:
        welcome = scene.row(t.attempt, t.attempt.c.touch_id == scene.touch(loop, "welcome").id)
        again = dict(welcome._mapping) | {"claimed_at": uow.now - timedelta(hours=1)}
        uow.insert(t.attempt, [again | {"fencing": 2 + n} for n in range(times)])
        uow.execute(update(t.program).values(caps=caps))
        uow.execute(update(t.member).values(states=["FL"]))

    return arrange


def _member(scene: Scene, loop: int) -> int:
    return int(scene.row(t.loop, t.loop.c.id == loop).member_id)


def _no_guests(scene: Scene, uow: UnitOfWork, loop: int) -> None:
    guests.invite(uow, [])


def _another_phone(scene: Scene, uow: UnitOfWork, loop: int) -> None:
    people.set_contact_rule(uow, _member(scene, loop), ContactRule(phones=frozenset({999_999})))


def _words_withdrawn(scene: Scene, uow: UnitOfWork, loop: int) -> None:
    uow.execute(update(t.message_version).where(t.message_version.c.key.like("reminder%")).values(state="draft"))


def _never_heard(scene: Scene, uow: UnitOfWork, loop: int) -> None:
    uow.execute(update(t.attempt).values(claimed_at=uow.now - timedelta(weeks=4)))
    uow.execute(update(t.contact_point).values(verified_at=None))
    uow.execute(update(t.number_check).values(at=uow.now))


def _not_looked_up(scene: Scene, uow: UnitOfWork, loop: int) -> None:
    uow.execute(delete(t.number_check))
    uow.execute(update(t.contact_point).values(verified_at=None))


def _not_welcomed(scene: Scene, uow: UnitOfWork, loop: int) -> None:
    uow.execute(update(t.touch).where(t.touch.c.step == "welcome").values(state="cancelled"))


def _question_of_another(scene: Scene, uow: UnitOfWork, loop: int) -> None:
    uow.insert(
        t.prompt,
        [
            {
                "id": uow.next_id(), "contact_point_id": scene.phone(ANA), "loop_id": None, "key": "reminder",
                "touch_id": scene.touch(loop, "welcome").id, "anchor_version": 1, "language": "en", "options": {},
                "state": "open", "opened_at": uow.now, "alone_until": uow.now + timedelta(hours=4),
                "expires_at": uow.now + timedelta(days=2), "repeats": 0,
            }
        ],
    )  # fmt: skip


def _paused(what: What) -> Arrange:
    def arrange(scene: Scene, uow: UnitOfWork, loop: int) -> None:
        switches.turn(uow, pause_of(what, SENDER, PROGRAM, "reminder").name, True, 30007)

    return arrange


WAYS: dict[str, tuple[str, Arrange]] = {
    "stale": ("TIM-13", _set("anchor", version=2)),
    "trial": ("TRIAL", _no_guests),
    "suppression": ("LAW-19", _entry(Action.STOP, member=False)),
    "wrong_number": ("LAW-39", _entry(Action.WRONG_NUMBER, member=True)),
    "number": ("TWI-33", _set("contact_point", state="invalid")),
    "standing": ("CARE-11", _set("member", standing="hospitalised")),
    "sensitivity": ("HIP-05", _set("anchor", sensitivity="silent")),
    "reach": ("HIP-06", _another_phone),
    "consent": ("LAW-01", _entry(Action.REVOKE, member=True)),
    "words": ("HIP-25", _words_withdrawn),
    "given_up": ("LAW-36", _never_heard),
    "reassigned": ("LAW-37", _not_looked_up),
    "welcome": ("LAW-28", _not_welcomed),
    "one_prompt": ("TIM-15", _question_of_another),
    "hard_caps": ("LAW-32", _sent_again(3, {"per_day": 9, "per_week": 99})),
    "caps": ("LAW-35", _sent_again(2, {})),
    "paused": ("PAUSED", _paused(What.SENDER)),
    "filtered": ("BREAKER", _paused(What.BREAKER)),
    "line": ("TWI-37", _set("contact_point", line_asked_at=DUE)),
}


@pytest.fixture
def due(scene: Scene) -> int:
    """A visit whose reminder is due; its welcome went out before."""
    loop = scene.visit(scene.member(ANA))
    scene.settle()
    scene.at(DUE)
    return loop


def _claimed(scene: Scene, loop: int, step: str = "reminder") -> str | None:
    """Claim what is due; return the rule that kept the reminder, or None when it left."""
    claiming.claim(scene.deployment, "bulk", SENDER, 10)
    touch = scene.touch(loop, step)
    return None if touch.state == "claimed" else str(touch.rule)


def test_with_nothing_in_the_way_it_leaves(scene: Scene, due: int) -> None:
    assert _claimed(scene, due) is None
    attempt = scene.row(t.attempt, t.attempt.c.touch_id == scene.touch(due, "reminder").id)
    grant = scene.row(t.consent_event, t.consent_event.c.action == "grant")
    assert (attempt.rule, attempt.consent_id) == ("LAW-04", grant.id)


@pytest.mark.parametrize("check", WAYS)
def test_the_claim_keeps_what_is_stored_against_it(scene: Scene, due: int, check: str) -> None:
    rule, arrange = WAYS[check]
    with scene.deployment.write(OPERATOR) as uow:
        arrange(scene, uow, due)
        uow.commit()
    assert _claimed(scene, due) == rule


def test_freeze_the_claim_keeps_everything(scene: Scene, due: int) -> None:
    handlers.set_freeze(scene.deployment, OPERATOR, True)
    assert _claimed(scene, due) == "FREEZE"


@pytest.mark.parametrize(
    ("body", "rule"),
    [("I want to kill myself", "CRI-11"), ("blue bicycle", "UNREAD-REPLY")],
    ids=["crisis", "unread"],
)
def test_the_claim_keeps_a_reminder_from_who_just_wrote(scene: Scene, due: int, body: str, rule: str) -> None:
    scene.hear(ANA, body)
    assert _claimed(scene, due) == rule


def test_hours_the_claim_keeps_a_reminder_for_the_morning(scene: Scene, due: int) -> None:
    scene.at(NIGHT)
    scene.change(t.touch, scene.touch(due, "reminder").id, useful_until=NIGHT + timedelta(days=2))
    assert _claimed(scene, due) == "LAW-33"


def test_talking_the_claim_keeps_a_reminder_while_a_person_talks_with_them(scene: Scene, due: int) -> None:
    with scene.deployment.write(OPERATOR) as uow:
        clock, about = Deadlines(uow.now, uow.now, uow.now), {"loop_id": due, "owner_person": "Rosa"}
        member = uow.all(select(t.loop.c.member_id).where(t.loop.c.id == due))[0].member_id
        row = work.task_row(uow, TaskKind.CALL_MEMBER, clock, **about, member_id=member)
        work.open_task(uow, [row | {"acknowledged_at": uow.now}])
        uow.commit()
    assert _claimed(scene, due) == "TALKING"


def test_loop_guard_the_claim_keeps_no_answer_for_a_machine(scene: Scene, due: int) -> None:
    with scene.deployment.write(OPERATOR) as uow:
        uow.execute(update(t.contact_point).values(quiet_until=uow.now + timedelta(hours=1)))
        uow.execute(update(t.touch).where(t.touch.c.step == "reminder").values(answers_at=uow.now))
        uow.commit()
    assert _claimed(scene, due) == "TWI-26"


def test_loop_guard_the_claim_keeps_the_fourth_answer_in_ten_minutes(scene: Scene, due: int) -> None:
    with scene.deployment.write(OPERATOR) as uow:
        _sent_again(3, {})(scene, uow, due)
        uow.execute(update(t.attempt).values(proactive=False, claimed_at=uow.now))
        uow.execute(update(t.touch).where(t.touch.c.step == "reminder").values(answers_at=uow.now))
        uow.commit()
    assert _claimed(scene, due) == "TWI-26"


def test_twi_10_a_welcome_that_left_late_has_its_ten_minutes_from_then(scene: Scene, due: int) -> None:
    """A worker that was down: the welcome was due long ago, and left just now."""
    scene.change(t.touch, scene.touch(due, "welcome").id, sent_at=DUE - timedelta(minutes=9))
    assert _claimed(scene, due) == "TWI-10"


def test_every_check_is_tried_here() -> None:
    elsewhere = {"freeze", "crisis", "unread", "talking", "hours", "loop_guard", "declined"}  # test_calls_made.py
    assert set(WAYS) | elsewhere == {check.__name__ for check in gate.CHECKS}
