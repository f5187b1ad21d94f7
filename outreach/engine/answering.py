"""An automatic answer to one reply, in the language of the phone, past the gate like every text (TWI-26)."""

from __future__ import annotations

from datetime import datetime, timedelta

from outreach.engine.line import Line
from outreach.loops.cadence import Queue
from outreach.loops.consent import Category
from outreach.loops.facts import Exempt
from outreach.store import touches
from outreach.store.unit_of_work import UnitOfWork

_AT_ONCE = timedelta(hours=1)


def answer(
    uow: UnitOfWork,
    line: Line,
    reply: int,
    words: str,
    *,
    received_at: datetime,
    queue: Queue = Queue.SAFETY,
    exempt: Exempt | None = None,
    loop: int | None = None,
    member: int | None = None,
    useful: timedelta = _AT_ONCE,
) -> None:
    """Plan the answer to a reply. Where no program is there to speak, or a machine may not, there is none (CRI-07)."""
    if line.program is None or not line.answerable:
        return
    row = touches.new_row(
        uow,
        loop_id=loop,
        member_id=member or line.voice,
        program_id=line.program.id,
        contact_point_id=line.phone,
        step=f"answer:{words}",
        nth=reply,
        reply_id=reply,
        words=words,
        category=Category.APPOINTMENT,
        queue=queue,
        sender=line.program.sender,
        exempt=exempt,
        due_at=uow.now,
        useful_until=uow.now + useful,
        answers_at=received_at,
    )
    touches.insert(uow, [row])
