"""Two machines must not talk for ever: who repeats itself, or sends our words back, is answered no more (TWI-26)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from conversations.machines import automatic, echoes, repeats
from conversations.meaning import Meaning, Safety
from conversations.pieces import whole
from outreach.engine.line import Line
from outreach.engine.unbound import to_a_person
from outreach.store import people, replies
from outreach.store.replies import StoredReply
from outreach.store.unit_of_work import UnitOfWork

REPEATED_WITHIN = timedelta(hours=1)
SILENCE = timedelta(hours=12)  # a drive, a shift, a night; what a person answers still leaves


def sounds_automatic(
    uow: UnitOfWork, run: Sequence[StoredReply], text: str, meaning: Meaning, told: Sequence[str]
) -> bool:
    """Return whether a machine wrote this. What a screen found, and a plain answer to our question, is a person's.

    `told` is what the phone was sent within a day.
    """
    this = run[-1]
    # Our own texts name the word STOP: when they come back, a screen may ask for a look at them.
    if meaning.safety <= {Safety.REVIEW} and echoes(text, told):
        return True
    if meaning.safety:
        return False
    if automatic(text):
        return True
    if whole(meaning):
        return False
    ours = {reply.id for reply in run}
    earlier = replies.lately(uow, this.contact_point, this.received_at - REPEATED_WITHIN)
    return repeats(text, [reply.body for reply in earlier if reply.id not in ours])


def fall_silent(uow: UnitOfWork, line: Line, reply: StoredReply) -> None:
    """Answer the phone no more for a while, and let a person look at it once."""
    until = people.phones(uow, [line.phone])[line.phone].quiet_until
    looked_at = reply.safety or (until is not None and until > uow.now)
    if not looked_at:
        to_a_person(uow, line, reply)
    people.set_quiet(uow, line.phone, uow.now + SILENCE)
