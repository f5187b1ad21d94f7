"""Restore mode: no text leaves until what happened since the backup is known again, and everything holds (I28)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from outreach.channels.carrier import Listed
from outreach.engine import audit_chain
from outreach.engine.decide import decide
from outreach.engine.deployment import Deployment
from outreach.engine.folder import lock_loops
from outreach.engine.handlers import RESTORING
from outreach.engine.looks import to_a_person
from outreach.engine.pump import pump
from outreach.engine.record import Recorded, write
from outreach.engine.refusals import NotAsked
from outreach.engine.replaying import Replayed, replay
from outreach.loops.tasks import TaskKind
from outreach.store import claims, health, left_since, people, programs, rounds, switches, work
from outreach.store.actor import Actor
from outreach.store.unit_of_work import UnitOfWork

RESTORED = "restored"
_RULE = "I28"
# What catches up without sending anything or telling anybody outside.
_INWARD = (
    "replies",
    "callbacks",
    "deadlines",
    "escalations",
    "decisions",
    "consents",
    "leases",
    "looks",
    "parked",
    "decisions",
)
_ROUNDS = 10_000
_UNHELD = "loops are not held by anything: the view loop_health names them."


@dataclass(frozen=True, slots=True)
class Finished:
    """What a look at the time since the backup found, what keeps restore mode on (nothing: it is over), and how many
    texts were handed to people.
    """

    since: datetime
    replayed: Replayed
    problems: tuple[str, ...]
    handed: int = 0


def restoring(uow: UnitOfWork) -> bool:
    """Whether this database came from a backup and what followed is not known again yet."""
    return switches.is_on(uow, RESTORING)


def finish(deployment: Deployment, actor: Actor, hand_over: bool = False) -> Finished:
    """Learn again what happened since the backup, and end restore mode when everything holds; sends stay frozen.

    `hand_over` gives texts that left and fit no touch to people, and with them what is planned for the same phones.
    Raises NotAsked outside restore mode, and CannotLook when the carrier's list cannot be read.
    """
    with deployment.read(actor) as uow:
        taken_at = rounds.reached(uow, RESTORED)
        if not restoring(uow) or taken_at is None:
            raise NotAsked("This database is not in restore mode.")
    # The list lags, and what was leaving when the backup was made is in doubt too.
    since = taken_at - timedelta(seconds=deployment.settings.timing.list_lag)
    replayed = replay(deployment, since)
    _catch_up(deployment)
    problems, lost = _doubts(deployment, actor), _unmatched(deployment, actor, since)
    if lost and not hand_over:
        problems.append(
            f"{len(lost):,} texts left since the backup and fit nothing that is known. Import again what was imported"
            " since the backup, and finish again; or give them to people: --hand-over."
        )
    handed = 0
    if problems:
        _note(deployment, actor, "restore.looked", replayed)
    else:
        handed, problems = _end(deployment, actor, lost)
    return Finished(since, replayed, tuple(problems), handed)


def _catch_up(deployment: Deployment) -> None:
    for _ in range(_ROUNDS):
        if not sum(pump(deployment, queue) for queue in _INWARD):
            break
    while audit_chain.seal(deployment):
        pass


def _doubts(deployment: Deployment, actor: Actor) -> list[str]:
    found = []
    verdict = audit_chain.verify(deployment)
    if verdict.problem is not None:
        found.append(f"The audit trail does not hold: {verdict.problem}")
    with deployment.read(actor) as uow:
        if claims.any_in_flight(uow):
            found.append("Texts that were leaving at the backup are being looked up: finish again in three minutes.")
        if unheld := len(health.unheld(uow)):
            found.append(f"{unheld:,} {_UNHELD}")
    return found


def _unmatched(deployment: Deployment, actor: Actor, since: datetime) -> list[tuple[int | None, Listed]]:
    """Return (phone, message) of what left since and fits no touch; the phone is None where nobody knows it."""
    left = deployment.lookout.left(since)
    with deployment.read(actor) as uow:
        known = claims.known_sids(uow, [listed.sid for listed in left])
        return [(people.known_phone(uow, listed.to), listed) for listed in left if listed.sid not in known]


def _end(deployment: Deployment, actor: Actor, lost: Sequence[tuple[int | None, Listed]]) -> tuple[int, list[str]]:
    with deployment.write(actor) as uow:
        _hand_over(uow, lost)
        if health.unheld(uow):
            return 0, [f"Some {_UNHELD}"]
        switches.turn(uow, RESTORING, False)
        uow.audit("restore.finished", f"texts:{len(lost)}", _RULE)
        uow.commit()
    return len(lost), []


def _hand_over(uow: UnitOfWork, lost: Sequence[tuple[int | None, Listed]]) -> None:
    """What was planned for these phones by now may be what left: it is in doubt, and a person says which it is."""
    phones = sorted({phone for phone, _ in lost if phone is not None})
    people.lock_phones(uow, phones)
    waiting = [row.id for phone in phones for row in left_since.may_have_left(uow, phone)]
    stored = lock_loops(uow, waiting, phones)
    touches = [touch for touch in claims.lock_touches(uow, waiting).values() if _may_be_it(uow, touch)]
    recorded = Recorded()
    for touch in touches:
        doubt = {"state": "unknown", "lease_until": None, "rule": _RULE}
        recorded.touches.append((touch.id, doubt))
        to_a_person(uow, touch, recorded)
        uow.audit("touch.doubted", f"touch:{touch.id}", _RULE)
    write(uow, recorded)
    decide(uow, [found.loop.id for found in stored])
    _tell(uow, set(phones) - {touch.contact_point_id for touch in touches}, sum(phone is None for phone, _ in lost))


def _may_be_it(uow: UnitOfWork, touch: Any) -> bool:
    return bool(touch.state == "planned" and min(touch.planned_for, touch.due_at) <= uow.now)


def _tell(uow: UnitOfWork, phones: set[int], unknown: int) -> None:
    """A phone for which nothing is planned is a person's all the same, and so is every number nobody knows."""
    every = programs.programs(uow)
    if not every:
        return
    first = every[min(every)]
    clock = first.clock(TaskKind.SEND_UNKNOWN, uow.now)
    abouts: list[dict[str, Any]] = [{"contact_point_id": phone} for phone in sorted(phones)]
    abouts += [{"about": {"texts": unknown}}] if unknown else []
    rows = [work.task_row(uow, TaskKind.SEND_UNKNOWN, clock, program_id=first.id, **about) for about in abouts]
    work.open_task(uow, rows)


def _note(deployment: Deployment, actor: Actor, action: str, replayed: Replayed) -> None:
    with deployment.write(actor) as uow:
        uow.audit(action, f"texts:{replayed.inbound + replayed.adopted}", _RULE)
        uow.commit()
