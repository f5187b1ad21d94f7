"""What the gate will say to texts that are planned: the same facts and the same gate as at the claim, without locks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from heapq import heapify, heappop, heappush
from typing import Any

from conversations.prompt import prompt_for
from outreach.engine.asking import ALONE, prompt_expiry
from outreach.engine.folder import Folder, gate_touch, load_folder
from outreach.loops.cadence import Queue
from outreach.loops.consent import Channel
from outreach.loops.facts import Facts, OpenPrompt
from outreach.loops.gate import decide
from outreach.loops.spreading import spread
from outreach.loops.verdict import Allowed, Decision, HeldUntil, Refused
from outreach.store import loops
from outreach.store.claims import PRESSING
from outreach.store.reads import planned
from outreach.store.touches import WELCOME
from outreach.store.unit_of_work import UnitOfWork, by_all_there_is

# What holds these ends when somebody does something: nobody can say when.
WAITS_FOR_SOMEBODY = frozenset({"FREEZE", "CRI-11", "LAW-23", "UNREAD-REPLY", "LAW-37", "LAW-01"})
OPEN_ENDED = WAITS_FOR_SOMEBODY | {"LAW-28"}  # nor when the first text leaves, where that one is held
FOLLOWED = 8  # holds of one text that are followed, each to the next
_A_WHILE = timedelta(minutes=10)  # by then what just came in is read


@by_all_there_is
def forecast(uow: UnitOfWork, loop_ids: Iterable[int]) -> dict[int, Decision]:
    """Return by touch what the gate will say to each planned text of these loops at the time it is due.

    A text that is held names the instant at which it may leave then, and the rule that held it last. It is a view of
    today's facts: nobody writes meanwhile, and every text that may leave before it does.
    """
    wanted = set(loop_ids)
    batch = planned.beside(uow, wanted)
    if not batch:
        return {}
    folder = load_folder(uow, batch, loops.get(uow, sorted({row.loop_id for row in batch if row.loop_id})))
    return {row.id: found for row, found in _play(folder, batch) if row.loop_id in wanted}


@dataclass(order=True, slots=True)
class _Due:
    """A text in line: when the gate is asked next, and what held it until then."""

    at: datetime
    id: int
    held: str = ""
    times: int = 0


def _play(folder: Folder, batch: Sequence[Any]) -> list[tuple[Any, Decision]]:
    """Ask the gate about one text after another, in order of time, as if each that may leave had left."""
    line = [_Due(max(folder.now, row.due_at), row.id) for row in batch]
    rows = {row.id: row for row in batch}
    heapify(line)
    found: list[tuple[Any, Decision]] = []
    while line:
        due = heappop(line)
        row = rows[due.id]
        _presses(folder, row, [rows[other.id] for other in line], due.at)
        asked, facts = gate_touch(row), expected(folder, row, due.at)
        said = decide(asked, facts, due.at)
        match said:
            case Allowed():
                left(folder, row, due.at)
                found.append((row, HeldUntil(due.at, due.held) if due.held else said))
            case HeldUntil(when, rule) if rule not in WAITS_FOR_SOMEBODY and due.times < FOLLOWED:
                heappush(line, _Due(spread(asked, facts, when, due.at), due.id, rule, due.times + 1))
            case HeldUntil() | Refused():
                found.append((row, said))
    return found


def expected(folder: Folder, row: Any, at: datetime) -> Facts:
    """Return the facts at an instant: a reply will be read by then, and a number that can be looked up is (LAW-37)."""
    facts = folder.facts(row)
    unread = facts.unread_reply and at < folder.now + _A_WHILE
    return replace(facts, unread_reply=unread, known_at=facts.known_at if row.rule == "LAW-37" else at)


def _presses(folder: Folder, row: Any, others: Iterable[Any], at: datetime) -> None:
    """What cannot wait and is still to come leaves less room for what can (LAW-35)."""
    phone = row.contact_point_id
    folder.phones[phone].pressing_at = tuple(
        other.due_at
        for other in others
        if other.contact_point_id == phone and other.queue == Queue.DAY_OF and other.answers_at is None
        and not other.of_a_booked_ride and other.due_at <= at + PRESSING
    )  # fmt: skip


def left(folder: Folder, row: Any, at: datetime) -> None:
    """Leave the marks that a claim leaves on the phone."""
    on_phone = folder.phones[row.contact_point_id]
    on_phone.counted(row).append(at)
    if row.words == WELCOME:
        on_phone.welcomed_at = at
    if row.channel == Channel.SMS and (question := prompt_for(row.words)) is not None:
        expires_at = prompt_expiry(folder, row, question, at)
        on_phone.prompt = OpenPrompt(row.loop_id, min(at + ALONE, expires_at), expires_at)
