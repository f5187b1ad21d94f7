"""What is needed to hear one phone: who is on it, what it was asked, and what each of its texts says alone."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from conversations.meaning import Meaning, Safety
from outreach.engine.asked import PUT_RIGHT, Asked, asked_of
from outreach.engine.line import Line, lines_of
from outreach.engine.piecing import heard_alone
from outreach.store import conversation, loops, people, replies, texted
from outreach.store.loops import StoredLoop
from outreach.store.people import Phone
from outreach.store.replies import StoredPrompt, StoredReply
from outreach.store.unit_of_work import UnitOfWork

ECHOED_WITHIN = timedelta(days=1)


@dataclass(slots=True)
class Ear:
    """One locked phone, with every loop that its replies may reach locked as well.

    `told` are the newest texts that it was sent, `answering` whether an automatic answer to it waits to leave.
    """

    line: Line
    phone: Phone = field(repr=False)
    prompts: Sequence[StoredPrompt]
    loops: Mapping[int, StoredLoop] = field(repr=False)
    told: Sequence[str] = field(repr=False)
    answering: bool
    now: datetime
    _alone: dict[int, Meaning] = field(default_factory=dict, repr=False)

    def asked(self, said_at: datetime) -> Asked:
        """Return what the phone was asked before an instant."""
        return asked_of(self.line, self.prompts, self.loops, said_at, self.now)

    def alone(self, reply: StoredReply) -> Meaning:
        """Return what a reply means by itself."""
        if reply.id not in self._alone:
            self._alone[reply.id] = heard_alone(self.line, self.asked(reply.received_at), reply)
        return self._alone[reply.id]


def ears(uow: UnitOfWork, texts: Mapping[int, StoredReply]) -> dict[int, Ear]:
    """Return what is needed to hear these locked phones, in a handful of statements; each with the reply it is about.

    All loops are locked here at once: locking another one later would break the lock order.
    """
    # Who says that we have the wrong number answers the texts of those whose number it was.
    wrong = {phone for phone, reply in texts.items() if Safety.WRONG_NUMBER in reply.safety}
    lines = lines_of(uow, list(texts), wrong)
    asked = replies.prompts_since(uow, [phone for phone, line in lines.items() if line.members], uow.now - PUT_RIGHT)
    locked = {found.loop.id: found for found in loops.lock(uow, _reached(lines.values(), asked))}
    told, phones = conversation.said_to(uow, texts, uow.now - ECHOED_WITHIN), people.phones(uow, texts)
    answering = texted.being_answered(uow, texts)
    return {
        phone: Ear(line, phones[phone], asked.get(phone, ()), locked, told[phone], phone in answering, uow.now)
        for phone, line in lines.items()
    }


def _reached(lines: Collection[Line], asked: Mapping[int, Sequence[StoredPrompt]]) -> set[int]:
    prompts = {each.loop for phone in asked.values() for each in phone if each.loop is not None}
    return prompts | {loop for line in lines for _, loop in line.open_loops}
