"""Bugs that senders and receivers of texts really had, each as a change of our source, and the promise it breaks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import promises as p
import promises_at_once as at_once
from planting import Change, Plant, Swap
from scene import Scene
from sqlalchemy import select

from outreach.channels.look.twilio import TwilioLookout
from outreach.channels.send import twilio as sending
from outreach.engine import claim as claiming
from outreach.engine import dispatch, folder, inbound, looks, missed, settling
from outreach.engine import record as recording
from outreach.engine.asking import Decided
from outreach.engine.deployment import Deployment
from outreach.loops import gate, gate_holds
from outreach.loops.verdict import Allowed
from outreach.store import claims, lanes, replies, work
from outreach.store import tables as t
from outreach.store.actor import CARRIER
from outreach.store.unit_of_work import UnitOfWork

Promise = Callable[[Scene], bool]


@dataclass(frozen=True)
class Bug:
    """What is planted, and the promise that must break. `postgresql`: SQLite has one writer, and so is immune."""

    promise: Promise
    plants: tuple[Plant, ...]
    database: str = "sqlite"


def _without(check: object) -> Plant:
    return Swap(gate, "CHECKS", lambda checks: tuple(each for each in checks if each is not check))


class _EarlyFacts:
    """What is known about the phones is read before they are locked, and believed afterwards."""

    def __init__(self) -> None:
        self.read, self.early = folder.load_phones, dict[int, Any]()

    def candidates(self, original: Callable[..., Any]) -> Callable[..., Any]:
        def then_reads(uow: UnitOfWork, *others: Any) -> Any:
            rows = original(uow, *others)
            phones = {row.contact_point_id for row in rows}
            self.early[id(uow)] = self.read(uow, phones, phones)
            return rows

        return then_reads

    def phones(self, original: Callable[..., Any]) -> Callable[..., Any]:
        return lambda uow, *others: self.early.get(id(uow)) or original(uow, *others)


def _touches_first(original: Callable[..., Any]) -> Callable[..., Any]:
    def locks_touches(uow: UnitOfWork, queue: str, *others: Any) -> Any:
        due = select(t.touch.c.id).where(t.touch.c.state == "planned", t.touch.c.due_at <= uow.now)
        uow.all(due.order_by(t.touch.c.id).with_for_update())
        return original(uow, queue, *others)

    return locks_touches


class _LateQuestions:
    """The question is opened when the carrier's answer is recorded, and not with the claim."""

    def __init__(self) -> None:
        self.later = list[Decided]()

    def open_prompt(self, original: Callable[..., None]) -> Callable[..., None]:
        def keeps(uow: UnitOfWork, folder: Any, touch: Any, question: Any, _: Decided) -> None:
            self.later.append(Decided())
            original(uow, folder, touch, question, self.later[-1])

        return keeps

    def record(self, original: Callable[..., None]) -> Callable[..., None]:
        def then_asks(deployment: Deployment, results: Any) -> None:
            original(deployment, results)
            with deployment.write(CARRIER) as uow:
                for decided in self.later:
                    replies.insert_prompts(uow, decided.prompts)
                    work.await_signals(uow, decided.waits)
                uow.commit()
            self.later.clear()

        return then_asks


def _answers_before_storing(original: Callable[..., Any]) -> Callable[..., Any]:
    """What is left is done "later": where the process is killed before, never."""
    return lambda *_, **__: inbound.Received(None)


_DOUBT = '"state": "unknown", "lease_until": settled'
_NOT_ONCE = Change(inbound.receive, '"sid": sid,', '"sid": f"{sid}-{uow.next_id()}",')
_EARLY, _LATE = _EarlyFacts(), _LateQuestions()

BUGS: dict[str, Bug] = {
    "naive retry": Bug(
        p.a_text_in_doubt_that_left_is_not_sent_again,
        (Change(recording._record, _DOUBT, '"state": "planned", "lease_until": None'),),
    ),
    "no re-check at claim": Bug(
        p.nothing_planned_survives_a_stop,
        (
            Change(
                claiming._decide,
                "decide(asked, facts, uow.now)",
                "ANYTHING(uow.now)",
                (("ANYTHING", lambda now: Allowed(now + timedelta(hours=9), "none")),),
            ),
        ),
    ),
    "ack before commit": Bug(p.what_was_answered_is_stored, (Swap(inbound, "receive", _answers_before_storing),)),
    "expired lease as due": Bug(
        p.a_worker_that_died_after_posting_costs_no_second_text,
        (
            Change(
                looks.expire_leases,
                '{"state": "unknown", "lease_until": deployment.timer.now()}',
                '{"state": "planned", "lease_until": None}',
            ),
        ),
    ),
    "list asked in local time": Bug(
        p.a_stop_that_no_webhook_brought_is_found,
        (
            Change(
                TwilioLookout.arrived,
                "since.astimezone(UTC) - SKEW, until.astimezone(UTC) + SKEW",
                "since - SKEW, until + SKEW",
            ),
        ),
    ),
    "no settle": Bug(
        p.a_list_that_lags_a_little_is_waited_for,
        (Change(recording._record, _DOUBT, '"state": "unknown", "lease_until": deployment.timer.now()'),),
    ),
    "touch-first lock order": Bug(
        at_once.a_claim_and_a_cancelled_visit_never_wait_for_each_other,
        (Swap(lanes, "candidates", _touches_first),),
        "postgresql",
    ),
    "facts read before the lock": Bug(
        at_once.a_claim_that_was_slow_to_lock_sees_the_stop_that_came_first,
        (Swap(lanes, "candidates", _EARLY.candidates), Swap(folder, "load_phones", _EARLY.phones)),
        "postgresql",
    ),
    "refused touch not heard": Bug(
        p.a_refused_text_is_somebodys,
        (Change(claiming._refuse, "decided.events.append((touch.loop_id, refused))", "pass"),),
    ),
    "prompt opened at record": Bug(
        p.a_confirmation_that_overtakes_our_record_is_understood,
        (Swap(claiming, "open_prompt", _LATE.open_prompt), Swap(dispatch, "record", _LATE.record)),
    ),
    "unread reply not held": Bug(p.no_reminder_overtakes_an_answer, (_without(gate_holds.unread),)),
    "replayed START honoured": Bug(p.a_start_of_yesterday_restores_nothing, (_NOT_ONCE,)),
    "an old START found in the list honoured": Bug(
        p.a_start_of_yesterday_restores_nothing,
        (Change(missed._store, "said_at=message.said_at", "said_at=None"),),
    ),
    "callback of an old attempt applied": Bug(
        p.a_callback_of_an_older_attempt_is_not_believed,
        (Change(settling._misfit, "attempt != touch.attempts", "False"),),
    ),
    "SQL now() for domain time": Bug(
        p.what_is_due_by_the_calendar_leaves,
        (Change(claims.still_due, "touch.c.due_at <= uow.now", "touch.c.due_at <= func.now()"),),
        "postgresql",
    ),
    "status moved downwards": Bug(
        p.a_status_never_moves_down,
        (
            Swap(settling, "rank", lambda _: lambda status: 99),
            Change(recording.sent, "rank(status) > touch.carrier_rank", "True"),
        ),
    ),
    "second delivery of a webhook acted upon": Bug(p.a_webhook_that_comes_twice_acts_once, (_NOT_ONCE,)),
    "lost fencing check": Bug(
        p.an_answer_to_an_older_attempt_changes_nothing,
        (Change(recording.record, "touch.attempts == result.attempt and ", ""),),
    ),
    "429 counted as failure": Bug(
        p.a_throttled_text_is_late_and_not_failed,
        (Change(sending.classify, "if status == 429:", "if False:"),),
    ),
    "STOP committed after its 2xx": Bug(
        p.an_answered_stop_has_taken_hold,
        (Swap(inbound, "act_on_safety", lambda _: lambda *__: None),),
    ),
    "window end ignored after an outage": Bug(p.after_an_outage_nothing_leaves_at_night, (_without(gate_holds.hours),)),
}
