"""Claim: lock the phones, then load the facts, then decide one touch after another, and write what was decided."""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256
from typing import Any, assert_never

from conversations.prompt import prompt_for
from outreach.channels.carrier import Outgoing
from outreach.engine.asking import Decided, open_prompt
from outreach.engine.deployment import Deployment
from outreach.engine.folder import Folder, gate_touch, load_folder, lock_loops
from outreach.engine.holds import name_holds
from outreach.engine.wording import body_of
from outreach.loops.events import TouchRefused
from outreach.loops.gate import decide
from outreach.loops.verdict import Allowed, HeldUntil, Refused
from outreach.store import claims, events, people, replies, work
from outreach.store.actor import WORKER
from outreach.store.touches import ASKS_CONSENT, WELCOME
from outreach.store.unit_of_work import UnitOfWork

LONGEST_VALIDITY = 36_000  # TWI-02, seconds


def claim(deployment: Deployment, queue: str, sender: str, room: int) -> tuple[list[Outgoing], int]:
    """Claim at most `room` due touches of one (queue, sender); return what may leave, and how many were decided."""
    with deployment.write(WORKER) as uow:
        seen = claims.candidates(uow, queue, sender, room)
        locked = set(people.lock_phones(uow, {row.contact_point_id for row in seen}, skip_locked=True))
        ours = [row.id for row in seen if row.contact_point_id in locked]
        stored = lock_loops(uow, ours, locked)
        # A later statement than the locks: what another claim or a STOP committed before them is seen here.
        batch = claims.still_due(uow, ours)
        folder = load_folder(uow, batch, stored)
        decided = Decided()
        for touch in batch:
            _decide(deployment, uow, folder, touch, decided)
        _write(uow, decided)
        name_holds(uow, stored)
        uow.commit()
    return decided.outgoing, len(batch)


def _decide(deployment: Deployment, uow: UnitOfWork, folder: Folder, touch: Any, decided: Decided) -> None:
    answer = decide(gate_touch(touch), folder.facts(touch), uow.now)
    match answer:
        case Allowed():
            _allow(deployment, uow, folder, touch, answer, decided)
        case HeldUntil(when, rule):
            decided.touches.append((touch.id, {"due_at": when, "rule": rule}))
        case Refused(rule):
            _refuse(uow, touch, rule, decided)
        case _:
            assert_never(answer)


def _refuse(uow: UnitOfWork, touch: Any, rule: str, decided: Decided) -> None:
    has_loop = touch.loop_id is not None
    decided.touches.append((touch.id, {"state": "refused", "rule": rule, "heard": not has_loop}))
    if has_loop:
        # What a person meant to say must not vanish: it goes back to a person as an answer that is owed.
        answers = touch.answers_at is not None or touch.author is not None
        of_a_ride = touch.of_a_booked_ride
        refused = TouchRefused(uow.now, touch.step, rule, answers=answers, of_a_ride=of_a_ride)
        decided.events.append((touch.loop_id, refused))
    uow.audit("touch.refused", f"touch:{touch.id}", rule)


def _allow(
    deployment: Deployment, uow: UnitOfWork, folder: Folder, touch: Any, allowed: Allowed, decided: Decided
) -> None:
    words = folder.words_for(touch)
    language = folder.language(touch)
    body = body_of(folder, touch, words, language) if words else None
    if words is None or body is None:
        _refuse(uow, touch, "HIP-25", decided)
        return
    timing, on_phone = deployment.settings.timing, folder.phones[touch.contact_point_id]
    attempt = _attempt(deployment, uow, touch, body) | {"language": language, "message_version_id": words.version_id}
    decided.attempts.append(attempt | {"rule": allowed.rule, "consent_id": allowed.consent})
    lease = deployment.timer.now() + timedelta(seconds=timing.lease)
    claimed = {"state": "claimed", "attempts": attempt["fencing"], "looks": 0, "claimed_by": deployment.worker}
    decided.touches.append((touch.id, claimed | {"lease_until": lease, "rule": None}))
    question = prompt_for(touch.words)
    if question is not None:
        open_prompt(uow, folder, touch, question, decided)
    on_phone.counted(touch).append(uow.now)
    if touch.words == WELCOME:
        on_phone.welcomed_at = uow.now
    if touch.words == ASKS_CONSENT:
        on_phone.asked.add(touch.member_id)
    decided.outgoing.append(
        Outgoing(
            touch=touch.id,
            attempt=attempt["fencing"],
            sender=deployment.settings.sender_for(touch.sender),
            to=on_phone.phone.number,
            body=body,
            validity_seconds=min(LONGEST_VALIDITY, int((allowed.until - uow.now).total_seconds())),
            not_after=deployment.timer.monotonic() + timing.give_back,
        )
    )


def _attempt(deployment: Deployment, uow: UnitOfWork, touch: Any, body: str) -> dict[str, Any]:
    return {
        "touch_id": touch.id,
        "fencing": touch.attempts + 1,
        "contact_point_id": touch.contact_point_id,
        "proactive": touch.answers_at is None,
        "claimed_at": uow.now,
        "started_at": deployment.timer.now(),
        "body": uow.keyring.seal(claims.BODY, touch.id, body),
        "body_sha256": sha256(body.encode()).hexdigest(),
        "outcome": "claimed",
    }


def _write(uow: UnitOfWork, decided: Decided) -> None:
    claims.set_touches(uow, decided.touches)
    claims.insert_attempts(uow, decided.attempts)
    replies.end_prompts(uow, decided.superseded, "superseded")
    work.end_waits_for_prompts(uow, decided.superseded, "dropped")
    replies.insert_prompts(uow, decided.prompts)
    work.await_signals(uow, decided.waits)
    events.append(uow, decided.events)
