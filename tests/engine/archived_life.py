"""A few members with visits long past, and everything that anybody can read about them."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from scene import ANA, BEN, NOW, OPERATOR, VISIT_DAY, Scene, local

from conversations.meaning import Reason
from outreach.engine import archive, evidence, handlers
from outreach.loops.outcomes import Outcome
from outreach.store import claims, conversation, texted, touches
from outreach.store import tables as t
from outreach.store.archiving import Moved
from outreach.store.reads import access_report, loop_evidence, member_evidence, metrics, outcomes, summary
from outreach.store.reads import loops as shown
from outreach.store.reads import retention as reads
from outreach.store.reads.member_evidence import Period
from outreach.store.reads.scoreboard import scoreboard
from outreach.store.reads.thread import thread
from outreach.store.reads.timeline import moments
from outreach.store.unit_of_work import UnitOfWork

STRANGER = "+12025550150"
SECOND = VISIT_DAY + timedelta(days=42)
_LONG = timedelta(days=28)


def lives(scene: Scene) -> None:
    """Ana keeps a visit and misses the next, Ben's phone is never reached, and a stranger asks who we are, twice."""
    ana, ben = scene.member(ANA), scene.member(BEN)
    kept_visit(scene, ana, VISIT_DAY)
    missed = scene.visit(ben, day=VISIT_DAY)
    scene.go_to(local(VISIT_DAY, 17))
    for _ in range(2):
        scene.say(STRANGER, "HELP")
        deliver(scene, BEN)
        scene.at(scene.deployment.database.now() + timedelta(hours=20))
    handlers.report_outcome(scene.deployment, OPERATOR, missed, Outcome.NO_SHOW, Reason.TRANSPORT_FAILURE)
    handlers.close_loop(scene.deployment, OPERATOR, missed, Reason.UNABLE_TO_REACH)
    scene.settle()
    kept_visit(scene, ana, SECOND)


def kept_visit(scene: Scene, member: int, day: date) -> int:
    """A visit whose texts arrive, whose question is answered, and that is kept; return its loop."""
    loop = scene.visit(member, day=day)
    scene.settle()
    deliver(scene)
    number = next(message.to for message, _ in reversed(scene.carrier.kept))
    for at in (local(day - timedelta(days=3), 12), local(day - timedelta(days=1), 17), local(day, 12)):
        scene.go_to(at)
        deliver(scene, BEN if number == ANA else "")
    scene.say(number, "1")
    deliver(scene, BEN if number == ANA else "")
    scene.go_to(local(day, 17))
    handlers.report_outcome(scene.deployment, OPERATOR, loop, Outcome.KEPT, None)
    scene.settle()
    return loop


def deliver(scene: Scene, but: str = "") -> None:
    """Every text that left arrived, except on one number, of which nothing is ever heard."""
    for row in scene.rows(t.touch, t.touch.c.state == "sent", t.touch.c.carrier_rank < 5):
        lost = [kept for message, kept in scene.carrier.kept if message.touch == row.id and message.to == but]
        scene.call_back(row.id, "sent_unconfirmed" if lost else "delivered")
    scene.settle()


def move_all(scene: Scene) -> Moved:
    """Archive all that is old enough."""
    return archive.archive(scene.deployment, OPERATOR)


def rows_of(scene: Scene) -> dict[str, list[tuple[Any, ...]]]:
    """Every row, wherever it is by now: each must be there once."""
    return {
        live.name: sorted(
            [tuple(row) for row in scene.rows(live)] + [tuple(row)[:-1] for row in scene.rows(archived)],
            key=lambda row: row[:2],
        )
        for live, archived in t.ARCHIVED.items()
    }


def everything(scene: Scene, folder: Path) -> dict[str, Any]:
    """What pages, exports, figures and the gate see of these members."""
    evidence.export(scene.deployment, OPERATOR, folder)
    files = {path.stem: path.read_text(encoding="utf-8").splitlines() for path in folder.glob("*.jsonl")}
    found: dict[str, Any] = {
        name: [json.loads(line) for line in lines] for name, lines in files.items() if name != "audit"
    }
    with scene.deployment.read(OPERATOR) as uow:
        return found | _pages(uow, scene) | _figures(uow) | _facts(uow, scene)


def _pages(uow: UnitOfWork, scene: Scene) -> dict[str, Any]:
    loops = [(row.id, row.member_id) for row in scene.rows(t.loop)]
    people, phones = sorted({member for _, member in loops}), [row.id for row in scene.rows(t.contact_point)]
    about = [member_evidence.member_evidence(uow, member, Period()) for member in people]
    told = [loop_evidence.loop_evidence(uow, loop) for loop, _ in loops]
    return {
        "members": [replace(each, chain=None) for each in about if each],  # type: ignore[arg-type]
        "loops": [replace(each, chain=None) for each in told if each],  # type: ignore[arg-type]
        "time lines": [moments(uow, *loop) for loop in loops],
        "threads": [(thread(uow, phone), thread(uow, phone, 3)) for phone in phones],
        "rows": [shown.of_member(uow, member, 50) for member in people],
        "objects": [access_report._objects(uow, member) for member in people],
        "versions": [str(conversation.version(uow, phone)) for phone in phones],
    }


def _figures(uow: UnitOfWork) -> dict[str, Any]:
    return {
        "scoreboard": scoreboard(uow, date(2027, 1, 1)),
        "outcomes": (outcomes.refusals(uow), outcomes.work_done(uow)),
        "summary": summary.summary(uow),
        "refused": metrics.figures(uow).refused,
        "after stop": metrics.figures(uow).sends_after_stop,
        "past": reads.members_past(uow, NOW + timedelta(days=9_999)),
        "phones past": reads.phones_past(uow, NOW + timedelta(days=9_999)),
    }


def _facts(uow: UnitOfWork, scene: Scene) -> dict[str, Any]:
    phones = {row.id: row.verified_at for row in scene.rows(t.contact_point)}
    had = touches.histories(uow, phones)
    known = {
        phone: [at for at in (seen, had[phone].delivered_at) if at] for phone, seen in phones.items() if phone in had
    }
    signs = {phone: max(at, default=None) for phone, at in known.items()}
    return {
        "welcomed": {phone: had[phone].welcomed_at for phone in had if had[phone].welcomed_at},
        "delivered": {phone: had[phone].delivered_at for phone in had if had[phone].delivered_at},
        "unheard": claims.unheard_since(uow, signs, _LONG),
        "asked": texted.asked_consent(uow, phones),
        "told": {phone: texted.told_of_a_visit(uow, phone) for phone in phones},
    }
