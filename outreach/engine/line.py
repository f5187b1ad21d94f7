"""A phone with whoever is on it, as one transaction sees them: what every act on a number starts from (I3)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from outreach.loops.business_days import NO_PROGRAM
from outreach.loops.consent import Category, ConsentEvent, suppressed, wrong_number
from outreach.loops.task_clock import deadlines
from outreach.loops.tasks import TaskKind
from outreach.store import consents, loops, people, programs, texted, work
from outreach.store.people import StoredMember
from outreach.store.programs import StoredProgram
from outreach.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Line:
    """One phone. `members` are on it and were not said to be elsewhere (LAW-39); `open_loops` are (member, loop).

    The nearest visit comes first. `program` answers: the members' own, or the deployment's first for a stranger.
    """

    phone: int
    members: Mapping[int, StoredMember] = field(repr=False)
    open_loops: tuple[tuple[int, int], ...]
    ledger: tuple[ConsentEvent, ...] = field(repr=False)
    program: StoredProgram | None = field(repr=False)

    @property
    def only_member(self) -> int | None:
        """Who it is, where nobody shares the phone."""
        return next(iter(self.members)) if len(self.members) == 1 else None

    @property
    def visit(self) -> int | None:
        """The loop a text is about, known only while one person's visits share the phone."""
        return self.open_loops[0][1] if len({member for member, _ in self.open_loops}) == 1 else None

    @property
    def voice(self) -> int | None:
        """The member in whose language the phone is answered: one of those who share it, if they share that too."""
        languages = {member.language for member in self.members.values()}
        return min(self.members) if len(languages) == 1 else None

    @property
    def language(self) -> str:
        """The language the phone is answered in."""
        if self.voice is not None:
            return self.members[self.voice].language
        return self.program.languages[0] if self.program else "en"

    @property
    def endangered(self) -> bool:
        """Whether somebody who may read along is a danger to a member on it (CRI-07)."""
        return any(member.contact_rule.endangered for member in self.members.values())

    @property
    def answerable(self) -> bool:
        """Whether a machine may answer it at all (CRI-07)."""
        wishes = (member.contact_rule for member in self.members.values())
        return all(wish.safe_to_answer or not wish.endangered for wish in wishes)

    @property
    def silent(self) -> bool:
        """Whether the whole number is opted out, with no category kept (LAW-17)."""
        return all(suppressed(self.ledger, category) for category in Category)


def line_of(uow: UnitOfWork, phone: int, *, everybody: bool = False) -> Line:
    """Return a locked phone as it is now; with `everybody`, those too who were said to be elsewhere."""
    return lines_of(uow, [phone], {phone} if everybody else ())[phone]


def lines_of(uow: UnitOfWork, phones: Collection[int], everybody: Collection[int] = ()) -> dict[int, Line]:
    """Return locked phones as they are now; on those in `everybody`, with whoever was said to be elsewhere."""
    ledgers, on_it = consents.consents(uow, phones), people.members_on(uow, phones)
    theirs = {
        phone: [
            who for who in on_it.get(phone, ()) if phone in everybody or not wrong_number(ledgers.get(phone, ()), who)
        ]
        for phone in phones
    }
    members = people.members(uow, {who for each in theirs.values() for who in each})
    # A stranger is answered in the name of the deployment's first program.
    strangers = not all(theirs.values())
    known = programs.programs(uow, None if strangers else {each.program for each in members.values()})
    visits = loops.open_of_members(uow, members)
    return {
        phone: _line(phone, {who: members[who] for who in each}, visits, ledgers.get(phone, ()), known)
        for phone, each in theirs.items()
    }


def _line(
    phone: int,
    members: Mapping[int, StoredMember],
    visits: Iterable[tuple[int, int]],
    ledger: tuple[ConsentEvent, ...],
    known: Mapping[int, StoredProgram],
) -> Line:
    ids = {each.program for each in members.values()} or known.keys()
    program = known[min(ids)] if ids else None
    return Line(phone, members, tuple(visit for visit in visits if visit[0] in members), ledger, program)


def open_tasks(
    uow: UnitOfWork,
    line: Line,
    kinds: Iterable[TaskKind],
    *,
    reply: int | None = None,
    loop: int | None = None,
    member: int | None = None,
) -> None:
    """Open work about a phone, once where once is enough: while one of its kind is open, another says nothing new."""
    there = texted.open_kinds(uow, line.phone, loop, member)
    about: dict[str, Any] = {
        "program_id": line.program.id if line.program else None,
        "member_id": member or line.only_member,
        "contact_point_id": line.phone,
        "loop_id": loop,
        "reply_id": reply,
    }
    wanted = [kind for kind in dict.fromkeys(kinds) if kind not in there or kind in _EACH_TIME]
    clocks = [line.program.clock(k, uow.now) if line.program else deadlines(k, uow.now, NO_PROGRAM) for k in wanted]
    rows = [work.task_row(uow, kind, clock, **about) for kind, clock in zip(wanted, clocks, strict=True)]
    work.open_task(uow, rows)


_EACH_TIME = frozenset({TaskKind.CRISIS, TaskKind.SAFETY_REVIEW, TaskKind.ANSWER_MEMBER, TaskKind.UNMATCHED_TEXT})
