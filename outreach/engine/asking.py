"""The question that a claimed text leaves open on a phone; an older one gives way (TIM-15)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from conversations.answers import asks_when, asks_why
from conversations.prompt import Prompt
from outreach.channels.carrier import Outgoing
from outreach.engine.folder import Folder
from outreach.loops.events import DeadlinePassed, Event
from outreach.loops.facts import OpenPrompt
from outreach.store import replies, work
from outreach.store.unit_of_work import UnitOfWork

ALONE = timedelta(hours=4)
PROMPT_LIFE = timedelta(hours=72)


@dataclass(slots=True)
class Decided:
    """What one claim transaction writes."""

    touches: list[tuple[int, dict[str, Any]]] = field(default_factory=list)
    attempts: list[dict[str, Any]] = field(default_factory=list)
    prompts: list[dict[str, Any]] = field(default_factory=list)
    superseded: list[int] = field(default_factory=list)
    waits: list[dict[str, Any]] = field(default_factory=list)
    events: list[tuple[int, Event]] = field(default_factory=list)
    outgoing: list[Outgoing] = field(default_factory=list)


def open_prompt(uow: UnitOfWork, folder: Folder, touch: Any, question: Prompt, decided: Decided) -> None:
    """The question opens with the claim, before it can be answered; the phone's older question gives way."""
    on_phone = folder.phones[touch.contact_point_id]
    again = touch.words.startswith("unclear_") and on_phone.question is not None
    question = on_phone.question or question if again else question  # COPY-09: the same options, asked again
    repeats = on_phone.repeats + 1 if again else 0
    expires_at = prompt_expiry(folder, touch, question, uow.now)
    row = replies.prompt_row(
        uow,
        question,
        contact_point_id=touch.contact_point_id,
        loop_id=touch.loop_id,
        touch_id=touch.id,
        anchor_version=touch.anchor_version,
        language=folder.language(touch),
        alone_until=min(uow.now + ALONE, expires_at),
        expires_at=expires_at,
        repeats=repeats,
    )
    if on_phone.prompt_id is not None and on_phone.prompt and on_phone.prompt.loop and not again:
        decided.events.append((on_phone.prompt.loop, DeadlinePassed(uow.now, "reply")))  # it gave way unanswered
    if on_phone.prompt_id is not None:
        decided.superseded.append(on_phone.prompt_id)
        decided.prompts = [new for new in decided.prompts if new["id"] != on_phone.prompt_id]
        decided.waits = [wait for wait in decided.waits if wait["prompt_id"] != on_phone.prompt_id]
    decided.prompts.append(row)
    if touch.loop_id is not None:
        decided.waits.append(work.wait_row(uow, touch.loop_id, "reply", expires_at, row["id"]))
    on_phone.prompt = OpenPrompt(touch.loop_id, row["alone_until"], expires_at)
    on_phone.prompt_id, on_phone.question, on_phone.repeats = row["id"], question, repeats


def prompt_expiry(folder: Folder, touch: Any, question: Prompt, at: datetime) -> datetime:
    """TIM-15: an answer counts until the visit is over, or for three days once it is, or when it is about what follows.

    Why somebody cannot come, and when they could, is worth knowing after the hour of the visit too.
    """
    latest = at + PROMPT_LIFE
    stored = folder.loops.get(touch.loop_id)
    if asks_why(question) or asks_when(question):
        return latest
    ends_at = stored.loop.anchor.ends_at if stored else latest
    return min(latest, ends_at) if ends_at > at else latest
