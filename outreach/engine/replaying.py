"""After a backup was restored: what phones said since, and what left since, is learned again from the carrier (I28).

Sends are frozen meanwhile. What left is taken up first, so that a reply finds the question that it answers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from conversations.prompt import prompt_for
from outreach.channels.carrier import Listed
from outreach.engine import callbacks, missed
from outreach.engine.asking import Decided, open_prompt
from outreach.engine.deployment import Deployment
from outreach.engine.folder import Folder, load_folder, lock_loops
from outreach.engine.holds import name_holds
from outreach.engine.record import sent
from outreach.engine.wording import body_of
from outreach.loops.lattice import TERMINAL
from outreach.store import claims, events, left_since, parking, people, replies, work
from outreach.store.actor import OPERATOR
from outreach.store.callbacks import Told
from outreach.store.unit_of_work import UnitOfWork

_RULE = "TWI-06"
_BEFORE_TERMINAL = "sent"


@dataclass(frozen=True, slots=True)
class Replayed:
    """Texts from phones that were new, texts of ours that were found to have left, and such that fit no touch."""

    inbound: int
    adopted: int
    unmatched: int


def replay(deployment: Deployment, since: datetime) -> Replayed:
    """Learn again what happened since a backup was made; raises CannotLook. Asked again, it changes nothing more."""
    deployment.database.ids.drop()
    with deployment.write(OPERATOR) as uow:
        left_since.skip_ids(uow)  # callbacks still name rows that were made after the backup
        uow.commit()
    left = deployment.lookout.left(since)
    with deployment.read(OPERATOR) as uow:
        known = claims.known_sids(uow, [listed.sid for listed in left])
    new = [listed for listed in left if listed.sid not in known]
    adopted = sum(_adopt(deployment, listed) for listed in new)
    looked = missed.reconcile(deployment, OPERATOR, since)
    return Replayed(looked.found, adopted, len(new) - adopted)


def _adopt(deployment: Deployment, listed: Listed) -> bool:
    """Mark the touch that this message was as sent, or keep the message for a person; return which."""
    with deployment.write(OPERATOR) as uow:
        phone = people.known_phone(uow, listed.to)
        found = _touch_of(uow, phone, listed) if phone is not None else None
        if found is None:
            nobodys = Told(0, None, listed.sid, listed.status, listed.error_code)
            parking.park(uow, nobodys, "left after the backup")
        uow.commit()
    if found is not None and listed.status in TERMINAL:
        touch, attempt = found
        code = listed.error_code
        callbacks.note_status(
            deployment, touch_id=touch, attempt=attempt, sid=listed.sid, status=listed.status, error_code=code
        )
    return found is not None


def _touch_of(uow: UnitOfWork, phone: int, listed: Listed) -> tuple[int, int] | None:
    """Take up the first touch of a phone that says what this message says; return it and the attempt that left."""
    people.lock_phones(uow, [phone])
    waiting = left_since.may_have_left(uow, phone)
    stored = lock_loops(uow, [row.id for row in waiting], [phone])
    touches = [touch for touch in claims.lock_touches(uow, [row.id for row in waiting]).values() if touch.sid is None]
    folder = load_folder(uow, touches, stored)
    for touch in sorted(touches, key=lambda each: (each.due_at, each.id)):
        attempt = _said(uow, folder, touch, listed)
        if attempt is not None:
            _take_up(uow, folder, touch, attempt, listed)
            name_holds(uow, [each.loop.id for each in stored])
            return touch.id, attempt["fencing"]
    return None


def _said(uow: UnitOfWork, folder: Folder, touch: Any, listed: Listed) -> dict[str, Any] | None:
    """Return the attempt by which a touch said this, its own or one made up for it; None if it says otherwise."""
    if touch.state in ("claimed", "unknown"):
        had = claims.get_attempt(uow, touch.id, touch.attempts)
        return {"fencing": touch.attempts} if had is not None and had.body_sha256 == listed.body_sha256 else None
    words, language = folder.words_for(touch), folder.language(touch)
    body = body_of(folder, touch, words, language) if words else None
    if words is None or body is None or sha256(body.encode()).hexdigest() != listed.body_sha256:
        return None
    return {
        "touch_id": touch.id, "fencing": touch.attempts + 1, "contact_point_id": touch.contact_point_id,
        "proactive": touch.answers_at is None, "claimed_at": listed.created_at, "started_at": listed.created_at,
        "language": language, "message_version_id": words.version_id,
        "body": uow.keyring.seal(claims.BODY, touch.id, body), "body_sha256": listed.body_sha256,
        "outcome": "accepted", "rule": _RULE, "consent_id": None,
    }  # fmt: skip


def _take_up(uow: UnitOfWork, folder: Folder, touch: Any, attempt: dict[str, Any], listed: Listed) -> None:
    """Write what the lost record said: it left then, and what it asked has been open since."""
    decided, fencing = Decided(), attempt["fencing"]
    question = prompt_for(touch.words)
    if "body" in attempt:
        if question is not None:
            open_prompt(uow, folder, touch, question, decided)
        claims.insert_attempts(uow, [attempt])
    else:
        claims.end_attempts(uow, [(touch.id, fencing, "accepted")])
    status = _BEFORE_TERMINAL if listed.status in TERMINAL else listed.status  # its end is told as a callback's
    columns = sent(uow, touch, listed.sid, status) | {"sent_at": listed.created_at, "attempts": fencing}
    claims.set_touches(uow, [(touch.id, columns)])
    replies.end_prompts(uow, decided.superseded, "superseded")
    work.end_waits_for_prompts(uow, decided.superseded, "dropped")
    replies.insert_prompts(uow, _since(decided.prompts, listed.created_at))
    work.await_signals(uow, decided.waits)
    events.append(uow, decided.events)
    uow.audit("touch.adopted", f"touch:{touch.id}", _RULE)


def _since(prompts: Sequence[dict[str, Any]], at: datetime) -> list[dict[str, Any]]:
    return [row | {"opened_at": at} for row in prompts]
